import { packageFamily } from "../domain/stack/baselineFilters.ts";
import type { ApprovedPatch } from "../domain/plane.ts";
import type { PackageTable, PatchingEntry } from "../simulator/index.ts";
import { neededBy, placeOf, type Change } from "./packages.ts";
import type { KnownMachine, Opening } from "./truth.ts";

/** Tells which of an operation's changes other ones of it need, directly or not. */
export function cameAlong(table: PackageTable, at: Date, changes: readonly Change[]): (change: Change) => boolean {
  const rowOf = (change: Change): number => placeOf(table, change, at)?.row ?? -1;
  const needed = neededBy(table, changes.map(rowOf));
  return (change) => needed.has(rowOf(change));
}

function idOf(machine: KnownMachine, table: PackageTable, change: Change, at: Date): string {
  if (packageFamily(machine.os) === "windows") return change.to;
  const place = placeOf(table, change, at);
  return `${change.name}.${table.rows[place?.row ?? -1]?.arch ?? ""}`;
}

function names(patch: ApprovedPatch, id: string): boolean {
  return patch.id.toLowerCase() === id.toLowerCase();
}

/**
 * What an installation on a server of a reviewed group changed that nobody approved, one sentence each.
 * @param opening - the window's run that it belonged to
 */
export function unapproved(
  operation: PatchingEntry,
  machine: KnownMachine,
  table: PackageTable,
  opening: Opening | undefined,
): readonly string[] {
  const approval = opening?.plane.approvals[machine.group];
  if (opening === undefined) return ["installs outside a window"];
  if (approval === undefined) return ["installs without an approvals file"];
  if (opening.entry.at > new Date(approval.expires)) return [`installs after ${approval.file} expired`];
  // The list counts on every node of the window, whatever operating system an entry stands under.
  const list = Object.values(approval.patches).flat();
  const named = (change: Change): readonly ApprovedPatch[] =>
    list.filter((patch) => names(patch, idOf(machine, table, change, operation.at)));
  const listed = operation.packages.filter((change) =>
    named(change).some(({ title }) => title === undefined || title === change.to),
  );
  const isNeeded = cameAlong(table, operation.at, listed);
  return (
    operation.packages
      .filter((change) => !listed.includes(change))
      // Named with another version only: then this one may not even come along.
      .filter((change) => !isNeeded(change) || named(change).length > 0)
      .map(({ name, to }) => `installs ${name} ${to}, which ${approval.file} does not name`)
  );
}
