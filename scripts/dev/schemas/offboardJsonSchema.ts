import { z } from "zod";
import type { OffboardJson } from "../../../render/offboard/offboardJson.ts";
import { text } from "./shapes.ts";

const offboard: z.ZodType<OffboardJson> = z.strictObject({
  schema: z.literal("patchplane/offboard/1"),
  stack: text,
  exitCode: z.int().min(0),
  applied: z.boolean(),
  record: text.nullable().describe("path of the run's record, from the project's folder; null of a dry run"),
  unreadable: z.array(z.strictObject({ name: text, failure: text })),
  leaving: z.array(
    z.strictObject({
      node: text.describe("mi-…"),
      name: text,
      location: text,
      reason: z.enum(["left", "orphan", "duplicate"]),
      vmId: text,
      vm: text.nullable().describe("ARM id of its VM; null where Azure has none"),
      lastPing: text.nullable(),
      outcome: z
        .enum(["done", "refused", "unknown"])
        .nullable()
        .describe("null where it was not asked for; unknown: no answer came, AWS may have done it"),
      failure: text.nullable(),
    }),
  ),
  staying: z.array(z.strictObject({ node: text, name: text, location: text, why: text })),
  unkept: z
    .array(z.strictObject({ location: text, failure: text }))
    .describe("locations whose bucket did not take the record"),
});

/** The JSON Schema of `patchplane/offboard/1`. */
export function offboardJsonSchema(): object {
  return { title: "patchplane offboard", ...z.toJSONSchema(offboard) };
}
