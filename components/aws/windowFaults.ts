import type { Fault } from "../../domain/fault.ts";
import type { Group, Window, WindowSchedule } from "../../domain/plane.ts";

const mostValues = 50;
// The API's own patterns for MaxConcurrency and MaxErrors.
const concurrency = /^([1-9][0-9]*|[1-9][0-9]%|[1-9]%|100%)$/;
const errors = /^([1-9][0-9]*|0|[1-9][0-9]%|[0-9]%|100%)$/;

function hours(path: string, value: number, least: number, most: number): readonly Fault[] {
  if (Number.isInteger(value) && value >= least && value <= most) return [];
  const allowed = `whole hours, ${String(least)} to ${String(most)}`;
  return [{ path, message: "the number of hours is out of range", value, allowed }];
}

function rate(path: string, value: string, pattern: RegExp, allowed: string): readonly Fault[] {
  return pattern.test(value) ? [] : [{ path, message: "the rate is not one that AWS takes", value, allowed }];
}

function timingFaults(path: string, window: Window, { expression, offsetDays }: WindowSchedule): readonly Fault[] {
  const faults = [
    ...hours(`${path}.durationHours`, window.durationHours, 1, 24),
    ...hours(`${path}.cutoffHours`, window.cutoffHours, 0, Math.min(23, window.durationHours - 1)),
  ];
  if (offsetDays === undefined) return faults;
  const inRange = Number.isInteger(offsetDays) && offsetDays >= 1 && offsetDays <= 6;
  if (inRange && expression.startsWith("cron(")) return faults;
  return [
    ...faults,
    {
      path: `${path}.offsetDays`,
      message: "AWS takes no such schedule offset",
      value: offsetDays,
      allowed: "1 to 6 days, with cron(…) only",
      fix: "leave it out for no offset",
    },
  ];
}

function groupFaults(path: string, window: Window, groups: Readonly<Record<string, Group>>): readonly Fault[] {
  const faults: Fault[] = [];
  const managed = window.groups.flatMap((name) => {
    const group = groups[name];
    if (group?.kind === "managed") return [group];
    faults.push({
      path: `${path}.groups`,
      message: group === undefined ? "no such group" : "the group is patched elsewhere",
      value: name,
      allowed:
        Object.keys(groups)
          .filter((other) => groups[other]?.kind === "managed")
          .join(", ") || "none",
    });
    return [];
  });
  if (window.groups.length === 0 || window.groups.length > mostValues) {
    faults.push({
      path: `${path}.groups`,
      message: "the number of groups is out of range",
      value: window.groups.length,
      allowed: `1 to ${String(mostValues)}, because a target takes that many values`,
    });
  }
  const reviewed = managed.filter((group) => group.approval === "reviewed").map((group) => group.name);
  if (window.operation === "install" && reviewed.length > 0 && window.groups.length > 1) {
    faults.push({
      path: `${path}.groups`,
      message: "a window that installs for a reviewed group has other groups too",
      value: window.groups,
      allowed: "one reviewed group per install window",
      fix: `give ${reviewed.join(", ")} a window of its own`,
    });
  }
  if (window.operation === "install" && reviewed.length > 0 && window.baselineOverride.length > 0) {
    faults.push({
      path: `${path}.baselineOverride`,
      message: "AWS takes no baseline override together with an approved list",
      value: window.baselineOverride,
      allowed: "baselineOverride in windows of automatic groups",
      fix: `take it out, and name the packages in the approvals file of ${reviewed.join(", ")}`,
    });
  }
  return faults;
}

/** What AWS, or the reviewed flow, would not take in a window: its hours, rates, offset and groups. */
export function windowFaults(
  window: Window,
  schedule: WindowSchedule,
  groups: Readonly<Record<string, Group>>,
): readonly Fault[] {
  const path = `windows.${window.name}`;
  const number = "a number, or a percentage";
  return [
    ...timingFaults(path, window, schedule),
    ...rate(`${path}.maxConcurrency`, window.maxConcurrency, concurrency, `${number} from 1% to 100%`),
    ...rate(`${path}.maxErrors`, window.maxErrors, errors, `${number} from 0% to 100%`),
    ...groupFaults(path, window, groups),
  ];
}
