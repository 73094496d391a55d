import { usualPaces } from "../fleet/patchTime.ts";
import { approvalDateFindings } from "../checks/approvalDates.ts";
import { calendarFindings } from "../checks/calendars.ts";
import { windowCapacities } from "../checks/capacity.ts";
import { inTableOrder, settledFindings } from "../checks/checkPlane.ts";
import type { Fault, Finding } from "../fault.ts";
import { machineCount } from "../fleet/placement.ts";
import type { Plane } from "../plane.ts";
import { ringFindings } from "../checks/rings.ts";
import { vendorSupportFindings } from "../checks/vendorSupport.ts";
import { checkDates, datedChecks } from "../checks/schedules.ts";
import { stackFindings, type OtherStack } from "../checks/otherStacks.ts";
import { approvalChanges, expiredApprovals } from "./approvalChanges.ts";
import { changeFindings } from "./changeFindings.ts";
import { onboardingPlan, type OnboardingPlan } from "./onboardingPlan.ts";
import { patchReach } from "./patchReach.ts";
import { policyChanges } from "./policyChanges.ts";
import type { CapacityRow, PlanFinding, PlanReport, PlanVersion, SwitchedCheck } from "./report.ts";
import { serverChanges } from "./serverChanges.ts";
import { windowPlans } from "./windowPlans.ts";

/** One version of a stack, as it was read. */
export type PlanSide = { readonly label: string; readonly others: readonly OtherStack[] } & (
  | {
      readonly state: "read";
      readonly plane: Plane;
      readonly findings: readonly Finding[];
      /** Gives a finding the file and line it belongs to. */
      readonly place: (finding: Finding) => Finding;
    }
  | { readonly state: "unreadable"; readonly faults: readonly Fault[] }
  | { readonly state: "absent" }
);

/** What a plan is made of. */
export interface PlanInput {
  readonly stack: string;
  readonly asOf: Date;
  readonly base: PlanSide;
  readonly head: PlanSide;
  readonly notes: readonly string[];
}

/** Stands for a stack of which neither version can be read. */
const nowhere: Plane = {
  environment: "",
  timezone: "UTC",
  locations: {},
  subscriptions: {},
  baselines: {},
  groups: {},
  windows: {},
  checks: {},
  freezes: [],
  paces: usualPaces,
  notifications: { emails: [] },
  reports: {
    logRetentionDays: 0,
    syncInventory: false,
    collectionRetentionDays: 0,
    afterWindows: false,
    reservedConcurrency: false,
  },
  nodes: {
    defaultHostManagement: false,
    scanOnFirstContact: false,
    installOnFirstContact: [],
    inventorySchedule: "",
    agentUpdateSchedule: "",
  },
  fleet: [],
  approvalsFolder: "approvals",
  approvals: {},
};

/** A stack without anything in it: what there is before an environment exists, and after it is taken away. */
function emptied({ environment, timezone, notifications, reports, nodes }: Plane): Plane {
  return { ...nowhere, environment, timezone, notifications, reports, nodes };
}

function versionOf(side: PlanSide): PlanVersion {
  return { label: side.label, state: side.state, faults: side.state === "unreadable" ? side.faults : [] };
}

/** All findings of one version: those of its plane, those that need a date, and those about other stacks. */
function allFindings(side: PlanSide, asOf: Date): readonly Finding[] {
  if (side.state !== "read") return [];
  const { plane, findings, others } = side;
  const reviewed = [
    ...ringFindings(
      plane,
      others.map((other) => other.plane),
      asOf,
    ),
    ...stackFindings(plane, others),
    ...expiredApprovals(plane, asOf),
    ...vendorSupportFindings(plane, asOf),
    ...checkDates(plane, asOf),
    ...calendarFindings(plane, asOf),
    ...approvalDateFindings(plane, asOf),
  ];
  const timeless = findings.filter(({ id }) => !datedChecks.has(id));
  return [...timeless, ...settledFindings(plane, reviewed).map(side.place)];
}

/** Errors first; of each kind what the change itself does before what either version says alone. */
function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((left, right) => Number(right.severity === "error") - Number(left.severity === "error"));
}

/** What a finding is about, whatever its numbers and lines are by now. */
function subject({ id, path, file, about, value }: Finding): string {
  const of = typeof value === "string" ? value : (about?.server ?? "");
  return JSON.stringify([id, file?.replace(/^Pulumi\..*\.yaml$/, ""), path, of]);
}

function tally(findings: readonly Finding[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const each of findings) counts.set(subject(each), (counts.get(subject(each)) ?? 0) + 1);
  return counts;
}

