import type { ServerRecord } from "../collection/records.ts";
import {
  comingRuns,
  patchAge,
  runsFor,
  slaOf,
  type ComingRun,
  type MissingPatch,
  type PatchAge,
  type PatchSla,
} from "../packages/ages.ts";
import { severityOfPatch, type Severity } from "../packages/severity.ts";
import type { Plane } from "../plane.ts";
import { releasesByOs, type OsName, type Server } from "../server.ts";
import type { Mended } from "./comparedServers.ts";

/** An update that a server lacks, or that its baseline keeps out, as a collection has it. */
export interface StoredUpdate {
  readonly accountId: string;
  readonly region: string;
  readonly server: ServerRecord;
  readonly id: string;
  /** `name.arch:version` on Linux, a sentence on Windows. */
  readonly title: string;
  /** AWS's state in capitals without underscores; empty where it was last known of a server that could not be read. */
  readonly state: string;
  readonly level: string;
  /** The package source's own word. */
  readonly severityWord: string;
  readonly classification: string;
  /** CVEs that Systems Manager names. */
  readonly cves: readonly string[];
  /** What is installed of it, as `MissingRecord` has it; empty where that is not known. */
  readonly installed: string;
  /** When it was first seen missing; empty for what the baseline keeps out. */
  readonly since: string;
  /** Days that the stack asked for when it was collected; left out where that is not known, or it asks for none. */
  readonly stackDays?: number;
}

/** Why an update is not simply missing. */
export type UpdateState = "missing" | "failed" | "rejected" | "not approved yet";

/** An update that somebody waits for, judged. */
export interface OpenUpdate extends StoredUpdate {
  readonly is: UpdateState;
  /** Exact version on Linux; empty on Windows. */
  readonly version: string;
  readonly severity: Severity;
  readonly severitySource: string;
  readonly allCves: readonly string[];
  readonly exploited: boolean;
  /** Left out for what the baseline keeps out: no time limit counts for it. */
  readonly age?: PatchAge;
  readonly sla?: PatchSla;
}

/** What an update on offer would mend on a server. */
export type OfferedBy = (update: StoredUpdate, version: string) => Mended;

const states: Readonly<Record<string, UpdateState>> = {
  FAILED: "failed",
  INSTALLEDREJECTED: "rejected",
  AVAILABLESECURITYUPDATE: "not approved yet",
};

function isKept(state: UpdateState): boolean {
  return state === "rejected" || state === "not approved yet";
}

/** What the fleet file says of a server; what the collection says where no row names it. */
function placed(plane: Plane, rows: ReadonlyMap<string, Server>, { server }: StoredUpdate) {
  const row = rows.get(server.serverId);
  if (row !== undefined) return { server: row, location: server.location };
  const os = server.os in releasesByOs ? (server.os as OsName) : undefined;
  if (os === undefined) return undefined;
  const known: Pick<Server, "patchGroup" | "environment" | "os" | "release"> = {
    patchGroup: server.patchGroup,
    environment: plane.environment,
    os,
    release: server.release,
  };
  return { server: known, location: server.location };
}

/** The judged severity: an advisory's before Systems Manager's own, `unknown` where neither says one. */
function severityOf(update: StoredUpdate, mended: Mended): Pick<OpenUpdate, "severity" | "severitySource"> {
  if (mended.severity !== "unknown") return { severity: mended.severity, severitySource: mended.severitySource };
  const os = update.server.os;
  const severity = os in releasesByOs ? severityOfPatch(os as OsName, update.severityWord) : "unknown";
  return { severity, severitySource: severity === "unknown" ? "" : "Systems Manager" };
}

/** How long what a server lacks may wait, and which runs may take it; undefined where no time limit counts for it. */
export type LimitOf = (
  update: StoredUpdate,
  patch: MissingPatch,
) => { readonly sla: PatchSla; readonly coming: readonly ComingRun[] } | undefined;

/** Judges what servers lack, by whatever says how long it may wait. */
export function judgedUpdates(
  updates: readonly StoredUpdate[],
  offeredBy: OfferedBy,
  asOf: Date,
  limitOf: LimitOf,
): readonly OpenUpdate[] {
  return updates.map((update) => {
    const { id, title, state, level, since } = update;
    const version = title.startsWith(`${id}:`) ? title.slice(id.length + 1) : "";
    const mended = offeredBy(update, version);
    const is = states[state] ?? "missing";
    const judged = {
      ...update,
      is,
      version,
      ...severityOf(update, mended),
      allCves: [...new Set([...update.cves, ...mended.cves])].sort(),
      exploited: mended.exploited,
    };
    if (isKept(is) || since === "") return judged;
    const patch = {
      id,
      ...(version === "" ? {} : { version }),
      since: new Date(since),
      level,
      severity: judged.severity,
      exploited: judged.exploited,
    };
    const limit = limitOf(update, patch);
    if (limit === undefined) return judged;
    return { ...judged, sla: limit.sla, age: patchAge(patch.since, limit.sla.days, asOf, limit.coming) };
  });
}

/** Judges what servers lack: how bad, how old, until when, and which window will take it. */
export function openUpdates(
  plane: Plane,
  updates: readonly StoredUpdate[],
  offeredBy: OfferedBy,
  asOf: Date,
): readonly OpenUpdate[] {
  const runs = new Map<string, readonly ComingRun[]>();
  const runsOf = (group: string, location: string): readonly ComingRun[] => {
    const key = `${location} ${group}`;
    const known = runs.get(key) ?? (location in plane.locations ? comingRuns(plane, group, location, asOf) : []);
    runs.set(key, known);
    return known;
  };
  const rows = new Map(plane.fleet.map((server) => [server.id, server]));
  return judgedUpdates(updates, offeredBy, asOf, (update, patch) => {
    const at = placed(plane, rows, update);
    if (at === undefined) return undefined;
    const { patchGroup, location } = update.server;
    return { sla: slaOf(plane, at, patch), coming: runsFor(plane, at, patch, runsOf(patchGroup, location)) };
  });
}
