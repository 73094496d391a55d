import { z } from "zod";
import type { OpenWindowJson } from "../../../render/openWindow/openWindowJson.ts";
import { count, instant, text } from "./shapes.ts";

const openWindow: z.ZodType<OpenWindowJson> = z.strictObject({
  schema: z.literal("patchplane/open-window/1"),
  stack: text,
  exitCode: count,
  task: z.enum(["open", "close"]),
  window: text.describe("the stack file's name"),
  at: instant.describe("when it opens"),
  closes: instant,
  declined: z.boolean().describe("the answer was no"),
  run: text.nullable(),
  record: text.nullable().describe("path of its record, from the project's folder"),
  who: z.strictObject({ arn: text.nullable(), failure: text.nullable() }).nullable(),
  why: text,
  locations: z.array(
    z.strictObject({
      name: text,
      accountId: text,
      region: text,
      windowId: text.nullable(),
      outcome: z
        .enum(["done", "refused", "unknown", "unread"])
        .describe("unknown: no answer came, AWS may have done it; unread: nothing was tried"),
      failure: text.nullable(),
      opens: instant.nullable().describe("when AWS says that it opens"),
      followed: z
        .enum(["ended", "changed", "late"])
        .nullable()
        .describe("changed: somebody gave it another time; late: it did not begin; null without --watch"),
      execution: text.nullable().describe("id of the window's run"),
      status: text.nullable().describe("AWS's, of that run"),
      servers: z.array(z.strictObject({ node: text, name: text.nullable(), status: text, statusDetails: text, reason: text })),
    }),
  ),
  unkept: z
    .array(z.strictObject({ location: text, failure: text }))
    .describe("locations whose bucket did not take the record"),
});

/** The JSON Schema of `patchplane/open-window/1`. */
export function openWindowJsonSchema(): object {
  return { title: "patchplane open-window", ...z.toJSONSchema(openWindow) };
}
