import { readPlane } from "../../config/file.ts";
import type { Plane } from "../../domain/plane.ts";
import type { GroupOutcome, LateReason, SeedOutcome, WindowOutcome } from "../../domain/rehearsal/outcome.ts";
import { lateReasons } from "../../domain/rehearsal/outcome.ts";
import type { Played } from "../../rehearsal/truth.ts";
import type { JournalEntry, PatchingEntry } from "../../simulator/index.ts";

/** The plane of a folder's one stack. */
export function planeOf(folder: string, stack: string): Plane {
  const read = readPlane(folder, stack);
  if ("faults" in read) throw new Error(JSON.stringify(read.faults));
  return read.plane;
}

/** What was played, with every entry that something holds of changed or, by undefined, left out. */
export function doctored(
  played: Played,
  holds: (operation: PatchingEntry) => boolean,
  change: (operation: PatchingEntry) => PatchingEntry | undefined,
): Played {
  const journal = played.journal.flatMap((entry): readonly JournalEntry[] =>
    entry.kind === "patching" && holds(entry) ? [change(entry) ?? []].flat() : [entry],
  );
  return { ...played, journal };
}

/** The outcome of a group and operating system. */
export function groupIn({ groups }: SeedOutcome, group: string, os: string): GroupOutcome {
  const found = groups.find((each) => each.group === group && each.os === os);
  if (found === undefined) throw new Error(`no ${group} ${os}`);
  return found;
}

/** The outcome of a window in a location. */
export function windowIn({ windows }: SeedOutcome, window: string, location: string): WindowOutcome {
  const found = windows.find((each) => each.window === window && each.location === location);
  if (found === undefined) throw new Error(`no ${window} in ${location}`);
  return found;
}

/** Reasons with how many releases were late for each; those without any left out. */
export function lateIn({ late }: GroupOutcome): Partial<Record<LateReason, number>> {
  return Object.fromEntries(lateReasons.filter((reason) => late[reason] > 0).map((reason) => [reason, late[reason]]));
}
