import type { Finding } from "../fault.ts";
import type { LiveTarget, LiveTask, LiveWindow } from "./location.ts";
import { compared, differing, isOwn, liveFinding, putBack, surplus, type LiveScope } from "./scope.ts";
import { topicArn } from "../stack/arns.ts";
import { locationNames } from "../stack/locationNames.ts";
import type { PlannedAssociation } from "../stack/plannedAssociations.ts";
import type { PlannedCommand, PlannedWindow } from "../stack/plannedLocation.ts";
import {
  cutoffBehavior,
  partName,
  windowDescription,
  windowTiming,
  windowValidity,
  type PlannedTarget,
} from "../stack/windowTasks.ts";
import { byKey } from "../text.ts";

function pathOf({ window, schedule }: PlannedWindow): string {
  return schedule.suffix === "" ? `windows.${window.name}` : `windows.${window.name}.${schedule.suffix}`;
}

/** The same instant in two spellings is no difference. */
function instantOf(text: string | undefined): string | null {
  if (text === undefined || text === "") return null;
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : new Date(time).toISOString();
}

/**
 * A window's own fields. One that is opened on demand has the schedule that an operator gave it, and is enabled or not
 * by whoever opened it: docs/adr/0008.
 */
function windowFindings(scope: LiveScope, planned: PlannedWindow, live: LiveWindow): readonly Finding[] {
  const { window, schedule, approved } = planned;
  const timing = windowTiming(window, schedule);
  const validity = windowValidity(schedule, approved?.approval.expires);
  const kept = {
    timezone: timing.timezone,
    offsetDays: timing.offsetDays ?? null,
    durationHours: window.durationHours,
    cutoffHours: window.cutoffHours,
    startDate: instantOf(validity.startDate),
    endDate: instantOf(validity.endDate),
    description: windowDescription(scope.plane.environment, window),
  };
  const fields = window.onDemand ? kept : { schedule: timing.expression, enabled: true, ...kept };
  return differing(scope, pathOf(planned), fields, {
    ...live,
    offsetDays: live.offsetDays ?? null,
    startDate: instantOf(live.startDate),
    endDate: instantOf(live.endDate),
  });
}

function entries(targets: LiveTarget["targets"]): readonly object[] {
  return targets.map(({ key, values }) => ({ key, values: values.toSorted() }));
}

/** Findings about parts of a window by their names, and about parts that the stack does not make. */
function partFindings<
  Planned extends { readonly key: string },
  Live extends { readonly id: string; readonly name: string },
>(
  scope: LiveScope,
  { window, path, what }: { readonly window: PlannedWindow["window"]; readonly path: string; readonly what: string },
  planned: readonly Planned[],
  live: readonly Live[],
  compare: (path: string, planned: Planned, live: Live) => readonly Finding[],
): readonly Finding[] {
  const byName = new Map(planned.map((part) => [partName(window, part), part]));
  const own = [...byName].flatMap(([name, part]) => {
    const partPath = `${path}.${what}s.${part.key}`;
    const wanted = { path: partPath, what: `${what} of the window`, name };
    return compared(scope, wanted, live, (found) => compare(partPath, part, found));
  });
  const others = live
    .filter(({ name }) => !byName.has(name))
    .map(({ id, name }) =>
      liveFinding("live-drift", scope, {
        path: `${path}.${what}s`,
        message: `the window has a ${what} that the stack does not make`,
        value: name === "" ? id : name,
        fix: `take it out of the window by hand (${id})`,
      }),
    );
  return [...own, ...others];
}

function lastPart(arn: string): string {
  return arn.slice(Math.max(arn.lastIndexOf("/"), arn.lastIndexOf(":")) + 1);
}

function taskFields(
  { plane, location, planned }: LiveScope,
  { window }: PlannedWindow,
  task: PlannedCommand,
  targetId: string | undefined,
): Readonly<Record<string, unknown>> {
  return {
    document: task.document,
    priority: task.priority,
    ...(targetId === undefined ? {} : { targets: [{ key: "WindowTargetIds", values: [targetId] }] }),
    maxConcurrency: task.maxConcurrency,
    maxErrors: task.maxErrors,
    atCutoff: cutoffBehavior(window),
    role: planned.windowRole,
    timeoutSeconds: task.timeoutSeconds,
    parameters: listed(task.parameters),
    documentVersion: null,
    documentHash: null,
    outputBucket: planned.bucket,
    topicArn: topicArn(location, locationNames(plane.environment, location).topic),
    alarms: null,
  };
}

