import { checkSchedule, readSchedule } from "../schedule/awsCron.ts";
import { about, finding } from "./checkTable.ts";
import { checkConcurrency } from "./concurrency.ts";
import type { Finding } from "../fault.ts";
import { checkFreezes } from "./windowFreezes.ts";
import { nextRuns, stretchesHit } from "../schedule/nextRuns.ts";
import { checkPatchTuesdaySlip, type PatchTuesdaySlip } from "../schedule/patchTuesdaySlip.ts";
import { counted } from "../text.ts";
import type { Plane } from "../plane.ts";
import type { Window, WindowSchedule } from "../window.ts";
import { referenceDate, referenceRuns, stepsInHours } from "../schedule/referenceRuns.ts";
import { clockGaps, type ClockGap } from "../schedule/timeZones.ts";
import { dateText } from "../time.ts";

/**
 * Years in which a window's start is compared with the clock changes of its zone. After 28 years every date falls on
 * the same weekday again with the same leap years, so a longer look would find nothing new.
 */
const calendarCycleYears = 28;

/** Findings about the times of windows: what AWS refuses, and what it takes and nobody meant. */
export function checkSchedules(plane: Plane): readonly Finding[] {
  return [
    ...Object.values(plane.windows).flatMap((window) => checkWindow(plane, window)),
    ...Object.keys(plane.locations).flatMap((location) => checkConcurrency(plane, location)),
    ...checkAssociations(plane),
  ];
}

function checkAssociations(plane: Plane): readonly Finding[] {
  return (["inventorySchedule", "agentUpdateSchedule"] as const).flatMap((key) =>
    checkSchedule(plane.nodes[key], "association").map((fault) =>
      finding("schedule", { path: `nodes.${key}`, ...fault }),
    ),
  );
}

const gaps = new Map<string, readonly ClockGap[]>();

/** The skipped hours of a zone over the whole cycle, worked out once: several planes have the same few zones. */
function gapsOf(timezone: string): readonly ClockGap[] {
  const found = gaps.get(timezone) ?? clockGaps(timezone, referenceDate.getUTCFullYear(), calendarCycleYears);
  gaps.set(timezone, found);
  return found;
}

function checkWindow(plane: Plane, window: Window): readonly Finding[] {
  const path = `windows.${window.name}.schedule`;
  const refused = window.schedules.flatMap((schedule) => checkExpression(schedule, path));
  if (refused.length > 0) {
    return about({ window: window.name }, refused);
  }
  return about({ window: window.name }, [
    ...checkTime(window),
    ...checkOpens(window, path),
    ...checkOverlap(window, path),
    ...datedFindings(window, referenceDate),
    ...checkFreezes(plane, window),
  ]);
}

/** Ids of the findings that name dates, which are counted from some instant. */
export const datedChecks: ReadonlySet<string> = new Set(["patch-tuesday", "daylight-saving"]);

/** The findings of {@link datedChecks} about a window whose schedules AWS takes, with dates from an instant on. */
function datedFindings(window: Window, from: Date): readonly Finding[] {
  const path = `windows.${window.name}.schedule`;
  return window.schedules.flatMap((schedule) => [
    ...checkSlip(schedule, path, from),
    ...checkDaylightSaving(
      schedule,
      gapsOf(schedule.timezone).filter((gap) => gap.to >= from),
      path,
    ),
  ]);
}

/**
 * The findings of {@link datedChecks} with dates from an instant on: a preview has no clock and counts from the
 * reference date, a review shows the dates to come.
 */
export function checkDates(plane: Plane, from: Date): readonly Finding[] {
  return Object.values(plane.windows).flatMap((window) =>
    window.schedules.some((schedule) => checkExpression(schedule, "").length > 0)
      ? []
      : about({ window: window.name }, datedFindings(window, from)),
  );
}

function checkExpression(schedule: WindowSchedule, path: string): readonly Finding[] {
  const faults = checkSchedule(schedule.expression, "maintenanceWindow", schedule.offsetDays);
  return faults.map((fault) => finding("schedule", { path, ...fault }));
}

