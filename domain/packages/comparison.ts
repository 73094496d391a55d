import type { ApplicationRecord, ComplianceItemRecord, ServerState } from "../collection/records.ts";
import type { OsName } from "../server.ts";
import { byText } from "../text.ts";
import { minute } from "../time.ts";
import { packageChanges, type PackageChange } from "./changes.ts";
import { installedPackages, isInstalledState, packagesOfPatches } from "./installed.ts";

/** Why a server's packages before and after cannot be compared, with the words that a report uses. */
export const noComparison = {
  newServer: "it is new: the earlier collection has no node of it",
  noDataBefore: "the earlier collection has no inventory of it",
  noDataAfter: "the later collection has no inventory of it",
  agentTooOld: "its agent is too old for before and after: it leaves out the release of its packages",
  capturedAfterStart: "its inventory before was captured after the run had begun",
  capturedBeforeEnd: "its inventory was captured before the run had ended, and no later one is there",
  capturedBeforeInstall:
    "its inventory was captured before its last installation had ended: what that changed is not known",
  sameInventory: "both collections have the same inventory of it: none was captured between them",
  clockAhead: "its clock is ahead: it says that its inventory was captured after it was collected",
} as const;

/** A key of {@link noComparison}. */
export type NoComparison = keyof typeof noComparison;

/** What a collection has of one node; a collection that does not know the node has nothing of it. */
export interface CollectedNode {
  /** When the collection ended. */
  readonly collectedAt: Date;
  readonly state: ServerState;
  readonly applications: readonly ApplicationRecord[];
  readonly patches: readonly ComplianceItemRecord[];
}

/** The run that a comparison is about. */
export interface RunTime {
  readonly started: Date;
  readonly ended: Date;
}

/**
 * What changed on a server, and where that is from: from two inventories; from the report that the run itself made when
 * it ended (on Linux it knows no removals; on Windows it is all that there is); or why nothing can be said.
 */
export type Comparison =
  | {
      readonly basis: "inventory" | "patches";
      readonly changes: readonly PackageChange[];
      /** Why there may be more of them; left out where these are all. */
      readonly incomplete?: NoComparison;
    }
  | { readonly basis: "none"; readonly reason: NoComparison };

/** How far a node's clock may be off before nothing that it says about times counts. */
export const clockTolerance = 5 * minute;

function capturedAt(rows: readonly ApplicationRecord[]): number {
  return Math.max(...rows.map(({ captureTime }) => Date.parse(captureTime)));
}

function faultOf(os: OsName, { applications, collectedAt, state }: CollectedNode, missing: NoComparison) {
  if (state !== "collected" || applications.length === 0) return missing;
  const isRpm = os === "amazon-linux";
  if (isRpm && applications.some(({ Release }) => Release === undefined || Release === "")) return "agentTooOld";
  return capturedAt(applications) > collectedAt.getTime() + clockTolerance ? "clockAhead" : undefined;
}

function faultBefore(os: OsName, before: CollectedNode | undefined, run: RunTime | undefined) {
  if (before === undefined || before.state === "notRegistered") return "newServer";
  const fault = faultOf(os, before, "noDataBefore");
  if (fault !== undefined || run === undefined) return fault;
  return capturedAt(before.applications) > run.started.getTime() ? "capturedAfterStart" : undefined;
}

function faultAfter(os: OsName, after: CollectedNode | undefined, run: RunTime | undefined) {
  if (after === undefined) return "noDataAfter";
  const fault = faultOf(os, after, "noDataAfter");
  if (fault !== undefined || run === undefined) return fault;
  return capturedAt(after.applications) < run.ended.getTime() ? "capturedBeforeEnd" : undefined;
}

/** Where no inventory was captured in between, "nothing changed" would be a guess. */
function faultBetween(before: CollectedNode | undefined, after: CollectedNode | undefined) {
  if (before === undefined || after === undefined) return undefined;
  return capturedAt(after.applications) <= capturedAt(before.applications) ? "sameInventory" : undefined;
}

