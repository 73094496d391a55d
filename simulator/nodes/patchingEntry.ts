import type { MissReason, PatchingEntry } from "../state/journal.ts";
import type { PatchParameters, StepContext } from "./step.ts";

type Place = Omit<PatchingEntry, "at" | "endsAt" | "baselineId" | "outcome" | "detail" | "packages" | "rebooted">;
type Where = Pick<StepContext, "state" | "node" | "windowRun"> & { readonly commandId: string | null };

/** Where, for whom and how an operation runs: what every journal entry about it begins with. */
export function patchingPlace({ state, node, commandId, windowRun }: Where, parameters: PatchParameters): Place {
  const { operation, rebootOption, baselineOverride, installOverrideList } = parameters;
  return {
    kind: "patching",
    accountId: state.accountId,
    region: state.region,
    nodeId: node.id,
    machine: node.machine?.spec.id ?? node.id,
    commandId,
    ...(windowRun === undefined ? {} : { windowExecutionId: windowRun.executionId, windowTaskId: windowRun.taskId }),
    operation,
    rebootOption,
    ...(baselineOverride === undefined ? {} : { baselineOverride }),
    ...(installOverrideList === undefined ? {} : { installOverrideList }),
  };
}

const reasons: Readonly<Record<MissReason, string>> = {
  unreachable: "the command could not be delivered",
  cutoff: "the window's cutoff came first",
  errorLimit: "more nodes than allowed had failed",
  cancelled: "somebody cancelled it before it came to that",
  earlierStep: "an earlier step of the document stopped it",
};

/** The entry of a node that an operation was meant for and did not reach. */
export function missedEntry(where: Where, parameters: PatchParameters, at: Date, missed: MissReason): PatchingEntry {
  return {
    ...patchingPlace(where, parameters),
    at,
    endsAt: at,
    baselineId: null,
    outcome: "missed",
    missed,
    detail: reasons[missed],
    packages: [],
    rebooted: false,
  };
}
