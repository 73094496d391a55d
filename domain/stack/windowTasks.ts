import { nowhereNear } from "../schedule/awsCron.ts";
import { fitName, productName } from "./awsNames.ts";
import { isReviewed, type Plane, type RebootOption, type Window, type WindowSchedule } from "../plane.ts";
import type { WindowTarget } from "../fleet/placement.ts";

const nameLimit = 128;
const secondsPerHour = 3600;

/** Key of the document that holds a window's hooks and its patching in one. */
export const guardedKey = "guarded" as const;

/** One target of a maintenance window: nodes of these groups. */
export interface PlannedTarget {
  /** Unique in the window: `scan`, `reboot-if-needed` or `no-reboot`. */
  readonly key: string;
  readonly rebootOption: RebootOption;
  /** Values of the nodes' `PatchGroup` tag, sorted. */
  readonly groups: readonly string[];
}

/** One task of a maintenance window, on one of its targets. */
export interface PlannedTask {
  /** Unique in the window: the step's and the target's. */
  readonly key: string;
  readonly target: string;
  /** Lower runs first; equal runs at the same time. */
  readonly priority: number;
  /** `patch`: AWS-RunPatchBaseline; `guarded`: the document that holds it between its hooks; else a hook's. */
  readonly step: "patch" | "guarded" | { readonly hook: string };
  readonly rebootOption: RebootOption;
}

const targetKeys: Readonly<Record<RebootOption, string>> = {
  RebootIfNeeded: "reboot-if-needed",
  NoReboot: "no-reboot",
};

/** The targets as the window registers them: `scan` is a target of its own name, because it never reboots. */
export function planTargets(window: Window, targets: readonly WindowTarget[]): readonly PlannedTarget[] {
  return targets.map(({ reboot, groups }) => ({
    key: window.operation === "scan" ? "scan" : targetKeys[reboot],
    rebootOption: reboot,
    groups: groups.toSorted(),
  }));
}

/**
 * The tasks of a window in order of priority: before-hooks, patching, after-hooks, each once per target, because the
 * targets of one task run one after another. All targets take a step at the same priority, so they run side by side.
 */
export function planTasks(window: Window, targets: readonly PlannedTarget[]): readonly PlannedTask[] {
  const { before, after, mustSucceed } = window.hooks;
  const hooked = before.length + after.length > 0;
  const hook = (name: string): { name: string; step: PlannedTask["step"] } => ({ name, step: { hook: name } });
  const steps: readonly { readonly name: string; readonly step: PlannedTask["step"] }[] =
    mustSucceed && hooked
      ? [{ name: guardedKey, step: guardedKey }]
      : [
          ...before.map(({ name }) => hook(name)),
          { name: "patch", step: "patch" },
          ...after.map(({ name }) => hook(name)),
        ];
  return steps.flatMap(({ name, step }, index) =>
    targets.map((target) => ({
      key: `${name}-${target.key}`,
      target: target.key,
      priority: index + 1,
      step,
      rebootOption: target.rebootOption,
    })),
  );
}

/** Description of a window in AWS. */
export function windowDescription(environment: string, window: Window): string {
  return fitName(`${productName} ${environment}: ${window.operation} ${window.groups.join(", ")}`, nameLimit);
}

/** Name of a window's target or task in AWS: unique in the window. */
export function partName(window: Window, { key }: { readonly key: string }): string {
  return fitName(`${window.name}-${key}`, nameLimit);
}

/** When a window runs; one that is opened on demand is made with a date nobody will see. */
export function windowTiming(
  window: Window,
  schedule: WindowSchedule,
): Pick<WindowSchedule, "expression" | "timezone" | "offsetDays"> {
  return window.onDemand ? { expression: nowhereNear, timezone: "UTC" } : schedule;
}

/** Whether a window installs only what an approvals file names: it stands without a task until one does. */
export function isGated(groups: Plane["groups"], window: Window): boolean {
  return window.operation === "install" && window.groups.some((name) => isReviewed({ groups }, name));
}

/** How long a node may wait for its turn: a shorter time would drop the nodes that concurrency holds back. */
export function deliverySeconds(window: Window): number {
  return (window.durationHours - window.cutoffHours) * secondsPerHour;
}

/** What a task that patches is told, by the parameters' names, in the order in which the provider reads them back. */
export function patchInputs<Url>(
  window: Window,
  task: Pick<PlannedTask, "rebootOption">,
  urls: { readonly baselineOverride: Url | undefined; readonly overrideList: Url | undefined },
): readonly (readonly [string, Url | string])[] {
  const parameters: Readonly<Record<string, Url | string | undefined>> = {
    BaselineOverride: urls.baselineOverride,
    InstallOverrideList: urls.overrideList,
    Operation: window.operation === "scan" ? "Scan" : "Install",
    RebootOption: task.rebootOption,
  };
  return Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

/** AWS's word for what happens to a task that still runs at the cutoff. */
export function cutoffBehavior(window: Window): "CONTINUE_TASK" | "CANCEL_TASK" {
  return window.atCutoff === "continue" ? "CONTINUE_TASK" : "CANCEL_TASK";
}
