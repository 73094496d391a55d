import { checkPlane } from "../domain/checks/checkPlane.ts";
import { describeCheck } from "../domain/checks/checkTable.ts";
import type { Declared } from "../domain/checks/declared.ts";
import type { Fault, Finding } from "../domain/fault.ts";
import type { Plane } from "../domain/plane.ts";
import type { Server } from "../domain/server.ts";
import { readFleet, type FleetContext } from "../fleet/read.ts";
import { readApprovals, type ApprovalReading, type GroupApprovals } from "./approvals.ts";
import { defined, ignoring, toBaseline, toFreezes, toGroup, toLocation, toSubscription } from "./toPlane.ts";
import { declaredNames, section } from "./declaredNames.ts";
import { environmentNameFaults } from "./environmentNames.ts";
import { firstFaults } from "./firstFaults.ts";
import { hiddenTextFaults } from "./hiddenText.ts";
import { valueAt } from "./yaml/path.ts";
import { onboardingScriptNames } from "./onboardingScripts.ts";
import type { Position } from "./yaml/positions.ts";
import { overPresets, withoutUnusedPresets } from "./schema/presets.ts";
import { outsideProject, plainly, type ProjectFiles } from "./projectFiles.ts";
import { rawSettings, type StackConfig } from "./rawSettings.ts";
import { compileWindows } from "./schedules.ts";
import { regionPattern } from "../domain/stack/partitions.ts";
import { knownRegions } from "../domain/stack/regions.ts";
import { guidPattern, stackSchema, type Settings } from "./schema/stack.ts";
import { parseSettings } from "./settings.ts";
import { byKey } from "../domain/text.ts";
import { usualPaces } from "../domain/fleet/patchTime.ts";
import { withoutFrozenRuns } from "../domain/schedule/skippedFreezes.ts";
import { isMapping, type Mapping } from "../domain/values.ts";

/** Everything a plane is made of. */
export interface PlaneSources {
  /** Name of the stack file, e.g. `Pulumi.prod.yaml`, for faults. */
  readonly stackFile: string;
  readonly config: StackConfig;
  /** Where a fault's subject stands in the stack file, or the nearest thing above it; undefined where nobody knows. */
  readonly positionOf?: (fault: Pick<Fault, "path" | "value">) => Position;
  readonly files: ProjectFiles;
}

/** Gives a fault the file and the line it belongs to, where they are known. */
export type Placer = <T extends Fault>(fault: T) => T;

/** A plane that could be read, with all that its checks find; or everything that stands against reading it. */
export type Assessed =
  | { readonly plane: Plane; readonly findings: readonly Finding[]; readonly place: Placer }
  | { readonly faults: readonly Fault[] };

/** A plane that may be deployed, with what is worth a look; or everything that stands against it. */
export type Resolved =
  { readonly plane: Plane; readonly warnings: readonly Finding[] } | { readonly faults: readonly Fault[] };

function mapValues<T, U>(
  record: Readonly<Record<string, T>> | undefined,
  make: (name: string, value: T) => U,
): Record<string, U> {
  const sorted = Object.entries(record ?? {}).sort(byKey);
  const made = Object.fromEntries(sorted.map(([name, value]) => [name, make(name, value)]));
  // Without a prototype: looking up a group that a fleet row calls "constructor" finds nothing.
  return Object.assign(Object.create(null) as Record<string, U>, made);
}

/** What fleet rows are compared with: what is malformed itself, the schema reports once. */
function fleetContext(settings: Mapping, { names }: Declared, files: ProjectFiles): FleetContext {
  const text = (value: unknown, key: string, pattern: RegExp): string | undefined => {
    const inner = isMapping(value) ? value[key] : undefined;
    return typeof inner === "string" && pattern.test(inner) ? inner : undefined;
  };
  const locations = Object.entries(section(settings, "locations")).map(([name, entry]) => {
    const region = text(entry, "region", regionPattern);
    // A Region that is misspelled is one finding, and not one of every row.
    return [name, defined({ region: knownRegions.includes(region ?? "") ? region : undefined })] as const;
  });
  const subscriptions = Object.entries(section(settings, "subscriptions")).map(
    ([name, entry]) =>
      [
        name,
        {
          ...defined({ subscriptionId: text(entry, "subscriptionId", guidPattern) }),
          onboarding: text(entry, "onboarding", /^runCommand$/) === undefined ? "customScript" : "runCommand",
        },
      ] as const,
  );
  const scripts = onboardingScriptNames(files);
  return {
    ...(names.locations === undefined ? {} : { locations: new Map(locations) }),
    ...(names.subscriptions === undefined ? {} : { subscriptions: new Map(subscriptions) }),
    ...(scripts.length === 0 ? {} : { scripts }),
  };
}

