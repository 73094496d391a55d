import { setTimeout as passed } from "node:timers/promises";
import type { SSMClient } from "@aws-sdk/client-ssm";
import pMap from "p-map";
import type { PatchSummaryRecord } from "../../domain/collection/records.ts";
import type { MissingUpdate, ServerReport } from "../../domain/runs/serversRun.ts";
import { patchesOf, patchSummaries } from "../aws/patches.ts";

/** Servers at a time in one location; each takes two calls where it lacks something. */
export const nodesAtOnce = 8;
const openStates = ["MISSING", "FAILED"];
/** Milliseconds before each further look for reports: AWS may show one a little after its command has ended. */
const pausesBetweenLooks = [2_000, 5_000, 10_000, 20_000];

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

/** The counts that nodes have reported since an instant, looked for again while some have not. */
async function summariesSince(
  client: SSMClient,
  nodes: readonly string[],
  since: Date,
  pauses: readonly number[],
): Promise<readonly PatchSummaryRecord[]> {
  const all = (await patchSummaries(client, nodes)).values();
  const fresh = [...all].filter(({ OperationEndTime }) => Date.parse(OperationEndTime) >= since.getTime());
  const [pause, ...further] = pauses;
  if (pause === undefined || fresh.length === nodes.length) return fresh;
  await passed(pause);
  const there = new Set(fresh.map(({ resourceId }) => resourceId));
  const others = nodes.filter((node) => !there.has(node));
  return [...fresh, ...(await summariesSince(client, others, since, further))];
}

/** How reports are read. */
export interface ReportReading {
  /** Whether the updates are wanted that each server lacks. @default false */
  readonly updates?: boolean;
  /** Whether reports that are not there yet are waited for, 37 seconds at the most. @default true */
  readonly waits?: boolean;
  readonly show?: (line: string) => void;
}

/**
 * What nodes have reported since an instant of AWS's clock: 1 DescribeInstancePatchStates for 50 nodes, up to four more
 * for those that have not, and, where the updates are wanted, 1 DescribeInstancePatches and 1 ListComplianceItems for
 * each node that lacks some. A node that has reported nothing since is left out.
 */
export async function reportsSince(
  client: SSMClient,
  nodes: readonly string[],
  since: Date,
  { updates = false, waits = true, show = () => undefined }: ReportReading = {},
): Promise<ReadonlyMap<string, ServerReport>> {
  const fresh = await summariesSince(client, nodes, since, waits ? pausesBetweenLooks : []);
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
