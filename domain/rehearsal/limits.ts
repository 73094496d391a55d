import type { RehearsalLimits } from "../plane.ts";
import { lateOf, totalsOf, type RehearsalFigures } from "./report.ts";

/** A limit that a rehearsal has passed. */
export interface PassedLimit {
  /** Key under `checks.rehearsal`. */
  readonly limit: keyof RehearsalLimits;
  readonly what: string;
  readonly allowed: number;
  readonly found: number;
}

interface Measure {
  readonly what: string;
  readonly of: (figures: RehearsalFigures) => number;
  /** Whether less than the limit is the fault, and not more. */
  readonly atLeast?: true;
}

/** Percent of the releases that were on time, of those on servers that Systems Manager reached in time; all of none. */
export function reachablePercent(figures: RehearsalFigures): number {
  const { onTime, late } = totalsOf(figures);
  const unreachable = figures.groups.reduce((sum, group) => sum + group.late.unreachable, 0);
  const counted = onTime + late - unreachable;
  return counted === 0 ? 100 : (100 * onTime) / counted;
}

const measures: Readonly<Record<keyof RehearsalLimits, Measure>> = {
  onTimePercent: {
    what: "percent of security releases on time on servers that were reachable",
    of: reachablePercent,
    atLeast: true,
  },
  overdueServers: { what: "servers overdue at any time", of: (figures) => totalsOf(figures).overdueEver },
  nonCompliantServers: {
    what: "servers of automatic groups non-compliant for more than 30 days",
    of: ({ groups }) =>
      groups.reduce(
        (sum, { approval, longNonCompliant }) => sum + (approval === "automatic" ? longNonCompliant : 0),
        0,
      ),
  },
  lateByStack: {
    what: "security releases late for reasons that do not lie in a server",
    of: ({ groups }) => groups.reduce((sum, group) => sum + lateOf(group, "stack"), 0),
  },
  overruns: { what: "runs over the cutoff", of: (figures) => totalsOf(figures).overruns },
  cutOffServers: { what: "servers cut off", of: (figures) => totalsOf(figures).cutOff },
};

/** Every limit that the figures of a stack have passed. */
export function passedLimits(figures: RehearsalFigures, limits: RehearsalLimits): readonly PassedLimit[] {
  return (Object.keys(measures) as (keyof RehearsalLimits)[]).flatMap((limit) => {
    const { [limit]: allowed } = limits;
    if (allowed === undefined) return [];
    const { what, of, atLeast } = measures[limit];
    const found = of(figures);
    const isPassed = atLeast === true ? found < allowed : found > allowed;
    return isPassed ? [{ limit, what, allowed, found }] : [];
  });
}
