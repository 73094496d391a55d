import type { S3Client } from "@aws-sdk/client-s3";
import type { SSMClient } from "@aws-sdk/client-ssm";
import pMap from "p-map";
import type { ComplianceItemRecord, PatchSummaryRecord } from "../../domain/collection/records.ts";
import { isInstallOf, nodesMet, tellsOfRun } from "../../domain/report/runReport.ts";
import type { RunEvidence, WindowRunFacts } from "../../domain/report/runFacts.ts";
import { managedNodes, nodeIdsMatching } from "../../operations/aws/nodes.ts";
import { nodePatches } from "../../operations/aws/runPatches.ts";
import { windowGroups } from "../../operations/aws/windowRun.ts";
import { readRunHistory, type HistoryQuestion } from "../../operations/collection/runHistory.ts";
import { s3Store } from "../../operations/store/s3Store.ts";

/** Where `patchplane collect` keeps collections in a bucket of the stack. */
const collectionsFolder = "collections/";

/** Servers whose patches are read at a time: adaptive retries find the rate that AWS grants. */
const concurrency = 8;

/**
 * The patch groups that the window is for, the nodes that its targets name, and those that its run met; one that is gone
 * has its id as its name.
 */
export async function readNodes(
  client: SSMClient,
  run: WindowRunFacts,
): Promise<Pick<RunEvidence, "groups" | "nodes">> {
  const groups = await windowGroups(client, run.windowId);
  const [known, ...targeted] = await Promise.all([
    managedNodes(client),
    ...groups.map((group) => nodeIdsMatching(client, "tag:PatchGroup", group)),
  ]);
  const byId = new Map(known.map((node) => [node.id, node]));
  const nodes = [...new Set([...targeted.flat(), ...nodesMet(run)])].sort().map((id) => {
    const { name = "", pingStatus = "" } = byId.get(id) ?? {};
    return { id, name: name === "" ? id : name, pingStatus };
  });
  return { groups, nodes };
}

/**
 * What the newest collection of before the run knows, from `collections/` of the location's bucket. Nothing of it is
 * worth a report that nobody gets: where it cannot be read, the report says so.
 */
export async function readBefore(
  client: S3Client,
  bucket: string,
  question: HistoryQuestion,
): Promise<RunEvidence["history"]> {
  const store = s3Store(client, { bucket, prefix: collectionsFolder });
  const unknown = "owners, versions before the run, severities and what is overdue are not known";
  try {
    const history = await readRunHistory(store, question);
    const how = `npx patchplane collect --store ${store.place} keeps one`;
    return history ?? { gap: `No collection of before the run is in ${store.place}, so ${unknown}: ${how}.` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { gap: `The collections in ${store.place} cannot be read, so ${unknown}: ${why}.` };
  }
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
