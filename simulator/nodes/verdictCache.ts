import type { BaselineContent } from "../state/baselines.ts";
import type { PackageRow, PackageTable } from "../world/packageRow.ts";
import type { PackageManager, Verdict } from "./verdict.ts";

/** Verdicts of one baseline on one package, by installed release, from one change to the next. */
interface Stretch {
  /** Milliseconds since 1970: the last change, and the next one. */
  readonly since: number;
  readonly until: number;
  readonly verdicts: Map<number, readonly Verdict[]>;
}

const dayLength = 86_400_000;

interface Known {
  readonly delays: readonly number[];
  /** The stretch that was asked for last. */
  readonly stretches: Map<PackageRow, Stretch>;
}

const caches = new WeakMap<BaselineContent, Known>();

/** Days after a release at which a baseline may think of it anew: its own day, and the delays of the rules. */
export function delaysOf(baseline: BaselineContent): readonly number[] {
  return [...new Set([0, ...baseline.rules.map((rule) => rule.ApproveAfterDays ?? 0)])];
}

function knownOf(baseline: BaselineContent): Known {
  const known = caches.get(baseline);
  if (known !== undefined) return known;
  const made = { delays: delaysOf(baseline), stretches: new Map<PackageRow, Stretch>() };
  caches.set(baseline, made);
  return made;
}

/** The stretch around an instant in which neither a release of the package nor the end of a delay after one falls. */
function stretchAround(row: PackageRow, delays: readonly number[], now: number): Stretch {
  let since = -Infinity;
  let until = Infinity;
  const newest = row.calendar.newest(new Date(now));
  for (const days of delays) {
    const changeOf = (index: number): number => row.release(index).releasedAt.getTime() + days * dayLength;
    let index = newest + 1;
    while (index > 0 && changeOf(index - 1) > now) index -= 1;
    if (index > 0) since = Math.max(since, changeOf(index - 1));
    until = Math.min(until, changeOf(index));
  }
  return { since, until, verdicts: new Map() };
}

function stretchAt({ delays, stretches }: Known, row: PackageRow, now: number): Stretch {
  const last = stretches.get(row);
  if (last !== undefined && last.since <= now && now < last.until) return last;
  const made = stretchAround(row, delays, now);
  stretches.set(row, made);
  return made;
}

/**
 * Answers what a baseline says of the packages of a kind of machine at an instant. A verdict does not depend on the
 * machine, and changes only when a release of the package comes out or a rule's delay after one is over: so machines of
 * one kind share it, and so do the scans of many days.
 */
export function sharedVerdicts(
  manager: PackageManager,
  table: PackageTable,
  baseline: BaselineContent,
  now: Date,
): (row: number, installed: number) => readonly Verdict[] {
  const known = knownOf(baseline);
  const at = now.getTime();
  return (index, installed) => {
    const row = table.rows[index];
    if (row === undefined) return [];
    const { verdicts } = stretchAt(known, row, at);
    const found = verdicts.get(installed);
    if (found !== undefined) return found;
    const made = manager.verdicts({ table, row, installed, baseline, now });
    verdicts.set(installed, made);
    return made;
  };
}
