import type { Finding } from "../fault.ts";
import { machineCount, serversOf } from "../fleet/placement.ts";
import type { Plane } from "../plane.ts";
import type { Window } from "../window.ts";
import { nextWindowRuns, windowRunsBetween } from "../schedule/windowRuns.ts";
import { localIso } from "../schedule/timeZones.ts";
import { counted } from "../text.ts";
import { day } from "../time.ts";
import { finding } from "./checkTable.ts";

/** How long before the last date somebody is told: time for the next calendar to be agreed and merged. */
const noticeDays = 56;
const lookBackDays = 800;

function kindOf({ operation, baselineOverride }: Window): string {
  return `${operation} ${baselineOverride.join()}`;
}

/** Servers of a window that no other window of its kind serves from an instant on. */
function leftAlone(plane: Plane, window: Window, from: Date): number {
  const others = Object.values(plane.windows).filter(
    (other) =>
      other.name !== window.name &&
      kindOf(other) === kindOf(window) &&
      nextWindowRuns(plane, other, from, 1).length > 0,
  );
  const servers = window.locations.flatMap((location) =>
    serversOf(plane, window, location).filter(
      ({ patchGroup }) =>
        !others.some((other) => other.locations.includes(location) && other.groups.includes(patchGroup)),
    ),
  );
  return machineCount(servers);
}

function checkCalendar(plane: Plane, window: Window, asOf: Date): readonly Finding[] {
  if (window.onDemand) return [];
  const notice = new Date(asOf.getTime() + noticeDays * day);
  if (nextWindowRuns(plane, window, notice, 1).length > 0) return [];
  const last = windowRunsBetween(plane, window, new Date(asOf.getTime() - lookBackDays * day), notice).at(-1);
  const servers = last === undefined ? 0 : leftAlone(plane, window, notice);
  if (last === undefined || servers === 0) return [];
  const isOver = last.utc <= asOf.toISOString();
  const does = window.operation === "scan" ? "scans" : "installs";
  const them = counted(servers, "server");
  return [
    finding(isOver ? "calendar-over" : "calendar-ends", {
      path: `windows.${window.name}.schedule`,
      message: isOver
        ? `its last run was on ${last.local.slice(0, 10)}, and no window ${does} on ${them} since`
        : `its last run is on ${last.local.slice(0, 10)}, and no window ${does} on ${them} after that`,
      fix: "add the next dates",
      about: { window: window.name },
    }),
  ];
}

/** Freezes that were skipped and are past: their windows run again, the first and the second half as one could. */
function pastFreezes(plane: Plane, asOf: Date): readonly Finding[] {
  const today = localIso(asOf, plane.timezone).slice(0, 10);
  return plane.freezes.flatMap(({ skip, from, to, reason }, index) =>
    !skip || to >= today
      ? []
      : [
          finding("freeze-over", {
            path: `freezes[${String(index)}]`,
            message: `is past since ${to}, and its windows run again: ${reason}`,
            value: `${from} to ${to}`,
            fix: "take it out",
          }),
        ],
  );
}

/**
 * Windows whose schedule has ended, or ends within eight weeks, with servers that nothing else serves; and freezes that
 * are past.
 */
export function calendarFindings(plane: Plane, asOf: Date): readonly Finding[] {
  const windows = Object.values(plane.windows).flatMap((window) => checkCalendar(plane, window, asOf));
  return [...windows, ...pastFreezes(plane, asOf)];
}
