import type { ComplianceItemRecord, ServerRecord } from "../collection/records.ts";
import { isInstalledSince, isInstalledState } from "../packages/installed.ts";
import type { Approval, ApprovedPatch } from "../plane.ts";
import { operatingSystemOf, releasesByOs, type OperatingSystem, type OsName } from "../server.ts";
import { byText } from "../text.ts";
import type { ScannedServer } from "./review.ts";

/** What became of an approved patch on a server that has, or lacks, its package. */
export type EntryState = "installed" | "missing" | "failed" | "notOffered";

/** A patch of a server, in its version. */
export interface FoundPatch {
  readonly id: string;
  /** Of a Linux package; empty on Windows. */
  readonly version: string;
}

/** An approved patch on one server. */
export interface VerifiedEntry extends FoundPatch {
  readonly state: EntryState;
  /** What is there, or offered, instead; empty where nothing is. */
  readonly instead: string;
}

/** Releases of an operating system on whose servers an approved patch is, or is offered, in exactly its version. */
export type SeenEntries = ReadonlyMap<string, ReadonlySet<string>>;

/** What entries are held against. */
interface EntriesQuestion {
  readonly approval: Approval | undefined;
  readonly since: Date;
  readonly seen?: SeenEntries;
}

/** The operating system of a server, as AWS calls it; undefined where none of the known is meant. */
export function osOf({ os, release }: Pick<ServerRecord, "os" | "release">): OperatingSystem | undefined {
  return os in releasesByOs ? operatingSystemOf({ os: os as OsName, release }) : undefined;
}

/** Version of a Linux package, of its row's title; empty on Windows. */
export function versionOf({ Id, Title }: Pick<ComplianceItemRecord, "Id" | "Title">): string {
  return Title.startsWith(`${Id}:`) ? Title.slice(Id.length + 1) : "";
}

/** Whether it is offered, or failed, and is not there. */
export function isOpen({ PatchState }: ComplianceItemRecord): boolean {
  return PatchState === "MISSING" || PatchState === "FAILED";
}

function entryKey(os: OperatingSystem, { id, title = "" }: ApprovedPatch): string {
  return JSON.stringify([os, id, title]);
}

function isExactly(row: ComplianceItemRecord, { id, title }: ApprovedPatch): boolean {
  return row.Id === id && (title === undefined || versionOf(row) === title);
}

/** Which approved versions are of which releases: a file names a package once for each release that it is offered on. */
export function seenEntries(
  all: readonly { readonly scanned: ScannedServer }[],
  approval: Approval | undefined,
): SeenEntries {
  const seen = new Map<string, Set<string>>();
  for (const { scanned } of all) {
    const os = osOf(scanned.server);
    const list = os === undefined ? [] : (approval?.patches[os] ?? []);
    if (os === undefined || list.length === 0) continue;
    const rows = Map.groupBy(scanned.patches, ({ Id }) => Id);
    for (const entry of list) {
      if (!(rows.get(entry.id) ?? []).some((row) => isExactly(row, entry))) continue;
      const key = entryKey(os, entry);
      seen.set(key, (seen.get(key) ?? new Set()).add(scanned.server.release));
    }
  }
  return seen;
}

/** What became of an entry on a server that shows it exactly. */
function exactEntry(rows: readonly ComplianceItemRecord[], entry: ApprovedPatch): VerifiedEntry | undefined {
  const exact = rows.filter((row) => isExactly(row, entry));
  const of = (state: EntryState): VerifiedEntry => {
    return { id: entry.id, version: entry.title ?? "", state, instead: "" };
  };
  if (exact.some(({ PatchState }) => isInstalledState(PatchState))) return of("installed");
  if (exact.some(({ PatchState }) => PatchState === "FAILED")) return of("failed");
  return exact.some(({ PatchState }) => PatchState === "MISSING") ? of("missing") : undefined;
}

function commonLength(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length += 1;
  return length;
}

/**
 * What became of the entries of one package on a server that has it. Where it shows none of their versions, one of them
 * was meant for it and is no longer offered, unless they are all of other releases, or the package is as it was and
 * nothing is offered: then the server lacked none of them.
 */
function packageEntries(
  rows: readonly ComplianceItemRecord[],
  entries: readonly ApprovedPatch[],
  { os, release }: { readonly os: OperatingSystem; readonly release: string },
  { since, seen = new Map() }: EntriesQuestion,
): readonly VerifiedEntry[] {
  const exact = entries.flatMap((entry) => exactEntry(rows, entry) ?? []);
  if (exact.length > 0 || rows.length === 0) return exact;
  const instead =
    rows.find(isOpen) ?? rows.find((row) => isInstalledState(row.PatchState) && isInstalledSince(row, since));
  const meant = entries.filter((entry) => {
    const releases = seen.get(entryKey(os, entry));
    return releases === undefined || (instead !== undefined && releases.has(release));
  });
  const there = versionOf(instead ?? rows[0] ?? { Id: "", Title: "" });
  const [nearest] = meant.toSorted(
    (a, b) =>
      commonLength(b.title ?? "", there) - commonLength(a.title ?? "", there) || byText(a.title ?? "", b.title ?? ""),
  );
  if (nearest === undefined) return [];
  return [{ id: nearest.id, version: nearest.title ?? "", state: "notOffered", instead: there }];
}

/** What became of everything approved of which a server has, or lacks, the package. */
export function entriesOn(
  patches: readonly ComplianceItemRecord[],
  server: { readonly os: OperatingSystem; readonly release: string },
  question: EntriesQuestion,
): readonly VerifiedEntry[] {
  const rows = Map.groupBy(patches, ({ Id }) => Id);
  const byId = Map.groupBy(question.approval?.patches[server.os] ?? [], ({ id }) => id);
  return [...byId].flatMap(([id, entries]) => packageEntries(rows.get(id) ?? [], entries, server, question));
}
