import type { Location, Plane } from "../plane.ts";
import { functionArn, queueArn, topicArn } from "./arns.ts";
import { regionalName } from "./awsNames.ts";
import { eventPatterns, windowsEnded, windowsFailed, type EventPattern } from "./eventPatterns.ts";
import { locationNames } from "./locationNames.ts";
import type { PlannedLocation } from "./plannedLocation.ts";
import { endedRules, failedRules, windowLots } from "./runReporter.ts";

/** Ids of the targets of the stack's rules, each unique in its rule. */
export const targetIds = { topic: "topic", queue: "queue", reporter: "reporter" } as const;

/** What a rule hands its events to. */
export interface PlannedRuleTarget {
  readonly id: string;
  readonly arn: string;
  /** ARN of the queue of what the target does not take. */
  readonly deadLetters?: string;
}

/** A rule of EventBridge that the stack makes on the default bus. */
export interface PlannedRule {
  readonly name: string;
  /** Windows, by AWS's names, whose ids the pattern has. */
  readonly windows: readonly string[];
  /** @param windowIds - ids of {@link windows}, in their order */
  readonly pattern: (windowIds: readonly string[]) => EventPattern;
  readonly target: PlannedRuleTarget;
}

/** Name of the rule that fills the queue of node results. */
export function nodeResultsRule(environment: string): string {
  return regionalName(environment, "node-results");
}

/** The rules of a location: those that tell of failures, the one of node results, and those that call the reporter. */
export function plannedRules(
  { environment }: Plane,
  location: Location,
  planned: PlannedLocation,
): readonly PlannedRule[] {
  const { topic, eventsQueue } = locationNames(environment, location);
  const { alarms, nodeResults } = eventPatterns(environment, location);
  const toTopic = { id: targetIds.topic, arn: topicArn(location, topic) };
  const lots = windowLots([...planned.windows.keys()]);
  const { reporter } = planned;
  return [
    ...Object.entries(alarms).map(([purpose, pattern]) => ({
      name: regionalName(environment, purpose),
      windows: [],
      pattern: () => pattern,
      target: toTopic,
    })),
    {
      name: nodeResultsRule(environment),
      windows: [],
      pattern: () => nodeResults,
      target: { id: targetIds.queue, arn: queueArn(location, eventsQueue) },
    },
    ...failedRules(environment, lots.length).map(({ name }, lot) => ({
      name,
      windows: lots[lot] ?? [],
      pattern: windowsFailed,
      target: toTopic,
    })),
    ...(reporter === undefined ? [] : endedRules(environment, lots.length)).map(({ name }, lot) => ({
      name,
      windows: lots[lot] ?? [],
      pattern: windowsEnded,
      target: {
        id: targetIds.reporter,
        arn: functionArn(location, reporter?.functionName ?? ""),
        deadLetters: queueArn(location, reporter?.queue ?? ""),
      },
    })),
  ];
}
