import type {
  ComplianceItemRecord,
  PatchSummaryRecord,
  RunRecord,
  ServerRecord,
} from "../../domain/collection/records.ts";
import type { Comparison } from "../../domain/packages/comparison.ts";
import { runOutcome } from "../../domain/packages/outcome.ts";
import type { Plane } from "../../domain/plane.ts";
import type { RunLimits, RunServer } from "../../domain/report/outcomeReport.ts";
import { plannedLocation } from "../../domain/stack/plannedLocation.ts";
import { byText } from "../../domain/text.ts";
import { comparedServers, newestRecord, readRows, type ComparisonQuestion } from "./compared.ts";
import type { Engine, Row } from "./engine.ts";
import { get, isAsked, isOfNode, isOfRun, nodeKey, placeIn, runRecord } from "./rows.ts";

const placeKey = (row: Row): string => `${get(row, "account_id")} ${get(row, "region")}`;

/** A run's outcome on the servers of a question, and how long its windows may take. */
export interface OutcomeAnswer {
  readonly servers: readonly RunServer[];
  readonly limits: readonly RunLimits[];
  /** Whether the run met no node at all. */
  readonly isEmpty: boolean;
}

/** The windows of the stack that a run's records are of, in the locations in which it ran. */
function windowsOf(plane: Plane, servers: readonly Row[], records: readonly Row[]) {
  const places = new Set(records.map(placeKey));
  const there = servers.filter((row) => places.has(placeKey(row))).map((row) => get(row, "location"));
  const names = [...new Set(records.map((row) => get(row, "window_name")))].sort(byText);
  return [...new Set(there)].sort(byText).flatMap((name) => {
    const location = plane.locations[name];
    const planned = location === undefined ? undefined : plannedLocation(plane, location).windows;
    return names.flatMap((window) => planned?.get(window)?.window ?? []).map((window) => ({ location: name, window }));
  });
}

/** What the stack file calls each of the stack's windows, by what AWS calls it. */
function shortNames(plane: Plane): ReadonlyMap<string, string> {
  const planned = Object.values(plane.locations).flatMap((location) => [...plannedLocation(plane, location).windows]);
  return new Map(planned.map(([name, { window }]) => [name, window.name]));
}

function summaryOf(row: Row | undefined): PatchSummaryRecord | undefined {
  if (row === undefined || get(row, "operation_ended") === "") return undefined;
  return {
    resourceId: get(row, "resource_id"),
    PatchGroup: get(row, "patch_group"),
    BaselineId: get(row, "baseline_id"),
    SnapshotId: "",
    OperationType: get(row, "operation"),
    OperationStartTime: "",
    OperationEndTime: get(row, "operation_ended"),
    RebootOption: "",
    InstalledCount: "",
    InstalledOtherCount: "",
    InstalledPendingRebootCount: get(row, "pending_reboot"),
    InstalledRejectedCount: get(row, "rejected"),
    MissingCount: get(row, "missing"),
    FailedCount: get(row, "failed"),
    CriticalNonCompliantCount: "",
    SecurityNonCompliantCount: "",
    OtherNonCompliantCount: "",
  };
}

function failedPatch(row: Row): ComplianceItemRecord {
  const rest = { Severity: "", PatchSeverity: "", Classification: "", PatchGroup: "", CVEIds: "", InstalledTime: "" };
  return {
    resourceId: get(row, "resource_id"),
    Id: get(row, "patch_id"),
    Title: get(row, "title"),
    Status: "NON_COMPLIANT",
    PatchState: get(row, "patch_state"),
    ExecutionTime: "",
    ExecutionId: "",
    ...rest,
  };
}

/** A server that the later collection lacks is not gone: nobody knows how it stands. */
function asOfAfter(row: Row): ServerRecord {
  const server = newestRecord(row);
  if (get(row, "state_after") !== "") return server;
  return { ...server, state: "unknown", reason: "the collection after the run does not have it" };
}

function times(runs: readonly RunRecord[]): Pick<RunServer, "started" | "ended" | "commands"> {
  const sorted = (texts: readonly string[]): readonly string[] => texts.filter((text) => text !== "").toSorted(byText);
  return {
    started: sorted(runs.map(({ started }) => started))[0] ?? "",
    ended: sorted(runs.map(({ ended }) => ended)).at(-1) ?? "",
    commands: [...new Set(runs.map(({ commandId }) => commandId))].sort(byText),
  };
}

const notCompared: Comparison = { basis: "none", reason: "noDataAfter" };

/** What a run came to on every server that it touched, or that one of its windows is for. */
export async function runServers(
  engine: Engine,
  plane: Plane,
  question: ComparisonQuestion & { readonly run: string },
): Promise<OutcomeAnswer> {
  const { after, run } = question;
  const read = await readRows(engine, question);
  const { servers: known } = read;
  const records = read.runs.filter((row) => isOfRun(row, run));
  const runs = Map.groupBy(records.filter(isOfNode), nodeKey);
  const windows = windowsOf(plane, known, records);
  const windowNames = shortNames(plane);
  const compared = new Map(
    (await comparedServers(engine, question, read)).map((each) => [
      `${each.accountId} ${each.region} ${each.server.resourceId}`,
      each,
    ]),
  );
  const counts = new Map((await engine.rows("compliance", { after })).map((row) => [nodeKey(row), row]));
  const failed = Map.groupBy(
    (await engine.rows("needed", { after })).filter((row) => get(row, "patch_state") === "FAILED"),
    nodeKey,
  );
  const isFor = (row: Row): boolean =>
    windows.some(({ location, window }) => {
      return location === get(row, "location") && window.groups.includes(get(row, "patch_group"));
    });
  const readable = new Set([...counts.values()].map(placeKey));
  const servers = known
    .filter((row) => isAsked(question, row) && (runs.has(nodeKey(row)) || isFor(row)))
    // A node that a readable location does not list any more was replaced or taken away.
    .filter((row) => runs.has(nodeKey(row)) || get(row, "state_after") !== "" || !readable.has(placeKey(row)))
    .map((row): RunServer => {
      const own = (runs.get(nodeKey(row)) ?? []).map(runRecord);
      const summary = summaryOf(counts.get(nodeKey(row)));
      const { comparison = notCompared, runs: installs = [] } = compared.get(nodeKey(row)) ?? {};
      const ownRuns = new Set(own.map(({ runId }) => runId));
      const server = asOfAfter(row);
      const result = runOutcome({
        server,
        runs: own,
        ...(summary === undefined ? {} : { summary }),
        patches: (failed.get(nodeKey(row)) ?? []).map(failedPatch),
        comparison,
      });
      return {
        ...placeIn(row),
        server,
        result,
        ...(comparison.basis === "none" ? {} : { changed: comparison.changes.length }),
        ...(summary === undefined ? {} : { missing: Number(summary.MissingCount) }),
        ...times(own),
        others: installs.flatMap(({ runId, window }) =>
          ownRuns.has(runId) ? [] : [windowNames.get(window) ?? (window === "" ? runId : window)],
        ),
      };
    });
  const limits = windows.map(({ location, window }) => ({
    location,
    window: window.name,
    durationMinutes: window.durationHours * 60,
    cutoffMinutes: (window.durationHours - window.cutoffHours) * 60,
  }));
  return { servers, limits, isEmpty: records.length > 0 && runs.size === 0 };
}
