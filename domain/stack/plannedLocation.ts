import { groupsAt, windowsAt, windowTargets } from "../fleet/placement.ts";
import type { Baseline } from "../baseline.ts";
import type { Approval, Location, ManagedGroup, Plane } from "../plane.ts";
import type { Window, WindowSchedule } from "../window.ts";
import type { OperatingSystem } from "../server.ts";
import { byKey, byName } from "../text.ts";
import { baselineName, bucketName, ownTags, regionalName, windowName, windowRoleName } from "./awsNames.ts";
import { plannedAssociations, type PlannedAssociation } from "./plannedAssociations.ts";
import { approvalObject, approvalOf, drillObject, overrideObject, type PublishedObject } from "./publications.ts";
import { hookDocuments, type PlannedDocument } from "./hookDocuments.ts";
import { operatorDocuments } from "./operatorDocuments.ts";
import { plannedReporter, type PlannedReporter } from "./runReporter.ts";
import {
  hookPath,
  isGated,
  patchInputs,
  planTargets,
  planTasks,
  type PlannedTarget,
  type PlannedTask,
} from "./windowTasks.ts";

/** A patch group's baseline for one operating system. */
export interface PlannedRegistration {
  readonly group: string;
  readonly operatingSystem: OperatingSystem;
  /** Name of a baseline of the plane, or of one of AWS's. */
  readonly baseline: string;
}

/** A task with what it runs. */
export interface PlannedCommand extends PlannedTask {
  /** Name of the SSM document. */
  readonly document: string;
  /** What the document is told, by the parameters' names. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A window on one of its schedules, and everything in it. */
export interface PlannedWindow {
  readonly window: Window;
  readonly schedule: WindowSchedule;
  readonly targets: readonly PlannedTarget[];
  /** None while a reviewed group has nothing approved. */
  readonly tasks: readonly PlannedCommand[];
  /** What its hooks need, each after the documents that it runs. */
  readonly documents: readonly PlannedDocument[];
  /** What the reviewed group's window installs by. */
  readonly approved: { readonly approval: Approval; readonly list: PublishedObject } | undefined;
  /** What replaces the groups' own baselines. */
  readonly override: PublishedObject | undefined;
}

/** What the stack makes in one location, by the names that AWS shows. */
export interface PlannedLocation {
  /** The managed groups that have servers or windows there, by name. */
  readonly groups: readonly ManagedGroup[];
  readonly baselines: ReadonlyMap<string, Baseline>;
  readonly registrations: readonly PlannedRegistration[];
  /** Baselines that are their operating system's default there. */
  readonly defaults: readonly Baseline[];
  readonly windows: ReadonlyMap<string, PlannedWindow>;
  readonly associations: ReadonlyMap<string, PlannedAssociation>;
  /** What operators send outside of windows. */
  readonly operatorDocuments: readonly PlannedDocument[];
  /** Objects that nodes read; one that several windows share comes once for each. */
  readonly published: readonly PublishedObject[];
  /** The bucket of all these objects, and of the nodes' logs. */
  readonly bucket: string;
  /** Name of the role that all windows run their tasks with. */
  readonly windowRole: string;
  /** What reports the runs of the windows; undefined where nothing does. */
  readonly reporter: PlannedReporter | undefined;
  /** What everything carries that can be tagged. */
  readonly tags: Readonly<Record<string, string>>;
}

function registrationsOf(group: ManagedGroup): readonly PlannedRegistration[] {
  const entries = Object.entries(group.baselines) as [OperatingSystem, string][];
  return entries
    .toSorted(byKey)
    .map(([operatingSystem, baseline]) => ({ group: group.name, operatingSystem, baseline }));
}

/** A window's inside, which is the same on each of its schedules. */
function insideOf(plane: Plane, window: Window, bucket: string): Omit<PlannedWindow, "schedule"> {
  const targets = planTargets(window, windowTargets(plane, window));
  const approval = approvalOf(plane, window);
  const approved = approval === undefined ? undefined : { approval, list: approvalObject(approval) };
  const override = overrideObject(plane, window);
  const url = (object: PublishedObject | undefined): string | undefined =>
    object === undefined ? undefined : `s3://${bucket}/${object.key}`;
  const documents = hookDocuments(plane.environment, window, hookPath(plane.groups, window));
  const names = Object.fromEntries(documents.map(({ key, name }) => [key, name]));
  const inputs = { baselineOverride: url(override), overrideList: url(approved?.list), documents: names };
  const idle = approved === undefined && isGated(plane.groups, window);
  const tasks = (idle ? [] : planTasks(plane.groups, window, targets)).map((task) => ({
    ...task,
    document: "aws" in task.runs ? task.runs.aws : (names[task.runs.own] ?? ""),
    parameters: Object.fromEntries(patchInputs(window, task, inputs)),
  }));
  return { window, targets, tasks, documents, approved, override };
}

/** Whether an approval ends before a window begins to run: AWS refuses an EndDate before the StartDate. */
function isTooLate({ approved }: Pick<PlannedWindow, "approved">, { startDate }: WindowSchedule): boolean {
  return (
    approved !== undefined && startDate !== undefined && Date.parse(startDate) >= Date.parse(approved.approval.expires)
  );
}

/**
 * Everything that the stack makes in a location, as far as it has a name of its own or could be changed by hand: the one
 * answer that the program builds by, and that limits and drift are judged by. A plane of which a part was at fault has
 * that part left out.
 */
export function plannedLocation(plane: Plane, location: Location): PlannedLocation {
  const { environment, nodes } = plane;
  const groups = groupsAt(plane, location.name);
  const bucket = bucketName(environment, location.name, location.accountId);
  const registrations = groups.flatMap(registrationsOf);
  const defaults = location.registersDefaults ? Object.values(plane.baselines).filter((each) => each.default) : [];
  const used = new Set([...registrations.map(({ baseline }) => baseline), ...defaults.map(({ name }) => name)]);
  const baselines = Object.values(plane.baselines).filter(({ name }) => used.has(name));
  const windows = windowsAt(plane, location.name).map((window) => insideOf(plane, window, bucket));
  const scheduled = new Map(
    windows.flatMap((inside) =>
      inside.window.schedules.map((schedule) => [
        windowName(environment, inside.window.name, schedule.suffix),
        { ...inside, schedule, ...(isTooLate(inside, schedule) ? { approved: undefined, tasks: [] } : {}) },
      ]),
    ),
  );
  return {
    groups,
    baselines: new Map(baselines.toSorted(byName).map((each) => [baselineName(environment, each.name), each])),
    registrations,
    defaults,
    windows: scheduled,
    associations: new Map(
      plannedAssociations({ groups, nodes }).map((each) => [regionalName(environment, each.key), each]),
    ),
    operatorDocuments: operatorDocuments(environment, bucket),
    published: [
      drillObject(),
      ...windows.flatMap(({ override, approved }) => [override ?? [], approved?.list ?? []].flat()),
    ],
    bucket,
    windowRole: windowRoleName(environment, location.name),
    reporter: plannedReporter(plane, location.name, scheduled),
    tags: ownTags(environment, location),
  };
}
