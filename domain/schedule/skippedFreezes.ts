import { readSchedule } from "./awsCron.ts";
import { frozenGroups, frozenRuns, stretchOf } from "./freezes.ts";
import type { Freeze } from "../plane.ts";
import type { Window, WindowSchedule } from "../window.ts";
import { byText } from "../text.ts";
import { dateText, day, hour, instantText } from "../time.ts";

/**
 * A schedule without its runs in a freeze. A cron ends before the first of them, and a second window goes on behind the
 * freeze: AWS keeps to both dates by itself, so a run is left out and comes back without anybody's doing. Of a calendar
 * the dates go. A `rate(…)` counts from its window's beginning and would run on other days afterwards, so it stays.
 */
function withoutRuns(window: Window, freeze: Freeze, schedule: WindowSchedule): readonly WindowSchedule[] {
  const read = readSchedule(schedule.expression, "maintenanceWindow");
  if ("faults" in read || read.schedule.kind === "rate") return [schedule];
  if (frozenRuns({ ...window, schedules: [schedule] }, freeze, 1).length === 0) return [schedule];
  if (read.schedule.kind === "at") return [];
  const [from, to] = stretchOf(freeze, window.timezone);
  // A run that ends just when the freeze begins takes place: its minute has to lie before the EndDate.
  const end = from - window.durationHours * hour + 1000;
  const suffix = `from-${dateText(new Date(Date.parse(freeze.to) + day))}`;
  // One second early, so that a run at midnight lies behind the StartDate however AWS compares the two.
  const after = { ...schedule, suffix, startDate: instantText(new Date(to - 1000)) };
  const isEmpty = schedule.startDate !== undefined && Date.parse(schedule.startDate) >= end;
  return isEmpty ? [after] : [{ ...schedule, endDate: instantText(new Date(end)) }, after];
}

/**
 * A window without the runs that its freezes skip. A freeze that holds only for some of its groups is not skipped: the
 * others' run would be left out too.
 */
export function withoutFrozenRuns(window: Window, freezes: readonly Freeze[]): Window {
  if (window.onDemand) return window;
  const skipped = freezes.filter(
    (freeze) => freeze.skip && window.groups.length > 0 && frozenGroups(window, freeze).length === window.groups.length,
  );
  const schedules = skipped
    .toSorted((a, b) => byText(a.from, b.from))
    .reduce<readonly WindowSchedule[]>(
      (left, freeze) => left.flatMap((schedule) => withoutRuns(window, freeze, schedule)),
      window.schedules,
    );
  return skipped.length === 0 ? window : { ...window, schedules };
}
