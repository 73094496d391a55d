import { about, finding } from "./checkTable.ts";
import type { Finding } from "../fault.ts";
import { isOrdinaryInstall, locationNameOf } from "../fleet/placement.ts";
import type { Plane } from "../plane.ts";
import type { Window } from "../window.ts";
import { startsBetween } from "../schedule/windowRuns.ts";
import { operatingSystemOf, type OperatingSystem } from "../server.ts";
import { isProduction } from "./sla.ts";
import { localIso } from "../schedule/timeZones.ts";
import { counted } from "../text.ts";
import { day } from "../time.ts";

/** Days a patch should be on pre-production servers before production gets it, where no approval delay does that. */
export const soakDays = 2;

/** How far on either side of an instant runs are compared: every usual cadence comes twice in it. */
const horizonDays = 100;

/** Runs of a production window that are looked at. */
const runsChecked = 6;

/** Machines by OS that a window reaches on either side. */
interface Reach {
  readonly window: Window;
  readonly production: ReadonlyMap<OperatingSystem, number>;
  readonly before: ReadonlySet<OperatingSystem>;
}

/** What the fleet has of one group in one location, by OS. */
interface Mix {
  readonly production: Map<OperatingSystem, number>;
  readonly before: Set<OperatingSystem>;
}

function addTo(counts: Map<OperatingSystem, number>, os: OperatingSystem, count: number): void {
  counts.set(os, (counts.get(os) ?? 0) + count);
}

function mixes(plane: Plane): ReadonlyMap<string, Mix> {
  const found = new Map<string, Mix>();
  for (const server of plane.fleet) {
    const key = `${locationNameOf(plane, server)} ${server.patchGroup}`;
    const mix: Mix = found.get(key) ?? { production: new Map(), before: new Set() };
    const os = operatingSystemOf(server);
    if (isProduction(server.environment)) addTo(mix.production, os, server.size);
    else mix.before.add(os);
    found.set(key, mix);
  }
  return found;
}

function reaches(plane: Plane): readonly Reach[] {
  const byPlace = mixes(plane);
  return Object.values(plane.windows)
    .filter((window) => isOrdinaryInstall(window) && !window.onDemand)
    .map((window) => {
      const production = new Map<OperatingSystem, number>();
      const before = new Set<OperatingSystem>();
      for (const mix of window.locations.flatMap((location) =>
        window.groups.flatMap((group) => byPlace.get(`${location} ${group}`) ?? []),
      )) {
        for (const [os, count] of mix.production) addTo(production, os, count);
        for (const os of mix.before) before.add(os);
      }
      return { window, production, before };
    });
}

function dateOf(at: Date, timezone: string): string {
  return localIso(at, timezone).slice(0, 10);
}

/** Whole days between two instants by the calendar of a zone: Tuesday night and Thursday evening are two days apart. */
function daysApart(from: Date, to: Date, timezone: string): number {
  return Math.round((Date.parse(dateOf(to, timezone)) - Date.parse(dateOf(from, timezone))) / day);
}

/** The first run that pre-production does not lead; undefined when all are led, or when nothing could lead. */
function unledRun(
  runs: readonly Date[],
  leads: readonly Date[],
  asOf: Date,
): { readonly run: Date; readonly previous: Date | undefined; readonly lead: Date | undefined } | undefined {
  const first = runs.findIndex((run) => run >= asOf);
  for (let index = first; first >= 0 && index < Math.min(runs.length, first + runsChecked); index += 1) {
    const run = runs[index];
    const previous = runs[index - 1];
    if (run === undefined) break;
    const lead = leads.findLast((each) => each < run);
    if (lead === undefined || (previous !== undefined && lead <= previous)) return { run, previous, lead };
  }
  return undefined;
}

/** The first run that comes too soon after its pre-production run. */
function hastyRun(
  runs: readonly Date[],
  leads: readonly Date[],
  asOf: Date,
  timezone: string,
): { readonly run: Date; readonly lead: Date } | undefined {
  for (const run of runs.filter((each) => each >= asOf).slice(0, runsChecked)) {
    const lead = leads.findLast((each) => each < run);
    if (lead !== undefined && daysApart(lead, run, timezone) < soakDays) return { run, lead };
  }
  return undefined;
}

function checkWindow(reach: Reach, leadsOf: (os: OperatingSystem) => readonly Date[], asOf: Date): readonly Finding[] {
  const { name, timezone } = reach.window;
  const path = `windows.${name}.schedule`;
  const runs = startsBetween(
    reach.window,
    new Date(asOf.getTime() - horizonDays * day),
    new Date(asOf.getTime() + horizonDays * day),
  );
  return [...reach.production].flatMap(([os, count]): readonly Finding[] => {
    const leads = leadsOf(os);
    const what = `${counted(count, "production server")} on ${os}`;
    const unled = unledRun(runs, leads, asOf);
    if (unled !== undefined) {
      const { run, lead } = unled;
      const since = lead === undefined ? "none before it" : `the last before it on ${dateOf(lead, timezone)}`;
      return [
        finding("ring-order", {
          path,
          message: `installs on ${what} on ${dateOf(run, timezone)}, and no pre-production install came since the run before: ${since}`,
          fix: "let a window of pre-production servers with that OS run between two of production's",
        }),
      ];
    }
    const hasty = os === "UBUNTU" || os === "DEBIAN" ? hastyRun(runs, leads, asOf, timezone) : undefined;
    if (hasty === undefined) return [];
    return [
      finding("ubuntu-soak", {
        path,
        message: `installs on ${what} on ${dateOf(hasty.run, timezone)}, less than ${counted(soakDays, "day")} after pre-production on ${dateOf(hasty.lead, timezone)}`,
        allowed: `at least ${counted(soakDays, "day")} later`,
        fix: "move one of the two windows",
      }),
    ];
  });
}

/**
 * Findings about production that patches before pre-production: rings are what the fleet file's `environment` column
 * says (`prod…`, or anything else), compared by the runs of ordinary install windows within 100 days, per OS. Servers of
 * other stacks lead too: staging often is a stack of its own. An OS that no scheduled pre-production window reaches is
 * one finding for each production window.
 *
 * @param others - the other stacks' planes
 */
export function ringFindings(plane: Plane, others: readonly Plane[], asOf: Date): readonly Finding[] {
  const own = reaches(plane);
  const leading = [...own, ...others.flatMap(reaches)].filter(({ before }) => before.size > 0);
  const [from, until] = [-horizonDays, horizonDays].map((days) => new Date(asOf.getTime() + days * day)) as [
    Date,
    Date,
  ];
  const starts = leading.map(({ window, before }) => ({ before, starts: startsBetween(window, from, until) }));
  const known = new Map<OperatingSystem, readonly Date[]>();
  const leadsOf = (os: OperatingSystem): readonly Date[] => {
    const found =
      known.get(os) ??
      starts.flatMap((each) => (each.before.has(os) ? each.starts : [])).toSorted((a, b) => a.getTime() - b.getTime());
    known.set(os, found);
    return found;
  };
  return own
    .filter(({ production }) => production.size > 0)
    .flatMap((reach) => about({ window: reach.window.name }, checkWindow(reach, leadsOf, asOf)));
}
