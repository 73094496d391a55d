import type { RebootOption, Window } from "../../domain/plane.ts";
import type { WindowTarget } from "../../domain/placement.ts";
import { guardedKey } from "./windowHooks.ts";

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
