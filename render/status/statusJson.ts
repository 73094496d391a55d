import {
  emptyRuns,
  isJudged,
  statusFindings,
  type FleetStatus,
  type ServerStatus,
} from "../../domain/status/fleetStatus.ts";
import type { Installation } from "../../domain/status/installations.ts";
import { countStatus, totalCounts } from "./statusTable.ts";
import { statusRow } from "./statusDocument.ts";
import { limitCounts, type LimitCounts } from "./timeLimits.ts";

/** Name and version of the JSON's shape: a number is raised when a field goes or changes its meaning. */
const schema = "patchplane/status/1" as const;

function serverJson(status: ServerStatus) {
  const { server, node, scan, judgement } = status;
  return {
    id: server.id,
    name: server.name,
    cloud: server.cloud,
    location: status.location,
    group: server.patchGroup,
    os: `${server.os} ${server.release}`,
    owner: server.owner,
    machines: status.machines,
    timeLimits: status.limits ?? null,
    verdict: judgement.verdict,
    reason: judgement.verdict === "unknown" ? judgement.reason : null,
    freshSince: status.freshSince.toISOString(),
    nextScan: status.nextScan?.toISOString() ?? null,
    node:
      node === undefined
        ? null
        : {
            id: node.id,
            pingStatus: node.pingStatus,
            lastPingAt: node.lastPingAt?.toISOString() ?? null,
            patchGroup: status.patchGroupTag ?? null,
          },
    lastOperation:
      scan === undefined
        ? null
        : {
            operation: scan.operation,
            endedAt: scan.endedAt?.toISOString() ?? null,
            baselineId: scan.baselineId,
            missing: scan.missing,
            failed: scan.failed,
            pendingReboot: scan.pendingReboot,
            rejected: scan.rejected,
            availableSecurity: scan.availableSecurity,
          },
    onboarding:
      status.onboarding === undefined
        ? null
        : {
            state: status.onboarding.state,
            detail: status.onboarding.detail,
            todo: status.onboarding.todo ?? null,
            activationId: status.onboarding.activationId ?? null,
          },
  };
}

function installationJson({ group, window, startedAt, ends, missed, openSince, next }: Installation) {
  return {
    group,
    window,
    startedAt: startedAt?.toISOString() ?? null,
    ends: ends ?? null,
    openSince: openSince?.toISOString() ?? null,
    next: next?.toISOString() ?? null,
    missed: missed.map(({ server, end, reason }) => ({
      id: server.server.id,
      name: server.server.name,
      location: server.location,
      node: server.node?.id ?? null,
      end,
      reason,
    })),
  };
}

/** `patchplane status` for programs; schemas/status.schema.json is made of this. */
export type StatusJson = ReturnType<typeof statusJson>;

/** A status for programs. */
export function statusJson(stack: string, status: FleetStatus, exitCode: number) {
  const rows = status.servers.map(statusRow);
  const limitsOf = (servers: readonly ServerStatus[]): Readonly<Record<keyof LimitCounts, number | null>> =>
    isJudged(status) ? limitCounts(servers) : { due: null, overdue: null, notCollected: null, overdueDays: null };
  return {
    schema,
    stack,
    asOf: status.asOf.toISOString(),
    exitCode,
    total: { ...totalCounts(rows), ...limitsOf(status.servers) },
    findings: statusFindings(status),
    history: status.history === undefined ? null : { ...status.history, failure: status.history.failure ?? null },
    groups: countStatus(rows, ["location", "group", "os"]).map(({ labels, counts }) => {
      const own = status.servers.filter((server) => {
        const { location, group, os } = statusRow(server);
        return location === labels.location && group === labels.group && os === labels.os;
      });
      const { location = "", group = "", os = "" } = labels;
      return { location, group, os, ...counts, ...limitsOf(own) };
    }),
    calendars: status.calendars.map(({ id, severity, about, message }) => ({
      id,
      severity,
      window: about?.window ?? null,
      message,
    })),
    lastInstallations: status.installations.map(installationJson),
    locations: status.locations.map(({ location, failure, foreign, repeatedBaselines, windows, windowsFailure }) => ({
      name: location.name,
      accountId: location.accountId,
      region: location.region,
      failure: failure ?? null,
      ...totalCounts(rows.filter((row) => row.location === location.name)),
      foreignNodes: foreign.map(({ id, name, pingStatus, patchGroupTag }) => ({
        id,
        name,
        pingStatus,
        patchGroup: patchGroupTag ?? null,
      })),
      repeatedBaselines,
      windows: windows.map(({ window, windowId, servers, startedAt, status: result, reached }) => ({
        name: window,
        id: windowId,
        servers,
        lastRun: { startedAt: startedAt.toISOString(), status: result, reached: reached ?? null },
      })),
      windowsFailure: windowsFailure ?? null,
    })),
    emptyRuns: emptyRuns(status).map((run) => ({ ...run, startedAt: run.startedAt.toISOString() })),
    unreadableSubscriptions: status.unreadableSubscriptions,
    autoScaling: status.autoScaling.map(({ server, location, nodes }) => ({
      id: server.id,
      location,
      group: server.patchGroup,
      size: server.size,
      nodes,
    })),
    patchedElsewhere: status.elsewhere,
    servers: status.servers.map(serverJson),
  };
}
