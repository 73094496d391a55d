import type { SSMClient } from "@aws-sdk/client-ssm";
import pMap from "p-map";
import type { ComplianceItemRecord, PatchSummaryRecord } from "../../domain/collection/records.ts";
import { isInstallOf, nodesMet, tellsOfRun } from "../../domain/report/runReport.ts";
import type { RunNode, WindowRunFacts } from "../../domain/report/runFacts.ts";
import { managedNodes, nodeIdsMatching } from "../../operations/aws/nodes.ts";
import { nodePatches } from "../../operations/aws/runPatches.ts";
import { windowGroups } from "../../operations/aws/windowRun.ts";

/** Servers whose patches are read at a time: adaptive retries find the rate that AWS grants. */
const concurrency = 8;

/** The nodes that the window's targets name, and those that its run met; one that is gone has its id as its name. */
export async function readNodes(client: SSMClient, run: WindowRunFacts): Promise<readonly RunNode[]> {
  const groups = await windowGroups(client, run.windowId);
  const [known, ...targeted] = await Promise.all([
    managedNodes(client),
    ...groups.map((group) => nodeIdsMatching(client, "tag:PatchGroup", group)),
  ]);
  const byId = new Map(known.map((node) => [node.id, node]));
  return [...new Set([...targeted.flat(), ...nodesMet(run)])].sort().map((id) => {
    const { name = "", pingStatus = "" } = byId.get(id) ?? {};
    return { id, name: name === "" ? id : name, pingStatus };
  });
}

/** The patches of nodes that say something of the run; a scan's counts are enough. */
export async function readPatches(
  client: SSMClient,
  run: WindowRunFacts,
  summaries: readonly PatchSummaryRecord[],
): Promise<readonly ComplianceItemRecord[]> {
  const installed = summaries.filter((summary) => isInstallOf(run, summary));
  const read = async (summary: PatchSummaryRecord) =>
    (await nodePatches(client, summary)).filter((patch) => tellsOfRun(run, patch));
  return (await pMap(installed, read, { concurrency })).flat();
}
