import { cohortsOf } from "../fleet/cohorts.ts";
import type { Finding } from "../fault.ts";
import { machineCount } from "../fleet/placement.ts";
import type { Freeze, Group, Plane } from "../plane.ts";
import type { Window } from "../window.ts";
import { operatingSystems } from "../server.ts";
import { type ApprovalFacts, approvalFacts, approvalGiven } from "../approvals/inForce.ts";
import { baselineFacts, type BaselineFacts } from "./baseline.ts";
import { findingsAbout } from "./findings.ts";
import { originOf, type Origins, type SettingOrigin } from "./origins.ts";
import { freezesAhead, upcoming, type Upcoming } from "./runs.ts";
import { byText } from "../text.ts";

/** Servers of a group with one OS in one location. */
export interface GroupServers {
  readonly location: string;
  /** OS and release as the fleet file has them, e.g. `ubuntu 22.04`. */
  readonly os: string;
  /** An Auto Scaling row counts its usual size. */
  readonly machines: number;
}

/** A window that holds the group, and its next run. */
export interface GroupWindow extends Upcoming {
  readonly window: Window;
  readonly origin: SettingOrigin;
}

/** What a patch group means. */
export interface GroupFacts {
  readonly kind: "group";
  readonly group: Group;
  readonly origin: SettingOrigin;
  readonly baselines: readonly BaselineFacts[];
  readonly servers: readonly GroupServers[];
  readonly windows: readonly GroupWindow[];
  readonly approval?: ApprovalFacts;
  readonly onFirstContact: { readonly scan: boolean; readonly install: boolean };
  readonly freezes: readonly Freeze[];
  readonly findings: readonly Finding[];
}

function baselinesOf(plane: Plane, group: Group, origins: Origins): readonly BaselineFacts[] {
  if (group.kind !== "managed") return [];
  return operatingSystems.flatMap((os) => {
    const name = group.baselines[os];
    return name === undefined ? [] : [baselineFacts(plane, os, name, origins)];
  });
}

/** Everything about one patch group, from the stack's files alone. */
export function explainGroup(
  plane: Plane,
  group: Group,
  asOf: Date,
  findings: readonly Finding[],
  origins: Origins,
): GroupFacts {
  const approval = approvalFacts(plane, group.name, asOf);
  const inForce = approvalGiven(approval);
  const managed = group.kind === "managed";
  const windows = Object.values(plane.windows).filter((window) => window.groups.includes(group.name));
  return {
    kind: "group",
    group,
    origin: originOf(origins, "groups", group.name),
    baselines: baselinesOf(plane, group, origins),
    servers: cohortsOf(plane)
      .filter((cohort) => cohort.group === group.name)
      .map(({ location, servers }) => ({
        location,
        os: `${servers[0]?.os ?? ""} ${servers[0]?.release ?? ""}`,
        machines: machineCount(servers),
      }))
      .toSorted((a, b) => byText(`${a.location} ${a.os}`, `${b.location} ${b.os}`)),
    windows: windows.map((window) => ({
      window,
      origin: originOf(origins, "windows", window.name),
      ...upcoming(plane, window, [group.name], asOf, 1, window.operation === "install" ? inForce : undefined),
    })),
    ...(approval === undefined ? {} : { approval }),
    onFirstContact: {
      scan: managed && plane.nodes.scanOnFirstContact,
      install: plane.nodes.installOnFirstContact.includes(group.name),
    },
    freezes: freezesAhead(plane, windows, [group.name], asOf),
    findings: findingsAbout(findings, {
      groups: [group.name],
      files: inForce === undefined ? [] : [inForce.file],
    }),
  };
}
