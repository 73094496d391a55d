import type { ComplianceItemRecord, RunRecord, ServerRecord } from "../collection/records.ts";
import { isInstalledSince, isInstalledState } from "../packages/installed.ts";
import type { Approval, Plane } from "../plane.ts";
import type { OperatingSystem } from "../server.ts";
import type { NodeResult } from "../runs/runRecord.ts";
import type { Outcome } from "../status/outcome.ts";
import { packageFamily } from "../stack/baselineFilters.ts";
import { byText, counted, firstOf } from "../text.ts";
import { day } from "../time.ts";
import { reviewedAt, type ScannedServer } from "./review.ts";
import {
  entriesOn,
  osOf,
  versionOf,
  type FoundPatch,
  type SeenEntries,
  type VerifiedEntry,
} from "./verifiedEntries.ts";

/** Why something was installed: along with the list, by Patch Manager for itself, or by nobody's approval. */
export type ChangeKind = "dependency" | "patchManager" | "unapproved";

/** Something that was installed since the review and that no entry names. */
export interface VerifiedChange extends FoundPatch {
  readonly kind: ChangeKind;
  readonly at: string;
  /** Id of the command that installed in that time; undefined where none is known. */
  readonly command?: string;
}

/** How a server stands after a run. `look`: somebody has to, and the reason says why. */
export const verdicts = ["failed", "look", "pendingReboot", "patched", "nothingToDo"] as const;
export type VerifiedVerdict = (typeof verdicts)[number];

/** A server, judged by its own state and not by how its command ended. */
export interface VerifiedServer {
  readonly server: ServerRecord;
  readonly verdict: VerifiedVerdict;
  /** In words, each on its own; none where the verdict says it all. */
  readonly reasons: readonly string[];
  readonly run?: RunRecord;
  readonly entries: readonly VerifiedEntry[];
  readonly changes: readonly VerifiedChange[];
}

/** What is known of one server. */
export interface VerifyEvidence {
  /** With what is installed. */
  readonly scanned: ScannedServer;
  /** The newest installation that was sent to it. */
  readonly run?: RunRecord;
  /** Every installation that was sent to it since, oldest first. */
  readonly installs?: readonly RunRecord[];
  /** What that came to, in words. */
  readonly result?: NodeResult;
  /** A scan from before is too old to judge by. */
  readonly freshSince?: Date;
  /** Why the new scan of it failed; left out where it did not, or none was asked for. */
  readonly scanFailure?: string;
}

/** What a verification is about. */
export interface VerifyQuestion {
  /** The newest approvals file, expired or not; undefined where there is none. */
  readonly approval: Approval | undefined;
  /** Whether what is installed has to be approved. */
  readonly isReviewed: boolean;
  /** What was installed before is no business of this verification. */
  readonly since: Date;
  /** Of `seenEntries`; without it an approved version that a server does not show has left its repository. */
  readonly seen?: SeenEntries;
}

const mostNamed = 5;
/** How far back is looked where no review says it. */
const usualDays = 7;

/**
 * Whether Patch Manager keeps a package up to date for itself, at scans too, whatever is approved.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-linux-rules.html
 */
function isPatchManagers(os: OperatingSystem, id: string): boolean {
  return packageFamily(os) === "apt" && /^(?:python3-apt|python-apt-common)(?:\.|$)/.test(id);
}

/** Whether something may have come with a run. */
function mayBeOf(row: ComplianceItemRecord, { started, ended }: RunRecord): boolean {
  return (
    isInstalledSince(row, new Date(started)) && (ended === "" || Date.parse(row.InstalledTime) <= Date.parse(ended))
  );
}

/**
 * What was installed since and is not approved. Systems Manager does not say why a package came: what came along with
 * approved ones, in the same run, is taken for their dependency; on Windows nothing comes along. A package that the file
 * names in another version may not even come along.
 */
function changesOn(
  { scanned: { patches }, run, installs = [] }: VerifyEvidence,
  { approval, since }: VerifyQuestion,
  os: OperatingSystem,
  entries: readonly VerifiedEntry[],
): readonly VerifiedChange[] {
  const list = Object.values(approval?.patches ?? {}).flat();
  const named = new Set(list.map(({ id }) => id));
  const isApproved = (id: string, version: string): boolean =>
    list.some((entry) => entry.id === id && (entry.title === undefined || entry.title === version));
  const hasRun = entries.some(({ state }) => state === "installed");
  return patches
    .filter((row) => isInstalledState(row.PatchState) && isInstalledSince(row, since))
    .map((row) => ({ row, id: row.Id, version: versionOf(row) }))
    .filter(({ id, version }) => !isApproved(id, version))
    .map(({ row, id, version }) => {
      const cameAlong = os !== "WINDOWS" && hasRun && !named.has(id) && run !== undefined && mayBeOf(row, run);
      const kind: ChangeKind = isPatchManagers(os, id) ? "patchManager" : cameAlong ? "dependency" : "unapproved";
      const command = installs.findLast((each) => mayBeOf(row, each))?.commandId;
      return { id, version, at: row.InstalledTime, kind, ...(command === undefined ? {} : { command }) };
    })
    .toSorted((a, b) => byText(a.id, b.id));
}

function namesOf(found: readonly FoundPatch[]): string {
  return firstOf(
    found.map(({ id, version }) => (version === "" ? id : `${id} ${version}`)),
    mostNamed,
  );
}

