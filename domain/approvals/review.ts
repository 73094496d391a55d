import type { ComplianceItemRecord, MissingRecord, ServerRecord } from "../collection/records.ts";
import { packageOfPatch } from "../packages/installed.ts";
import { worseSeverity, type Severity } from "../packages/severity.ts";
import type { Approval, Plane } from "../plane.ts";
import type { KnownAdvisories } from "../report/knownAdvisories.ts";
import { openUpdates, type OpenUpdate, type StoredUpdate } from "../report/openUpdates.ts";
import { byUrgency } from "../report/updateColumns.ts";
import { operatingSystemOf, releasesByOs, type OperatingSystem, type OsName } from "../server.ts";
import { freshnessOf } from "../status/freshness.ts";
import { byText } from "../text.ts";
import { entryFor } from "./entries.ts";
import { impactOf, type Impact } from "./impact.ts";
import { scanIdAt, scanInstant } from "./scanId.ts";

/** A server of a reviewed group, and what its last scan says. */
export interface ScannedServer {
  readonly accountId: string;
  readonly region: string;
  readonly server: ServerRecord;
  /** At least missing and failed patches, and those that no rule of the baseline approves yet. */
  readonly patches: readonly ComplianceItemRecord[];
  readonly missing: readonly MissingRecord[];
}

/** What was read of a location for a review. */
export interface ScannedLocation {
  readonly location: string;
  readonly servers: readonly ScannedServer[];
  /** Nodes that carry a reviewed group's tag although no row of the fleet file names them. */
  readonly strangers: readonly { readonly group: string; readonly node: string; readonly name: string }[];
  /** Begin of the newest collection before the scan; ages and what is new count from nothing where there is none. */
  readonly historyOf?: Date;
  /** Why the reading ended before its end; the servers that were not read by then are unknown. */
  readonly failure?: string;
}

/** How a server's last scan stands. */
export type ScanState = "fresh" | "stale" | "never" | "unknown" | "notRegistered";

/** A server as a review shows it. */
export interface ReviewedServer extends ServerRecord {
  readonly accountId: string;
  readonly region: string;
  readonly scan: ScanState;
  /** Why nothing of it is reviewed; empty where something is. */
  readonly why: string;
}

/** What a server is called; its id where it has no name. */
export function reviewedName({ name, serverId, resourceId }: ReviewedServer): string {
  return [name, resourceId, serverId].find((each) => each !== "") ?? "";
}

/** What one server would get of an update. */
export interface ReviewedInstall extends Pick<OpenUpdate, "age" | "sla" | "installed" | "since"> {
  readonly server: ReviewedServer;
}

/** One update that servers of the group lack: the same package in the same version. */
export interface ReviewedUpdate {
  readonly os: OperatingSystem;
  /** `name.arch` on Linux, `KB…` on Windows. */
  readonly id: string;
  /** What the scan offers, exactly; empty on Windows, and where the scan does not tell. */
  readonly version: string;
  /** The package's name; on Windows the update's title. */
  readonly name: string;
  readonly severity: Severity;
  /** Who says so; empty where nobody does. */
  readonly severitySource: string;
  readonly cves: readonly string[];
  /** Whether one of the CVEs is known to be exploited. */
  readonly exploited: boolean;
  readonly impact?: Impact;
  /** Whether it is missing since after the review before; undefined where that is not known. */
  readonly isNew: boolean | undefined;
  /** Whether the approvals file in force names it. */
  readonly approved: boolean;
  /** Why it cannot be approved; empty where it can. */
  readonly unapprovable: string;
  readonly on: readonly ReviewedInstall[];
}

/** What may be approved for a group, and what is known of it. */
export interface Review {
  readonly group: string;
  readonly asOf: Date;
  /** What an approvals file names as its scan: the newest scan's end, and a digest of all that the scans offer. */
  readonly scanId: string;
  /** The approvals file before, which says what is new. */
  readonly before?: Pick<Approval, "file" | "scanId" | "expires">;
  readonly servers: readonly ReviewedServer[];
  /** The most urgent first. */
  readonly updates: readonly ReviewedUpdate[];
  /** What is not known, a sentence each. */
  readonly unknowns: readonly string[];
}

