import { locationNames } from "./locationNames.ts";
import type { Location } from "../../domain/plane.ts";

/** A pattern of EventBridge: a tree of accepted values. */
export interface EventPattern {
  readonly [key: string]: readonly unknown[] | EventPattern;
}

/** The rules of a location, by the purpose that names them. */
export interface EventPatterns {
  /** To the topic. */
  readonly alarms: Readonly<Record<"commands-failed" | "windows-failed" | "windows-without-targets", EventPattern>>;
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
  anyExecution: [{ prefix: "Maintenance Window Execution Stat" }, { prefix: "Maintenance Window Task Execution Stat" }],
} as const;

const failures = ["Cancelled", "Failed", "TimedOut"];

/**
 * Which events of Systems Manager are worth a mail, and which go to the queue of node results.
 *
 * - `commands-failed`: a command that patches (AWS's document or one of the stack's) failed, timed out or was cancelled,
 *   sent by a window or by hand.
 * - `windows-failed`: a window's execution failed, timed out, was cancelled, or was skipped because its last one still
 *   ran.
 * - `windows-without-targets` INFERRED: Run Command reports `NoInstancesInTag` for a command whose tags match no node,
 *   and a window's execution reports "No invocations to execute"; that these texts reach the events' details is in no
 *   sample AWS publishes. `patchplane status` asks the executions themselves and does not depend on this rule.
 *
 * Events are best effort, and carry no hint whether command events cover hybrid nodes, despite their name "EC2".
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html
 */
export function eventPatterns(environment: string, location: Location): EventPatterns {
  const { documentPrefix } = locationNames(environment, location);
  const source = ["aws.ssm"];
  const documents = [{ prefix: "AWS-RunPatchBaseline" }, { prefix: documentPrefix }];
  return {
    alarms: {
      "commands-failed": {
        source,
        "detail-type": detailTypes.command,
        detail: { "document-name": documents, status: failures },
      },
      "windows-failed": {
        source,
        "detail-type": detailTypes.windowExecution,
        detail: { status: ["CANCELLED", "FAILED", "SKIPPED_OVERLAPPING", "TIMED_OUT"] },
      },
      "windows-without-targets": {
        source,
        $or: [
          {
            "detail-type": detailTypes.command,
            detail: { "document-name": documents, status: ["NoInstancesInTag", "No Instances In Tag"] },
          },
          {
            "detail-type": detailTypes.anyExecution,
            detail: {
              "status-details": [
                { prefix: "NO_INVOCATIONS" },
                { prefix: "No Invocations" },
                { prefix: "No invocations" },
              ],
            },
          },
        ],
      },
    },
    nodeResults: {
      source,
      "detail-type": detailTypes.invocation,
      detail: { "document-name": documents, status: [...failures, "Success"] },
    },
  };
}
