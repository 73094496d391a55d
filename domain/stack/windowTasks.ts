import { leastPlannedMinutes } from "../fleet/patchTime.ts";
import { nowhereNear } from "../schedule/awsCron.ts";
import { fitName, productName } from "./awsNames.ts";
import { hookedKey, onceKey, type HookPath } from "./hookDocuments.ts";
import { isReviewed, type Plane } from "../plane.ts";
import type { Hook, RebootOption, Window, WindowSchedule } from "../window.ts";
import { windowTargets, type WindowTarget } from "../fleet/placement.ts";

const nameLimit = 128;
const secondsPerMinute = 60;
const secondsPerHour = 3600;

/** One target of a maintenance window: nodes of these groups. */
export interface PlannedTarget {
  /** Unique in the window: `scan`, `reboot-if-needed`, `no-reboot`, or `once` of the hooks that run once. */
  readonly key: string;
  readonly rebootOption: RebootOption;
  /** Values of the nodes' `PatchGroup` tag, sorted. */
  readonly groups: readonly string[];
}

/** The documents of AWS that a task may run. */
export type AwsPatchDocument = "AWS-RunPatchBaseline" | "AWS-RunPatchBaselineWithHooks";

/** One task of a maintenance window, on one of its targets. */
export interface PlannedTask {
  /** Unique in the window: the step's and the target's. */
  readonly key: string;
  readonly target: string;
  /** Lower runs first; equal runs at the same time. */
  readonly priority: number;
  /** AWS's document, or the key of one of the window's hooks' documents. */
  readonly runs: { readonly aws: AwsPatchDocument } | { readonly own: string };
  /** Undefined of a hook that runs once: it patches nothing. */
  readonly rebootOption: RebootOption | undefined;
  readonly maxConcurrency: string;
  readonly maxErrors: string;
  /** Delivery time-out: how long a server that does not answer is waited for. */
  readonly timeoutSeconds: number;
  /** What AWS adds to it before it gives up on a server, so how long that server keeps its place at most. */
  readonly executionSeconds: number;
}

const targetKeys: Readonly<Record<RebootOption, string>> = {
  RebootIfNeeded: "reboot-if-needed",
  NoReboot: "no-reboot",
};
const onceTarget = "once";

/** The targets as the window registers them: `scan` is a target of its own name, because it never reboots. */
export function planTargets(window: Window, targets: readonly WindowTarget[]): readonly PlannedTarget[] {
  const { once } = window.hooks;
  return [
    ...targets.map(({ reboot, groups }) => ({
      key: window.operation === "scan" ? "scan" : targetKeys[reboot],
      rebootOption: reboot,
      groups: groups.toSorted(),
    })),
    ...(once === undefined ? [] : [{ key: onceTarget, rebootOption: "NoReboot" as const, groups: [once.group] }]),
  ];
}

/**
 * How a window's servers run their hooks: by AWS-RunPatchBaselineWithHooks where its promises are enough, else by the
 * stack's own documents. AWS's document takes no override, always stops at a failed before-hook, and leaves its last
 * hook out when its command is cancelled.
 */
export function hookPath(groups: Plane["groups"], window: Window): HookPath {
  const { before, after, mustSucceed } = window.hooks;
  if (before.length + after.length === 0) return "none";
  const overridden = isGated(groups, window) || window.baselineOverride.length > 0;
  const gates = mustSucceed || before.length === 0;
  return !overridden && gates && window.atCutoff === "continue" ? "aws" : "own";
}

const usualExecutionSeconds = 3600;
/** AWS-RunPatchBaseline's own limit for its step. */
const patchExecutionSeconds = 7200;
const leastDeliverySeconds = 600;
const onceDeliverySeconds = 120;

/**
 * How long a task waits for a server that does not answer, and what AWS adds to that: a server's place is free again
 * when both have passed, and a server that is still at work then is called timed out. So both together are as long as a
 * slow server takes, and no longer.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html#monitor-about-status-timeouts
 */
function patience(window: Window, path: HookPath): Pick<PlannedTask, "timeoutSeconds" | "executionSeconds"> {
  const executionSeconds = path === "none" ? patchExecutionSeconds : usualExecutionSeconds;
  const hooks = [...window.hooks.before, ...window.hooks.after];
  const limits = hooks.reduce((sum, { timeoutSeconds }) => sum + timeoutSeconds, 0);
  const measured = window.minutesPerHost;
  const slow = (measured ?? leastPlannedMinutes) * secondsPerMinute + (measured === undefined ? limits : 0);
  const open = (window.durationHours - window.cutoffHours) * secondsPerHour;
  const timeoutSeconds = Math.max(leastDeliverySeconds, Math.min(slow, open) - executionSeconds);
  return { timeoutSeconds, executionSeconds };
}

/** How long a server that does not answer keeps one place of a task, at most, in seconds. */
export function heldSeconds({ timeoutSeconds, executionSeconds }: PlannedTask): number {
  return timeoutSeconds + executionSeconds;
}

