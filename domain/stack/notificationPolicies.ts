import type { Location } from "../plane.ts";
import { accountArn, queueArn, ruleArn, topicArn } from "./arns.ts";
import { locationNames } from "./locationNames.ts";
import { policyDocument } from "./policyDocument.ts";
import type { PolicyDocument, PolicyStatement } from "./policyDocument.ts";

const events = { Service: "events.amazonaws.com" };
const cloudWatch = { Service: "cloudwatch.amazonaws.com" };

/** What whoever publishes to the topic does with its key. */
export const topicKeyUse = ["kms:Decrypt", "kms:GenerateDataKey*"];

/** What the deployment does to a key: everything that the provider calls for keys and aliases, and no use of it. */
const keyManagement = [
  "kms:CreateAlias",
  "kms:DeleteAlias",
  "kms:DescribeKey",
  "kms:DisableKeyRotation",
  "kms:EnableKeyRotation",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListResourceTags",
  "kms:PutKeyPolicy",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
];

/**
 * Policy of the key that encrypts the topic: the account's administrators (and through them the role with which
 * SSM notifies), EventBridge, the account's alarms, and SNS itself. With the AWS-managed key of SNS nobody but SNS could use it and EventBridge's messages would vanish.
 *
 * EventBridge gets no condition: AWS says that `aws:SourceAccount` and `aws:SourceArn` are not supported for
 * EventBridge and encrypted topics, and with them every delivery fails silently. The service publishes with it only to
 * what its rules name, and the topic is in this account.
 *
 * The deploying role, where it is known, is named with what it does to the key, and nothing else: a right that hangs on
 * the key's tags counts only minutes after the key was made, and would stop the first deployment.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/abac.html
 */
export function topicKeyPolicy(location: Location): PolicyDocument {
  const deployer: readonly PolicyStatement[] =
    location.roleArn === undefined
      ? []
      : [
          {
            Sid: "DeployerManages",
            Effect: "Allow",
            Principal: { AWS: location.roleArn },
            Action: keyManagement,
            Resource: "*",
          },
        ];
  return policyDocument(
    {
      Sid: "AccountAdministers",
      Effect: "Allow",
      Principal: { AWS: accountArn(location) },
      Action: "kms:*",
      Resource: "*",
    },
    ...deployer,
    { Sid: "EventBridgePublishes", Effect: "Allow", Principal: events, Action: topicKeyUse, Resource: "*" },
    // An alarm that may not use the key changes its state and tells nobody.
    {
      Sid: "AlarmsPublish",
      Effect: "Allow",
      Principal: cloudWatch,
      Action: topicKeyUse,
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceAccount": location.accountId } },
    },
    {
      Sid: "SnsDelivers",
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: topicKeyUse,
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceAccount": location.accountId } },
    },
  );
}

/**
 * Policy of the queue of node results: only the one rule sends, and only over TLS.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 */
export function queuePolicy(environment: string, location: Location, ruleName: string): PolicyDocument {
  const queue = queueArn(location, locationNames(environment, location).eventsQueue);
  return policyDocument(
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "sqs:*",
      Resource: queue,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    {
      Sid: "EventBridgeSends",
      Effect: "Allow",
      Principal: events,
      Action: "sqs:SendMessage",
      Resource: queue,
      Condition: { ArnEquals: { "aws:SourceArn": ruleArn(location, ruleName) } },
    },
  );
}

/** What the notification role may do: publish to the one topic, and use its key. */
export function notificationRolePolicy<Arn>(
  environment: string,
  location: Location,
  keyArn: Arn,
): PolicyDocument<Arn | string> {
  const topic = topicArn(location, locationNames(environment, location).topic);
  return policyDocument<Arn | string>(
    { Sid: "Publish", Effect: "Allow", Action: "sns:Publish", Resource: topic },
    { Sid: "UseTopicKey", Effect: "Allow", Action: topicKeyUse, Resource: keyArn },
  );
}
