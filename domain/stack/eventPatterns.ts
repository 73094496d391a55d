import { locationNames } from "./locationNames.ts";
import type { Location } from "../plane.ts";

/** A pattern of EventBridge: a tree of accepted values. */
export interface EventPattern {
  readonly [key: string]: readonly unknown[] | EventPattern;
}

/** The rules of a location that hold for whatever windows it has, by the purpose that names them. */
export interface EventPatterns {
  /** To the topic. */
  readonly alarms: Readonly<Record<"commands-failed", EventPattern>>;
  /** To the queue: one event per node and command. */
  readonly nodeResults: EventPattern;
}

/**
 * AWS's reference table says "State-change" where its samples say "Status-change" and the other way round, so detail
 * types are matched by what they have in common.
 */
const detailTypes = {
  command: [{ prefix: "EC2 Command Stat" }],
  invocation: [{ prefix: "EC2 Command Invocation Stat" }],
  windowExecution: [{ prefix: "Maintenance Window Execution Stat" }],
} as const;

const source = ["aws.ssm"];
const failures = ["Cancelled", "Failed", "TimedOut"];

/**
 * Which events of Systems Manager about commands are worth a mail, and which go to the queue of node results.
 * `commands-failed`: a command that patches (AWS's document or one of the stack's) failed, timed out or was cancelled,
 * sent by a window or by hand.
 *
 * Events are best effort, and carry no hint whether command events cover hybrid nodes, despite their name "EC2".
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html
 */
export function eventPatterns(environment: string, location: Location): EventPatterns {
  const { documentPrefix } = locationNames(environment, location);
  const documents = [{ prefix: "AWS-RunPatchBaseline" }, { prefix: documentPrefix }];
  return {
    alarms: {
      "commands-failed": {
        source,
        "detail-type": detailTypes.command,
        detail: { "document-name": documents, status: failures },
      },
    },
    nodeResults: {
      source,
      "detail-type": detailTypes.invocation,
      detail: { "document-name": documents, status: [...failures, "Success"] },
    },
  };
}

function windowRuns(windowIds: readonly string[], statuses: readonly string[]): EventPattern {
  return { source, "detail-type": detailTypes.windowExecution, detail: { "window-id": windowIds, status: statuses } };
}

/**
 * A run of one of these windows failed, timed out, was cancelled, or was skipped because its last one still ran. An
 * account's windows share one event bus, and their events carry no name and no tag, so a window is told by its id.
 *
 * A run that met no server raises no event that AWS publishes a sample of: it is found by asking the executions, as
 * `status` and the run reporter do.
 */
export function windowsFailed(windowIds: readonly string[]): EventPattern {
  return windowRuns(windowIds, ["CANCELLED", "FAILED", "SKIPPED_OVERLAPPING", "TIMED_OUT"]);
}

/** A run of one of these windows has ended; one that was skipped did nothing that could be reported. */
export function windowsEnded(windowIds: readonly string[]): EventPattern {
  return windowRuns(windowIds, ["CANCELLED", "FAILED", "SUCCESS", "TIMED_OUT"]);
}
