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

const keyOf = ({ location, node }: Pick<RunTarget, "location" | "node">): string => JSON.stringify([location, node]);

/** The servers to which a command was sent, or of which nobody knows that it was not. */
function sentTo(actions: Run["actions"]): ReadonlySet<string> {
  const sent = actions.filter(({ action, outcome }) => action === "sendCommand" && outcome !== "refused");
  return new Set(sent.flatMap(({ location, nodes = [] }) => nodes.map((node) => keyOf({ location, node }))));
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
  const known = new Map(results.map((result) => [keyOf(result), result]));
  const sent = sentTo(actions);
  const underWay = (target: RunTarget): boolean => {
    const result = known.get(keyOf(target));
    return result === undefined ? sent.has(keyOf(target)) : isUnderWay(result);
  };
  return {
    toRepeat: targets.filter((target) => known.get(keyOf(target))?.outcome !== "done" && !underWay(target)),
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