/** Whether the node's patches are as a run left them: the report of its last operation ended within the run or later. */
function isReportedSince({ patches }: CollectedNode, { started }: RunTime): boolean {
  return patches.length > 0 && patches.every(({ ExecutionTime }) => Date.parse(ExecutionTime) >= started.getTime());
}

/** Updates that Windows has and had not. Those it no longer lists may be superseded: that is no removal. */
function windowsChanges(before: CollectedNode, after: CollectedNode): readonly PackageChange[] {
  const had = new Set(before.patches.filter(({ PatchState }) => isInstalledState(PatchState)).map(({ Id }) => Id));
  const has = after.patches.filter(({ PatchState }) => isInstalledState(PatchState)).map(({ Id }) => Id);
  return [...new Set(has)]
    .filter((id) => !had.has(id))
    .sort(byText)
    .map((id) => ({ name: id, architecture: "", after: id, kind: "installed" }));
}

function comparedOnWindows(
  before: CollectedNode | undefined,
  after: CollectedNode | undefined,
  run: RunTime | undefined,
): Comparison {
  if (before === undefined || before.state === "notRegistered") return { basis: "none", reason: "newServer" };
  if (before.state !== "collected" || before.patches.length === 0) return { basis: "none", reason: "noDataBefore" };
  if (after?.state !== "collected" || after.patches.length === 0) return { basis: "none", reason: "noDataAfter" };
  if (run !== undefined && !isReportedSince(after, run)) return { basis: "none", reason: "capturedBeforeEnd" };
  return { basis: "patches", changes: windowsChanges(before, after) };
}

/**
 * Compares what two collections have of one node, whatever happened between them. Where its inventory is older than its
 * last installation, the patch report of that is used, or what it changed is not known.
 *
 * @param lastInstall - the last installation that was on it before the second collection, if there was one
 */
export function compareWhatever(
  os: OsName,
  before: CollectedNode | undefined,
  after: CollectedNode | undefined,
  lastInstall?: RunTime,
): Comparison {
  const whole = compareCollected(os, before, after);
  const isStale =
    lastInstall !== undefined && after !== undefined && capturedAt(after.applications) < lastInstall.ended.getTime();
  if (os === "windows-server" || whole.basis === "none" || !isStale) return whole;
  const byReport = compareCollected(os, before, after, lastInstall);
  return byReport.basis === "none" ? { ...whole, incomplete: "capturedBeforeInstall" } : byReport;
}

/**
 * Compares what two collections have of one node. For a run, "before" has to be captured before it began and "after"
 * after it ended: an inventory is as old as its association's last run, and a collection that is made right after a
 * window holds packages of the day before. Where the inventory is too old, the run's own patch report is used.
 *
 * @param run - left out where the collections are compared whatever happened between them
 */
export function compareCollected(
  os: OsName,
  before: CollectedNode | undefined,
  after: CollectedNode | undefined,
  run?: RunTime,
): Comparison {
  if (os === "windows-server") return comparedOnWindows(before, after, run);
  const reason = faultBefore(os, before, run) ?? faultAfter(os, after, run) ?? faultBetween(before, after);
  if (before === undefined || after === undefined) return { basis: "none", reason: reason ?? "noDataAfter" };
  const had = installedPackages(os, before.applications);
  if (reason === undefined) {
    return { basis: "inventory", changes: packageChanges(os, had, installedPackages(os, after.applications)) };
  }
  const isUsable = (reason === "capturedBeforeEnd" || reason === "noDataAfter") && after.state === "collected";
  if (!isUsable || run === undefined || !isReportedSince(after, run)) return { basis: "none", reason };
  const has = packagesOfPatches(os, after.patches, had);
  const changes = packageChanges(os, had, has).filter(({ kind }) => kind !== "removed");
  return { basis: "patches", changes };
}