function onceTask(hook: Hook, priority: number): PlannedTask {
  return {
    key: onceKey(hook),
    target: onceTarget,
    priority,
    runs: { own: onceKey(hook) },
    rebootOption: undefined,
    maxConcurrency: "100%",
    maxErrors: "100%",
    timeoutSeconds: onceDeliverySeconds,
    executionSeconds: hook.timeoutSeconds,
  };
}

/**
 * The tasks of a window in order of priority. Every server has one command that does before → patch → after, in one task
 * per target, because the targets of one task run one after another; all of them start at the same time. Only hooks that
 * run once in the window are tasks before and after that one.
 */
export function planTasks(
  groups: Plane["groups"],
  window: Window,
  targets: readonly PlannedTarget[],
): readonly PlannedTask[] {
  const path = hookPath(groups, window);
  const { before = [], after = [] } = window.hooks.once ?? {};
  const first = before.map((hook, index) => onceTask(hook, index + 1));
  const last = after.map((hook, index) => onceTask(hook, first.length + 2 + index));
  const aws = path === "aws" ? "AWS-RunPatchBaselineWithHooks" : "AWS-RunPatchBaseline";
  const patch = targets
    .filter(({ key }) => key !== onceTarget)
    .map((target): PlannedTask => ({
      key: `patch-${target.key}`,
      target: target.key,
      priority: first.length + 1,
      runs: path === "own" ? { own: hookedKey } : { aws },
      rebootOption: target.rebootOption,
      maxConcurrency: window.maxConcurrency,
      maxErrors: window.maxErrors,
      ...patience(window, path),
    }));
  return [...first, ...patch, ...last];
}

/** How the servers of a window are treated that do not answer, or are not done in time. */
export interface WindowPatience {
  readonly hookPath: HookPath;
  /** How long a server that does not answer is waited for. */
  readonly deliveryMinutes: number;
  /** How long it keeps a place of its task, at most. */
  readonly heldMinutes: number;
}

/** The patience of a window's patching; hooks that run once have their own. */
export function windowPatience(groups: Plane["groups"], window: Window): WindowPatience {
  const tasks = planTasks(groups, window, planTargets(window, windowTargets({ groups }, window)));
  const patching = tasks.filter(({ rebootOption }) => rebootOption !== undefined);
  const minutes = (seconds: readonly number[]): number => Math.ceil(Math.max(0, ...seconds) / secondsPerMinute);
  return {
    hookPath: hookPath(groups, window),
    deliveryMinutes: minutes(patching.map(({ timeoutSeconds }) => timeoutSeconds)),
    heldMinutes: minutes(patching.map(heldSeconds)),
  };
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

/** The days in which AWS runs a window at all. */
export type WindowValidity = Pick<WindowSchedule, "startDate" | "endDate">;

/**
 * When a window begins and ceases to run: a freeze that is skipped bounds it, and so does an approval's end.
 * @param expires - of the approval that its task goes by
 */
export function windowValidity({ startDate, endDate }: WindowSchedule, expires?: string): WindowValidity {
  const [end] = [endDate ?? [], expires ?? []].flat().sort((a, b) => Date.parse(a) - Date.parse(b));
  return { ...(startDate === undefined ? {} : { startDate }), ...(end === undefined ? {} : { endDate: end }) };
}

/** Whether a window installs only what an approvals file names: it stands without a task until one does. */
export function isGated(groups: Plane["groups"], window: Window): boolean {
  return window.operation === "install" && window.groups.some((name) => isReviewed({ groups }, name));
}

/** What a task is given besides its operation: where overrides lie, and the documents of AWS's hooks. */
export interface TaskInputs<Text> {
  readonly baselineOverride: Text | undefined;
  readonly overrideList: Text | undefined;
  /** Names of the hooks' documents, by key. */
  readonly documents: Readonly<Record<string, Text>>;
}

/** What a task that patches is told, by the parameters' names, in the order in which the provider reads them back. */
export function patchInputs<Text>(
  window: Window,
  { runs, rebootOption }: Pick<PlannedTask, "runs" | "rebootOption">,
  { baselineOverride, overrideList, documents }: TaskInputs<Text>,
): readonly (readonly [string, Text | string])[] {
  if (rebootOption === undefined) return [];
  const hooked = "aws" in runs && runs.aws === "AWS-RunPatchBaselineWithHooks";
  const parameters: Readonly<Record<string, Text | string | undefined>> = {
    BaselineOverride: baselineOverride,
    InstallOverrideList: overrideList,
    ...(hooked ? { OnExitHookDocName: documents["after"] } : {}),
    Operation: window.operation === "scan" ? "Scan" : "Install",
    ...(hooked ? { PreInstallHookDocName: documents["before"] } : {}),
    RebootOption: rebootOption,
  };
  return Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

/** AWS's word for what happens to a task that still runs at the cutoff. */
export function cutoffBehavior(window: Window): "CONTINUE_TASK" | "CANCEL_TASK" {
  return window.atCutoff === "continue" ? "CONTINUE_TASK" : "CANCEL_TASK";
}
