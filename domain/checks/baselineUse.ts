import { takesApplications } from "./baselineFilters.ts";
import { holdsKernels } from "./baselineRules.ts";
import { finding } from "./checkTable.ts";
import { isUnknown, type Declared } from "./declared.ts";
import { findPredefinedBaseline, predefinedBaselineNames } from "./predefinedBaselines.ts";
import type { Cohort } from "../fleet/cohorts.ts";
import type { Finding } from "../fault.ts";
import { suggest } from "../nearest.ts";
import { managed, type Plane } from "../plane.ts";
import { operatingSystems, type OperatingSystem } from "../server.ts";

/** Findings about baselines that groups name and do not exist, about defaults, and about baselines nothing uses. */
export function checkBaselineUse(plane: Plane, declared: Declared, cohorts: readonly Cohort[]): readonly Finding[] {
  return [
    ...checkBaselinesOfGroups(plane, declared),
    ...checkDefaults(plane, cohorts),
    ...checkUse(plane),
    ...checkApplications(plane, cohorts),
  ];
}

function checkBaselinesOfGroups(plane: Plane, declared: Declared): readonly Finding[] {
  return Object.values(plane.groups).flatMap((group) =>
    group.kind === "managed"
      ? (Object.entries(group.baselines) as [OperatingSystem, string][]).flatMap(([os, name]) =>
          name.startsWith("AWS-")
            ? checkPredefined(plane, group.name, os, name)
            : checkChoice(declared, group.name, os, name),
        )
      : [],
  );
}

/** What is wrong with a group's choice of an own baseline; one that is at fault itself is no fault of the group's. */
function checkChoice(declared: Declared, group: string, os: OperatingSystem, name: string): readonly Finding[] {
  const fault = { path: `groups.${group}.baselines.${os}`, value: name, about: { group } };
  const fitting = (declared.names.baselines ?? []).filter((other) => declared.systems[other] === os);
  if (isUnknown(declared, "baselines", name)) {
    const message = "there is no such baseline";
    return [finding("baseline-missing", { ...fault, message, ...suggest(name, fitting) })];
  }
  const actual = operatingSystems.find((known) => known === declared.systems[name]);
  const message = `the baseline is for ${actual ?? ""}, not ${os}`;
  return actual === undefined || actual === os
    ? []
    : [finding("baseline-missing", { ...fault, message, allowed: fitting.join(", ") || `none for ${os} yet` })];
}

/** AWS's own baselines are registered by ARN, which differs per Region. */
function checkPredefined(plane: Plane, group: string, os: OperatingSystem, name: string): readonly Finding[] {
  const fault = { path: `groups.${group}.baselines.${os}`, value: name, about: { group } };
  const existing = predefinedBaselineNames[os];
  if (!existing.includes(name)) {
    const message = `AWS has no baseline of that name for ${os}`;
    return [finding("baseline-missing", { ...fault, message, ...suggest(name, existing) })];
  }
  return Object.values(plane.locations)
    .filter(({ predefinedBaselines }) => predefinedBaselines[name] === undefined)
    .map(({ name: location, region }) =>
      finding("baseline-missing", {
        ...fault,
        message: `location ${location} does not say which ARN the predefined baseline has there`,
        fix: `add it to locations.${location}.predefinedBaselines; find it by: ${findPredefinedBaseline(name, region)}`,
        about: { group, location },
      }),
    );
}

function checkDefaults(plane: Plane, cohorts: readonly Cohort[]): readonly Finding[] {
  const defaults = Object.values(plane.baselines).filter((baseline) => baseline.default);
  const findings: Finding[] = [];
  for (const [os, rivals] of Map.groupBy(defaults, (baseline) => baseline.operatingSystem)) {
    if (rivals.length > 1) {
      const path = `baselines.${rivals[1]?.name ?? ""}.default`;
      const message = `${os} has more than one default baseline`;
      const value = rivals.map((baseline) => baseline.name);
      findings.push(
        finding("two-defaults", {
          path,
          message,
          value,
          fix: "take default from all but one",
          about: { baseline: rivals[1]?.name ?? "" },
        }),
      );
    }
  }
  const held = new Set<OperatingSystem>(defaults.map((baseline) => baseline.operatingSystem));
  const places = Map.groupBy(cohorts, (cohort) => `${cohort.location} ${cohort.os}`);
  for (const members of places.values()) {
    const [first] = members;
    if (first !== undefined && plane.locations[first.location]?.registersDefaults === true && !held.has(first.os)) {
      findings.push(
        finding("default-baseline-missing", {
          path: `locations.${first.location}.registersDefaults`,
          message: `no baseline is the default for ${first.os}, which servers there run`,
          value: first.os,
          fix: `set default: true on one baseline for ${first.os}`,
          about: { location: first.location },
        }),
      );
    }
  }
  return findings;
}

function checkUse(plane: Plane): readonly Finding[] {
  const byGroups = new Set(
    Object.values(plane.groups).flatMap((group) => (group.kind === "managed" ? Object.values(group.baselines) : [])),
  );
  const overrides = Object.values(plane.windows).filter((window) => window.baselineOverride.length > 0);
  const byWindows = new Set(overrides.flatMap((window) => window.baselineOverride));
  const findings: Finding[] = [];
  for (const baseline of Object.values(plane.baselines)) {
    const inForce = byGroups.has(baseline.name) || baseline.default;
    if (!inForce && !byWindows.has(baseline.name)) {
      const message = "no group, default or window uses the baseline";
      findings.push(
        finding("unused-baseline", { path: `baselines.${baseline.name}`, message, about: { baseline: baseline.name } }),
      );
    }
    if (inForce && overrides.length > 0 && baseline.rules.length > 0 && !holdsKernels(baseline)) {
      findings.push(
        finding("kernel-not-held", {
          path: `baselines.${baseline.name}.rejectedPatches`,
          message: "an ordinary baseline lets kernels through although a window has them to itself",
          fix: "reject the OS's kernel packages with ALLOW_AS_DEPENDENCY",
          about: { baseline: baseline.name },
        }),
      );
    }
  }
  return findings;
}

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/fleet-manager-configure-instance-tiers.html */
function checkApplications(plane: Plane, cohorts: readonly Cohort[]): readonly Finding[] {
  const lacking = cohorts.filter(({ location, os, servers }) => {
    const standard = plane.locations[location]?.instanceTier === "standard";
    return os === "WINDOWS" && standard && servers.some((server) => server.cloud === "azure");
  });
  const pairs = lacking.flatMap(({ location, group }) => {
    const baseline = plane.baselines[managed(plane, group)?.baselines.WINDOWS ?? ""];
    const applies =
      baseline?.operatingSystem === "WINDOWS" && baseline.rules.some(({ filters }) => takesApplications(filters));
    return applies ? [[`${baseline.name} ${location}`, { baseline: baseline.name, location }] as const] : [];
  });
  return [...new Map(pairs).values()].map(({ baseline, location }) =>
    finding("tier-for-applications", {
      path: `baselines.${baseline}.rules`,
      message: `patches Microsoft applications on hybrid nodes in location ${location}, which has the standard tier`,
      fix: `set instanceTier: advanced there (billed per node-hour), or leave PATCH_SET APPLICATION out`,
      about: { baseline, location },
    }),
  );
}