const notScanned: Readonly<Record<Exclude<ScanState, "fresh" | "unknown" | "notRegistered">, string>> = {
  stale: "its last scan is older than the last scan window, or than 8 days",
  never: "it was never scanned",
};

function reviewedServer(plane: Plane, { accountId, region, server }: ScannedServer, asOf: Date): ReviewedServer {
  const place = { ...server, accountId, region };
  if (server.state !== "collected") {
    const scan = server.state === "notRegistered" ? "notRegistered" : "unknown";
    return { ...place, scan, why: server.reason };
  }
  if (server.lastScan === "") return { ...place, scan: "never", why: notScanned.never };
  const { since } = freshnessOf(plane, asOf)(server.patchGroup, server.location);
  const isFresh = Date.parse(server.lastScan) >= since.getTime();
  return { ...place, scan: isFresh ? "fresh" : "stale", why: isFresh ? "" : notScanned.stale };
}

/** What a server lacks, and what waits for its baseline. */
export const openStates: readonly string[] = ["MISSING", "FAILED", "AVAILABLE_SECURITY_UPDATE"];

/** AWS's states as collections have them after a report's view, and as the API writes them. */
function storedUpdates({ accountId, region, server, patches, missing }: ScannedServer): readonly StoredUpdate[] {
  const known = new Map(missing.map((record) => [record.Id, record]));
  const open = patches.filter(({ PatchState }) => openStates.includes(PatchState));
  return open.map((patch) => ({
    accountId,
    region,
    server,
    id: patch.Id,
    title: patch.Title,
    state: patch.PatchState.toUpperCase().replaceAll("_", ""),
    level: patch.Severity,
    severityWord: patch.PatchSeverity,
    classification: patch.Classification,
    cves: patch.CVEIds.split(",").flatMap((cve) => (cve.trim() === "" ? [] : [cve.trim()])),
    installed: known.get(patch.Id)?.installed ?? "",
    since: known.get(patch.Id)?.since ?? "",
  }));
}

function osOf({ os, release }: Pick<ServerRecord, "os" | "release">): OperatingSystem | undefined {
  return os in releasesByOs ? operatingSystemOf({ os: os as OsName, release }) : undefined;
}

function whyUnapprovable({ is, version }: OpenUpdate, os: OperatingSystem): string {
  if (is === "not approved yet") return "no rule of the baseline approves it yet, and on Windows a list adds nothing";
  if (os !== "WINDOWS" && version === "") return "the scan does not tell which version is offered";
  return "";
}

interface Offered {
  readonly update: OpenUpdate;
  readonly os: OperatingSystem;
  readonly isNew: boolean | undefined;
}

function reviewedUpdate(
  servers: ReadonlyMap<ServerRecord, ReviewedServer>,
  approval: Approval | undefined,
  offers: readonly Offered[],
): ReviewedUpdate | undefined {
  const [first] = offers;
  if (first === undefined) return undefined;
  const { os, update } = first;
  const updates = offers.map((offer) => offer.update);
  const severity = updates.map((each) => each.severity).reduce(worseSeverity);
  const name = os === "WINDOWS" ? update.title : packageOfPatch(update.id).name;
  const impact = impactOf(name, os === "WINDOWS");
  const news = new Set(offers.map(({ isNew }) => isNew));
  return {
    os,
    id: update.id,
    version: update.version,
    name,
    severity,
    severitySource: updates.find((each) => each.severity === severity)?.severitySource ?? "",
    cves: [...new Set(updates.flatMap(({ allCves }) => allCves))].sort(byText),
    exploited: updates.some(({ exploited }) => exploited),
    ...(impact === undefined ? {} : { impact }),
    isNew: news.has(true) ? true : news.has(undefined) ? undefined : false,
    approved: entryFor(approval, os, update) !== undefined,
    unapprovable: whyUnapprovable(update, os),
    on: updates.flatMap((each) => {
      const server = servers.get(each.server);
      const { installed, since, age, sla } = each;
      if (server === undefined) return [];
      return [
        { server, installed, since, ...(age === undefined ? {} : { age }), ...(sla === undefined ? {} : { sla }) },
      ];
    }),
  };
}