function checkTime(window: Window): readonly Finding[] {
  return window.cutoffHours < window.durationHours
    ? []
    : [
        finding("window-time", {
          path: `windows.${window.name}.cutoffHours`,
          message: `the cutoff leaves nothing of ${String(window.durationHours)} hours`,
          value: window.cutoffHours,
          allowed: `less than durationHours, ${String(window.durationHours)}`,
        }),
      ];
}

/** There is no clock, so only what lies before the reference date is known to be past; 2199 is the last year of AWS. */
function checkOpens(window: Window, path: string): readonly Finding[] {
  return window.schedules.some((schedule) => nextRuns(schedule, referenceDate, 1).length > 0)
    ? []
    : [
        finding("never-opens", {
          path,
          message: `never opens: no run lies between ${dateText(referenceDate)} and the end of 2199`,
          value: window.schedules.map((schedule) => schedule.expression),
          fix: "give it a date to come that the calendar has, or take the window out",
        }),
      ];
}

function rateHours(schedule: WindowSchedule): readonly number[] {
  const read = readSchedule(schedule.expression, "maintenanceWindow");
  return "schedule" in read && read.schedule.kind === "rate" ? [read.schedule.minutes / 60] : [];
}

function apart(hours: number): string {
  return hours < 1 ? `${String(Math.round(hours * 60))} minutes` : `${String(Math.round(hours * 10) / 10)} hours`;
}

function checkOverlap(window: Window, path: string): readonly Finding[] {
  // Every schedule is an AWS window of its own, and only one that meets itself is skipped; two dates of a list are two.
  const steps = window.schedules.flatMap((schedule) => [
    ...rateHours(schedule),
    ...stepsInHours(referenceRuns(schedule)),
  ]);
  const shortest = steps.reduce((least, step) => Math.min(least, step), Infinity);
  return shortest >= window.durationHours
    ? []
    : [
        finding("window-overlaps-itself", {
          path,
          message: `runs ${apart(shortest)} apart, and is open for longer`,
          value: window.durationHours,
          allowed: "a duration up to the time between two runs",
          fix: "make it shorter, or run it less often",
        }),
      ];
}

function slipText(slip: PatchTuesdaySlip): Pick<Finding, "message" | "fix"> {
  const off = "else switch the check off with the reason";
  if (slip.kind === "weekLate") {
    const after = slip.weekday === "Tuesday" ? "Patch Tuesday" : `the ${slip.weekday} after Patch Tuesday`;
    return {
      message:
        `the third Tuesday is a week after Patch Tuesday: it hits ${slip.hits.join(", ")}; ` +
        `${after} is ${slip.meant.join(", ")}`,
      fix: `write TUE#2 (or patchTuesday:) if Patch Tuesday is meant; ${off}`,
    };
  }
  const { hits, daysAfter } = slip;
  const dates = hits.map(({ date, patchTuesday }) => `${date} (Patch Tuesday is ${patchTuesday})`).join(", ");
  return {
    message: `comes ${counted(daysAfter, "day")} after Patch Tuesday in most months, and before it on ${dates}`,
    fix: `write TUE#2 with an offset of ${counted(daysAfter, "day")}, or patchTuesday: "+${String(daysAfter)}d"; ${off}`,
  };
}

function checkSlip(schedule: WindowSchedule, path: string, from: Date): readonly Finding[] {
  const slip = checkPatchTuesdaySlip(schedule, from);
  return slip === undefined ? [] : [finding("patch-tuesday", { path, value: schedule.expression, ...slipText(slip) })];
}

function checkDaylightSaving(schedule: WindowSchedule, gaps: readonly ClockGap[], path: string): readonly Finding[] {
  const [first] = stretchesHit(schedule, gaps);
  if (first === undefined) {
    return [];
  }
  const time = (date: Date): string => date.toISOString().slice(11, 16);
  return [
    finding("daylight-saving", {
      path,
      message:
        `${schedule.timezone} has no ${time(first.from)} to ${time(first.to)} when its clocks go forward, ` +
        `and a run falls into it, first on ${dateText(first.from)}`,
      value: schedule.expression,
      fix: "start it before or after that hour",
    }),
  ];
}
