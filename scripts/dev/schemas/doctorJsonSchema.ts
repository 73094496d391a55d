import { z } from "zod";
import { doctorCheckIds } from "../../../domain/doctor/catalogue.ts";
import { results } from "../../../domain/doctor/diagnosis.ts";
import type { DoctorJson } from "../../../render/doctor/doctorJson.ts";
import { count, text } from "./shapes.ts";

const doctor: z.ZodType<DoctorJson> = z.strictObject({
  schema: z.literal("patchplane/doctor/1"),
  stack: text,
  exitCode: count,
  asOf: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  record: text.nullable().describe("path of a drill's record"),
  counts: z.strictObject({ failed: count, unknown: count, warning: count, ok: count }),
  diagnoses: z
    .array(
      z.strictObject({
        check: z.enum(doctorCheckIds),
        severity: z.enum(["error", "warning"]).describe("the worst that the check finds"),
        result: z.enum(results).describe("unknown: it could not be read"),
        where: z.strictObject({
          location: text.nullable(),
          subscription: text.nullable(),
          window: text.nullable(),
          group: text.nullable(),
          baseline: text.nullable(),
        }),
        message: text.describe("what was seen; of an unknown, why it could not be"),
        why: text.describe("why it matters"),
        fix: text.nullable().describe("what to do"),
        servers: z.array(text).describe("names of the servers that it is about"),
      }),
    )
    .describe("the worst first"),
});

/** The JSON Schema of `patchplane/doctor/1`. */
export function doctorJsonSchema(): object {
  return { title: "patchplane doctor", ...z.toJSONSchema(doctor) };
}
