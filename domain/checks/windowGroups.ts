import { about, finding } from "./checkTable.ts";
import { isUnknown, type Declared } from "./declared.ts";
import { joined, whichServers, type Cohort } from "../fleet/cohorts.ts";
import type { Finding } from "../fault.ts";
import { suggest } from "../nearest.ts";
import { isReviewed, managed, type Plane } from "../plane.ts";
import type { Window } from "../window.ts";

/** Findings about what a window holds: its groups' approvals, its locations, its baseline overrides. */
export function checkWindowGroups(plane: Plane, window: Window, cohorts: readonly Cohort[]): readonly Finding[] {
  const path = `windows.${window.name}`;
  const findings: Finding[] = [];
  if (window.operation === "install") {
    findings.push(...checkApprovals(plane, window, path));
  }
  findings.push(...checkOverrideSystems(plane, window));
  for (const location of window.locations) {
    const reached = cohorts.filter((cohort) => cohort.location === location && window.groups.includes(cohort.group));
    if (reached.length === 0 && plane.fleet.length > 0) {
      const message = `none of its groups has a server in location ${location}`;
      const fix = "take the location out of the window";
      findings.push(
        finding("window-without-servers", { path, message, value: window.groups, fix, about: { location } }),
      );
    }
    findings.push(...about({ location }, checkOverride(plane, window, location, reached)));
    findings.push(...about({ location }, checkDefaultHosts(plane, window, location, reached)));
  }
  return about({ window: window.name }, findings);
}

function checkApprovals(plane: Plane, window: Window, path: string): readonly Finding[] {
  const findings: Finding[] = [];
  const automatic = window.groups.filter((name) => managed(plane, name)?.approval === "automatic");
  const reviewed = window.groups.filter((name) => isReviewed(plane, name));
  if (window.onDemand && automatic.length > 0) {
    findings.push(
      finding("on-demand-automatic", {
        path: `${path}.onDemand`,
        message: "an on-demand install window holds groups with automatic approval",
        value: automatic,
        fix: "give the window a schedule, or make the groups reviewed",
      }),
    );
  }
  if (reviewed.length > 0 && window.groups.length > 1) {
    findings.push(
      finding("reviewed-window", {
        path: `${path}.groups`,
        message: "an install window with a reviewed group holds other groups as well",
        value: window.groups,
        allowed: "one reviewed group, or automatic groups only",
        fix: `give ${reviewed.join(" and ")} a window of its own`,
      }),
    );
  }
  if (reviewed.length > 0 && window.baselineOverride.length > 0) {
    findings.push(
      finding("reviewed-override", {
        path: `${path}.baselineOverride`,
        message: "a reviewed group installs by its approvals file, which cannot be combined with a baseline override",
        value: reviewed,
        fix: "take the group out of the window, and approve its kernels in the approvals file",
      }),
    );
  }
  return findings;
}

function checkOverride(plane: Plane, window: Window, location: string, reached: readonly Cohort[]): readonly Finding[] {
  if (window.baselineOverride.length === 0) {
    return [];
  }
  const path = `windows.${window.name}.baselineOverride`;
  const named = window.baselineOverride.map((name) => plane.baselines[name]?.operatingSystem);
  // A baseline that was not read may be the one.
  if (named.includes(undefined)) return [];
  const findings: Finding[] = [];
  for (const [os, cohorts] of Map.groupBy(reached, (cohort) => cohort.os)) {
    if (!named.includes(os)) {
      const servers = joined(cohorts.map((cohort) => cohort.servers));
      findings.push(
        finding("override-os", {
          path,
          message: `no override for ${whichServers(servers)} on ${os} in location ${location}: the run fails on them`,
          value: window.baselineOverride,
          fix: `name a baseline for ${os}, or take those servers' groups out of the window`,
        }),
      );
    }
  }
  return findings;
}

/**
 * A run that reads a list from S3, on instances that may have no profile: their credentials are the agent's, and that
 * the code which the agent starts gets them is documented nowhere.
 */
function checkDefaultHosts(
  plane: Plane,
  window: Window,
  location: string,
  reached: readonly Cohort[],
): readonly Finding[] {
  if (!plane.nodes.defaultHostManagement || plane.locations[location]?.ownsServiceSettings !== true) return [];
  const lists = window.baselineOverride.length > 0 || window.operation === "install";
  const read = reached.filter(({ group }) => window.baselineOverride.length > 0 || isReviewed(plane, group));
  const servers = joined(read.map((cohort) => cohort.servers)).filter(({ cloud }) => cloud === "aws");
  if (!lists || servers.length === 0) return [];
  return [
    finding("default-host-lists", {
      path: `windows.${window.name}`,
      message: `${whichServers(servers)} in location ${location} read a list from S3, and Default Host Management is on there`,
      fix: "give them an instance profile with the location's node policy; where they have one, switch the check off with that reason",
    }),
  ];
}

function checkOverrideSystems(plane: Plane, window: Window): readonly Finding[] {
  const known = window.baselineOverride.flatMap((name) => plane.baselines[name] ?? []);
  return [...Map.groupBy(known, (baseline) => baseline.operatingSystem).values()].flatMap(([first, ...others]) =>
    others.map(({ name }) =>
      finding("two-overrides", {
        path: `windows.${window.name}.baselineOverride`,
        message: `${first?.name ?? ""} is for the same OS`,
        value: name,
        allowed: "one baseline per OS",
      }),
    ),
  );
}

/** Findings about groups that install when a node is first seen, without any window. */
export function checkFirstContact(plane: Plane, declared: Declared): readonly Finding[] {
  const path = "nodes.installOnFirstContact";
  const automatic = Object.keys(plane.groups).filter((name) => managed(plane, name)?.approval === "automatic");
  return plane.nodes.installOnFirstContact
    .filter((name) => plane.groups[name] !== undefined || isUnknown(declared, "groups", name))
    .filter((name) => !automatic.includes(name))
    .map((name) => {
      const message = "there is no such automatic group";
      return finding("first-contact", { path, message, value: name, ...suggest(name, automatic.sort()) });
    });
}
