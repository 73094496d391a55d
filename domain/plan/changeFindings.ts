import { finding } from "../checks/checkTable.ts";
import type { Finding } from "../fault.ts";
import { machineCount } from "../fleet/placement.ts";
import { managed, type Plane } from "../plane.ts";
import { identityFindings } from "./identityFindings.ts";
import { weakenedFindings } from "./weakenedFindings.ts";
import { counted, firstOf } from "../text.ts";
import type { OnboardingPlan } from "./onboardingPlan.ts";
import { rowRemoved, type ServerChanges } from "./serverChanges.ts";

/** New Azure VMs of a subscription that one deployment should register at most. */
export const waveLimit = 200;

const shownNames = 5;

function listed(rows: readonly { readonly name: string }[]): string {
  return firstOf(
    rows.map(({ name }) => name),
    shownNames,
  );
}

function waves({ onboarded }: OnboardingPlan): readonly Finding[] {
  return [...Map.groupBy(onboarded, ({ subscription }) => subscription)]
    .filter(([, rows]) => rows.length > waveLimit)
    .map(([subscription, rows]) =>
      finding("onboarding-wave", {
        path: `subscriptions.${subscription}`,
        about: { subscription },
        message: "more new Azure VMs than one deployment should register",
        value: rows.length,
        allowed: `at most ${String(waveLimit)} at a time`,
        fix: "merge and deploy the rows in several waves",
      }),
    );
}

function otherVms({ otherVm }: OnboardingPlan): readonly Finding[] {
  return otherVm
    .filter(({ attemptRaised }) => !attemptRaised)
    .map(({ run }) =>
      finding("vm-id", {
        path: "fleet",
        line: run.line,
        message: `${run.name} has another vm_id, so it is another machine, and nothing registers it`,
        fix: "raise its onboarding_attempt in the same change",
      }),
    );
}

function lost({ sets }: ServerChanges): readonly Finding[] {
  return sets
    .filter(({ kind, reason }) => kind === "lost" && reason !== rowRemoved)
    .map(({ count, reason = "", servers }) =>
      finding("patching-lost", {
        path: "fleet",
        ...(servers[0] === undefined ? {} : { line: servers[0].line }),
        message: `${counted(count, "server")} no longer patched, because ${reason}: ${listed(servers)}`,
        fix: "make sure that this is meant, and say why in the pull request",
      }),
    );
}

function leftBehind({ leftBehind: rows }: OnboardingPlan): readonly Finding[] {
  const of = (cloud: "aws" | "azure", what: string, stays: string, fix: string): readonly Finding[] => {
    const removed = rows.filter((row) => row.cloud === cloud);
    const message = `${counted(removed.length, what)}: ${stays}: ${listed(removed)}`;
    return removed.length === 0 ? [] : [finding("nodes-left", { path: "fleet", message, fix })];
  };
  return [
    ...of(
      "azure",
      "removed Azure row",
      "the VM stays a managed node with its tags",
      "where the machine lives on, deregister it; until then its group's windows go on patching it",
    ),
    ...of(
      "aws",
      "removed EC2 row",
      "patched on while the instance runs with its PatchGroup tag",
      "where the instance lives on, change or remove its tag",
    ),
  ];
}

function retagged(after: Plane, { retagged: rows }: OnboardingPlan): readonly Finding[] {
  return [...Map.groupBy(rows, ({ from, to }) => `${from} ${to}`).values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const { from, to } = first;
    const served = Object.values(after.windows).some((window) => window.groups.includes(from));
    return [
      finding("tags-due", {
        path: "fleet",
        line: first.server.line,
        message:
          `${counted(machineCount(members.map(({ server }) => server)), "server keeps", "servers keep")} PatchGroup=${from} until the tag is changed to ${to}: ` +
          (served
            ? "until then they are patched as that group"
            : "no window reaches that group any more, and AWS falls back to the account's default baseline"),
        fix: "after the deployment, run npx patchplane tags --apply, which also prints what to type for EC2 instances",
      }),
    ];
  });
}

/** The share of servers that one change may take away, of all and of a group, in percent. */
const mostLost = { all: 20, group: 50 } as const;
/** Groups below this size come and go. */
const smallGroup = 4;

/** More servers lost at once than somebody takes out by hand. */
function shrinks(before: Plane, after: Plane, { sets }: ServerChanges): readonly Finding[] {
  const lostServers = sets.filter(({ kind }) => kind === "lost").flatMap((set) => set.servers);
  const patched = (of: Plane, group?: string): number =>
    machineCount(
      of.fleet.filter(
        ({ patchGroup }) => managed(of, patchGroup) !== undefined && (group === undefined || patchGroup === group),
      ),
    );
  const one = (what: string, count: number, all: number, most: number, group?: string): readonly Finding[] => {
    const percent = Math.floor((count / Math.max(1, all)) * 100);
    if (percent <= most) return [];
    return [
      finding("fleet-shrinks", {
        path: "fleet",
        message: `${what} at once`,
        value: `${String(percent)} %`,
        allowed: `at most ${String(most)} %`,
        fix: "look whether the file was cut short; where it is meant, switch the check off for this change and say why",
        ...(group === undefined ? {} : { about: { group } }),
      }),
    ];
  };
  const count = machineCount(lostServers);
  const all = patched(before);
  const whole = one(`${String(count)} of ${counted(all, "server")} leave patching`, count, all, mostLost.all);
  if (whole.length > 0) return whole;
  return [...Map.groupBy(lostServers, ({ group }) => group)].flatMap(([group, members]) => {
    const size = patched(before, group);
    // Servers that only go to another group are not among the lost.
    if (size < smallGroup || after.groups[group] === undefined) return [];
    const gone = machineCount(members);
    return one(
      `${String(gone)} of ${counted(size, "server")} of group ${group} leave patching`,
      gone,
      size,
      mostLost.group,
      group,
    );
  });
}

/** Findings about a change itself, which neither of its two versions shows alone. */
export function changeFindings(
  before: Plane,
  after: Plane,
  servers: ServerChanges,
  onboarding: OnboardingPlan,
): readonly Finding[] {
  return [
    ...identityFindings(before, after),
    ...shrinks(before, after, servers),
    ...weakenedFindings(before, after),
    ...waves(onboarding),
    ...otherVms(onboarding),
    ...lost(servers),
    ...leftBehind(onboarding),
    ...retagged(after, onboarding),
  ];
}
