import type { Approve, Baseline, WindowsRule, YumRule } from "../domain/baseline.ts";
import type { Group, Location, Plane, Subscription } from "../domain/plane.ts";
import type { Window } from "../domain/window.ts";
import { operatingSystems, type OperatingSystem } from "../domain/server.ts";
import { partitionOf } from "../domain/stack/partitions.ts";
import type { BaselineSettings } from "./schema/baseline.ts";
import type { GroupSettings, LocationSettings, Settings } from "./schema/stack.ts";
import type { WindowSettings } from "./schema/window.ts";

/** An object without the keys whose value is undefined, as `exactOptionalPropertyTypes` wants it. */
type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Leaves those keys out. */
export function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as Defined<T>;
}

/** The tags of whatever is made somewhere; left out where the stack file names none. */
function tagged(tags: Settings["tags"]): { readonly tags?: Settings["tags"] } {
  return Object.keys(tags).length === 0 ? {} : { tags };
}

/** The tags that the provider leaves alone; left out where the stack file names none. */
export function ignoring(ignoredTags: Settings["ignoredTags"] | undefined): Pick<Plane, "ignoredTags"> {
  const { keys = [], keyPrefixes = [] } = ignoredTags ?? {};
  return keys.length + keyPrefixes.length === 0 ? {} : { ignoredTags: { keys, keyPrefixes } };
}

/** A location of the plane. */
export function toLocation(name: string, settings: LocationSettings, tags: Settings["tags"]): Location {
  return { name, partition: partitionOf(settings.region), ...defined(settings), ...tagged(tags) };
}

/** A subscription of the plane. */
export function toSubscription(
  name: string,
  settings: Settings["subscriptions"][string],
  tags: Settings["tags"],
): Subscription {
  return { name, ...defined(settings), ...tagged(tags) };
}

type SettingsOf<Rule> = Extract<BaselineSettings, { operatingSystem: Rule }>["rules"][number];

interface Approval {
  readonly approveAfterDays?: number | undefined;
  readonly approveUntilDate?: string | undefined;
}

/** The schema lets exactly one of the two through. */
function approveOf({ approveAfterDays, approveUntilDate }: Approval): Approve {
  return approveUntilDate === undefined ? { approveAfterDays: approveAfterDays ?? 0 } : { approveUntilDate };
}

function toYumRule(settings: SettingsOf<"AMAZON_LINUX_2" | "AMAZON_LINUX_2023">): YumRule {
  const { filters, enableNonSecurity, complianceLevel, slaDays } = settings;
  return { filters: defined(filters), enableNonSecurity, complianceLevel, slaDays, ...approveOf(settings) };
}

function toWindowsRule(settings: SettingsOf<"WINDOWS">): WindowsRule {
  const { filters, complianceLevel, slaDays } = settings;
  return { filters: defined(filters), complianceLevel, slaDays, ...approveOf(settings) };
}

/** A baseline of the plane. */
export function toBaseline(name: string, settings: BaselineSettings): Baseline {
  const shared = { name, description: settings.description ?? `patch baseline ${name}` };
  switch (settings.operatingSystem) {
    case "UBUNTU":
    case "DEBIAN":
      return {
        ...settings,
        ...shared,
        rules: settings.rules.map((rule) => ({ ...rule, filters: defined(rule.filters) })),
      };
    case "AMAZON_LINUX_2":
    case "AMAZON_LINUX_2023":
      return { ...settings, ...shared, rules: settings.rules.map(toYumRule) };
    case "WINDOWS":
      return { ...settings, ...shared, rules: settings.rules.map(toWindowsRule) };
  }
}

/** A group of the plane. */
export function toGroup(name: string, settings: GroupSettings): Group {
  if ("patchedElsewhere" in settings) {
    return { kind: "elsewhere", name, ...defined(settings) };
  }
  const baselines: Partial<Record<OperatingSystem, string>> = {};
  for (const os of operatingSystems) {
    const baseline = settings.baselines[os];
    if (baseline !== undefined) baselines[os] = baseline;
  }
  return { kind: "managed", name, ...defined(settings), baselines };
}

/** A window of the plane, with the schedules it was compiled to. */
export function toWindow(
  name: string,
  settings: WindowSettings,
  schedules: Window["schedules"],
  stack: { readonly timezone: string; readonly locations: readonly string[] },
): Window {
  return {
    name,
    operation: settings.operation,
    groups: [...new Set(settings.groups)].sort(),
    schedules,
    timezone: settings.timezone ?? stack.timezone,
    durationHours: settings.durationHours,
    cutoffHours: settings.cutoffHours,
    atCutoff: settings.atCutoff,
    maxConcurrency: String(settings.maxConcurrency),
    maxErrors: String(settings.maxErrors),
    hooks: defined(settings.hooks),
    ...(settings.reboot === undefined ? {} : { reboot: settings.reboot }),
    onDemand: settings.onDemand,
    locations: [...new Set(settings.locations ?? stack.locations)].sort(),
    ...(settings.minutesPerHost === undefined ? {} : { minutesPerHost: settings.minutesPerHost }),
    baselineOverride: settings.baselineOverride,
  };
}

/** The freezes of the plane. */
export function toFreezes(freezes: Settings["freezes"]): Plane["freezes"] {
  return freezes.map((freeze) => defined(freeze));
}
