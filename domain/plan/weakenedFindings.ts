import { finding } from "../checks/checkTable.ts";
import { approvalDelayDays } from "../checks/longestWait.ts";
import type { Finding, FindingSubject } from "../fault.ts";
import { machineCount, serversOf, windowsAt } from "../fleet/placement.ts";
import type { Baseline } from "../baseline.ts";
import { managed, type Plane } from "../plane.ts";
import type { Window } from "../window.ts";
import { operatingSystemOf, type Server } from "../server.ts";
import { counted } from "../text.ts";

interface Weakened {
  readonly path: string;
  readonly what: string;
  readonly servers: number;
  readonly about: FindingSubject;
}

function ofGroups(before: Plane, after: Plane): readonly Weakened[] {
  return Object.keys(after.groups).flatMap((name): readonly Weakened[] => {
    const [was, is] = [managed(before, name), managed(after, name)];
    if (was === undefined || is === undefined) return [];
    const servers = machineCount(after.fleet.filter(({ patchGroup }) => patchGroup === name));
    const one = (field: string, what: string): Weakened => ({
      path: `groups.${name}.${field}`,
      what,
      servers,
      about: { group: name },
    });
    return [
      ...(was.approval === "reviewed" && is.approval === "automatic"
        ? [one("approval", "nobody reviews any more what is installed")]
        : []),
      ...(was.reboot === "NoReboot" && is.reboot === "RebootIfNeeded"
        ? [one("reboot", "an installation may reboot them from now on")]
        : []),
    ];
  });
}

/** Whether a limit lets more servers fail than another of the same unit. */
function isLarger(is: string, was: string): boolean {
  return is.endsWith("%") === was.endsWith("%") && parseInt(is, 10) > parseInt(was, 10);
}

function serversIn(plane: Plane, window: Window): readonly Server[] {
  return window.locations.flatMap((location) => serversOf(plane, window, location));
}

function ofWindows(before: Plane, after: Plane): readonly Weakened[] {
  return Object.values(after.windows).flatMap((is): readonly Weakened[] => {
    const was = before.windows[is.name];
    if (was === undefined || is.operation === "scan") return [];
    const one = (field: string, what: string): Weakened => ({
      path: `windows.${is.name}.${field}`,
      what,
      servers: machineCount(serversIn(after, is)),
      about: { window: is.name },
    });
    return [
      ...(isLarger(is.maxErrors, was.maxErrors)
        ? [one("maxErrors", `${is.maxErrors} instead of ${was.maxErrors} may fail before the run stops`)]
        : []),
      ...(was.hooks.mustSucceed && !is.hooks.mustSucceed
        ? [one("hooks.mustSucceed", "they are patched although a hook before it fails")]
        : []),
    ];
  });
}

function ofBaseline(was: Baseline, is: Baseline): readonly (readonly [field: string, what: string])[] {
  const gone = was.rejectedPatches.filter((each) => !is.rejectedPatches.includes(each));
  const old: readonly Baseline["rules"][number][] = was.rules;
  const sooner = is.rules.flatMap((rule, index): readonly (readonly [string, string])[] => {
    const [days, before] = [
      approvalDelayDays(rule),
      old[index] === undefined ? undefined : approvalDelayDays(old[index]),
    ];
    if (days === undefined || before === undefined || days >= before) return [];
    return [
      [
        `rules[${String(index)}].approveAfterDays`,
        `patches are approved after ${counted(days, "day")} instead of ${String(before)}`,
      ],
    ];
  });
  return [
    ...(gone.length === 0 ? [] : [["rejectedPatches", `no longer rejected: ${gone.join(", ")}`] as const]),
    ...sooner,
  ];
}

function ofBaselines(before: Plane, after: Plane): readonly Weakened[] {
  return Object.values(after.baselines).flatMap((is): readonly Weakened[] => {
    const was = before.baselines[is.name];
    if (was === undefined) return [];
    const reached = after.fleet.filter(
      (server) => managed(after, server.patchGroup)?.baselines[operatingSystemOf(server)] === is.name,
    );
    if (reached.length === 0) return [];
    return ofBaseline(was, is).map(([field, what]) => ({
      path: `baselines.${is.name}.${field}`,
      what,
      servers: machineCount(reached),
      about: { baseline: is.name },
    }));
  });
}

const ranks = { off: 0, warning: 1, error: 2 } as const;

function ofChecks(before: Plane, after: Plane): readonly Weakened[] {
  return Object.entries(after.checks).flatMap(([id, { severity }]) => {
    const was = before.checks[id]?.severity;
    const isLower = was === undefined ? severity === "off" : ranks[severity] < ranks[was];
    if (!isLower) return [];
    const what =
      severity === "off" ? "the check is switched off" : `its findings count as ${severity}, not ${was ?? ""}`;
    return [{ path: `checks.${id}`, what, servers: machineCount(after.fleet), about: {} }];
  });
}

function scanned(plane: Plane): ReadonlySet<string> {
  return new Set(
    Object.keys(plane.locations).flatMap((location) =>
      windowsAt(plane, location)
        .filter(({ operation }) => operation === "scan")
        .flatMap((window) => serversOf(plane, window, location).map(({ id }) => id)),
    ),
  );
}

function ofScans(before: Plane, after: Plane): readonly Weakened[] {
  const [old, now] = [scanned(before), scanned(after)];
  const lost = after.fleet.filter(({ id, patchGroup }) => {
    return old.has(id) && !now.has(id) && managed(after, patchGroup) !== undefined;
  });
  if (lost.length === 0) return [];
  return [{ path: "windows", what: "no window scans them any more", servers: machineCount(lost), about: {} }];
}

/** What a change lets through that was held before, each with the servers that it reaches. */
export function weakenedFindings(before: Plane, after: Plane): readonly Finding[] {
  return [
    ...ofGroups(before, after),
    ...ofWindows(before, after),
    ...ofBaselines(before, after),
    ...ofChecks(before, after),
    ...ofScans(before, after),
  ].map(({ path, what, servers, about }) =>
    finding("weakened", {
      path,
      message: `${what}: ${counted(servers, "server")}`,
      fix: "make sure that this is meant, and say why in the pull request",
      about,
    }),
  );
}
