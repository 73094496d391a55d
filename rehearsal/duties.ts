import type { Baseline } from "../domain/baseline.ts";
import { day } from "../domain/time.ts";
import { wantedReleases, type PackageTable } from "../simulator/index.ts";
import { contentOf } from "./baselineContent.ts";

/** A security release that has to be on every server of a kind by a date. */
export interface Duty {
  /** Index into the table's rows. */
  readonly row: number;
  readonly release: number;
  /** When the baseline approved it, in milliseconds since 1970; the start, for what was approved by then. */
  readonly approvedAt: number;
  /** End of the rule's `slaDays`; of several rules the soonest. */
  readonly deadline: number;
}

/** A stretch of time, both ends included. */
export interface Span {
  readonly start: Date;
  readonly end: Date;
}

/** The same baseline with one rule for each of its own, so that each rule's SLA is asked by itself. */
function byRule(baseline: Baseline): readonly { readonly baseline: Baseline; readonly slaDays: number }[] {
  return baseline.rules.map((rule) => ({
    baseline: { ...baseline, rules: [rule] } as Baseline,
    slaDays: rule.slaDays,
  }));
}

/**
 * The security releases that a baseline wants in a stretch of time, by row and in order. The clock of what was wanted
 * before begins with the stretch. A release that a newer one replaces stays a duty, which the newer one fulfils too.
 */
function dutiesOf(table: PackageTable, baseline: Baseline, span: Span): readonly Duty[] {
  const found = new Map<string, Duty>();
  for (const { baseline: single, slaDays } of byRule(baseline)) {
    for (const { row, release, from } of wantedReleases(table, contentOf(single), span)) {
      if (table.rows[row]?.release(release).security !== true) continue;
      const key = `${String(row)} ${String(release)}`;
      const before = found.get(key);
      const approvedAt = Math.min(from.getTime(), before?.approvedAt ?? Infinity);
      const deadline = Math.min(from.getTime() + slaDays * day, before?.deadline ?? Infinity);
      found.set(key, { row, release, approvedAt, deadline });
    }
  }
  return [...found.values()];
}

/** Finds duties, once for all servers of a kind that share a baseline. */
export function dutyFinder(span: Span): (table: PackageTable, baseline: Baseline) => readonly Duty[] {
  const known = new Map<PackageTable, Map<Baseline, readonly Duty[]>>();
  return (table, baseline) => {
    const ofTable = known.get(table) ?? new Map<Baseline, readonly Duty[]>();
    known.set(table, ofTable);
    const duties = ofTable.get(baseline) ?? dutiesOf(table, baseline, span);
    ofTable.set(baseline, duties);
    return duties;
  };
}
