import type { NodeResult, Run, RunTarget } from "./runRecord.ts";

/** What became of servers is open while nothing, or nothing final, is known of them. */
function isKnown({ outcome }: NodeResult): boolean {
  return outcome !== "unknown";
}

/** Whether a server may still be at what was sent to it. */
function isUnderWay({ outcome, command }: NodeResult): boolean {
  return outcome === "unknown" && command !== null;
}

/** The servers that a run was to reach and did not, by whether they may still be at it. */
export interface Missed {
  /** Without a result, or with one that is no success. */
  readonly toRepeat: readonly RunTarget[];
  readonly underWay: readonly RunTarget[];
}

/** Whether a command was sent to a server, or nobody knows that it was not. */
function isSent(actions: Run["actions"], { location, node }: RunTarget): boolean {
  return actions.some(
    (each) =>
      each.action === "sendCommand" &&
      each.outcome !== "refused" &&
      each.location === location &&
      each.nodes?.includes(node) === true,
  );
}

/**
 * The servers that a run missed; whoever may still be at what was sent is not sent it again.
 * @param actions - with them, what was sent and not heard of counts as under way; left out once AWS was asked for all of it
 */
export function missedTargets({
  targets,
  results,
  actions = [],
}: Pick<Run, "targets" | "results"> & Partial<Pick<Run, "actions">>): Missed {
  const of = (wanted: (result: NodeResult) => boolean) => (target: RunTarget) =>
    results.some((each) => each.location === target.location && each.node === target.node && wanted(each));
  const done = of(({ outcome }) => outcome === "done");
  const known = of(() => true);
  const unheard = of(isUnderWay);
  const underWay = (target: RunTarget): boolean => unheard(target) || (!known(target) && isSent(actions, target));
  return {
    toRepeat: targets.filter((target) => !done(target) && !underWay(target)),
    underWay: targets.filter(underWay),
  };
}

/** The nodes of one location of which a run's end is known, and the words of its commands that went to none but those. */
export function settledAt(
  { actions, results }: Pick<Run, "actions" | "results">,
  at: string,
): { readonly nodes: ReadonlySet<string>; readonly commands: ReadonlySet<string> } {
  const known = new Set(results.filter((each) => each.location === at && isKnown(each)).map(({ node }) => node));
  const settled = actions.filter(
    ({ action, location, nodes = [] }) =>
      action === "sendCommand" && location === at && nodes.every((node) => known.has(node)),
  );
  return { nodes: known, commands: new Set(settled.map(({ id }) => id)) };
}
