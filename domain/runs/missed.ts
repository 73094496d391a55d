import type { ActionResult, NodeResult, Run, RunTarget } from "./runRecord.ts";

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

/** The servers that a run missed; whoever may still be at what was sent is not sent it again. */
export function missedTargets({ targets, results }: Pick<Run, "targets" | "results">): Missed {
  const of = (wanted: (result: NodeResult) => boolean) => (target: RunTarget) =>
    results.some((each) => each.location === target.location && each.node === target.node && wanted(each));
  const done = of(({ outcome }) => outcome === "done");
  const underWay = of(isUnderWay);
  return {
    toRepeat: targets.filter((target) => !done(target) && !underWay(target)),
    underWay: targets.filter(underWay),
  };
}

/** Commands of one location that were sent, or may have been, and of which some server's end is not known. */
export function unsettled({ actions, results }: Pick<Run, "actions" | "results">, at: string): readonly ActionResult[] {
  const known = new Set(results.filter((each) => each.location === at && isKnown(each)).map(({ node }) => node));
  return actions.filter(
    ({ action, location, outcome, nodes = [] }) =>
      action === "sendCommand" && location === at && outcome !== "refused" && nodes.some((node) => !known.has(node)),
  );
}
