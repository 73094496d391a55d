import type { Failure } from "../../check.ts";
import { flagOf, givenText, requiredText, textOf } from "../../fields.ts";
import { flag, integer, optional, output, required, text, uncovered } from "../../schema.ts";
import type { Values } from "../../values.ts";
import { regional, tagged, type ResourceType } from "../resourceType.ts";
import type { Session } from "../session.ts";
import { dnsSuffixOf } from "../../../partitions.ts";
import { fifoFailures, jsonText, policyText, recorded } from "./recorded.ts";

const queueRecord = "sqs-queue";

function queueFailures(inputs: Values): readonly Failure[] {
  const twice = inputs["kmsMasterKeyId"] !== undefined && inputs["sqsManagedSseEnabled"] !== undefined;
  const failures = fifoFailures(inputs, "queue", 80);
  return twice ? [...failures, { path: "kmsMasterKeyId", reason: "excludes sqsManagedSseEnabled" }] : failures;
}

function queueUrl(session: Session, name: string): string {
  return `https://sqs.${session.region}.${dnsSuffixOf(session.region)}/${session.accountId}/${name}`;
}

/** `aws:sqs/queue:Queue`; its URL is its id. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
export const queue: ResourceType = recorded({
  record: queueRecord,
  properties: {
    ...regional,
    ...tagged,
    ...uncovered("deduplicationScope", "fifoThroughputLimit", "namePrefix"),
    arn: output(),
    contentBasedDeduplication: optional(flag, { default: false }),
    delaySeconds: optional(integer(0, 900), { default: 0 }),
    fifoQueue: optional(flag, { forceNew: true, default: false }),
    kmsDataKeyReusePeriodSeconds: optional(integer(60, 86_400), { computed: true }),
    kmsMasterKeyId: optional(text()),
    maxMessageSize: optional(integer(1024, 1_048_576), { default: 262_144 }),
    messageRetentionSeconds: optional(integer(60, 1_209_600), { default: 345_600 }),
    name: optional(text(), { forceNew: true, computed: true }),
    policy: optional(policyText, { computed: true }),
    receiveWaitTimeSeconds: optional(integer(), { default: 0 }),
    redriveAllowPolicy: optional(jsonText, { computed: true }),
    redrivePolicy: optional(jsonText, { computed: true }),
    sqsManagedSseEnabled: optional(flag, { computed: true }),
    url: output(),
    visibilityTimeoutSeconds: optional(integer(0, 43_200), { default: 30 }),
  },
  nameProperty: "name",
  check: queueFailures,
  id: (session, inputs) => queueUrl(session, requiredText(inputs, "name")),
  outputs: (session, id, inputs) => ({
    arn: session.arn("sqs", requiredText(inputs, "name")),
    sqsManagedSseEnabled: flagOf(inputs, "sqsManagedSseEnabled") ?? givenText(inputs, "kmsMasterKeyId") === undefined,
    url: id,
  }),
  taken: (id) =>
    `QueueAlreadyExists: A queue already exists with the same name (${id.slice(id.lastIndexOf("/") + 1)}) and a different value for an attribute`,
});

/** `aws:sqs/queuePolicy:QueuePolicy`. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
export const queuePolicy: ResourceType = recorded({
  record: "sqs-queue-policy",
  properties: {
    ...regional,
    policy: required(policyText),
    queueUrl: required(text(), { forceNew: true }),
  },
  id: (_session, inputs) => requiredText(inputs, "queueUrl"),
  parent: (_session, inputs) => {
    const id = textOf(inputs, "queueUrl") ?? "";
    const missing = "AWS.SimpleQueueService.NonExistentQueue: The specified queue does not exist.";
    return { type: queueRecord, id, missing };
  },
});