/** Those of one list that the other does not have as often. */
function notIn(findings: readonly Finding[], others: readonly Finding[]): ReadonlySet<Finding> {
  const left = tally(others);
  return new Set(
    findings.filter((each) => {
      const key = subject(each);
      const count = left.get(key) ?? 0;
      left.set(key, count - 1);
      return count <= 0;
    }),
  );
}

/** @param compared - whether both versions were read: else nothing is new, and nothing is mended */
function findingsOf(old: readonly Finding[], now: readonly Finding[], compared: boolean): PlanReport["findings"] {
  const fresh = compared ? notIn(now, old) : new Set<Finding>();
  const items: readonly PlanFinding[] = now.map((each) => ({ ...each, isNew: fresh.has(each) }));
  const errors = items.filter(({ severity }) => severity === "error").length;
  return {
    errors,
    warnings: items.length - errors,
    new: fresh.size,
    items,
    mended: compared ? [...notIn(old, now)] : [],
  };
}

function capacityRows(before: Plane, after: Plane): readonly CapacityRow[] {
  const old = new Map(windowCapacities(before).map((verdict) => [`${verdict.window} ${verdict.location}`, verdict]));
  return windowCapacities(after).map((verdict) => {
    const was = old.get(`${verdict.window} ${verdict.location}`);
    if (was === undefined) return verdict;
    const { hosts, minutesNeeded, minutesAvailable, fits } = was;
    return { ...verdict, before: { hosts, minutesNeeded, minutesAvailable, fits } };
  });
}

function switchedChecks(plane: Plane): readonly SwitchedCheck[] {
  return Object.entries(plane.checks).map(([id, { severity, reason }]) => ({ id, severity, reason }));
}

function retaggedCounts({ retagged }: OnboardingPlan): PlanReport["onboarding"]["retagged"] {
  return [...Map.groupBy(retagged, ({ from, to }) => JSON.stringify([from, to])).values()].map((members) => ({
    from: members[0]?.from ?? "",
    to: members[0]?.to ?? "",
    servers: machineCount(members.map(({ server }) => server)),
  }));
}

/** The two planes to compare; where a side cannot be read, the other one twice. */
function comparedPlanes(base: PlanSide, head: PlanSide): readonly [Plane, Plane] | undefined {
  if (head.state === "read") {
    if (base.state === "read") return [base.plane, head.plane];
    return [base.state === "absent" ? emptied(head.plane) : head.plane, head.plane];
  }
  if (base.state !== "read") return undefined;
  return [base.plane, head.state === "absent" ? emptied(base.plane) : base.plane];
}

/**
 * What a change of a stack means: for every server, every window's dates, the machines, and all that checks find. Pure:
 * the same versions and the same instant give the same report. Where one side cannot be read, there is nothing to
 * compare: the other is then compared with itself, so that its findings show and no server seems to come or go.
 */
export function planChange({ stack, asOf, base, head, notes }: PlanInput): PlanReport {
  const [before, after] = comparedPlanes(base, head) ?? [nowhere, nowhere];
  const { judged, ...servers } = serverChanges(before, after, asOf);
  const onboarding = onboardingPlan(before, after, judged);
  const windows = windowPlans(before, after, asOf);
  const policy = policyChanges(before, after);
  const approvals = approvalChanges(before, after);
  const change = settledFindings(after, changeFindings(before, after, servers, onboarding));
  const placed = head.state === "read" ? change.map(head.place) : change;
  const findings = findingsOf(
    allFindings(base, asOf),
    worstFirst([...placed, ...inTableOrder(allFindings(head, asOf))]),
    base.state !== "unreadable" && head.state !== "unreadable",
  );
  const { onboarded, runAgain, leftBehind } = onboarding;
  const moved = servers.counts.gained + servers.counts.lost + servers.counts.changed;
  return {
    stack,
    asOf: asOf.toISOString(),
    base: versionOf(base),
    head: versionOf(head),
    changed:
      moved + policy.length + approvals.length + onboarded.length + runAgain.length + leftBehind.length > 0 ||
      onboarding.retagged.length + onboarding.otherVm.length > 0 ||
      windows.some(({ state }) => state !== "same"),
    blocking: head.state === "unreadable" || findings.errors > 0,
    servers: { before: machineCount(before.fleet), after: machineCount(after.fleet), ...servers },
    windows,
    policy,
    approvals,
    onboarding: { onboarded, runAgain, leftBehind, retagged: retaggedCounts(onboarding) },
    capacity: capacityRows(before, after),
    reach: patchReach(before, after),
    findings,
    switchedChecks: switchedChecks(after),
    notes,
  };
}
