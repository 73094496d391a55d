import { approvalDelayDays, longestInterval, ruleWaits } from "../checks/longestWait.ts";
import { installSchedules } from "../checks/sla.ts";
import { cohortsOf } from "../fleet/cohorts.ts";
import { machineCount } from "../fleet/placement.ts";
import { managed, type Plane } from "../plane.ts";

/** How long a patch that is released today may take until every server of a group has it, where no run fails. */
export interface PatchReach {
  readonly group: string;
  readonly approval: "automatic" | "reviewed";
  readonly servers: number;
  /**
   * The longest wait of a rule's patches over all its servers: between two runs that may install them, and for their
   * approval. Null where nothing bounds it: for a reviewed group, one whose windows do not open again and again, or
   * one with updates of Windows that are always replaced before they are approved.
   */
  readonly days: number | null;
  /** Longest time between two installing runs; null where none follows another. */
  readonly intervalDays: number | null;
  readonly delayDays: number;
  /** What it was; left out where the group is new or had no servers. */
  readonly before?: { readonly days: number | null };
}

type Reach = Omit<PatchReach, "before">;

function longestOf(values: readonly (number | null)[]): number | null {
  return values.reduce((most, each) => (most === null || each === null ? null : Math.max(most, each)), 0);
}

function reachOf(plane: Plane): readonly Reach[] {
  const windows = Object.values(plane.windows);
  return [...Map.groupBy(cohortsOf(plane), ({ group }) => group)].flatMap(([name, cohorts]) => {
    const group = managed(plane, name);
    if (group === undefined) return [];
    const all = cohorts.map(({ location, os }) => {
      const schedules = installSchedules(windows, name, location);
      const interval = longestInterval(schedules);
      const baseline = plane.baselines[group.baselines[os] ?? ""];
      const intervalDays = interval !== undefined && "days" in interval ? interval.days : null;
      const delayDays = Math.max(0, ...(baseline?.rules ?? []).map((rule) => approvalDelayDays(rule) ?? 0));
      const waits = baseline === undefined ? [] : ruleWaits(baseline, schedules);
      return { intervalDays, delayDays, days: longestOf([intervalDays, ...waits.map(({ worstDays }) => worstDays)]) };
    });
    return [
      {
        group: name,
        approval: group.approval,
        servers: cohorts.reduce((sum, { servers }) => sum + machineCount(servers), 0),
        days: group.approval === "reviewed" ? null : longestOf(all.map(({ days }) => days)),
        intervalDays: longestOf(all.map(({ intervalDays }) => intervalDays)),
        delayDays: Math.max(...all.map(({ delayDays }) => delayDays)),
      },
    ];
  });
}

/** Every managed group with servers, the slowest first. */
export function patchReach(before: Plane, after: Plane): readonly PatchReach[] {
  const old = new Map(reachOf(before).map((each) => [each.group, each]));
  const rank = ({ days }: Reach): number => days ?? Infinity;
  return reachOf(after)
    .map((each) => {
      const was = old.get(each.group);
      return was === undefined ? each : { ...each, before: { days: was.days } };
    })
    .sort((a, b) => (rank(a) === rank(b) ? (a.group < b.group ? -1 : 1) : rank(b) - rank(a)));
}
