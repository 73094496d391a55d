import { productNames } from "../stack/baselineFilters.ts";
import { checkBaselineUse } from "./baselineUse.ts";
import { finding } from "./checkTable.ts";
import { declaredIn, isUnknown, windowsComplete, type Declared } from "./declared.ts";
import { cohortsOf, joined, whichServers, type Cohort } from "../fleet/cohorts.ts";
import type { Finding } from "../fault.ts";
import { isOrdinaryInstall, reaches } from "../fleet/placement.ts";
import { listed } from "../nearest.ts";
import type { Baseline } from "../baseline.ts";
import { managed, type Plane } from "../plane.ts";
import type { OperatingSystem, Server } from "../server.ts";
import { checkFirstContact, checkWindowGroups } from "./windowGroups.ts";

/** The baseline AWS uses where a group has none for the OS, in words. */
function fallbackOf(plane: Plane, location: string, os: OperatingSystem): string {
  const own = Object.values(plane.baselines).find((baseline) => baseline.default && baseline.operatingSystem === os);
  return plane.locations[location]?.registersDefaults === true && own !== undefined
    ? `the default baseline ${own.name}`
    : `the default baseline of the account for ${os}`;
}

/** Findings about servers, groups, windows and baselines that do not reach each other. */
export function checkCoverage(plane: Plane, declared: Declared = declaredIn(plane)): readonly Finding[] {
  const cohorts = cohortsOf(plane);
  return [
    ...checkUnknownGroups(plane, declared, cohorts),
    ...checkCohortBaselines(plane, cohorts),
    ...checkReach(plane, declared, cohorts),
    ...checkWindowsReboot(plane, cohorts),
    ...checkNoServers(plane),
    ...Object.values(plane.windows).flatMap((window) => checkWindowGroups(plane, window, cohorts)),
    ...checkFirstContact(plane, declared),
    ...checkBaselineUse(plane, declared, cohorts),
  ];
}

/** A fleet file without a row, as a new environment has: no window of it is at fault. */
function checkNoServers(plane: Plane): readonly Finding[] {
  if (plane.fleet.length > 0 || Object.keys(plane.windows).length === 0) return [];
  const message = "the fleet file has no server, so no window reaches one";
  const fix = "npx patchplane discover --write finds them";
  return [finding("window-without-servers", { path: "fleet", message, fix })];
}

function checkUnknownGroups(plane: Plane, declared: Declared, cohorts: readonly Cohort[]): readonly Finding[] {
  const unknown = Map.groupBy(
    cohorts.filter((cohort) => isUnknown(declared, "groups", cohort.group)),
    (cohort) => cohort.group,
  );
  return [...unknown].map(([group, members]) => {
    const servers = joined(members.map((cohort) => cohort.servers));
    const first = members[0];
    const fallback = first === undefined ? "a default baseline" : fallbackOf(plane, first.location, first.os);
    return finding("unknown-group", {
      path: "fleet",
      ...(servers[0] === undefined ? {} : { line: servers[0].line }),
      message: `${whichServers(servers)} in a patch group that does not exist; AWS would use ${fallback}`,
      value: group,
      allowed: listed(Object.keys(plane.groups)),
      fix: "correct patch_group, or add the group",
      about: servers[0] === undefined ? {} : { server: servers[0].id },
    });
  });
}

function checkCohortBaselines(plane: Plane, cohorts: readonly Cohort[]): readonly Finding[] {
  const findings: Finding[] = [];
  const places = Map.groupBy(cohorts, (cohort) => `${cohort.group} ${cohort.os} ${cohort.release}`);
  for (const members of places.values()) {
    const [first] = members;
    const group = first === undefined ? undefined : managed(plane, first.group);
    if (first === undefined || group === undefined) {
      continue;
    }
    const servers = joined(members.map((cohort) => cohort.servers));
    const name = group.baselines[first.os];
    if (name === undefined) {
      findings.push(withoutBaseline(plane, first, servers));
      continue;
    }
    const baseline = plane.baselines[name];
    if (baseline?.operatingSystem === first.os && !coversRelease(baseline, first.release)) {
      findings.push(
        finding("release-not-covered", {
          path: `baselines.${name}.rules`,
          message: `no rule's PRODUCT takes ${whichServers(servers)} of group ${group.name}`,
          value: `${first.os} ${first.release}`,
          allowed: `${productNames(first.os, first.release).join(" or ")}, or *`,
          fix: "add the product to a rule, or write *",
          about: { baseline: name },
        }),
      );
    }
  }
  return findings;
}

