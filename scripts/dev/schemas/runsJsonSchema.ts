import { z } from "zod";
import { nodeOutcomes, runVerbs } from "../../../domain/runs/runRecord.ts";
import { text } from "./shapes.ts";

const runs = z.strictObject({
  schema: z.literal("patchplane/runs/1"),
  stack: text,
  exitCode: z.int().min(0),
  runs: z.array(
    z.strictObject({
      id: text,
      at: text,
      stack: text,
      verb: z.enum(runVerbs),
      who: z.strictObject({ arn: text.nullable(), failure: text.nullable() }),
      why: text,
      repeats: text.nullable().describe("id of the run whose missed servers these are"),
      locations: z.array(z.strictObject({ name: text, accountId: text, region: text })),
      targets: z.array(z.strictObject({ location: text, node: text, server: text, name: text, group: text })),
      options: z.record(text, z.json()),
      actions: z.array(
        z.strictObject({
          location: text,
          action: text,
          id: text,
          name: text,
          nodes: z.array(text).optional(),
          outcome: z.enum(["done", "refused", "unknown"]),
          failure: text.nullable(),
          got: text.optional().describe("AWS's id of what the call made"),
        }),
      ),
      results: z.array(
        z.strictObject({
          location: text,
          node: text,
          outcome: z.enum(nodeOutcomes),
          reason: text,
          command: text.nullable(),
        }),
      ),
      process: z
        .strictObject({ host: text, pid: z.int() })
        .optional()
        .describe("that is at it, or was last"),
      by: z
        .strictObject({ arn: text.nullable(), failure: text.nullable() })
        .describe("who is at it, or was last: who began it, or took it up again"),
      heard: text.describe("when it was last heard of"),
      ended: text.optional().describe("left out while it goes on, or where it was broken off"),
      interrupted: text.optional().describe("when it was broken off, where it could still say so"),
      state: z
        .enum(["ended", "brokenOff", "open", "silent"])
        .describe("open: somebody may be at it; silent: it has no end, and nothing was heard of it for a day"),
      diverged: z
        .boolean()
        .describe("two have gone on with it without knowing of each other: it has what both wrote, the newest of each node"),
    }),
  ),
  unread: z
    .array(z.strictObject({ location: text, failure: text }))
    .describe("locations whose bucket could not be read: runs may be missing"),
});

/** The JSON Schema of `patchplane/runs/1`. */
export function runsJsonSchema(): object {
  return { title: "patchplane runs", ...z.toJSONSchema(runs) };
}
