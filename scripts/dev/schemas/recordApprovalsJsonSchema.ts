import { z } from "zod";
import type { RecordApprovalsJson } from "../../../render/recordApprovals/recordApprovalsJson.ts";
import { merge, text } from "./shapes.ts";

const approval = z.strictObject({
  location: text,
  group: text,
  file: text,
  key: text.describe("of the record, in the location's bucket"),
  outcome: z.enum(["recorded", "there", "failed"]),
  ...merge,
  failure: text.nullable(),
});

const recordApprovals: z.ZodType<RecordApprovalsJson> = z.strictObject({
  schema: z.literal("patchplane/record-approvals/1"),
  stack: text,
  exitCode: z.int().min(0),
  approvals: z.array(approval),
});

/** The JSON Schema of `patchplane/record-approvals/1`. */
export function recordApprovalsJsonSchema(): object {
  return { title: "patchplane record-approvals", ...z.toJSONSchema(recordApprovals) };
}
