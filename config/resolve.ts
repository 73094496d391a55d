import { checkPlane } from "../domain/checks.ts";
import type { Fault, Finding } from "../domain/fault.ts";
import type { Plane, Window } from "../domain/plane.ts";
import type { Server } from "../domain/server.ts";
import { readFleet, type FleetContext } from "../fleet/read.ts";
import { readApprovals, type ApprovalReading, type GroupApprovals } from "./approvals.ts";
import { defined, toBaseline, toFreezes, toGroup, toLocation, toSubscription, toWindow } from "./parts.ts";
import { isMapping } from "./path.ts";
import { overPresets, withoutUnusedPresets } from "./presets.ts";
import { outsideProject, type ProjectFiles } from "./projectFiles.ts";
import { rawSettings, type StackConfig } from "./rawSettings.ts";
import { referenceFaults } from "./references.ts";
import { compileSchedule } from "./schedules.ts";
import { stackSchema, type Settings } from "./schema.ts";
import { parseSettings } from "./settings.ts";

/** Everything a plane is made of. */
export interface PlaneSources {
  /** Name of the stack file, e.g. `Pulumi.prod.yaml`, for faults. */
  readonly stackFile: string;
  readonly config: StackConfig;
  /** Line of a setting in the stack file, or of the nearest thing above it; undefined where nobody knows. */
  readonly lineOf?: (path: string) => number | undefined;
  readonly files: ProjectFiles;
}

/** A plane that may be deployed, with what is worth a look; or everything that stands against it. */
export type Resolved =
  { readonly plane: Plane; readonly warnings: readonly Finding[] } | { readonly faults: readonly Fault[] };

type Mapping = Readonly<Record<string, unknown>>;

/** Checks that find something missing, and so would report what was only left out because it is at fault itself. */
const blindWhereFaultsAre: ReadonlySet<string> = new Set([
  "unknown-group",
  "group-without-baseline",
  "baseline-missing",
  "release-not-covered",
  "no-install-window",
  "no-scan-window",
  "override-os",
]);

function section(settings: Mapping, name: string): Mapping {
  const value = settings[name];
  return isMapping(value) ? value : {};
}

function mapValues<T, U>(
  record: Readonly<Record<string, T>> | undefined,
  make: (name: string, value: T) => U,
): Record<string, U> {
  const sorted = Object.entries(record ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, value]) => [name, make(name, value)]));
}

function compileWindows(settings: Partial<Settings>, locations: readonly string[]) {
  const timezone = settings.timezone ?? "UTC";
  const windows: Record<string, Window> = {};
  const faults: Fault[] = [];
  for (const [name, window] of Object.entries(settings.windows ?? {})) {
    const compiled = compileSchedule(window, window.timezone ?? timezone, `windows.${name}`);
    if ("faults" in compiled) {
      faults.push(...compiled.faults);
    } else {
      windows[name] = toWindow(name, window, compiled.schedules, { timezone, locations });
    }
  }
  return { windows, faults };
}

function fleetContext(merged: Mapping): FleetContext {
  const text = (value: unknown, key: string): string | undefined => {
    const inner = isMapping(value) ? value[key] : undefined;
    return typeof inner === "string" ? inner : undefined;
  };
  return {
    locations: new Map(
      Object.entries(section(merged, "locations")).map(([name, entry]) => [
        name,
        defined({ region: text(entry, "region") }),
      ]),
    ),
    subscriptions: new Map(
      Object.entries(section(merged, "subscriptions")).map(([name, entry]) => [
        name,
        {
          ...defined({ subscriptionId: text(entry, "subscriptionId") }),
          onboarding: text(entry, "onboarding") === "runCommand" ? "runCommand" : "customScript",
        },
      ]),
    ),
  };
}

function fleetOf(sources: PlaneSources, fleet: string | undefined, merged: Mapping) {
  if (fleet === undefined) {
    return { servers: [], faults: [] };
  }
  const outside = outsideProject(fleet, "fleet");
  if (outside !== undefined) {
    return { servers: [], faults: [outside] };
  }
  const text = sources.files.read(fleet);
  return text === undefined
    ? { servers: [], faults: [{ path: "fleet", message: "there is no such file", value: fleet }] }
    : readFleet(text, fleet, fleetContext(merged));
}

function groupApprovals(merged: Mapping): GroupApprovals {
  return new Map(
    Object.entries(section(merged, "groups")).map(([name, group]) => {
      const approval = isMapping(group) ? group["approval"] : undefined;
      if (isMapping(group) && "patchedElsewhere" in group) return [name, "elsewhere"];
      return [name, approval === "reviewed" || approval === "automatic" ? approval : undefined];
    }),
  );
}