function liveTaskFields(task: LiveTask): Readonly<Record<string, unknown>> {
  const given = Object.entries(task.parameters ?? {}).filter(([, values]) => values.some((value) => value !== ""));
  return {
    ...task,
    document: lastPart(task.document),
    targets: entries(task.targets),
    atCutoff: task.cutoffBehavior,
    role: lastPart(task.serviceRoleArn),
    documentVersion: task.documentVersion ?? null,
    documentHash: task.documentHash ?? null,
    alarms: task.alarms ?? null,
    parameters: sorted(Object.fromEntries(given)),
  };
}

function insideFindings(scope: LiveScope, planned: PlannedWindow, live: LiveWindow): readonly Finding[] {
  const { window, targets, tasks } = planned;
  const path = pathOf(planned);
  // Of two targets of one name, the one that the task goes by.
  const idOf = (key: PlannedTarget["key"], task: LiveTask): string | undefined => {
    const ids = live.targets.filter(({ name }) => name === partName(window, { key })).map(({ id }) => id);
    return ids.find((id) => task.targets.some(({ values }) => values.includes(id))) ?? ids[0];
  };
  return [
    ...partFindings(scope, { window, path, what: "target" }, targets, live.targets, (at, target, found) =>
      differing(
        scope,
        at,
        { resourceType: "INSTANCE", targets: [{ key: "tag:PatchGroup", values: target.groups }] },
        { resourceType: found.resourceType, targets: entries(found.targets) },
      ),
    ),
    ...partFindings(scope, { window, path, what: "task" }, tasks, live.tasks, (at, task, found) =>
      differing(scope, at, taskFields(scope, planned, task, idOf(task.target, found)), liveTaskFields(found)),
    ),
  ];
}

/** Findings about the stack's maintenance windows, their targets and tasks. */
export function ownWindowFindings(scope: LiveScope): readonly Finding[] {
  const { planned, live } = scope;
  const own = [...planned.windows].flatMap(([name, each]) =>
    compared(scope, { path: pathOf(each), what: "maintenance window", name }, live.windows, (window) => [
      ...windowFindings(scope, each, window),
      ...insideFindings(scope, each, window),
    ]),
  );
  const left = live.windows.filter(({ name, tags }) => !planned.windows.has(name) && isOwn(planned, tags));
  return [
    ...own,
    ...left.map(({ id, name }) => surplus(scope, { path: `windows.${id}`, what: "maintenance window", name })),
  ];
}

function sorted<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).toSorted(byKey));
}

/** Parameters as AWS shows them: each is a list, by name. */
function listed(parameters: Readonly<Record<string, string>>): Readonly<Record<string, readonly string[]>> {
  return sorted(Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]])));
}

function associationFields(association: PlannedAssociation): Readonly<Record<string, unknown>> {
  return {
    document: association.document,
    schedule: association.schedule ?? "",
    targets: [{ key: "tag:PatchGroup", values: association.groups.toSorted() }],
    parameters: listed(association.parameters),
  };
}

/** Findings about the stack's associations. */
export function ownAssociationFindings(scope: LiveScope): readonly Finding[] {
  const { planned, live } = scope;
  const own = [...planned.associations].flatMap(([name, association]) => {
    const path = `nodes.${association.key}`;
    return compared(scope, { path, what: "association", name }, live.associations, (found) => {
      const is = { ...found, targets: entries(found.targets), parameters: sorted(found.parameters ?? {}) };
      return differing(scope, path, associationFields(association), is);
    });
  });
  const left = live.associations.filter(({ name, tags }) => !planned.associations.has(name) && isOwn(planned, tags));
  return [...own, ...left.map(({ id, name }) => surplus(scope, { path: `nodes.${id}`, what: "association", name }))];
}

/** A finding about the instance tier, where it is another than the stack says. */
export function tierFindings(scope: LiveScope): readonly Finding[] {
  const { location, live } = scope;
  if (!("value" in live.tier) || live.tier.value === location.instanceTier) return [];
  return [
    liveFinding("live-tier", scope, {
      path: `locations.${location.name}.instanceTier`,
      message: "another instance tier is in force",
      value: live.tier.value,
      allowed: location.instanceTier,
      fix: location.ownsServiceSettings ? putBack : "say in the stack file what whoever owns the setting has set",
    }),
  ];
}
