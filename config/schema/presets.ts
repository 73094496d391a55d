import type { z } from "zod";
import { presetBaselines } from "./presetBaselines.ts";
import type { stackSchema } from "./stack.ts";
import { isMapping, type Mapping } from "../../domain/values.ts";

type Input = z.input<typeof stackSchema>;

const linux = (policy: "auto" | "sensitive") => ({
  UBUNTU: `ubuntu-${policy}`,
  AMAZON_LINUX_2: `al2-${policy}`,
  AMAZON_LINUX_2023: `al2023-${policy}`,
});

/** Groups that every stack has (P1), with their reboot rule (P6): Windows never reboots by itself, so it stands apart. */
export const presetGroups: NonNullable<Input["groups"]> = {
  "prod-sensitive": {
    baselines: { ...linux("sensitive"), WINDOWS: "windows-sensitive" },
    approval: "reviewed",
    reboot: "NoReboot",
    criticality: "high",
  },
  "prod-auto": { baselines: linux("auto"), approval: "automatic", reboot: "RebootIfNeeded", criticality: "medium" },
  "jump-log": { baselines: linux("auto"), approval: "automatic", reboot: "RebootIfNeeded", criticality: "medium" },
  nonprod: { baselines: linux("auto"), approval: "automatic", reboot: "RebootIfNeeded", criticality: "low" },
  "prod-windows": {
    baselines: { WINDOWS: "windows-auto" },
    approval: "automatic",
    reboot: "NoReboot",
    criticality: "medium",
  },
  "nonprod-windows": {
    baselines: { WINDOWS: "windows-auto" },
    approval: "automatic",
    reboot: "NoReboot",
    criticality: "low",
  },
};

const paced = {
  durationHours: 4,
  cutoffHours: 2,
  atCutoff: "cancel",
  maxConcurrency: "30%",
  maxErrors: "10%",
} as const;

/**
 * Windows that every stack has: scanning, the weekly installation and on-demand work (W1); the monthly cadence of
 * Windows on the Sunday after Patch Tuesday (W2), three days after the other environments' (W3); and the kernel's own
 * window (P3), on a Sunday that always lies behind the one after Patch Tuesday. The scan is daily, so it is the weekly
 * one of W1 as well; it comes after the night's installations.
 */
export const presetWindows: NonNullable<Input["windows"]> = {
  "mw-scan-all": {
    operation: "scan",
    groups: Object.keys(presetGroups),
    schedule: "cron(0 4 ? * * *)",
    ...paced,
    durationHours: 2,
    cutoffHours: 1,
  },
  "mw-install-auto": {
    operation: "install",
    groups: ["prod-auto", "jump-log", "nonprod"],
    schedule: "cron(0 23 ? * FRI *)",
    ...paced,
  },
  "mw-install-sensitive": {
    operation: "install",
    groups: ["prod-sensitive"],
    onDemand: true,
    ...paced,
    // Nobody knows how long it was not opened: much may wait.
    maxConcurrency: "40%",
  },
  "mw-nonprod-monthly": {
    operation: "install",
    groups: ["nonprod-windows"],
    schedule: { patchTuesday: "+2d", at: "22:00" },
    ...paced,
  },
  "mw-prod-monthly": {
    operation: "install",
    groups: ["prod-windows"],
    schedule: { patchTuesday: "+5d", at: "23:00" },
    ...paced,
  },
  "mw-kernel": {
    operation: "install",
    groups: ["prod-auto", "jump-log", "nonprod"],
    schedule: "cron(0 23 ? * SUN#4 *)",
    baselineOverride: ["ubuntu-kernel", "al2-kernel", "al2023-kernel"],
    ...paced,
  },
};

/**
 * Changes one mapping by another: keys in both are changed in turn, lists are replaced, `null` takes a key away. A
 * `null` with nothing to take away stays, and is the schema's to refuse.
 */
function changed(preset: unknown, change: unknown): unknown {
  if (!isMapping(preset) || !isMapping(change)) {
    return change;
  }
  const merged = new Map(Object.entries(preset));
  for (const [key, value] of Object.entries(change)) {
    if (value === null && merged.has(key)) {
      merged.delete(key);
    } else {
      merged.set(key, changed(merged.get(key), value));
    }
  }
  return Object.fromEntries(merged);
}

function changedGroups(groups: Mapping): unknown {
  const outright = Object.entries(groups).filter(([, group]) => isMapping(group) && "patchedElsewhere" in group);
  return { ...(changed(presetGroups, groups) as Mapping), ...Object.fromEntries(outright) };
}

/** Takes the removed groups out of the preset windows that still have the preset's own list; none left, no window. */
function changedWindows(windows: Mapping, groups: unknown): unknown {
  const removed = isMapping(groups) ? Object.keys(presetGroups).filter((name) => groups[name] === null) : [];
  const presets = Object.entries(presetWindows).map(([name, window]) => {
    const change = windows[name];
    const own = isMapping(change) && "groups" in change;
    return [
      name,
      own ? window : { ...window, groups: window.groups.filter((group) => !removed.includes(group)) },
    ] as const;
  });
  const left = presets.filter(([name, { groups: kept }]) => kept.length > 0 && windows[name] !== null);
  const changes = Object.entries(windows).filter(
    ([name, change]) => change !== null || !Object.hasOwn(presetWindows, name),
  );
  return changed(Object.fromEntries(left), Object.fromEntries(changes));
}

/** Names of the presets of each section that has any. */
export const presetNames: Readonly<Record<string, readonly string[]>> = {
  baselines: Object.keys(presetBaselines),
  groups: Object.keys(presetGroups),
  windows: Object.keys(presetWindows),
};

/**
 * The stack file's settings over the presets (as they were written; nothing is validated here).
 *
 * A named object of the file changes the preset of that name key by key, lists are replaced, and `null` takes a key or
 * a whole preset away. A group with `patchedElsewhere` replaces its preset. Preset windows lose the groups that were
 * taken away, and go when none is left.
 */
export function overPresets(settings: Mapping): Mapping {
  const { groups = {}, windows = {}, baselines = {} } = settings;
  return {
    ...settings,
    groups: isMapping(groups) ? changedGroups(groups) : groups,
    windows: isMapping(windows) ? changedWindows(windows, groups) : windows,
    baselines: isMapping(baselines) ? changed(presetBaselines, baselines) : baselines,
  };
}

/** Settings without the preset baselines that no group or window selects, defaults and those in the file apart. */
export function withoutUnusedPresets(merged: Mapping, settings: Mapping): Mapping {
  const { baselines } = merged;
  if (!isMapping(baselines)) {
    return merged;
  }
  const own = settings["baselines"];
  const selected = JSON.stringify([merged["groups"], merged["windows"]]);
  const unused = Object.entries(presetBaselines).filter(
    ([name, preset]) =>
      preset.default !== true &&
      !(isMapping(own) && Object.hasOwn(own, name)) &&
      !selected.includes(JSON.stringify(name)),
  );
  const names = new Set(unused.map(([name]) => name));
  return { ...merged, baselines: Object.fromEntries(Object.entries(baselines).filter(([name]) => !names.has(name))) };
}
