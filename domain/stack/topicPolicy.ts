import type { Location } from "../plane.ts";
import { alarmArn, topicArn } from "./arns.ts";
import { locationNames } from "./locationNames.ts";
import { policyDocument, type PolicyDocument } from "./policyDocument.ts";

const events = { Service: "events.amazonaws.com" };
const cloudWatch = { Service: "cloudwatch.amazonaws.com" };

/**
 * Policy of the topic: EventBridge publishes, without a condition here either, because it cannot meet one, and the
 * account's alarms. Everybody else in the account needs rights of their own, as the notification role has them.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export function topicPolicy(environment: string, location: Location): PolicyDocument {
  const topic = topicArn(location, locationNames(environment, location).topic);
  return policyDocument(
    { Sid: "EventBridgePublishes", Effect: "Allow", Principal: events, Action: "sns:Publish", Resource: topic },
    {
      Sid: "AlarmsPublish",
      Effect: "Allow",
      Principal: cloudWatch,
      Action: "sns:Publish",
      Resource: topic,
      Condition: {
        StringEquals: { "aws:SourceAccount": location.accountId },
        ArnLike: { "aws:SourceArn": alarmArn(location) },
      },
    },
  );
}
