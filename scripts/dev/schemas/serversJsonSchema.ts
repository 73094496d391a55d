import { z } from "zod";
import { nodeOutcomes } from "../../../domain/runs/runRecord.ts";
import type { ServersJson } from "../../../render/runs/serversJson.ts";
import { count, instant, text, who } from "./shapes.ts";

const update = z.strictObject({
  id: text.describe("name.arch on Linux, KB… on Windows"),
  title: text.describe("the version offered, or the update's title"),
  severity: text.describe("as AWS has it; empty where it has none"),
  state: text.describe("as AWS has it: MISSING, FAILED"),
});

function servers(command: "scan" | "install" | "reboot"): z.ZodType<ServersJson> {
  return z.strictObject({
    schema: z.literal(`patchplane/${command}/1` as const),
    stack: text,
    exitCode: count,
    run: text.nullable().describe("id of the run; null where nothing was done"),
    record: text.nullable().describe("path of its record, from the project's folder"),
    repeats: text.nullable().describe("id of the run whose missed servers these are"),
    declined: z.boolean().describe("the answer was no"),
    who: who.nullable(),
    why: text,
    failures: z
      .array(z.strictObject({ location: text, accountId: text, region: text, failure: text }))
      .describe("locations that could not be read, or not to their end"),
    unkept: z
      .array(z.strictObject({ location: text, failure: text }))
      .describe("locations whose bucket did not take the record"),
    leftOut: z
      .array(
        z.strictObject({
          location: text,
          id: text,
          name: text,
          why: text,
          settled: z.boolean().describe("it needs nothing of what was asked for; false: it is to be seen to"),
        }),
      )
      .describe("servers that were chosen and with which nothing is done"),
    servers: z.array(
      z.strictObject({
        location: text,
        id: text.describe("of the fleet file"),
        name: text,
        group: text.describe("of the node's tag; of the fleet file where that is not known"),
        node: text.nullable(),
        outcome: z.enum(nodeOutcomes),
        reason: text.describe("in words; empty where the outcome says it all"),
        command: text.nullable().describe("id of the command that was sent"),
        report: z
          .strictObject({
            at: instant,
            missing: count,
            failed: count,
            pendingReboot: count,
            updates: z.array(update).describe("what is missing or failed, where it was asked for"),
          })
          .nullable()
          .describe("what the server reported since the run began"),
      }),
    ),
  });
}

/** The JSON Schema of `patchplane/scan/1` and its like. */
export function serversJsonSchema(command: "scan" | "install" | "reboot"): object {
  return { title: `patchplane ${command}`, ...z.toJSONSchema(servers(command)) };
}