function fleetOf(sources: PlaneSources, fleet: string | undefined, merged: Mapping, declared: Declared) {
  if (fleet === undefined) {
    return { servers: [], faults: [] };
  }
  const outside = outsideProject(fleet, "fleet");
  if (outside !== undefined) {
    return { servers: [], faults: [outside] };
  }
  const text = plainly(() => sources.files.read(fleet));
  if (typeof text === "object") return { servers: [], faults: [text.fault] };
  return text === undefined
    ? { servers: [], faults: [{ path: "fleet", message: "there is no such file", value: fleet }] }
    : readFleet(text, fleet, fleetContext(merged, declared, sources.files));
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
  const nothing: ApprovalReading = { approvals: {}, faults: [], positionOf: () => undefined };
  if (folder === undefined) {
    return nothing;
  }
  const outside = outsideProject(folder, "approvals");
  if (outside !== undefined) return { ...nothing, faults: [outside] };
  const reading = plainly(() => readApprovals(sources.files, folder, groupApprovals(merged)));
  return "fault" in reading ? { ...nothing, faults: [reading.fault] } : reading;
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
  const { tags = {} } = settings;
  const sites = {
    locations: mapValues(settings.locations, (name, location) => toLocation(name, location, tags)),
    subscriptions: mapValues(settings.subscriptions, (name, each) => toSubscription(name, each, tags)),
  };
  const { notifications, reports, nodes } = stackSchema.shape;
  const { rehearsal, ...checks } = settings.checks ?? {};
  const freezes = toFreezes(settings.freezes ?? []);
  return frozen({
    environment: settings.environment ?? "",
    timezone: settings.timezone ?? "UTC",
    ...sites,
    ...ignoring(settings.ignoredTags),
    baselines: mapValues(settings.baselines, toBaseline),
    groups: mapValues(settings.groups, toGroup),
    windows: mapValues(windows, (_, window) => withoutFrozenRuns(window, freezes)),
    checks: mapValues(checks, (_, check) => check),
    ...(rehearsal === undefined ? {} : { rehearsal: defined(rehearsal) }),
    freezes,
    paces: usualPaces,
    notifications: settings.notifications ?? notifications.parse(undefined),
    reports: defined(settings.reports ?? reports.parse(undefined)),
    nodes: settings.nodes ?? nodes.parse(undefined),
    fleet: placed(servers, sites),
    approvalsFolder: settings.approvals ?? stackSchema.shape.approvals.parse(undefined),
    approvals: mapValues(approvals, (_, approval) => approval),
  });
}

/**
 * A finding that counts beside faults: an error by itself, because warnings may only be there for the lack of what is at
 * fault, whatever the stack file makes of them. What makes a file unreadable is a fault like any other.
 */
function errorBeside({ about, ...finding }: Finding): readonly Fault[] {
  const check = describeCheck(finding.id);
  if (finding.severity !== "error" || check?.defaultSeverity !== "error") return [];
  if (check.unreadable !== true) return [finding];
  const { id, severity, ...fault } = finding;
  return [fault];
}

/** A fault about one text of a list has the path of that entry, whose index only the settings tell. */
function atEntry<T extends Fault>(settings: Mapping, fault: T): T {
  const list = valueAt(settings, fault.path);
  const index = Array.isArray(list) && typeof fault.value === "string" ? list.indexOf(fault.value) : -1;
  return index < 0 ? fault : { ...fault, path: `${fault.path}[${String(index)}]` };
}

function compare(a: Fault, b: Fault): number {
  const left = [a.file ?? "", a.line ?? 0, a.column ?? 0, a.path, a.message] as const;
  const right = [b.file ?? "", b.line ?? 0, b.column ?? 0, b.path, b.message] as const;
  const index = left.findIndex((value, at) => value !== right[at]);
  return index < 0 ? 0 : (left[index] ?? "") < (right[index] ?? "") ? -1 : 1;
}

/**
 * Makes the plane of an environment: settings over presets, fleet and approvals read, names followed, and every check
 * of the domain. Faults come all at once: what parsed in one part is checked although another part did not.
 *
 * Deterministic and without a clock: the same sources give the same plane, its records sorted by name.
 */
export function assessPlane(sources: PlaneSources): Assessed {
  const raw = rawSettings(sources.config);
  const merged = overPresets(raw.settings);
  const hidden = hiddenTextFaults(raw.settings);
  const secrets = raw.faults.map((fault) => fault.path);
  const declared = declaredNames(merged, secrets);
  const { settings, faults: schemaFaults } = parseSettings(withoutUnusedPresets(merged, raw.settings));
  const { windows, faults: scheduleFaults } = compileWindows(settings, Object.keys(section(merged, "locations")));
  const fleet = fleetOf(sources, settings.fleet, merged, declared);
  const approvals = approvalsOf(sources, settings.approvals, merged);
  const place: Placer = (found) => {
    const fault = atEntry(merged, found);
    const file =
      fault.file ??
      (fault.path === "fleet" && fault.line !== undefined ? settings.fleet : undefined) ??
      sources.stackFile;
    if (fault.line !== undefined) return { ...fault, file };
    const at = file === sources.stackFile ? sources.positionOf?.(fault) : approvals.positionOf(file, fault);
    return { ...fault, file, ...at };
  };
  const faults = [
    ...raw.faults,
    ...hidden,
    ...schemaFaults.filter(({ path }) => !secrets.includes(path) && hidden.every((fault) => fault.path !== path)),
    ...(settings.environment === undefined ? [] : environmentNameFaults(settings.environment, sources)),
    ...scheduleFaults,
    ...fleet.faults,
    ...approvals.faults,
  ];
  const plane = assemble(settings, windows, fleet.servers, approvals.approvals);
  const findings = checkPlane(plane, declared);
  return faults.length > 0 || findings.some(({ id }) => describeCheck(id)?.unreadable === true)
    ? { faults: firstFaults([...faults, ...findings.flatMap(errorBeside)].map(place).sort(compare)) }
    : { plane, findings: findings.map(place), place };
}

/** The plane if no check's error stands against its deployment, as {@link assessPlane} makes it. */
export function deployable(assessed: Assessed): Resolved {
  if ("faults" in assessed) return assessed;
  const errors = assessed.findings.filter((finding) => finding.severity === "error");
  return errors.length > 0
    ? { faults: errors.toSorted(compare) }
    : { plane: assessed.plane, warnings: assessed.findings };
}

/** A plane that may be deployed. */
export function resolvePlane(sources: PlaneSources): Resolved {
  return deployable(assessPlane(sources));
}
