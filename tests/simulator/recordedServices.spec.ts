import { CloudWatchClient, DescribeAlarmsCommand, DescribeAlarmHistoryCommand } from "@aws-sdk/client-cloudwatch";
import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
} from "@aws-sdk/client-eventbridge";
import {
  CreateServiceLinkedRoleCommand,
  GetInstanceProfileCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  IAMClient,
  ListRolesCommand,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  GetKeyPolicyCommand,
  KMSClient,
} from "@aws-sdk/client-kms";
import {
  GetAccountSettingsCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand as GetFunctionPolicyCommand,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import {
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { startCloud, type Cloud } from "../../simulator/index.ts";
import { home, ireland, worldOf } from "./cloudFixture.ts";

const topic = `arn:aws:sns:${ireland}:${home}:patching`;
const key = `arn:aws:kms:${ireland}:${home}:key/1234`;
const queue = `arn:aws:sqs:${ireland}:${home}:lost`;
const role = `arn:aws:iam::${home}:role/reader`;
const allowed = [
  { Effect: "Allow", Action: "sns:GetTopicAttributes", Resource: topic },
  { Effect: "Allow", Action: "kms:DescribeKey", Resource: key },
  { Effect: "Allow", Action: "events:DescribeRule", Resource: `arn:aws:events:${ireland}:${home}:rule/ours` },
  {
    Effect: "Allow",
    Action: "cloudwatch:DescribeAlarms",
    Resource: `arn:aws:cloudwatch:${ireland}:${home}:alarm:ours`,
  },
  { Effect: "Allow", Action: "iam:GetRole", Resource: `arn:aws:iam::${home}:role/ours/*` },
];

/** What publishes to the topic in a Region, with a key of the team's and through SNS. */
function publishing(region: string): string {
  const condition = {
    StringEquals: { "kms:ViaService": `sns.${region}.amazonaws.com`, "aws:ResourceTag/Team": "ours" },
  };
  const Statement = [
    { Effect: "Allow", Action: "sns:Publish", Resource: topic },
    { Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: key, Condition: condition },
    {
      Effect: "Deny",
      Action: "sns:Publish",
      Resource: "*",
      Condition: { StringNotEquals: { "aws:RequestedRegion": region } },
    },
  ];
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

describe("embedded cloud: what it keeps as records, as the services show it", () => {
  let cloud: Cloud;
  let clients: ReturnType<typeof clientsWith>;

  function clientsWith(credentials: Keys) {
    const settings = { endpoint: cloud.url, region: ireland, credentials, maxAttempts: 1 };
    return {
      cloudWatch: new CloudWatchClient(settings),
      events: new EventBridgeClient(settings),
      iam: new IAMClient(settings),
      kms: new KMSClient(settings),
      lambda: new LambdaClient(settings),
      sns: new SNSClient(settings),
      sqs: new SQSClient(settings),
    };
  }

  /** The clients of somebody who has taken a role. */
  async function clientsOf(RoleArn: string): Promise<ReturnType<typeof clientsWith>> {
    const credentials = { accessKeyId: "AKIATEST", secretAccessKey: "x" };
    const sts = new STSClient({ endpoint: cloud.url, region: ireland, credentials });
    const { Credentials: given } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "spec" }));
    sts.destroy();
    return clientsWith({
      accessKeyId: given?.AccessKeyId ?? "",
      secretAccessKey: given?.SecretAccessKey ?? "",
      sessionToken: given?.SessionToken ?? "",
    });
  }

  async function put(region: string, kind: string, id: string, record: object): Promise<void> {
    const path = [home, region, kind, id].map(encodeURIComponent).join("/");
    await fetch(`${cloud.url}/_patchplane/records/${path}`, { method: "PUT", body: JSON.stringify(record) });
  }

  const subscribed = (endpoint: string, protocol = "email"): Promise<void> =>
    put(ireland, "sns-topic-subscription", `${topic}:${endpoint}`, {
      arn: `${topic}:${endpoint}`,
      endpoint,
      ownerId: home,
      pendingConfirmation: protocol === "email",
      protocol,
      topic,
    });

  const named = (asked: Promise<unknown>): Promise<unknown> =>
    asked.then(
      () => "answered",
      (error: unknown) => (error as Error).name,
    );

  before(async () => {
    const policies = [JSON.stringify({ Version: "2012-10-17", Statement: allowed })];
    cloud = await startCloud({
      world: worldOf(),
      now: new Date("2026-12-01T06:00:00Z"),
      seed: 1,
      roles: [
        { arn: role, policies },
        { arn: `arn:aws:iam::${home}:role/publisher`, policies: [publishing(ireland)] },
        { arn: `arn:aws:iam::${home}:role/elsewhere`, policies: [publishing("us-east-1")] },
      ],
    });
    clients = clientsWith({ accessKeyId: "AKIATEST", secretAccessKey: "x" });
    await put(ireland, "sns-topic", topic, { arn: topic, kmsMasterKeyId: key, displayName: "a & b" });
    await put(ireland, "kms-key", "1234", { isEnabled: true, keyUsage: "ENCRYPT_DECRYPT" });
    await put(ireland, "kms-alias", "alias/patching", { targetKeyId: key });
    await put(ireland, "lambda-function", "reporter", { role: "r", runtime: "nodejs24.x", timeout: 900 });
    await put("global", "iam-role", "window", { arn: `arn:aws:iam::${home}:role/ours/window`, path: "/ours/" });
  });

  after(async () => {
    for (const client of Object.values(clients)) client.destroy();
    await cloud.close();
  });

  // https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
  it("tells a subscription that nobody has confirmed from one that somebody has", async () => {
    const shown = async (): Promise<unknown> => {
      const { Subscriptions } = await clients.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }));
      return Subscriptions?.map(({ Endpoint, SubscriptionArn }) => [Endpoint, SubscriptionArn]);
    };
    const counts = async (): Promise<unknown> => {
      const { Attributes } = await clients.sns.send(new GetTopicAttributesCommand({ TopicArn: topic }));
      const { SubscriptionsConfirmed, SubscriptionsPending, KmsMasterKeyId, DisplayName } = Attributes ?? {};
      return [SubscriptionsConfirmed, SubscriptionsPending, KmsMasterKeyId, DisplayName];
    };
    expect(await shown()).to.deep.equal([]);
    await subscribed("a@example.com");
    await subscribed("queue", "sqs");
    expect(await shown()).to.deep.equal([
      ["a@example.com", "PendingConfirmation"],
      ["queue", `${topic}:queue`],
    ]);
    expect(await counts()).to.deep.equal(["1", "1", key, "a & b"]);
    expect([cloud.confirmSubscriptions(), cloud.confirmSubscriptions()]).to.deep.equal([1, 0]);
    expect(await counts()).to.deep.equal(["2", "0", key, "a & b"]);
  });

  it("answers more than a hundred subscriptions in pages", async () => {
    for (let index = 0; index < 120; index += 1) await subscribed(`${String(index)}@example.com`);
    const first = await clients.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }));
    const { NextToken } = first;
    const second = await clients.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic, NextToken }));
    expect([first.Subscriptions?.length, second.Subscriptions?.length, second.NextToken]).to.deep.equal([
      100,
      22,
      undefined,
    ]);
  });

  // https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html, https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
  it("shows a key by id, ARN and alias, and lets nobody publish with one that is disabled", async () => {
    for (const KeyId of ["1234", key, "alias/patching"]) {
      const { KeyMetadata } = await clients.kms.send(new DescribeKeyCommand({ KeyId }));
      expect(KeyMetadata, KeyId).to.include({ Arn: key, KeyState: "Enabled", Enabled: true });
    }
    const publish = (): Promise<unknown> =>
      named(clients.sns.send(new PublishCommand({ TopicArn: topic, Message: "m" })));
    expect(await publish()).to.equal("answered");
    await clients.kms.send(new DisableKeyCommand({ KeyId: key }));
    const { KeyMetadata } = await clients.kms.send(new DescribeKeyCommand({ KeyId: key }));
    expect(KeyMetadata).to.include({ KeyState: "Disabled", Enabled: false });
    expect(await publish()).to.match(/^KMSDisabled/);
  });

  // https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
  it("lets a role publish with a key through SNS alone, by the tags of the key, and in its Region", async () => {
    const account = { Principal: { AWS: `arn:aws:iam::${home}:root` }, Action: "kms:*", Resource: "*" };
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...account }] });
    const tagged = (Team: string): Promise<void> => put(ireland, "kms-key", "1234", { policy, tags: { Team } });
    await tagged("ours");
    await cloud.advanceTo(new Date(cloud.now().getTime() + 5 * 60_000));
    const publishAs = async (name: string): Promise<unknown> => {
      const { sns } = await clientsOf(`arn:aws:iam::${home}:role/${name}`);
      const answer = await named(sns.send(new PublishCommand({ TopicArn: topic, Message: "m" })));
      sns.destroy();
      return answer;
    };
    expect(await publishAs("publisher")).to.equal("answered");
    expect(await publishAs("elsewhere")).to.match(/^AuthorizationError/);
    await tagged("theirs");
    expect(await publishAs("publisher")).to.match(/^KMSAccessDenied/);
  });

  it("shows a function's state, and a role with its path", async () => {
    const found = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: "reporter" }));
    expect(found).to.include({ State: "Active", LastUpdateStatus: "Successful" });
    expect(new Date(found.LastModified ?? "").toISOString()).to.equal("2026-12-01T06:00:00.000Z");
    const { Role } = await clients.iam.send(new GetRoleCommand({ RoleName: "window" }));
    expect(Role).to.include({ Path: "/ours/", Arn: `arn:aws:iam::${home}:role/ours/window` });
  });

  // https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html
  // https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionEventInvokeConfig.html
  it("shows what a function is given, who may call it and where failed calls go", async () => {
    const { lambda } = clients;
    await put(ireland, "lambda-function", "taken", {
      memorySize: 512,
      environment: { variables: { A: "b" } },
      loggingConfig: { logFormat: "JSON", logGroup: "/ours" },
    });
    const FunctionName = "taken";
    const found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    expect(found.Environment?.Variables).to.deep.equal({ A: "b" });
    expect(found.LoggingConfig).to.deep.equal({ LogFormat: "JSON", LogGroup: "/ours" });
    const policy = () => lambda.send(new GetFunctionPolicyCommand({ FunctionName }));
    const invocation = () => lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName }));
    expect([await named(policy()), await named(invocation())]).to.deep.equal([
      "ResourceNotFoundException",
      "ResourceNotFoundException",
    ]);
    await put(ireland, "lambda-permission", "taken:ended", {
      function: "taken",
      statementId: "ended",
      principal: "events.amazonaws.com",
      action: "lambda:InvokeFunction",
      sourceArn: "arn:aws:events:eu-west-1:111111111111:rule/ended",
    });
    await put(ireland, "lambda-event-invoke-config", "taken", {
      functionName: "taken",
      maximumRetryAttempts: 2,
      destinationConfig: { onFailure: { destination: "arn:aws:sqs:eu-west-1:111111111111:lost" } },
    });
    expect((await policy()).Policy).to.include('"AWS:SourceArn":"arn:aws:events:eu-west-1:111111111111:rule/ended"');
    expect(await invocation()).to.deep.include({
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnSuccess: {}, OnFailure: { Destination: "arn:aws:sqs:eu-west-1:111111111111:lost" } },
    });
    // Of Lambda's executions nothing is taken by it.
    await fetch(`${cloud.url}/_patchplane/records/${[home, ireland, "lambda-function", "taken"].join("/")}`, {
      method: "DELETE",
    });
  });

  // https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html
  // https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html
  it("shows what a policy says in its default version, and a key's policy", async () => {
    const PolicyArn = `arn:aws:iam::${home}:policy/ours/node`;
    const { iam, kms } = clients;
    await put("global", "iam-policy", PolicyArn, { name: "node", policy: '{"Statement":[]}' });
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    const VersionId = Policy?.DefaultVersionId;
    const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
    expect(decodeURIComponent(PolicyVersion?.Document ?? "")).to.equal('{"Statement":[]}');
    expect(await named(iam.send(new GetPolicyCommand({ PolicyArn: `${PolicyArn}x` })))).to.equal(
      "NoSuchEntityException",
    );
    await put(ireland, "kms-key", "5555", { isEnabled: true, policy: '{"Statement":[]}' });
    const shown = await kms.send(new GetKeyPolicyCommand({ KeyId: "5555" }));
    expect(shown).to.include({ Policy: '{"Statement":[]}', PolicyName: "default" });
  });

  // https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
  it("judges what a role may do by its policies, and the world's instances' role without one as what works", async () => {
    const { iam } = clients;
    const may = async (PolicySourceArn: string): Promise<readonly unknown[]> => {
      const { EvaluationResults = [] } = await iam.send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn,
          ActionNames: ["ssm:PutInventory", "sns:Publish"],
          ResourceArns: ["*"],
          ContextEntries: [
            { ContextKeyName: "aws:RequestedRegion", ContextKeyValues: [ireland], ContextKeyType: "string" },
          ],
        }),
      );
      return EvaluationResults.map(
        ({ EvalActionName, EvalDecision }) => `${EvalActionName ?? ""} ${EvalDecision ?? ""}`,
      );
    };
    const { InstanceProfile } = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName: "nodes" }));
    expect(await may(InstanceProfile?.Roles?.[0]?.Arn ?? "")).to.deep.equal([
      "ssm:PutInventory allowed",
      "sns:Publish implicitDeny",
    ]);
    const Statement = [
      { Effect: "Allow", Action: "*", Resource: "*" },
      {
        Effect: "Deny",
        Action: "ssm:PutInventory",
        Resource: "*",
        Condition: { StringEquals: { "aws:RequestedRegion": ireland } },
      },
    ];
    const policy = JSON.stringify({ Version: "2012-10-17", Statement });
    await put("global", "iam-role-policy", "window:p", { role: "window", name: "p", policy });
    expect(await may(`arn:aws:iam::${home}:role/ours/window`)).to.deep.equal([
      "ssm:PutInventory explicitDeny",
      "sns:Publish allowed",
    ]);
    expect(await named(may(`arn:aws:iam::${home}:role/gone`))).to.equal("NoSuchEntityException");
    expect(await named(iam.send(new GetInstanceProfileCommand({ InstanceProfileName: "gone" })))).to.equal(
      "NoSuchEntityException",
    );
    const nonsense = { PolicySourceArn: `arn:aws:iam::${home}:role/nodes`, ActionNames: ["ssm:DoWhatIMean"] };
    expect(await named(iam.send(new SimulatePrincipalPolicyCommand(nonsense)))).to.equal("InvalidInputException");
  });

  // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html
  // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTargetsByRule.html
  it("shows a rule with its targets", async () => {
    const { events } = clients;
    const eventPattern = '{"source":["aws.ssm"]}';
    await put(ireland, "events-rule", "ours", { name: "ours", eventPattern, state: "DISABLED" });
    await put(ireland, "events-target", "ours-topic", {
      rule: "ours",
      targetId: "topic",
      arn: topic,
      inputTransformer: { inputTemplate: '"<a>"', inputPaths: { a: "$.id" } },
      deadLetterConfig: { arn: queue },
    });
    expect(await events.send(new DescribeRuleCommand({ Name: "ours" }))).to.deep.include({
      Arn: `arn:aws:events:${ireland}:${home}:rule/ours`,
      EventPattern: eventPattern,
      State: "DISABLED",
    });
    const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: "ours" }));
    expect(Targets).to.deep.equal([
      {
        Id: "topic",
        Arn: topic,
        InputTransformer: { InputPathsMap: { a: "$.id" }, InputTemplate: '"<a>"' },
        DeadLetterConfig: { Arn: queue },
      },
    ]);
    const Name = "theirs";
    expect([
      await named(events.send(new DescribeRuleCommand({ Name }))),
      await named(events.send(new ListTargetsByRuleCommand({ Rule: Name }))),
    ]).to.deep.equal(["ResourceNotFoundException", "ResourceNotFoundException"]);
  });

  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
  it("shows those of some alarms that are there", async () => {
    const settings = { namespace: "AWS/SQS", metricName: "N", statistic: "Maximum", period: 300, threshold: 0 };
    await put(ireland, "cloudwatch-alarm", "ours", {
      ...settings,
      name: "ours",
      alarmActions: [topic],
      dimensions: { QueueName: "lost" },
    });
    const AlarmNames = ["ours", "theirs"];
    const { MetricAlarms } = await clients.cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames }));
    expect(MetricAlarms?.map(({ AlarmName }) => AlarmName)).to.deep.equal(["ours"]);
    expect(MetricAlarms?.[0]).to.deep.include({
      ActionsEnabled: true,
      AlarmActions: [topic],
      Dimensions: [{ Name: "QueueName", Value: "lost" }],
      MetricName: "N",
      Threshold: 0,
      TreatMissingData: "missing",
    });
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
  it("shows a queue's attributes, those that are asked for", async () => {
    const url = `https://sqs.${ireland}.amazonaws.com/${home}/lost`;
    const shown = (QueueUrl: string) =>
      clients.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["Policy", "KmsMasterKeyId"] }));
    await put(ireland, "sqs-queue", url, { arn: queue, name: "lost", url });
    expect((await shown(url)).Attributes).to.equal(undefined);
    await put(ireland, "sqs-queue-policy", url, { queueUrl: url, policy: '{"Statement":[]}' });
    expect((await shown(url)).Attributes).to.deep.equal({ Policy: '{"Statement":[]}' });
    expect(await named(shown(`${url}x`))).to.equal("QueueDoesNotExist");
  });

  it("counts what functions have of Lambda's concurrent executions to themselves", async () => {
    const { lambda } = clients;
    const reserved = async () => {
      const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand());
      const own = await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: "reporter" }));
      return [AccountLimit?.UnreservedConcurrentExecutions, own.ReservedConcurrentExecutions];
    };
    expect(await reserved()).to.deep.equal([1000, undefined]);
    await put(ireland, "lambda-function", "reporter", { reservedConcurrentExecutions: 3 });
    expect(await reserved()).to.deep.equal([997, 3]);
    await put(ireland, "lambda-function", "reporter", { reservedConcurrentExecutions: -1 });
    expect(await reserved()).to.deep.equal([1000, undefined]);
    expect(await named(lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: "x" })))).to.equal(
      "ResourceNotFoundException",
    );
  });

  // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html
  it("makes Systems Manager's own role once", async () => {
    const get = (): Promise<unknown> =>
      named(clients.iam.send(new GetRoleCommand({ RoleName: "AWSServiceRoleForAmazonSSM" })));
    const make = (AWSServiceName: string): Promise<unknown> =>
      named(clients.iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName })));
    expect(await get()).to.equal("NoSuchEntityException");
    expect(await make("ssm.amazonaws.com")).to.equal("answered");
    expect(await get()).to.equal("answered");
    expect(await make("ssm.amazonaws.com")).to.equal("InvalidInputException");
    expect(await make("ec2.amazonaws.com")).to.equal("InvalidInputException");
  });

  it("says in each service's words that something is not there", async () => {
    expect(await named(clients.sns.send(new GetTopicAttributesCommand({ TopicArn: `${topic}x` })))).to.equal(
      "NotFoundException",
    );
    expect(await named(clients.kms.send(new DescribeKeyCommand({ KeyId: "alias/x" })))).to.equal("NotFoundException");
    expect(await named(clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: "x" })))).to.equal(
      "ResourceNotFoundException",
    );
  });

  it("refuses every other operation", async () => {
    const Protocol = "email";
    expect(await named(clients.sns.send(new SubscribeCommand({ TopicArn: topic, Protocol })))).to.equal(
      "InvalidAction",
    );
    expect(await named(clients.kms.send(new EnableKeyCommand({ KeyId: key })))).to.equal("UnknownOperationException");
    expect(await named(clients.lambda.send(new GetFunctionCommand({ FunctionName: "reporter" })))).to.equal(
      "UnknownOperationException",
    );
    expect(await named(clients.iam.send(new ListRolesCommand({})))).to.equal("InvalidAction");
    const { cloudWatch, events, sqs } = clients;
    expect([
      await named(cloudWatch.send(new DescribeAlarmHistoryCommand({}))),
      await named(cloudWatch.send(new DescribeAlarmsCommand({}))),
      await named(events.send(new ListRulesCommand({}))),
      await named(events.send(new DescribeRuleCommand({ Name: "ours", EventBusName: "theirs" }))),
      await named(sqs.send(new ListQueuesCommand({}))),
    ]).to.deep.equal(Array.from({ length: 5 }, () => "UnknownOperationException"));
  });

  it("enforces a role's rights, also on what is not there", async () => {
    const { cloudWatch, events, iam, kms, lambda, sns, sqs } = await clientsOf(role);
    expect([
      await named(sns.send(new GetTopicAttributesCommand({ TopicArn: topic }))),
      await named(sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }))),
      await named(kms.send(new DescribeKeyCommand({ KeyId: key }))),
      await named(kms.send(new DescribeKeyCommand({ KeyId: "5678" }))),
      await named(iam.send(new GetRoleCommand({ RoleName: "window" }))),
      await named(iam.send(new GetRoleCommand({ RoleName: "no-such-role" }))),
      await named(lambda.send(new GetFunctionConfigurationCommand({ FunctionName: "reporter" }))),
      await named(events.send(new DescribeRuleCommand({ Name: "ours" }))),
      await named(events.send(new DescribeRuleCommand({ Name: "theirs" }))),
      await named(cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: ["ours"] }))),
      await named(cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: ["ours", "theirs"] }))),
      await named(sqs.send(new GetQueueAttributesCommand({ QueueUrl: `https://x/${home}/lost` }))),
    ]).to.deep.equal([
      "answered",
      "AuthorizationErrorException",
      "answered",
      "AccessDeniedException",
      "answered",
      "AccessDenied",
      "AccessDeniedException",
      "answered",
      "AccessDeniedException",
      "answered",
      "AccessDeniedException",
      "AccessDeniedException",
    ]);
    for (const client of [cloudWatch, events, iam, kms, lambda, sns, sqs]) client.destroy();
  });
});
