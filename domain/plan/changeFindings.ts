import { finding } from "../checks/checkTable.ts";
import type { Finding } from "../fault.ts";
import { machineCount } from "../fleet/placement.ts";
import { managed, type Plane } from "../plane.ts";
import type { Server } from "../server.ts";
import { contactFindings } from "./contactFindings.ts";
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

/** VMs of new rows that had another id before, which their `vm_id` tells: moved to another resource group, say. */
function movedVms(before: Plane, after: Plane): readonly { readonly from: Server; readonly to: Server }[] {
  const idsAfter = new Set(after.fleet.map(({ id }) => id));
  const idsBefore = new Set(before.fleet.map(({ id }) => id));
  const left = before.fleet.filter(({ id }) => !idsAfter.has(id));
  const byVmId = new Map(left.flatMap((server) => (server.azure === undefined ? [] : [[server.azure.vmId, server]])));
  return after.fleet.flatMap((to) => {
    const from = to.azure === undefined || idsBefore.has(to.id) ? undefined : byVmId.get(to.azure.vmId);
    return from === undefined ? [] : [{ from, to }];
  });
}

function moved(vms: ReturnType<typeof movedVms>): readonly Finding[] {
  const [first] = vms;
  if (first === undefined) return [];
  const rows = vms.map(({ to }) => to);
  return [
    finding("vm-moved", {
      path: "fleet",
      line: first.to.line,
      message: `${counted(rows.length, "VM has", "VMs have")} another id and the same vm_id: ${listed(rows)}: node and extension came along, and azure-native makes no extension that is there`,
      fix: "the refused up has all that npx patchplane adopt needs to take it over; deregister nothing",
    }),
  ];
}

function leftBehind({ leftBehind: rows }: OnboardingPlan, elsewhere: ReadonlySet<string>): readonly Finding[] {
  const of = (cloud: "aws" | "azure", what: string, stays: string, fix: string): readonly Finding[] => {
    const removed = rows.filter((row) => row.cloud === cloud && !elsewhere.has(row.id));
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

/** The share of servers that one change may take away, of all and of a group or a site, in percent. */
const mostLost = { all: 20, part: 50 } as const;
/** Groups and sites below this size come and go. */
const smallPart = 4;

/** More servers lost at once than somebody takes out by hand: of the fleet, else of a group, a location, a subscription. */
function shrinks(
  before: Plane,
  after: Plane,
  { sets }: ServerChanges,
  vms: ReturnType<typeof movedVms>,
): readonly Finding[] {
  const gained = new Set(sets.flatMap(({ kind, servers }) => (kind === "gained" ? servers.map(({ id }) => id) : [])));
  // What goes on under another id is not lost.
  const goesOn = new Set(vms.flatMap(({ from, to }) => (gained.has(to.id) ? [from.id] : [])));
  const lostIds = (isMeant: (reason?: string) => boolean): ReadonlySet<string> =>
    new Set(
      sets
        .filter(({ kind, reason }) => kind === "lost" && isMeant(reason))
        .flatMap(({ servers }) => servers.map(({ id }) => id))
        .filter((id) => !goesOn.has(id)),
    );
  const ids = lostIds(() => true);
  const unlisted = lostIds((reason) => reason === rowRemoved);
  const patched = before.fleet.filter(({ patchGroup }) => managed(before, patchGroup) !== undefined);
  const one = (what: string, servers: readonly Server[], most: number, about: Finding["about"]): readonly Finding[] => {
    const among = (lost: ReadonlySet<string>): number => machineCount(servers.filter(({ id }) => lost.has(id)));
    const [all, gone, left] = [machineCount(servers), among(ids), among(unlisted)];
    // A row that is removed touches no machine: its group's windows may go on patching it.
    const how =
      left === gone ? "leave the fleet file" : left === 0 ? "lose patching" : "leave the fleet file or lose patching";
    const percent = Math.floor((gone / Math.max(1, all)) * 100);
    if (percent <= most) return [];
    return [
      finding("fleet-shrinks", {
        path: "fleet",
        message: `${String(gone)} of ${counted(all, "server")}${what} ${how} at once`,
        value: `${String(percent)} %`,
        allowed: `at most ${String(most)} %`,
        fix: "look whether the file was cut short; where it is meant, switch the check off for this change and say why",
        ...(about === undefined ? {} : { about }),
      }),
    ];
  };
  const whole = one("", patched, mostLost.all, undefined);
  if (whole.length > 0) return whole;
  // Servers that only go to another group are not among the lost, nor are those whose group or site is taken away.
  const groups = [...Map.groupBy(patched, ({ patchGroup }) => patchGroup)].filter(([group]) => after.groups[group]);
  const sites = [...Map.groupBy(patched, ({ site }) => site)].filter(
    ([site]) => after.locations[site] ?? after.subscriptions[site],
  );
  const isLarge = ([, servers]: readonly [string, readonly Server[]]): boolean => machineCount(servers) >= smallPart;
  return [
    ...groups
      .filter(isLarge)
      .flatMap(([group, servers]) => one(` of group ${group}`, servers, mostLost.part, { group })),
    ...sites.filter(isLarge).flatMap(([site, servers]) => {
      const about = after.subscriptions[site] === undefined ? { location: site } : { subscription: site };
      return one(` of ${site}`, servers, mostLost.part, about);
    }),
  ];
}

/** Findings about a change itself, which neither of its two versions shows alone. */
export function changeFindings(
  before: Plane,
  after: Plane,
  servers: ServerChanges,
  onboarding: OnboardingPlan,
): readonly Finding[] {
  const vms = movedVms(before, after);
  return [
    ...identityFindings(before, after),
    ...shrinks(before, after, servers, vms),
    ...weakenedFindings(before, after),
    ...contactFindings(before, after),
    ...waves(onboarding),
    ...otherVms(onboarding),
    ...lost(servers),
    ...moved(vms),
    ...leftBehind(onboarding, new Set(vms.map(({ from }) => from.id))),
    ...retagged(after, onboarding),
  ];
}
