import * as pulumi from "@pulumi/pulumi";
import { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import { Topic } from "@pulumi/aws/sns/topic.js";
import { TopicPolicy } from "@pulumi/aws/sns/topicPolicy.js";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js";
import { Queue } from "@pulumi/aws/sqs/queue.js";
import { QueuePolicy } from "@pulumi/aws/sqs/queuePolicy.js";
import { iamPath, ownTags, regionalName } from "../../domain/stack/awsNames.ts";
import type { Location } from "../../domain/plane.ts";
import { boundaryArn } from "../../domain/stack/arns.ts";
import { eventPatterns } from "../../domain/stack/eventPatterns.ts";
import type { EventPattern } from "../../domain/stack/eventPatterns.ts";
import { nodeResultsRule, targetIds } from "../../domain/stack/plannedRules.ts";
import { locationNames } from "../../domain/stack/locationNames.ts";
import { topicPolicy } from "../../domain/stack/topicPolicy.ts";
import { notificationRolePolicy, queuePolicy, topicKeyPolicy } from "../../domain/stack/notificationPolicies.ts";
import { inlinePolicyNames } from "../../domain/stack/plannedRoles.ts";
import { serviceTrust } from "../../domain/stack/rolePolicies.ts";

const type = "patchplane:aws:PatchNotifications";
const nodeResults = "node-results";
const keyDeletionDays = 30;
const fourteenDaysInSeconds = 1_209_600;

/** Who hears of a location's failures. */
export interface PatchNotificationsArgs {
  readonly environment: string;
  readonly location: Location;
  /** Mail addresses; each must confirm its subscription once. */
  readonly emails: readonly string[];
}

function encryptedTopic(parent: pulumi.Resource, name: string, args: PatchNotificationsArgs, key: Key): Topic {
  const { environment, location } = args;
  const names = locationNames(environment, location);
  new Alias(`${name}-key-alias`, { name: names.topicKeyAlias, targetKeyId: key.arn }, { parent });
  return new Topic(
    `${name}-topic`,
    { name: names.topic, kmsMasterKeyId: key.arn, tags: ownTags(environment, location) },
    { parent },
  );
}

/** The role with which SSM publishes; trusted to nobody else, and to SSM only on this account's behalf. */
function notificationRole(
  parent: pulumi.Resource,
  name: string,
  { environment, location }: PatchNotificationsArgs,
  key: Key,
): pulumi.Output<string> {
  const role = new Role(
    `${name}-role`,
    {
      name: locationNames(environment, location).notificationRole,
      path: iamPath(environment),
      description: "Systems Manager tells of patch commands with it",
      assumeRolePolicy: pulumi.jsonStringify(serviceTrust(location)),
      permissionsBoundary: boundaryArn(location, environment),
      tags: ownTags(environment, location),
    },
    { parent, deleteBeforeReplace: true },
  );
  const policy = new RolePolicy(
    `${name}-role-policy`,
    {
      name: inlinePolicyNames.notification,
      role: role.name,
      policy: pulumi.jsonStringify(notificationRolePolicy(environment, location, key.arn)),
    },
    { parent },
  );
  return pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
}

function rule(
  parent: pulumi.Resource,
  name: string,
  { environment, location }: PatchNotificationsArgs,
  purpose: string,
  pattern: EventPattern,
): EventRule {
  return new EventRule(
    `${name}-${purpose}`,
    {
      name: regionalName(environment, purpose),
      eventPattern: pulumi.jsonStringify(pattern),
      tags: ownTags(environment, location),
    },
    { parent },
  );
}

/** The queue of node results, and the rule that fills it. */
function resultsQueue(parent: pulumi.Resource, name: string, args: PatchNotificationsArgs): Queue {
  const { environment, location } = args;
  const queue = new Queue(
    `${name}-queue`,
    {
      name: locationNames(environment, location).eventsQueue,
      messageRetentionSeconds: fourteenDaysInSeconds,
      sqsManagedSseEnabled: true,
      tags: ownTags(environment, location),
    },
    { parent },
  );
  const policy = new QueuePolicy(
    `${name}-queue-policy`,
    {
      queueUrl: queue.id,
      policy: pulumi.jsonStringify(queuePolicy(environment, location, nodeResultsRule(environment))),
    },
    { parent },
  );
  const results = rule(parent, name, args, nodeResults, eventPatterns(environment, location).nodeResults);
  new EventTarget(
    `${name}-${nodeResults}-target`,
    { rule: results.name, targetId: targetIds.queue, arn: queue.arn },
    { parent, dependsOn: [policy] },
  );
  return queue;
}

/**
 * The notifications of one location: an encrypted topic that failed commands and windows are published to, and a queue
 * that keeps every node's result for fourteen days, for digests. A node's result never goes to mail: a scan of 1,200
 * servers is 1,200 events.
 *
 * A patch command of a window that fails is told twice, by Run Command (which names the logs) and by EventBridge
 * (which also sees commands sent by hand).
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-sns-notifications.html
 */
export class PatchNotifications extends pulumi.ComponentResource {
  /** ARN of the topic, known once EventBridge may publish to it. */
  readonly topicArn: pulumi.Output<string>;
  /** ARN of the key that encrypts it. */
  readonly topicKeyArn: pulumi.Output<string>;
  /** Role that SSM publishes to the topic with, known once it may. */
  readonly notificationRoleArn: pulumi.Output<string>;
  readonly eventsQueueUrl: pulumi.Output<string>;

  constructor(name: string, args: PatchNotificationsArgs, opts?: pulumi.ComponentResourceOptions) {
    super(type, name, {}, opts);
    const { environment, location } = args;

    const key = new Key(
      `${name}-key`,
      {
        description: "Encrypts the patching topic, so that EventBridge may publish to it",
        policy: pulumi.jsonStringify(topicKeyPolicy(location)),
        enableKeyRotation: true,
        deletionWindowInDays: keyDeletionDays,
        tags: ownTags(environment, location),
      },
      { parent: this },
    );
    const topic = encryptedTopic(this, name, args, key);
    const policy = new TopicPolicy(
      `${name}-topic-policy`,
      { arn: topic.arn, policy: pulumi.jsonStringify(topicPolicy(environment, location)) },
      { parent: this },
    );
    for (const email of new Set(args.emails.toSorted())) {
      new TopicSubscription(
        `${name}-mail-${email}`,
        { topic: topic.arn, protocol: "email", endpoint: email },
        { parent: this },
      );
    }
    for (const [purpose, pattern] of Object.entries(eventPatterns(environment, location).alarms)) {
      new EventTarget(
        `${name}-${purpose}-target`,
        { rule: rule(this, name, args, purpose, pattern).name, targetId: targetIds.topic, arn: topic.arn },
        { parent: this, dependsOn: [policy] },
      );
    }
    this.topicArn = policy.arn;
    this.topicKeyArn = key.arn;
    this.notificationRoleArn = notificationRole(this, name, args, key);
    this.eventsQueueUrl = resultsQueue(this, name, args).id;
    this.registerOutputs({
      topicArn: this.topicArn,
      topicKeyArn: this.topicKeyArn,
      notificationRoleArn: this.notificationRoleArn,
      eventsQueueUrl: this.eventsQueueUrl,
    });
  }
}
