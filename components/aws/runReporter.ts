import * as pulumi from "@pulumi/pulumi";
import { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget.js";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { Function as LambdaFunction } from "@pulumi/aws/lambda/function.js";
import { FunctionEventInvokeConfig } from "@pulumi/aws/lambda/functionEventInvokeConfig.js";
import { Permission } from "@pulumi/aws/lambda/permission.js";
import { Queue } from "@pulumi/aws/sqs/queue.js";
import { QueuePolicy } from "@pulumi/aws/sqs/queuePolicy.js";
import { iamPath, ownTags } from "../../domain/stack/awsNames.ts";
import {
  endedRules,
  reporterCapacity,
  reporterSettings,
  reporterVariables,
  windowLots,
} from "../../domain/stack/runReporter.ts";
import type { PlannedReporter } from "../../domain/stack/runReporter.ts";
import type { Location } from "../../domain/plane.ts";
import { boundaryArn } from "../../domain/stack/arns.ts";
import { windowsEnded } from "../../domain/stack/eventPatterns.ts";
import { targetIds } from "../../domain/stack/plannedRules.ts";
import { reporterAlarms } from "../../domain/stack/reporterAlarms.ts";
import { inlinePolicyNames } from "../../domain/stack/plannedRoles.ts";
import { reporterTrust } from "../../domain/stack/rolePolicies.ts";
import { reporterPolicy, unreportedQueuePolicy } from "../../domain/stack/reporterPolicies.ts";

const type = "patchplane:aws:RunReporter";
const fourteenDaysInSeconds = 1_209_600;
const logRetentionDays = 90;

/** Whose windows are reported, where to, and by which code. */
export interface RunReporterArgs {
  readonly environment: string;
  readonly location: Location;
  readonly names: PlannedReporter;
  /** The bundled handler: an ES module that exports `handler`, with everything that it needs in it. */
  readonly code: pulumi.asset.Asset;
  /** Ids of the location's windows, by the names of their keys. */
  readonly windowIds: Readonly<Record<string, pulumi.Input<string>>>;
  /** Bucket that takes the reports under `reports/`. */
  readonly bucketName: pulumi.Input<string>;
  /** Topic of the summaries and of the reporter's own alarms, known once its policy is in place. */
  readonly topicArn: pulumi.Input<string>;
  readonly topicKeyArn: pulumi.Input<string>;
}

interface Made {
  readonly name: string;
  readonly args: RunReporterArgs;
  readonly opts: { readonly parent: pulumi.Resource };
}

function tagsOf({ environment, location }: RunReporterArgs): Record<string, string> {
  return ownTags(environment, location);
}

/** The function's role; its ARN is known once the role may do its work. */
function reporterRole({ name, args, opts }: Made): pulumi.Output<string> {
  const { environment, location, names, topicKeyArn } = args;
  const role = new Role(
    `${name}-role`,
    {
      name: names.roleName,
      path: iamPath(environment),
      description: "The run reporter works with it",
      assumeRolePolicy: pulumi.jsonStringify(reporterTrust()),
      permissionsBoundary: boundaryArn(location, environment),
      tags: tagsOf(args),
    },
    { ...opts, deleteBeforeReplace: true },
  );
  const policy = new RolePolicy(
    `${name}-role-policy`,
    {
      name: inlinePolicyNames.reporter,
      role: role.name,
      policy: pulumi.jsonStringify(reporterPolicy(environment, location, topicKeyArn)),
    },
    opts,
  );
  return pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
}

/** The function, which logs into a group of its own, and is called once for each event. */
function reporterFunction({ name, args, opts }: Made, deadLetters: Queue): LambdaFunction {
  const { environment, names, code, bucketName, topicArn } = args;
  const logs = new LogGroup(
    `${name}-log`,
    { name: names.logGroup, retentionInDays: logRetentionDays, tags: tagsOf(args) },
    opts,
  );
  const made = new LambdaFunction(
    `${name}-function`,
    {
      name: names.functionName,
      description: "Reports every run of the location's maintenance windows",
      // Every Region has it, and the code is tested on it; the other one would save cents a year.
      architectures: ["x86_64"],
      code: new pulumi.asset.AssetArchive({ "index.mjs": code }),
      role: reporterRole({ name, args, opts }),
      ...reporterSettings,
      // AWS refuses it where fewer than 100 of the account's executions would stay unreserved; new accounts have 10.
      ...(names.reserved ? { reservedConcurrentExecutions: reporterCapacity.concurrent } : {}),
      loggingConfig: { logFormat: "JSON", logGroup: logs.name },
      environment: {
        variables: reporterVariables(environment, names, { bucketName, topicArn }),
      },
      tags: tagsOf(args),
    },
    opts,
  );
  new FunctionEventInvokeConfig(
    `${name}-invocation`,
    {
      functionName: made.name,
      maximumEventAgeInSeconds: reporterCapacity.eventAgeSeconds,
      maximumRetryAttempts: reporterCapacity.retries,
      destinationConfig: { onFailure: { destination: deadLetters.arn } },
    },
    opts,
  );
  return made;
}

/** The rules that call the function when a run has ended. */
function rules({ name, args, opts }: Made, reporter: LambdaFunction, deadLetters: Queue): void {
  const { environment, location, names, windowIds } = args;
  const lots = windowLots(Object.keys(windowIds));
  const named = endedRules(environment, lots.length);
  const ruleNames = named.map(({ name: rule }) => rule);
  const queuePolicy = new QueuePolicy(
    `${name}-queue-policy`,
    { queueUrl: deadLetters.id, policy: pulumi.jsonStringify(unreportedQueuePolicy(location, names.queue, ruleNames)) },
    opts,
  );
  for (const [lot, { key, name: ruleName }] of named.entries()) {
    const ids = pulumi.all((lots[lot] ?? []).map((each) => pulumi.output(windowIds[each] ?? "")));
    const rule = new EventRule(
      `${name}-${key}`,
      {
        name: ruleName,
        eventPattern: pulumi.jsonStringify(ids.apply(windowsEnded)),
        tags: tagsOf(args),
      },
      opts,
    );
    const permission = new Permission(
      `${name}-${key}-permission`,
      {
        function: reporter.name,
        statementId: key,
        action: "lambda:InvokeFunction",
        principal: "events.amazonaws.com",
        sourceArn: rule.arn,
        sourceAccount: location.accountId,
      },
      opts,
    );
    new EventTarget(
      `${name}-${key}-target`,
      { rule: rule.name, targetId: targetIds.reporter, arn: reporter.arn, deadLetterConfig: { arn: deadLetters.arn } },
      { ...opts, dependsOn: [permission, queuePolicy] },
    );
  }
}

/** The alarms on the reporter. */
function alarms(
  { name, args: { environment, location, topicArn }, opts }: Made,
  made: LambdaFunction,
  queue: Queue,
): void {
  const named = { functionName: made.name, queue: queue.name };
  for (const { key, settings, ...alarm } of reporterAlarms(environment, named)) {
    new MetricAlarm(
      `${name}-${key}`,
      { ...alarm, ...settings, alarmActions: [topicArn], tags: ownTags(environment, location) },
      opts,
    );
  }
}

/**
 * Reports every run of a location's maintenance windows by itself: its end calls a function that reads what the run did
 * on each server, keeps the report in the bucket and tells the topic what a person has to know.
 *
 * Nothing is lost in silence. Lambda tries an event again twice, which goes on where the first time has stopped; what is
 * given up goes to a queue that keeps it for fourteen days, as do events that Lambda did not take; and two alarms tell
 * the topic of a failed attempt and of a message in that queue.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class RunReporter extends pulumi.ComponentResource {
  constructor(name: string, args: RunReporterArgs, opts?: pulumi.ComponentResourceOptions) {
    super(type, name, {}, opts);
    const made: Made = { name, args, opts: { parent: this } };
    const { names } = args;
    const queue = new Queue(
      `${name}-queue`,
      {
        name: names.queue,
        messageRetentionSeconds: fourteenDaysInSeconds,
        sqsManagedSseEnabled: true,
        tags: tagsOf(args),
      },
      made.opts,
    );
    const reporter = reporterFunction(made, queue);
    rules(made, reporter, queue);
    alarms(made, reporter, queue);
    this.registerOutputs({});
  }
}
