import { kernelPackages, packageFamily } from "../../../domain/stack/baselineFilters.ts";
import type { ApprovedPatch } from "../../../domain/plane.ts";
import { matchesAny, drawPackages, type PatchingEntry, type PackageTable } from "../../../simulator/index.ts";
import type { Evidence, Invariant, Violation } from "../evidence.ts";
import { neededBy, placeOf, type Change } from "../packages.ts";
import { truthOf, type KnownMachine, type Truth } from "../truth.ts";

type Found = Omit<Violation, "invariant">;

function tableOf({ scenario }: Evidence, { spec }: KnownMachine): PackageTable {
  return drawPackages(spec, scenario.span.start, scenario.seed).table;
}

/** Those of an operation's changes that other ones of it need, directly or not. */
function cameAlong(table: PackageTable, at: Date, changes: readonly Change[]): (change: Change) => boolean {
  const rowOf = (change: Change): number => placeOf(table, change, at)?.row ?? -1;
  const needed = neededBy(table, changes.map(rowOf));
  return (change) => needed.has(rowOf(change));
}

function shown({ name, to }: Change): string {
  return `${name} ${to}`;
}

function idOf(machine: KnownMachine, table: PackageTable, change: Change, at: Date): string {
  if (packageFamily(machine.os) === "windows") return change.to;
  const place = placeOf(table, change, at);
  return `${change.name}.${table.rows[place?.row ?? -1]?.arch ?? ""}`;
}

function names(patch: ApprovedPatch, id: string): boolean {
  return patch.id.toLowerCase() === id.toLowerCase();
}

/** What an install of a reviewed group changed that nobody approved. */
function unapproved(evidence: Evidence, truth: Truth, operation: PatchingEntry): readonly string[] {
  const machine = truth.machineOf(operation);
  const opening = truth.openingOf(operation);
  const approval = opening?.plane.approvals[machine.group];
  if (opening === undefined) return ["installs outside a window"];
  if (approval === undefined) return ["installs without an approvals file"];
  if (opening.entry.at > new Date(approval.expires)) return [`installs after ${approval.file} expired`];
  const table = tableOf(evidence, machine);
  // The list counts on every node of the window, whatever operating system an entry stands under.
  const list = Object.values(approval.patches).flat();
  const named = (change: Change): readonly ApprovedPatch[] =>
    list.filter((patch) => names(patch, idOf(machine, table, change, operation.at)));
  const listed = operation.packages.filter((change) =>
    named(change).some(({ title }) => title === undefined || title === change.to),
  );
  const isNeeded = cameAlong(table, operation.at, listed);
  return (
    operation.packages
      .filter((change) => !listed.includes(change))
      // Named with another version only: then this one may not even come along.
      .filter((change) => !isNeeded(change) || named(change).length > 0)
      .map((change) => `installs ${shown(change)}, which ${approval.file} does not name`)
  );
}

/** Reviewed groups install what was approved, and nothing else. */
export const approvedOnly: Invariant = {
  id: "approved-only",
  claim:
    "a server of a reviewed group installs only what the approvals file in force names by package and version, and what those need",
  check: (evidence) => {
    const truth = truthOf(evidence);
    return truth.operations
      .filter((operation) => operation.packages.length > 0)
      .filter((operation) => truth.groupOf(truth.machineOf(operation))?.approval === "reviewed")
      .flatMap((operation) =>
        unapproved(evidence, truth, operation).map((what): Found => {
          return { at: operation.at, subject: operation.machine, what };
        }),
      );
  },
};

function isKernel({ os }: KnownMachine, { name }: Change): boolean {
  return matchesAny(kernelPackages(os), [name.toLowerCase()]);
}

/** Kernels in a run that is not for them, or anything else in one that is. */
function misplaced(evidence: Evidence, truth: Truth, operation: PatchingEntry): readonly string[] {
  const machine = truth.machineOf(operation);
  const override = truth.openingOf(operation)?.window.baselineOverride ?? [];
  const table = tableOf(evidence, machine);
  const { packages } = operation;
  const isOwn = (change: Change): boolean => isKernel(machine, change) === override.length > 0;
  const isNeeded = cameAlong(table, operation.at, packages.filter(isOwn));
  return packages
    .filter((change) => !isOwn(change) && !isNeeded(change))
    .map((change) => `installs ${shown(change)} in ${override.length > 0 ? "a kernel window" : "an ordinary run"}`);
}

/** Kernels stay in their own windows. */
export const kernels: Invariant = {
  id: "kernels",
  claim: "ordinary baselines install kernels as dependencies only, and a kernel window installs nothing else by itself",
  check: (evidence) => {
    const truth = truthOf(evidence);
    return truth.operations
      .filter((operation) => truth.groupOf(truth.machineOf(operation))?.approval === "automatic")
      .flatMap((operation) =>
        misplaced(evidence, truth, operation).map((what): Found => {
          return { at: operation.at, subject: operation.machine, what };
        }),
      );
  },
};

/** Groups that must not reboot do not, and no Windows server does. */
export const reboots: Invariant = {
  id: "reboots",
  claim: "patching reboots no server of a NoReboot group and no Windows server, and a scan or a failed run none at all",
  check: (evidence) => {
    const truth = truthOf(evidence);
    return truth.operations
      .filter((operation) => operation.rebooted)
      .flatMap((operation): Found[] => {
        const machine = truth.machineOf(operation);
        const reasons = [
          ...(truth.groupOf(machine)?.reboot === "RebootIfNeeded" ? [] : [`group ${machine.group} does not reboot`]),
          ...(machine.os === "WINDOWS" ? ["Windows never reboots by itself"] : []),
          ...(operation.operation === "Scan" ? ["a scan reboots nothing"] : []),
        ];
        return reasons.map((what) => ({ at: operation.at, subject: operation.machine, what: `reboots: ${what}` }));
      });
  },
};
