import { kernelPackages } from "../../../domain/stack/baselineFilters.ts";
import { matchesAny, drawPackages, type PatchingEntry, type PackageTable } from "../../../simulator/index.ts";
import type { Evidence, Invariant, Violation } from "../evidence.ts";
import type { Change } from "../../../rehearsal/packages.ts";
import { cameAlong, unapproved } from "../../../rehearsal/unapproved.ts";
import { truthOf, type KnownMachine, type Truth } from "../../../rehearsal/truth.ts";

type Found = Omit<Violation, "invariant">;

function tableOf({ scenario }: Evidence, { spec }: KnownMachine): PackageTable {
  return drawPackages(spec, scenario.span.start, scenario.seed).table;
}

function shown({ name, to }: Change): string {
  return `${name} ${to}`;
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
      .flatMap((operation) => {
        const machine = truth.machineOf(operation);
        const found = unapproved(operation, machine, tableOf(evidence, machine), truth.openingOf(operation));
        return found.map((what): Found => ({ at: operation.at, subject: operation.machine, what }));
      });
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
