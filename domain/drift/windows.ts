import type { Finding } from "../fault.ts";
import type { LiveTarget, LiveTask, LiveWindow } from "./location.ts";
import {
  compared,
  differing,
  isOwn,
  liveFinding,
  putBack,
  surplus,
  type LiveScope,
  type PlannedWindow,
} from "./scope.ts";
import { bucketName, hookDocumentName, windowRoleName } from "../stack/awsNames.ts";
import { windowTargets } from "../fleet/placement.ts";
import type { PlannedAssociation } from "../stack/plannedAssociations.ts";
import { approvalObject, approvalOf, overrideObject, type PublishedObject } from "../stack/publications.ts";
import {
  cutoffBehavior,
  deliverySeconds,
  isGated,
  partName,
  patchParameters,
  planTargets,
  planTasks,
  windowDescription,
  windowTiming,
  type PlannedTarget,
  type PlannedTask,
} from "../stack/windowTasks.ts";

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
  const { window, schedule } = planned;
  const { plane } = scope;
  const timing = windowTiming(window, schedule);
  const approval = isGated(plane.groups, window) ? approvalOf(plane, window) : undefined;
  const kept = {
    timezone: timing.timezone,
    offsetDays: timing.offsetDays ?? null,
    durationHours: window.durationHours,
    cutoffHours: window.cutoffHours,
    endDate: instantOf(approval?.expires),
    description: windowDescription(plane.environment, window),
  };
  const fields = window.onDemand ? kept : { schedule: timing.expression, enabled: true, ...kept };
  return differing(scope, pathOf(planned), fields, {
    ...live,
    offsetDays: live.offsetDays ?? null,
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

function documentOf(scope: LiveScope, window: PlannedWindow["window"], { step }: PlannedTask): string {
  if (step === "patch") return "AWS-RunPatchBaseline";
  return hookDocumentName(scope.plane.environment, window.name, typeof step === "object" ? step.hook : step);
}

function lastPart(arn: string): string {
  return arn.slice(Math.max(arn.lastIndexOf("/"), arn.lastIndexOf(":")) + 1);
}

function taskFields(
  scope: LiveScope,
  { window }: PlannedWindow,
  task: PlannedTask,
  targetId: string | undefined,
): Readonly<Record<string, unknown>> {
  const { plane, location } = scope;
  const url = (object: PublishedObject | undefined): string | undefined =>
    object === undefined
      ? undefined
      : `s3://${bucketName(plane.environment, location.name, location.accountId)}/${object.key}`;
  const approval = isGated(plane.groups, window) ? approvalOf(plane, window) : undefined;
  const urls = {
    baselineOverride: url(overrideObject(plane, window)),
    overrideList: url(approval === undefined ? undefined : approvalObject(approval)),
  };
  const parameters = typeof task.step === "object" ? [] : patchParameters(window, task, urls);
  return {
    document: documentOf(scope, window, task),
    priority: task.priority,
    ...(targetId === undefined ? {} : { targets: [{ key: "WindowTargetIds", values: [targetId] }] }),
    maxConcurrency: window.maxConcurrency,
    maxErrors: window.maxErrors,
    atCutoff: cutoffBehavior(window),
    role: windowRoleName(plane.environment, location.name),
    timeoutSeconds: deliverySeconds(window),
    parameters: Object.fromEntries(parameters.map(([name, value]) => [name, [value]])),
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
    parameters: byKey(Object.fromEntries(given)),
  };
}

function insideFindings(scope: LiveScope, planned: PlannedWindow, live: LiveWindow): readonly Finding[] {
  const { window } = planned;
  const { plane } = scope;
  const path = pathOf(planned);
  const targets = planTargets(window, windowTargets(plane, window));
  // Of two targets of one name, the one that the task goes by.
  const idOf = (key: PlannedTarget["key"], task: LiveTask): string | undefined => {
    const ids = live.targets.filter(({ name }) => name === partName(window, { key })).map(({ id }) => id);
    return ids.find((id) => task.targets.some(({ values }) => values.includes(id))) ?? ids[0];
  };
  const idle = isGated(plane.groups, window) && approvalOf(plane, window) === undefined;
  const tasks = idle ? [] : planTasks(window, targets);
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
  const { plane, location, planned, live } = scope;
  const own = [...planned.windows].flatMap(([name, each]) =>
    compared(scope, { path: pathOf(each), what: "maintenance window", name }, live.windows, (window) => [
      ...windowFindings(scope, each, window),
      ...insideFindings(scope, each, window),
    ]),
  );
  const left = live.windows.filter(({ name, tags }) => !planned.windows.has(name) && isOwn(plane, location, tags));
  return [
    ...own,
    ...left.map(({ id, name }) => surplus(scope, { path: `windows.${id}`, what: "maintenance window", name })),
  ];
}

function byKey<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function associationFields(association: PlannedAssociation): Readonly<Record<string, unknown>> {
  const parameters = Object.entries(association.parameters).map(([key, value]) => [key, [value]] as const);
  return {
    document: association.document,
    schedule: association.schedule ?? "",
    targets: [{ key: "tag:PatchGroup", values: association.groups.toSorted() }],
    parameters: byKey(Object.fromEntries(parameters)),
  };
}

/** Findings about the stack's associations. */
export function ownAssociationFindings(scope: LiveScope): readonly Finding[] {
  const { plane, location, planned, live } = scope;
  const own = [...planned.associations].flatMap(([name, association]) => {
    const path = `nodes.${association.key}`;
    return compared(scope, { path, what: "association", name }, live.associations, (found) => {
      const is = { ...found, targets: entries(found.targets), parameters: byKey(found.parameters ?? {}) };
      return differing(scope, path, associationFields(association), is);
    });
  });
  const left = live.associations.filter(
    ({ name, tags }) => !planned.associations.has(name) && isOwn(plane, location, tags),
  );
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
