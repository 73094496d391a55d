import { z } from "zod";
import { verdicts } from "../../../domain/approvals/verification.ts";
import type { VerifyJson } from "../../../render/verify/verifyJson.ts";
import { instant, merge, text } from "./shapes.ts";

const version = text.nullable().describe("null on Windows");

const server = z.strictObject({
  id: text.describe("of the fleet file"),
  name: text,
  node: text.describe("empty where there is none"),
  location: text,
  verdict: z.enum(verdicts).describe("look: somebody has to"),
  reasons: z.array(text),
  lastScan: instant.nullable(),
  run: z
    .strictObject({ id: text, command: text, status: text, started: instant.nullable(), ended: instant.nullable() })
    .nullable()
    .describe("the newest installation that was sent to it since"),
  entries: z
    .array(
      z.strictObject({
        id: text,
        version,
        state: z.enum(["installed", "missing", "failed", "notOffered"]),
        instead: text.nullable().describe("what is there, or offered, instead"),
      }),
    )
    .describe("approved patches of which the server has or lacks the package"),
  changes: z
    .array(
      z.strictObject({
        id: text,
        version,
        kind: z.enum(["dependency", "patchManager", "unapproved"]),
        at: text,
        command: text.nullable().describe("id of the installation in whose time it came"),
      }),
    )
    .describe("installed since, and named by no entry"),
});

const verify: z.ZodType<VerifyJson> = z.strictObject({
  schema: z.literal("patchplane/verify/1"),
  stack: text,
  exitCode: z.int().min(0),
  group: text,
  since: instant.describe("from when on what was installed has to be approved"),
  approval: z
    .strictObject({ file: text, blob: text.describe("git's id of its content"), scan: text, expires: instant, ...merge })
    .nullable(),
  breakGlass: z
    .array(z.strictObject({ run: text, at: instant, by: text, reason: text, commands: z.array(text) }))
    .describe("runs on record that passed over approvals and installed some of what is unapproved"),
  record: text.nullable().describe("path of the new scan's record"),
  failures: z.array(z.strictObject({ location: text, failure: text })),
  servers: z.array(server),
});

/** The JSON Schema of `patchplane/verify/1`. */
export function verifyJsonSchema(): object {
  return { title: "patchplane verify", ...z.toJSONSchema(verify) };
}
