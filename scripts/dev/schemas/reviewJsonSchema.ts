import { z } from "zod";
import { severities } from "../../../domain/packages/severity.ts";
import type { ReviewJson } from "../../../render/review/reviewJson.ts";
import { count, instant, text } from "./shapes.ts";

const impact = z.strictObject({ kind: text, effect: z.enum(["reboot", "restart"]), reason: text });

const install = z.strictObject({
  id: text.describe("of the fleet file"),
  node: text,
  name: text,
  location: text,
  installed: text.nullable().describe("every version beside each other; null on Windows, and where inventory lacks it"),
  since: instant.nullable().describe("end of the scan that first found it missing"),
  days: count.nullable(),
  limitDays: count.nullable(),
  because: text.nullable().describe("what asks for so few days"),
  due: instant.nullable(),
  state: z.enum(["onTime", "due", "overdue"]).nullable(),
});

const update = z.strictObject({
  os: text.describe("as approvals files name it"),
  id: text.describe("name.arch on Linux, KB… on Windows"),
  version: text.nullable().describe("what the scan offers, exactly; null on Windows, and where it is not known"),
  name: text,
  severity: z.enum(severities),
  severitySource: text.nullable().describe("who says so"),
  cves: z.array(text),
  exploited: z.boolean().describe("one of the CVEs is known to be exploited"),
  impact: impact.nullable(),
  new: z.boolean().nullable().describe("missing since after the review before; null where that is not known"),
  approved: z.boolean().describe("named by the approvals file in force"),
  unapprovable: text.nullable().describe("why it cannot be approved"),
  servers: z.array(install),
});

const server = z.strictObject({
  id: text.describe("of the fleet file"),
  name: text,
  node: text.describe("empty where there is none"),
  location: text,
  os: text,
  release: text,
  arch: text,
  scan: z.enum(["fresh", "stale", "never", "unknown", "notRegistered"]),
  lastScan: instant.nullable(),
  why: text.nullable().describe("why nothing of it is reviewed"),
});

const review: z.ZodType<ReviewJson> = z.strictObject({
  schema: z.literal("patchplane/review/1"),
  stack: text,
  exitCode: count,
  asOf: instant,
  failures: z.array(z.strictObject({ location: text, failure: text })).describe("locations that could not be read"),
  reviews: z.array(
    z.strictObject({
      group: text,
      scan: text.describe("what patchplane approve --scan takes: a digest of all that the scans offer"),
      before: z
        .strictObject({ file: text, scan: text, expires: instant })
        .nullable()
        .describe("the approvals file in force"),
      servers: z.array(server),
      updates: z.array(update).describe("the most urgent first"),
      unknowns: z.array(text),
    }),
  ),
});

/** The JSON Schema of `patchplane/review/1`. */
export function reviewJsonSchema(): object {
  return { title: "patchplane review", ...z.toJSONSchema(review) };
}
