import { z } from "zod";
import type { StopJson } from "../../../render/stop/stopJson.ts";
import { count, instant, text, who } from "./shapes.ts";

const stop: z.ZodType<StopJson> = z.strictObject({
  schema: z.literal("patchplane/stop/1"),
  stack: text,
  exitCode: count,
  task: z.enum(["stop", "resume"]),
  run: text.nullable().describe("id of the stop; null where there was nothing to do"),
  record: text.nullable().describe("path of its record, from the project's folder"),
  who: who.nullable(),
  why: text,
  locations: z.array(
    z.strictObject({
      name: text,
      accountId: text,
      region: text,
      failure: text.nullable().describe("why it could not be read, or not to its end"),
      disabledBefore: count.describe("windows of the stack that were disabled before"),
      actions: z.array(
        z.strictObject({
          action: z.enum(["disableWindow", "cancelRun", "cancelCommand", "enableWindow"]),
          id: text,
          name: text.describe("of the window, or of the command's document"),
          outcome: z.enum(["done", "refused", "unknown"]).describe("unknown: no answer came, AWS may have done it"),
          failure: text.nullable(),
        }),
      ),
      left: z
        .array(z.strictObject({ id: text, document: text, requested: instant, comment: text }))
        .describe("commands that patch, go on, and cannot be told to be the stack's"),
    }),
  ),
  held: z
    .array(z.strictObject({ location: text, id: text, name: text, by: text }))
    .describe("windows that a later stop, which is open, holds disabled"),
  unkept: z
    .array(z.strictObject({ location: text, failure: text }))
    .describe("locations whose bucket did not take the record"),
  openStops: z.array(z.strictObject({ id: text, at: instant, who, why: text, windows: count })),
});

/** The JSON Schema of `patchplane/stop/1`. */
export function stopJsonSchema(): object {
  return { title: "patchplane stop", ...z.toJSONSchema(stop) };
}