function scanIdOf(servers: readonly ReviewedServer[], offers: readonly Offered[], asOf: Date): string {
  const newest = servers
    .map(({ lastScan }) => lastScan)
    .toSorted(byText)
    .at(-1);
  const lines = offers.map(({ update: { server, id, title } }) => JSON.stringify([server.resourceId, id, title]));
  return scanIdAt(newest === undefined || newest === "" ? asOf : new Date(newest), lines);
}

function unknownsOf(
  group: string,
  locations: readonly ScannedLocation[],
  offers: readonly Offered[],
): readonly string[] {
  const offering = new Set(offers.map(({ update }) => update.server.location));
  const unaged = locations.filter(({ location, historyOf }) => historyOf === undefined && offering.has(location));
  const strangers = locations.flatMap((each) => each.strangers).filter((each) => each.group === group);
  return [
    ...unaged.map(
      ({ location }) =>
        `Ages and what is new in ${location}: there is no earlier collection, so ages count from this scan; \`npx patchplane collect\` makes one.`,
    ),
    ...strangers.map(
      ({ node, name }) =>
        `${name === "" ? node : `${name} (${node})`} carries the group's tag and gets what is approved, but no row of the fleet file names it: what it lacks is not shown.`,
    ),
  ];
}

/** When an approval was reviewed: its scan's end, else the day that its file is named by. */
export function reviewedAt(approval: Approval): Date | undefined {
  const day = /(\d{4}-\d{2}-\d{2})\.yaml$/.exec(approval.file)?.[1];
  return scanInstant(approval.scanId) ?? (day === undefined ? undefined : new Date(`${day}T00:00:00Z`));
}

/**
 * Judges what the last scans of a group's servers offer: what could be approved, how bad it is and how long it waits.
 * Only scans that are fresh by the stack's own scan windows count; a server without one is named and nothing of it is
 * reviewed.
 * @param known - what an advisory snapshot says of updates
 */
export function reviewOf(
  plane: Plane,
  group: string,
  locations: readonly ScannedLocation[],
  known: KnownAdvisories,
  asOf: Date,
): Review {
  const approval = plane.approvals[group];
  const before = approval === undefined ? undefined : reviewedAt(approval);
  const servers = new Map<ServerRecord, ReviewedServer>();
  const stored: { readonly stored: StoredUpdate; readonly os: OperatingSystem; readonly isNew: boolean | undefined }[] =
    [];
  for (const { historyOf, ...location } of locations) {
    for (const scanned of location.servers.filter(({ server }) => server.patchGroup === group)) {
      const reviewed = reviewedServer(plane, scanned, asOf);
      servers.set(scanned.server, reviewed);
      const os = osOf(scanned.server);
      if (reviewed.scan !== "fresh" || os === undefined) continue;
      const since = new Map(scanned.missing.map(({ Id, titleSince }) => [Id, titleSince]));
      for (const update of storedUpdates(scanned)) {
        const first = Date.parse(since.get(update.id) ?? "");
        // Without an earlier collection it is not known what that review knew of.
        const isKnown = before !== undefined && historyOf !== undefined;
        stored.push({
          stored: update,
          os,
          isNew: isKnown && !Number.isNaN(first) ? first > before.getTime() : undefined,
        });
      }
    }
  }
  const judged = openUpdates(
    plane,
    stored.map((each) => each.stored),
    known.offeredBy,
    asOf,
  );
  const offers = judged
    .flatMap((update, index): readonly Offered[] => {
      const at = stored[index];
      return at === undefined ? [] : [{ update, os: at.os, isNew: at.isNew }];
    })
    .toSorted((a, b) => byUrgency(a.update, b.update) || byText(a.update.id, b.update.id));
  const same = Map.groupBy(offers, ({ os, update: { id, title } }) => JSON.stringify([os, id, title]));
  const updates = [...same.values()].flatMap((each) => reviewedUpdate(servers, approval, each) ?? []);
  const all = [...servers.values()].toSorted((a, b) => byText(a.name, b.name) || byText(a.serverId, b.serverId));
  const unclear = offers.filter(({ update }) => update.severity === "unknown").map(({ update }) => update.server.os);
  return {
    group,
    asOf,
    scanId: scanIdOf(all, offers, asOf),
    ...(approval === undefined ? {} : { before: approval }),
    servers: all,
    updates,
    unknowns: [...known.gaps(unclear), ...unknownsOf(group, locations, offers)],
  };
}