function withoutBaseline(plane: Plane, cohort: Cohort, servers: readonly Server[]): Finding {
  const others = Object.values(plane.groups).filter(
    (group) => group.kind === "managed" && group.baselines[cohort.os] !== undefined,
  );
  const names = others.map((group) => group.name).join(", ");
  return finding("group-without-baseline", {
    path: `groups.${cohort.group}.baselines.${cohort.os}`,
    message:
      `the group has no baseline for ${whichServers(servers)} on ${cohort.os} ${cohort.release}; ` +
      `AWS would use ${fallbackOf(plane, cohort.location, cohort.os)}`,
    fix:
      names === ""
        ? "name a baseline for that OS; no group has one yet"
        : `name a baseline for that OS; these groups have one: ${names}`,
    about: { group: cohort.group },
  });
}

/** Whether some rule's PRODUCT filter takes a release; a baseline without rules is another check's matter. */
export function coversRelease(baseline: Baseline, release: string): boolean {
  const names = ["*", ...productNames(baseline.operatingSystem, release)];
  const rules: readonly { readonly filters: { readonly PRODUCT?: readonly string[] } }[] = baseline.rules;
  return (
    rules.length === 0 ||
    rules.some(({ filters: { PRODUCT: products } }) => products?.some((name) => names.includes(name)) ?? true)
  );
}

function checkReach(plane: Plane, declared: Declared, cohorts: readonly Cohort[]): readonly Finding[] {
  const complete = windowsComplete(plane, declared);
  const windows = Object.values(plane.windows);
  const findings: Finding[] = [];
  const places = Map.groupBy(
    cohorts.filter((cohort) => managed(plane, cohort.group) !== undefined),
    (cohort) => `${cohort.location} ${cohort.group}`,
  );
  for (const members of places.values()) {
    const [first] = members;
    if (first === undefined) {
      continue;
    }
    const { location, group } = first;
    const reaching = windows.filter((window) => reaches(window, group, location));
    const servers = joined(members.map((cohort) => cohort.servers));
    const what = `${whichServers(servers)} in location ${location}`;
    const subject = { path: `groups.${group}`, about: { group, location } };
    const installs = reaching.filter(isOrdinaryInstall);
    const regular = installs.filter((window) => !window.onDemand);
    if (complete && installs.length === 0) {
      const message = `no install window reaches ${what}`;
      findings.push(finding("no-install-window", { ...subject, message, fix: "add the group to one there" }));
    }
    const scans = reaching.filter((window) => window.operation === "scan" && !window.onDemand);
    if (scans.length > 1) {
      const names = scans.map((window) => window.name);
      const message = `${String(scans.length)} scan windows reach ${what}`;
      findings.push(
        finding("two-scan-windows", { ...subject, message, value: names, fix: "keep the group in one of them" }),
      );
    }
    if (complete && !reaching.some((window) => window.operation === "scan")) {
      const message = `no scan window reaches ${what}`;
      findings.push(finding("no-scan-window", { ...subject, message, fix: "add the group to one there" }));
    }
    if (regular.length > 1) {
      const names = regular.map((window) => window.name);
      const message = `${String(regular.length)} install windows patch ${what}`;
      const fix = "keep the group in one of them, or switch the check off with the reason";
      findings.push(finding("two-install-windows", { ...subject, message, value: names, fix }));
    }
  }
  return findings;
}

function checkWindowsReboot(plane: Plane, cohorts: readonly Cohort[]): readonly Finding[] {
  const affected = Map.groupBy(
    cohorts.filter(({ os, group }) => os === "WINDOWS" && managed(plane, group)?.reboot === "RebootIfNeeded"),
    (cohort) => cohort.group,
  );
  return [...affected].map(([group, members]) =>
    finding("windows-reboot", {
      path: `groups.${group}.reboot`,
      message: `${whichServers(joined(members.map((cohort) => cohort.servers)))} on Windows reboot after any install`,
      value: "RebootIfNeeded",
      fix: "put Windows servers into a group with reboot: NoReboot, and restart them when it suits you",
      about: { group },
    }),
  );
}
