import { z } from "zod";
import type { ApproveJson } from "../../../render/approve/approveJson.ts";
import { count, text } from "./shapes.ts";

const version = text.nullable().describe("exact; null on Windows");

const approve: z.ZodType<ApproveJson> = z.strictObject({
  schema: z.literal("patchplane/approve/1"),
  stack: text,
  exitCode: count,
  group: text,
  scan: text.describe("id of the scans that the file is made from"),
  file: text.describe("path of the approvals file, from the project's folder"),
  expires: text,
  title: text.describe("of the commit and of the pull request"),
  written: z.boolean().describe("false: the answer was no, or the file is in the pull request alone"),
  branch: text.nullable(),
  pullRequest: z.strictObject({ url: text, number: count }).nullable(),
  failure: text.nullable().describe("why there is no pull request"),
  updates: z.array(
    z.strictObject({ os: text, id: text, version, servers: z.array(text).describe("ids of the fleet file") }),
  ),
  notApproved: count.describe("updates that the scans show and the file does not name"),
  dropped: z
    .array(z.strictObject({ os: text, id: text, version }))
    .describe("what the file before named and this one does not"),
  unseen: z.array(text).describe("ids of servers without a fresh scan"),
});

/** The JSON Schema of `patchplane/approve/1`. */
export function approveJsonSchema(): object {
  return { title: "patchplane approve", ...z.toJSONSchema(approve) };
}
