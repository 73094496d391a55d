import type { SimulatedCloud } from "../../state/cloud.ts";
import { ApiError } from "../../http/apiError.ts";
import { mayCall, type Caller } from "../iam/caller.ts";
import { functionPolicy } from "../lambda/functionPolicy.ts";
import { callFunction } from "../lambda/invoke.ts";
import { arnAt, fieldsIn, placeOf, recordsOf, textIn, type Fields, type Place } from "../records.ts";
import { publish } from "../sns/publish.ts";
import { sendToQueue } from "../sqs/send.ts";
import { matchesPattern } from "./pattern.ts";

/** What a service tells of itself. */
export interface Told {
  readonly detailType: string;
  readonly source: string;
  readonly resources: readonly string[];
  readonly detail: Fields;
}

/** Whether a target took an event. */
function delivered(cloud: SimulatedCloud, place: Place, caller: Caller, arn: string, event: Fields): boolean {
  const { service } = placeOf(arn);
  switch (service) {
    case "lambda": {
      const policy = functionPolicy(cloud, place, arn);
      if (policy === undefined || !mayCall(caller, "lambda:InvokeFunction", arn, { resource: policy })) return false;
      return callFunction(cloud, arn, event);
    }
    case "sns":
      try {
        publish(cloud, caller, { topicArn: arn, message: JSON.stringify(event) });
        return true;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        return false;
      }
    case "sqs":
      return sendToQueue(cloud, caller, arn, JSON.stringify(event));
    default:
      throw new Error(`targets of ${service} are not covered by the embedded cloud`);
  }
}

/**
 * Puts an event on an account's default bus: the enabled rules that it matches hand it to their targets, by the targets'
 * own policies. What a target does not take goes to the target's dead-letter queue, where it has one; EventBridge's
 * retries, which go on for a day, are left out.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export function putEvent(cloud: SimulatedCloud, place: Place, told: Told): void {
  const rules = recordsOf(cloud, place, "events-rule");
  if (rules.length === 0) return;
  const event = {
    version: "0",
    id: cloud.uuidOf(`event in ${place.accountId}/${place.region}`),
    "detail-type": told.detailType,
    source: told.source,
    account: place.accountId,
    time: cloud.clock
      .now()
      .toISOString()
      .replace(/\.\d+Z$/, "Z"),
    region: place.region,
    resources: told.resources,
    detail: told.detail,
  };
  const targets = recordsOf(cloud, place, "events-target");
  for (const rule of rules) {
    const pattern = textIn(rule, "eventPattern");
    if (textIn(rule, "state") !== "ENABLED" || pattern === "" || !matchesPattern(JSON.parse(pattern), event)) continue;
    const name = textIn(rule, "name");
    const caller = { service: "events.amazonaws.com", source: arnAt(place, "events", `rule/${name}`) };
    for (const target of targets.filter((each) => textIn(each, "rule") === name)) {
      if (delivered(cloud, place, caller, textIn(target, "arn"), event)) continue;
      const deadLetters = textIn(fieldsIn(target, "deadLetterConfig"), "arn");
      if (deadLetters !== "") sendToQueue(cloud, caller, deadLetters, JSON.stringify(event));
    }
  }
}

/**
 * What EventBridge says of a rule that still has targets, which it does not delete; undefined where none keeps it.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteRule.html
 */
export function ruleInUse(cloud: SimulatedCloud, place: Place, name: string): string | undefined {
  return recordsOf(cloud, place, "events-target").some((target) => textIn(target, "rule") === name)
    ? "ValidationException: Rule can't be deleted since it has targets."
    : undefined;
}
