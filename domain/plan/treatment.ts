import { nextRuns } from "../schedule/nextRuns.ts";
import { isOrdinaryInstall, locationNameOf, reaches } from "../fleet/placement.ts";
import type { Baseline } from "../baseline.ts";
import type { Plane } from "../plane.ts";
import type { Window } from "../window.ts";
import { operatingSystemOf, type OperatingSystem, type Server } from "../server.ts";
import { localIso } from "../schedule/timeZones.ts";
import { counted } from "../text.ts";

/** What a stack does to the servers of one group and operating system in one location. */
export interface Treatment {
  readonly location: string;
  readonly accountId: string;
  readonly group: string;
  /** Why nothing patches them; left out when an ordinary install window reaches them. */
  readonly unpatched?: "unknownGroup" | "patchedElsewhere" | "noInstallWindow";
  /** Name of the baseline; null where the group names none, so that AWS takes the account's default. */
  readonly baseline: string | null;
  readonly approval: "automatic" | "reviewed" | null;
  readonly reboot: string | null;
  /** Every window that reaches them, by name. */
  readonly windows: readonly Window[];
}

/** Looks up what a plane does to a server; each combination of location, group and OS is worked out once. */
export function treatmentsOf(plane: Plane): (server: Server) => Treatment {
  const known = new Map<string, Treatment>();
  const windows = Object.values(plane.windows);
  return (server) => {
    const location = locationNameOf(plane, server);
    const os = operatingSystemOf(server);
    const key = `${location} ${server.patchGroup} ${os}`;
    const found = known.get(key) ?? treatmentOf(plane, windows, location, server.patchGroup, os);
    known.set(key, found);
    return found;
  };
}

function treatmentOf(
  plane: Plane,
  windows: readonly Window[],
  location: string,
  name: string,
  os: OperatingSystem,
): Treatment {
  const where = { location, accountId: plane.locations[location]?.accountId ?? "", group: name };
  const group = plane.groups[name];
  if (group?.kind !== "managed") {
    const unpatched = group === undefined ? ("unknownGroup" as const) : ("patchedElsewhere" as const);
    return { ...where, unpatched, baseline: null, approval: null, reboot: null, windows: [] };
  }
  const reaching = windows.filter((window) => reaches(window, name, location));
  return {
    ...where,
    ...(reaching.some(isOrdinaryInstall) ? {} : { unpatched: "noInstallWindow" as const }),
    baseline: group.baselines[os] ?? null,
    approval: group.approval,
    reboot: group.reboot,
    windows: reaching,
  };
}

/** What a baseline decides, apart from its name and the words about it. */
export function policyOf(baseline: Baseline | undefined): unknown {
  if (baseline === undefined) return undefined;
  const { name, description, default: isDefault, ...policy } = baseline;
  return policy;
}

/** A window's times in one line: its expression and offset, or how many dates it has; and the zone. */
export function scheduleText(window: Window): string {
  if (window.onDemand) return "on demand";
  if (window.schedules.length === 0) return "never";
  if (isCalendar(window)) return calendarText(datesOf(window), window.timezone);
  const [first, ...behind] = window.schedules;
  const offset = first?.offsetDays === undefined ? "" : ` and ${counted(first.offsetDays, "day")}`;
  const skipped = behind.map(({ startDate }, index) =>
    skippedText(window, window.schedules[index]?.endDate, startDate),
  );
  return [`${first?.expression ?? ""}${offset}, ${window.timezone}`, ...skipped].join(", ");
}

/** The time that a freeze leaves out: what comes after it is a schedule of its own. */
function skippedText({ timezone }: Window, endDate = "", startDate = ""): string {
  const local = (at: number): string => localIso(new Date(at), timezone).slice(0, 16).replace("T", " ");
  return `none from ${local(Date.parse(endDate))} to ${local(Date.parse(startDate) + 1000)}`;
}

function calendarText(dates: readonly string[], timezone: string): string {
  const [first = "", last = first] = [dates[0], dates.at(-1)];
  return dates.length === 1
    ? `${first} ${timezone}`
    : `${counted(dates.length, "date")}, ${first} to ${last} ${timezone}`;
}

function isCalendar(window: Window): boolean {
  return !window.onDemand && window.schedules.every((schedule) => schedule.suffix !== "");
}

/** Dates and times of a calendar in the window's own zone, `2026-12-12 01:00`. */
function datesOf(window: Window): readonly string[] {
  return window.schedules.flatMap((schedule) =>
    nextRuns(schedule, new Date(0), 1).map((run) => localIso(run.at, window.timezone).slice(0, 16).replace("T", " ")),
  );
}

/** What of a window makes a difference to a server that it reaches: all but whom else it reaches and what is guessed. */
export function timingOf(window: Window): Readonly<Record<string, unknown>> {
  const { name, groups, locations, minutesPerHost, schedules, timezone, ...rest } = window;
  return {
    ...rest,
    ...(isCalendar(window) ? { dates: datesOf(window), timezone } : { schedule: scheduleText(window) }),
  };
}
