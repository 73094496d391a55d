import type { SSMClient } from "@aws-sdk/client-ssm";
import pMap from "p-map";
import type { Plane } from "../domain/plane.ts";
import { reachable } from "../domain/runs/serversRun.ts";
import { operatorDocumentName } from "../domain/stack/operatorDocuments.ts";
import { patchesOf, patchSummaries } from "./aws/patches.ts";
import { nodesAtOnce } from "./runs/reports.ts";
import { send } from "./runs/send.ts";
import { inEach, withFailures, type Done, type FoundServers } from "./runs/servers.ts";
import { inWaves, type WaveOptions } from "./runs/waves.ts";

/** A server's reboot that is due, as it last reported. */
export interface PendingReboot {
  /** End of the operation that reported it. */
  readonly since: string;
  /** Ids of the updates that wait for it. */
  readonly updates: readonly string[];
}

async function pendingAt(
  client: SSMClient,
  nodes: readonly string[],
): Promise<readonly (readonly [string, PendingReboot | null])[]> {
  const summaries = [...(await patchSummaries(client, nodes)).values()];
  return pMap(
    summaries,
    async (summary) => {
      if (Number(summary.InstalledPendingRebootCount) === 0) return [summary.resourceId, null] as const;
      const patches = await patchesOf(client, summary, ["INSTALLED_PENDING_REBOOT"]);
      return [summary.resourceId, { since: summary.OperationEndTime, updates: patches.map(({ Id }) => Id) }] as const;
    },
    { concurrency: nodesAtOnce },
  );
}

/**
 * The reboots that are due among servers that were found, by node id, null where a server reported that it awaits none;
 * one that never reported is left out. 1 DescribeInstancePatchStates for 50 nodes, and 1 DescribeInstancePatches and 1
 * ListComplianceItems for each that awaits one. A location that cannot be read has failed, and the others go on.
 */
export async function pendingReboots(
  found: FoundServers,
): Promise<{ readonly found: FoundServers; readonly pending: ReadonlyMap<string, PendingReboot | null> }> {
  const servers = reachable(found.placed);
  const { values, failures } = await inEach(found, ({ client, location }) =>
    pendingAt(
      client,
      servers.filter((each) => each.location === location.name).map(({ node }) => node.id),
    ),
  );
  return { found: withFailures(found, failures), pending: new Map(values.flat()) };
}

/** How servers are rebooted. */
export interface RebootOptions extends WaveOptions {
  readonly waitMinutes: number;
  readonly signal: AbortSignal;
}

/**
 * Reboots servers, a few first and then in batches that double. A server has done it when the document that it was sent
 * has found a new boot, which its agent has come back to say.
 */
export async function rebootServers(plane: Plane, found: FoundServers, options: RebootOptions): Promise<Done> {
  const { record, waitMinutes, signal } = options;
  const order = { document: operatorDocumentName(plane.environment, "reboot"), parameters: { RunId: [record.id] } };
  return inWaves(plane, found, options, async ({ location, client, servers, show }, maxErrors) => {
    const nodes = servers.map(({ node }) => node);
    await send(nodes, { client, location, record, order, maxErrors, waitMinutes, signal, show });
    return new Map();
  });
}
