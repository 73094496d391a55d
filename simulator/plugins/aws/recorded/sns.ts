import { randomUUID } from "node:crypto";
import { givenText, requiredText, textOf } from "../../fields.ts";
import { flag, integer, optional, output, required, text, uncovered } from "../../schema.ts";
import { arn, oneOf } from "../../textChecks.ts";
import { regional, tagged, type ResourceType } from "../resourceType.ts";
import { fifoFailures, jsonText, policyText, recorded, type RecordedType } from "./recorded.ts";

const topicRecord = "sns-topic";

function ofTopic(topicArn: string): ReturnType<NonNullable<RecordedType["parent"]>> {
  return { type: topicRecord, id: topicArn, missing: `NotFound: Topic does not exist (${topicArn})` };
}

const feedback = ["application", "firehose", "http", "lambda", "sqs"].flatMap((service) => [
  `${service}FailureFeedbackRoleArn`,
  `${service}SuccessFeedbackRoleArn`,
  `${service}SuccessFeedbackSampleRate`,
]);

/** `aws:sns/topic:Topic`; its ARN is its id. https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html */
export const topic: ResourceType = recorded({
  record: topicRecord,
  properties: {
    ...regional,
    ...tagged,
    ...uncovered("archivePolicy", "deliveryPolicy", "fifoThroughputScope", "namePrefix", ...feedback),
    arn: output(),
    contentBasedDeduplication: optional(flag, { default: false }),
    displayName: optional(text()),
    fifoTopic: optional(flag, { forceNew: true, default: false }),
    kmsMasterKeyId: optional(text()),
    name: optional(text(), { forceNew: true, computed: true }),
    owner: output(),
    policy: optional(policyText, { computed: true }),
    signatureVersion: optional(integer(1, 2), { computed: true }),
    tracingConfig: optional(text(oneOf("Active", "PassThrough")), { computed: true }),
  },
  nameProperty: "name",
  check: (inputs) => fifoFailures(inputs, "topic", 256),
  id: (session, inputs) => session.arn("sns", requiredText(inputs, "name")),
  outputs: (session, id) => ({ arn: id, owner: session.accountId }),
});

/** `aws:sns/topicPolicy:TopicPolicy`. https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html */
export const topicPolicy: ResourceType = recorded({
  record: "sns-topic-policy",
  properties: {
    ...regional,
    arn: required(text(arn), { forceNew: true }),
    owner: output(),
    policy: required(policyText),
  },
  id: (_session, inputs) => requiredText(inputs, "arn"),
  outputs: (session) => ({ owner: session.accountId }),
  parent: (_session, inputs) => ofTopic(requiredText(inputs, "arn")),
});

const protocols = "application email email-json firehose http https lambda sms sqs".split(" ");

/** Protocols whose endpoint must confirm before anything is delivered. */
const confirmed: ReadonlySet<string> = new Set(["email", "email-json", "http", "https"]);

/** `aws:sns/topicSubscription:TopicSubscription`. https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html */
export const topicSubscription: ResourceType = recorded({
  record: "sns-topic-subscription",
  properties: {
    ...regional,
    ...uncovered("deliveryPolicy", "replayPolicy"),
    arn: output(),
    confirmationTimeoutInMinutes: optional(integer(), { default: 1 }),
    confirmationWasAuthenticated: output(flag),
    endpoint: required(text(), { forceNew: true }),
    endpointAutoConfirms: optional(flag, { default: false }),
    filterPolicy: optional(jsonText),
    filterPolicyScope: optional(text(oneOf("MessageAttributes", "MessageBody")), { computed: true }),
    ownerId: output(),
    pendingConfirmation: output(flag),
    protocol: required(text(oneOf(...protocols)), { forceNew: true }),
    rawMessageDelivery: optional(flag, { default: false }),
    redrivePolicy: optional(jsonText),
    subscriptionRoleArn: optional(text(arn)),
    topic: required(text(arn), { forceNew: true }),
  },
  check: (inputs) =>
    typeof inputs["filterPolicyScope"] === "string" && inputs["filterPolicy"] === undefined
      ? [{ path: "filterPolicyScope", reason: "needs a filterPolicy" }]
      : [],
  id: (_session, inputs) => `${requiredText(inputs, "topic")}:${randomUUID()}`,
  outputs: (session, id, inputs) => ({
    arn: id,
    confirmationWasAuthenticated: !confirmed.has(requiredText(inputs, "protocol")),
    ownerId: session.accountId,
    pendingConfirmation: confirmed.has(requiredText(inputs, "protocol")),
    ...(givenText(inputs, "filterPolicy") === undefined
      ? {}
      : { filterPolicyScope: textOf(inputs, "filterPolicyScope") ?? "MessageAttributes" }),
  }),
  parent: (_session, inputs) => ofTopic(requiredText(inputs, "topic")),
});
