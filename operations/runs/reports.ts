import type { SSMClient } from "@aws-sdk/client-ssm";
import pMap from "p-map";
import type { PatchSummaryRecord } from "../../domain/collection/records.ts";
import type { MissingUpdate, ServerReport } from "../../domain/runs/serversRun.ts";
import { patchesOf, patchSummaries } from "../aws/patches.ts";

/** Servers at a time in one location; each takes two calls where it lacks something. */
export const nodesAtOnce = 8;
const openStates = ["MISSING", "FAILED"];

async function updatesOf(client: SSMClient, summary: PatchSummaryRecord): Promise<readonly MissingUpdate[]> {
  const patches = await patchesOf(client, summary, openStates);
  return patches.map(({ Id, Title, Severity, PatchState }) => {
    return { id: Id, title: Title, severity: Severity, state: PatchState };
  });
}

function reportOf(summary: PatchSummaryRecord): ServerReport {
  return {
    at: summary.OperationEndTime,
    missing: Number(summary.MissingCount),
    failed: Number(summary.FailedCount),
    pendingReboot: Number(summary.InstalledPendingRebootCount),
  };
}

/**
 * What nodes have reported since an instant of AWS's clock: 1 DescribeInstancePatchStates for 50 nodes and, where the
 * updates are wanted, 1 DescribeInstancePatches and 1 ListComplianceItems for each node that lacks some. A node that has
 * reported nothing since is left out.
 */
export async function reportsSince(
  client: SSMClient,
  nodes: readonly string[],
  since: Date,
  { updates = false, show = () => undefined }: { updates?: boolean; show?: (line: string) => void } = {},
): Promise<ReadonlyMap<string, ServerReport>> {
  const summaries = [...(await patchSummaries(client, nodes)).values()];
  const fresh = summaries.filter(({ OperationEndTime }) => Date.parse(OperationEndTime) >= since.getTime());
  let read = 0;
  const reports = await pMap(
    fresh,
    async (summary) => {
      const report = reportOf(summary);
      const lacks = updates && report.missing + report.failed > 0;
      const value = lacks ? { ...report, updates: await updatesOf(client, summary) } : report;
      read += 1;
      show(`what is missing: ${String(read)} of ${String(fresh.length)}`);
      return [summary.resourceId, value] as const;
    },
    { concurrency: nodesAtOnce },
  );
  return new Map(reports);
}
