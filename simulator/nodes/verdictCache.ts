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
  readonly turns: Map<PackageTable, Turns>;
}

const caches = new WeakMap<BaselineContent, Known>();

/** Days after a release at which a baseline may think of it anew: its own day, and the delays of the rules. */
export function delaysOf(baseline: BaselineContent): readonly number[] {
  return [...new Set([0, ...baseline.rules.map((rule) => rule.ApproveAfterDays ?? 0)])];
}

function knownOf(baseline: BaselineContent): Known {
  const known = caches.get(baseline);
  if (known !== undefined) return known;
  const made: Known = { delays: delaysOf(baseline), stretches: new Map(), turns: new Map() };
  caches.set(baseline, made);
  return made;
}

/** The stretch around an instant in which neither a release of the package nor the end of a delay after one falls. */
function stretchAround({ calendar }: PackageRow, delays: readonly number[], now: number): Stretch {
  let since = -Infinity;
  let until = Infinity;
  const newest = calendar.newest(new Date(now));
  // A calendar may have ended: what it would bring next is never on offer.
  const last = calendar.newest(calendar.at(newest + 1)) > newest ? newest + 1 : newest;
  for (const days of delays) {
    const changeOf = (index: number): number => calendar.at(index).getTime() + days * dayLength;
    let index = last + 1;
    while (index > 0 && changeOf(index - 1) > now) index -= 1;
    if (index > 0) since = Math.max(since, changeOf(index - 1));
    if (index <= last) until = Math.min(until, changeOf(index));
  }
  return { since, until, verdicts: new Map() };
}

function stretchAt({ delays, stretches }: Known, row: PackageRow, now: number): Stretch {
  // An optional release is taken back on days that are no release's.
  if (row.optional) return { since: now, until: now, verdicts: new Map() };
  const last = stretches.get(row);
  if (last !== undefined && last.since <= now && now < last.until) return last;
  const made = stretchAround(row, delays, now);
  stretches.set(row, made);
  return made;
}

/** The instants at which a baseline may think anew of the rows of a table, found as time goes on. */
interface Turns {
  readonly since: number;
  /** Rows whose verdicts no stretch holds for. */
  readonly always: readonly number[];
  /** In order of time, up to {@link next}. */
  readonly log: { readonly at: number; readonly row: number }[];
  /** When each row turns next. */
  readonly untils: number[];
  next: number;
}

function turnsFrom({ rows }: PackageTable, delays: readonly number[], since: number): Turns {
  const untils = rows.map((row) => (row.optional ? Infinity : stretchAround(row, delays, since).until));
  const always = rows.flatMap((row, index) => (row.optional ? [index] : []));
  return { since, always, log: [], untils, next: Math.min(...untils) };
}

function extend(turns: Turns, { rows }: PackageTable, delays: readonly number[], now: number): void {
  const { untils, log } = turns;
  while (turns.next <= now) {
    const at = turns.next;
    let next = Infinity;
    for (const [row, entry] of rows.entries()) {
      if (untils[row] === at) {
        log.push({ at, row });
        untils[row] = stretchAround(entry, delays, at).until;
      }
      next = Math.min(next, untils[row] ?? Infinity);
    }
    turns.next = next;
  }
}

/**
 * Rows of a table of which a baseline may think otherwise at an instant than it did at an earlier one.
 * @returns undefined where that is not known: the earlier one lies before the first that was ever asked about, or later
 */
export function turnsBetween(
  table: PackageTable,
  baseline: BaselineContent,
  after: Date,
  now: Date,
): ReadonlySet<number> | undefined {
  const { turns, delays } = knownOf(baseline);
  const known = turns.get(table) ?? turnsFrom(table, delays, after.getTime());
  turns.set(table, known);
  if (after.getTime() < known.since || now < after) return undefined;
  extend(known, table, delays, now.getTime());
  const found = new Set(known.always);
  for (let index = known.log.length - 1; index >= 0; index -= 1) {
    const entry = known.log[index];
    if (entry === undefined || entry.at <= after.getTime()) break;
    if (entry.at <= now.getTime()) found.add(entry.row);
  }
  return found;
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