function approvalsOf(sources: PlaneSources, folder: string | undefined, merged: Mapping): ApprovalReading {
  const nothing: ApprovalReading = { approvals: {}, faults: [], lineOf: () => undefined };
  if (folder === undefined) {
    return nothing;
  }
  const outside = outsideProject(folder, "approvals");
  return outside === undefined
    ? readApprovals(sources.files, folder, groupApprovals(merged))
    : { ...nothing, faults: [outside] };
}

/** The servers whose site is part of the plane. */
function placed(servers: readonly Server[], plane: Pick<Plane, "locations" | "subscriptions">): readonly Server[] {
  return servers.filter((server) => {
    const location = server.cloud === "aws" ? server.site : plane.subscriptions[server.site]?.location;
    return location !== undefined && plane.locations[location] !== undefined;
  });
}

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}

function assemble(
  settings: Partial<Settings>,
  windows: Plane["windows"],
  servers: readonly Server[],
  approvals: Plane["approvals"],
): Plane {
  const sites = {
    locations: mapValues(settings.locations, toLocation),
    subscriptions: mapValues(settings.subscriptions, toSubscription),
  };
  const { notifications, reports, nodes } = stackSchema.shape;
  return frozen({
    environment: settings.environment ?? "",
    timezone: settings.timezone ?? "UTC",
    ...sites,
    baselines: mapValues(settings.baselines, toBaseline),
    groups: mapValues(settings.groups, toGroup),
    windows: mapValues(windows, (_, window) => window),
    checks: mapValues(settings.checks, (_, check) => check),
    freezes: toFreezes(settings.freezes ?? []),
    notifications: settings.notifications ?? notifications.parse(undefined),
    reports: settings.reports ?? reports.parse(undefined),
    nodes: settings.nodes ?? nodes.parse(undefined),
    fleet: placed(servers, sites),
    approvals: mapValues(approvals, (_, approval) => approval),
  });
}

/** The findings that count beside faults: errors that neither say again nor follow from what is already said. */
function errorsBeside(faults: readonly Fault[], findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(
    (finding) =>
      finding.severity === "error" &&
      !(faults.length > 0 && blindWhereFaultsAre.has(finding.id)) &&
      !faults.some((fault) => fault.path === finding.path),
  );
}

function compare(a: Fault, b: Fault): number {
  const left = [a.file ?? "", a.line ?? 0, a.path, a.message] as const;
  const right = [b.file ?? "", b.line ?? 0, b.path, b.message] as const;
  const index = left.findIndex((value, at) => value !== right[at]);
  return index < 0 ? 0 : (left[index] ?? "") < (right[index] ?? "") ? -1 : 1;
}

/**
 * Makes the plane of an environment: settings over presets, fleet and approvals read, names followed, and every check
 * of the domain. Faults come all at once: what parsed in one part is checked although another part did not.
 *
 * Deterministic and without a clock: the same sources give the same plane, its records sorted by name.
 */
export function resolvePlane(sources: PlaneSources): Resolved {
  const raw = rawSettings(sources.config);
  const merged = overPresets(raw.settings);
  const { settings, faults: schemaFaults } = parseSettings(withoutUnusedPresets(merged, raw.settings));
  const { windows, faults: scheduleFaults } = compileWindows(settings, Object.keys(section(merged, "locations")));
  const fleet = fleetOf(sources, settings.fleet, merged);
  const approvals = approvalsOf(sources, settings.approvals, merged);
  const place = <T extends Fault>(fault: T): T => {
    const file =
      fault.file ??
      (fault.path === "fleet" && fault.line !== undefined ? settings.fleet : undefined) ??
      sources.stackFile;
    const line =
      fault.line ?? (file === sources.stackFile ? sources.lineOf?.(fault.path) : approvals.lineOf(file, fault.path));
    return { ...fault, file, ...(line === undefined ? {} : { line }) };
  };
  const secrets = raw.faults.map((fault) => fault.path);
  const faults = [
    ...raw.faults,
    ...schemaFaults.filter((fault) => !secrets.includes(fault.path)),
    ...scheduleFaults,
    ...referenceFaults(merged),
    ...fleet.faults,
    ...approvals.faults,
  ];
  const plane = assemble(settings, windows, fleet.servers, approvals.approvals);
  const findings = checkPlane(plane);
  const all = [...faults, ...errorsBeside(faults, findings)];
  return all.length > 0 ? { faults: all.map(place).sort(compare) } : { plane, warnings: findings.map(place) };
}