/** Why nothing can be said of a server; undefined where something can. */
function unknownBecause({
  scanned: { server },
  run,
  scanFailure,
  freshSince = new Date(0),
}: VerifyEvidence): string | undefined {
  if (server.state === "unknown") return `it could not be read: ${server.reason}`;
  if (server.state === "notRegistered") return server.reason;
  if (server.pingStatus !== "Online") return `its agent is silent: ${server.pingStatus}`;
  if (scanFailure !== undefined) return `the new scan failed: ${scanFailure}`;
  if (server.lastScan === "") return "it was never scanned";
  if (run !== undefined && run.ended !== "" && Date.parse(server.lastScan) < Date.parse(run.ended))
    return `its last report, of ${server.lastScan}, is older than the run`;
  if (Date.parse(server.lastScan) < freshSince.getTime())
    return `its last scan, of ${server.lastScan}, is too old to judge by: scan it anew`;
  return undefined;
}

interface Found {
  readonly entries: readonly VerifiedEntry[];
  readonly changes: readonly VerifiedChange[];
}

function failures({ scanned: { patches }, result }: VerifyEvidence, { entries }: Found): readonly string[] {
  const failed = patches.filter(({ PatchState }) => PatchState === "FAILED");
  const missing = entries.filter(({ state }) => state === "missing");
  return [
    ...(result === undefined || result.outcome === "done"
      ? []
      : [result.reason === "" ? `the run: ${result.outcome}` : result.reason]),
    ...(failed.length === 0
      ? []
      : [
          `${counted(failed.length, "patch", "patches")} failed to install: ${namesOf(failed.map((row) => ({ id: row.Id, version: versionOf(row) })))}`,
        ]),
    // A run ends with 0 also where it installed nothing.
    ...(missing.length === 0 ? [] : [`approved, offered and not installed: ${namesOf(missing)}`]),
  ];
}

function toLookAt({ entries, changes }: Found): readonly string[] {
  const gone = entries.filter(({ state }) => state === "notOffered");
  const unapproved = changes.filter(({ kind }) => kind === "unapproved");
  return [
    ...(unapproved.length === 0 ? [] : [`installed without approval: ${namesOf(unapproved)}`]),
    ...(gone.length === 0 ? [] : [`approved and no longer offered: ${namesOf(gone)}`]),
  ];
}

/** Which installed patches {@link verifyServer} looks at: of the hundreds of a server those alone need be kept. */
export function isJudged({ approval, since }: VerifyQuestion): (patch: ComplianceItemRecord) => boolean {
  const named = new Set(Object.values(approval?.patches ?? {}).flatMap((list) => list.map(({ id }) => id)));
  return (row) => named.has(row.Id) || row.PatchState === "INSTALLED_PENDING_REBOOT" || isInstalledSince(row, since);
}

/** Judges one server: by what is installed there now, not by how the command ended. */
export function verifyServer(evidence: VerifyEvidence, question: VerifyQuestion): VerifiedServer {
  const { scanned, run } = evidence;
  const { server, patches } = scanned;
  const about = { server, ...(run === undefined ? {} : { run }) };
  const os = osOf(server);
  const unknown = os === undefined ? "its operating system is not known" : unknownBecause(evidence);
  if (os === undefined || unknown !== undefined)
    return { ...about, verdict: "look", reasons: [unknown ?? ""], entries: [], changes: [] };
  const entries = entriesOn(patches, { os, release: server.release }, question);
  const changes = !question.isReviewed ? [] : changesOn(evidence, question, os, entries);
  const found = { entries, changes };
  const failed = failures(evidence, found);
  if (failed.length > 0) return { ...about, verdict: "failed", reasons: [...failed, ...toLookAt(found)], ...found };
  const look = toLookAt(found);
  if (look.length > 0) return { ...about, verdict: "look", reasons: look, ...found };
  const pending = patches.filter(({ PatchState }) => PatchState === "INSTALLED_PENDING_REBOOT");
  if (pending.length > 0) {
    const reason = `${counted(pending.length, "patch is", "patches are")} in use after a reboot only`;
    return { ...about, verdict: "pendingReboot", reasons: [reason], ...found };
  }
  const installed = patches.some((row) => isInstalledState(row.PatchState) && isInstalledSince(row, question.since));
  return { ...about, verdict: installed ? "patched" : "nothingToDo", reasons: [], ...found };
}

/** The newest installation on each node, of some runs' records. */
export function newestInstalls(runs: readonly RunRecord[]): ReadonlyMap<string, RunRecord> {
  const newest = new Map<string, RunRecord>();
  for (const run of runs.toSorted((a, b) => byText(a.started, b.started)))
    if (run.operation === "Install" && run.resourceId !== "") newest.set(run.resourceId, run);
  return newest;
}

/** How the command ends. */
export function verifiedOutcome(servers: readonly VerifiedServer[], failures: number): Outcome {
  if (failures > 0) return "unreadable";
  const isFine = ({ verdict }: VerifiedServer): boolean => verdict === "patched" || verdict === "nothingToDo";
  return servers.every(isFine) ? "fine" : "findings";
}

/** From when on what was installed has to be approved: the end of the scan that was reviewed, else the file's day. */
export function verifiedSince({ approvals }: Pick<Plane, "approvals">, group: string, asOf: Date): Date {
  const approval = approvals[group];
  return (approval === undefined ? undefined : reviewedAt(approval)) ?? new Date(asOf.getTime() - usualDays * day);
}
