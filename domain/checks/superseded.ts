import { placementOf } from "../fleet/placement.ts";
import { joined, whichServers } from "../fleet/cohorts.ts";
import type { Finding } from "../fault.ts";
import { managed, type Plane } from "../plane.ts";
import type { WindowSchedule } from "../window.ts";
import { readSchedule } from "../schedule/awsCron.ts";
import { sinceMonthlyUpdate } from "../schedule/patchTuesday.ts";
import { referenceRuns } from "../schedule/referenceRuns.ts";
import { operatingSystemOf } from "../server.ts";
import { counted } from "../text.ts";
import { finding } from "./checkTable.ts";
import { predefinedBaselineNames } from "./predefinedBaselines.ts";
import { approvalDelayDays, approvesMonthlyUpdate } from "./longestWait.ts";
import { installSchedules } from "./sla.ts";

/** What AWS's own baselines for Windows Server wait. */
const predefinedDelayDays = 7;

/** Days until a baseline approves a month's cumulative update; undefined where it goes by a date, or never does. */
function delayOf(plane: Plane, name: string): number | undefined {
  if (predefinedBaselineNames.WINDOWS.includes(name)) return predefinedDelayDays;
  const baseline = plane.baselines[name];
  if (baseline?.operatingSystem !== "WINDOWS") return undefined;
  const delays = baseline.rules
    .filter((_, index) => approvesMonthlyUpdate(baseline, index))
    .flatMap((rule) => approvalDelayDays(rule) ?? []);
  return delays.length === 0 ? undefined : Math.min(...delays);
}

interface Months {
  /** Patch Tuesdays that runs follow before the next one. */
  readonly all: number;
  /** Those of them whose update some run may install. */
  readonly served: number;
}

/** Undefined where no run is known: AWS counts a `rate(…)` from the window's creation. */
function monthsOf(schedules: readonly WindowSchedule[], delayDays: number): Months | undefined {
  const read = schedules.map(({ expression }) => readSchedule(expression, "maintenanceWindow"));
  if (read.some((each) => "schedule" in each && each.schedule.kind === "rate")) return undefined;
  const served = new Map<string, boolean>();
  for (const at of schedules.flatMap((schedule) => referenceRuns(schedule)).toSorted((a, b) => Number(a) - Number(b))) {
    const { patchTuesday, days } = sinceMonthlyUpdate(at);
    served.set(patchTuesday, served.get(patchTuesday) === true || days >= delayDays);
  }
  // Of the first and the last month of the time looked at only a part may be seen.
  const whole = served.size > 2 ? [...served.values()].slice(1, -1) : [...served.values()];
  return whole.length === 0 ? undefined : { all: whole.length, served: whole.filter(Boolean).length };
}

/**
 * Findings about Windows servers whose windows open when the month's update is not approved yet and the one before is
 * no longer offered, in most months or always. Updates of Windows Server are cumulative, and Windows Update offers the
 * newest alone: what is approved only after the next has come out is never installed, and counts as fine wherever
 * `availableSecurityUpdatesComplianceStatus` is COMPLIANT.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PatchRule.html
 */
export function checkSuperseded(plane: Plane): readonly Finding[] {
  const windows = Object.values(plane.windows);
  const found = [...placementOf(plane)].flatMap(([location, groups]) =>
    [...groups].flatMap(([name, all]) => {
      const group = managed(plane, name);
      const servers = all.filter((server) => operatingSystemOf(server) === "WINDOWS");
      const baseline = group?.baselines.WINDOWS;
      const delay = baseline === undefined ? 0 : (delayOf(plane, baseline) ?? 0);
      if (baseline === undefined || group?.approval !== "automatic" || servers.length === 0 || delay === 0) return [];
      const months = monthsOf(installSchedules(windows, name, location), delay);
      if (months === undefined || months.served * 2 >= months.all) return [];
      const when =
        months.served === 0
          ? "their windows never open between that and the next one"
          : `their windows open between that and the next one in ${String(months.served)} of ${counted(months.all, "month")} only`;
      return [{ name, baseline, delay, when, servers }];
    }),
  );
  return [...Map.groupBy(found, ({ name, when }) => `${name} ${when}`).values()].flatMap((alike) =>
    alike.slice(0, 1).map(({ name, baseline, delay, when }) =>
      finding("windows-superseded", {
        path: `groups.${name}`,
        message:
          `${whichServers(joined(alike.map(({ servers }) => servers)))}: ${baseline} approves a month's update ` +
          `${counted(delay, "day")} after Patch Tuesday, and ${when}`,
        value: delay,
        allowed: "0, or fewer days than the window comes after Patch Tuesday",
        fix: "approve at once and let windows some days apart prove an update, or move the window behind the delay",
        about: { group: name },
      }),
    ),
  );
}
