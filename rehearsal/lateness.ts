import { isOrdinaryInstall, reaches } from "../domain/fleet/placement.ts";
import type { LateReason } from "../domain/rehearsal/outcome.ts";
import type { PatchingEntry } from "../simulator/index.ts";
import type { Duty } from "./duties.ts";
import type { ServerStory } from "./servers.ts";
import type { Opening, Truth } from "./truth.ts";

const missReasons = {
  cutoff: "cutOff",
  cancelled: "cutOff",
  errorLimit: "errorLimit",
  earlierStep: "earlierStep",
  unreachable: "unreachable",
} as const;

function reasonOf({ outcome, missed, hangs }: PatchingEntry): LateReason {
  if (missed !== undefined) return missReasons[missed];
  if (hangs === true) return "unreachable";
  return outcome === "failed" ? "failed" : "leftOut";
}

/** Of several runs that could have brought it, the one that says most about the stack. */
const order: readonly LateReason[] = ["cutOff", "errorLimit", "earlierStep", "leftOut", "failed", "unreachable"];

type DutySpan = Pick<Duty, "approvedAt" | "deadline">;

function opened({ machine }: ServerStory, { approvedAt, deadline }: DutySpan, openings: readonly Opening[]): boolean {
  return openings.some(
    ({ entry, window, location }) =>
      location === machine.location &&
      reaches(window, machine.group, location) &&
      isOrdinaryInstall(window) &&
      entry.at.getTime() >= approvedAt &&
      entry.at.getTime() <= deadline,
  );
}

/** The ordinary installing runs of a server between approval and deadline of something, in order. */
export function triedRuns({ operations }: ServerStory, { approvedAt, deadline }: DutySpan): readonly PatchingEntry[] {
  return operations.filter(
    ({ operation, baselineOverride, at }) =>
      operation === "Install" &&
      baselineOverride === undefined &&
      at.getTime() >= approvedAt &&
      at.getTime() <= deadline,
  );
}

/** Tells why a duty was not done by its deadline: by the installing runs between the two. */
export function latenessOf(truth: Truth): (story: ServerStory, duty: DutySpan) => LateReason {
  const openings = [...truth.openings.values()];
  return (story, duty) => {
    const reasons = new Set(triedRuns(story, duty).map(reasonOf));
    const reason = order.find((each) => reasons.has(each));
    if (reason !== undefined) return reason;
    // A server that no run was aimed at was no managed node then.
    return opened(story, duty, openings) ? "unreachable" : "noWindow";
  };
}
