import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DescribeKeyCommand, DisableKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  AddTagsToResourceCommand,
  CreateActivationCommand,
  DeleteActivationCommand,
  DeleteAssociationCommand,
  DeleteDocumentCommand,
  DeleteMaintenanceWindowCommand,
  DeleteResourceDataSyncCommand,
  DeregisterManagedInstanceCommand,
  DeregisterPatchBaselineForPatchGroupCommand,
  DeregisterTaskFromMaintenanceWindowCommand,
  DescribeInstanceInformationCommand,
  DescribeMaintenanceWindowsCommand,
  GetDocumentCommand,
  ListAssociationsCommand,
  ListDocumentsCommand,
  UpdateDocumentCommand,
  UpdateDocumentDefaultVersionCommand,
  UpdateMaintenanceWindowCommand,
  UpdateServiceSettingCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { ListSubscriptionsByTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import type { DoctorCheckId } from "../../domain/doctor/catalogue.ts";
import type { Result } from "../../domain/doctor/diagnosis.ts";
import type { TrustedKey } from "../../domain/onboarding/trustedKeys.ts";
import type { Plane } from "../../domain/plane.ts";
import { drillObject } from "../../domain/stack/publications.ts";
import type { Cloud } from "../../simulator/index.ts";
import { assumed } from "../engine/clients.ts";
import { startGateway } from "../engine/gateway.ts";
import { baselineId, foreignWindow, partsOf, windowId } from "./driftFixture.ts";

export const accountId = "111122223333";
export const region = "us-east-1";
const bucket = `patchplane-test-use1-${accountId}`;
const topic = `arn:aws:sns:${region}:${accountId}:patchplane-test-patching`;
const nodePolicy = `arn:aws:iam::${accountId}:policy/patchplane/test/patchplane-test-use1-node`;
const reporter = "patchplane-test-run-reporter";
const reporterTarget = "patchplane-test-ended-runs-1-reporter";
const windowRole = "patchplane-test-use1-window";
const web1 = "i-00000000000000001";

/** What is broken: the whole cloud, as somebody might, and what is examined of it. */
export interface Ground {
  readonly cloud: Cloud;
  readonly client: SSMClient;
  readonly plane: Plane;
}

/** What is examined after a break, where it is not what was deployed. */
export interface Broken {
  readonly plane?: Plane;
  readonly keys?: readonly TrustedKey[];
  readonly asOf?: Date;
  readonly url?: string;
  /** Mends it; what cannot be mended stays broken, and its check turns for nothing else. */
  readonly after?: () => Promise<void>;
}

/** A break, and every check that turns for it. */
export type Break = readonly [
  how: (ground: Ground) => Promise<Broken | undefined> | Broken | undefined,
  turned: Readonly<Partial<Record<DoctorCheckId, Result>>>,
];

/** Edits a record, or takes it away where the edit says nothing; it is put back afterwards. */
async function edited(
  { cloud }: Ground,
  [place, kind, id]: readonly [place: string, kind: string, id: string],
  edit: (before: Record<string, unknown>) => object | undefined,
): Promise<Broken> {
  const url = `${cloud.url}/_patchplane/records/${[accountId, place, kind, id].map(encodeURIComponent).join("/")}`;
  const before = (await (await fetch(url)).json()) as Record<string, unknown>;
  const put = async (record: object | undefined): Promise<void> => {
    const request = record === undefined ? { method: "DELETE" } : { method: "PUT", body: JSON.stringify(record) };
    const { ok } = await fetch(url, request);
    if (!ok) throw new Error(`${kind} ${id} was not changed`);
  };
  await put(edit(before));
  return { after: () => put(before) };
}

const removed =
  (place: string, kind: string, id: string) =>
  (ground: Ground): Promise<Broken> =>
    edited(ground, [place, kind, id], () => undefined);

const onRule = (name: string, edit: (before: Record<string, unknown>) => object) => (ground: Ground) =>
  edited(ground, [region, "events-rule", `patchplane-test-${name}`], edit);

const onAlarm = (key: string, edit: (before: Record<string, unknown>) => object) => (ground: Ground) =>
  edited(ground, [region, "cloudwatch-alarm", `${reporter}-${key}`], edit);

function queueAt(name: string): string {
  return `https://sqs.${region}.amazonaws.com/${accountId}/${name}`;
}

/** A pattern of windows' runs without the last of the windows. */
function lastLeftOut(pattern: string): string {
  const { detail, ...rest } = JSON.parse(pattern) as { readonly detail: { readonly "window-id": readonly string[] } };
  return JSON.stringify({ ...rest, detail: { ...detail, "window-id": detail["window-id"].slice(0, -1) } });
}

/** Keeps records that are not there, by kind and id, and takes them away afterwards. */
async function added({ cloud }: Ground, records: Readonly<Record<string, object>>): Promise<Broken> {
  const send = async (method: string): Promise<void> => {
    for (const [path, record] of Object.entries(records)) {
      const body = method === "PUT" ? { body: JSON.stringify(record) } : {};
      const { ok } = await fetch(`${cloud.url}/_patchplane/records/${accountId}/global/${path}`, { method, ...body });
      if (!ok) throw new Error(`${path} was not kept`);
    }
  };
  await send("PUT");
  return { after: () => send("DELETE") };
}

/** The role of the world's instances, with one policy. */
function instanceRole(actions: readonly string[]): Readonly<Record<string, object>> {
  const Statement = [{ Effect: "Allow", Action: actions, Resource: "*" }];
  return {
    "iam-role/nodes": { arn: `arn:aws:iam::${accountId}:role/nodes`, path: "/" },
    "iam-role-policy/nodes:own": {
      role: "nodes",
      name: "own",
      policy: JSON.stringify({ Version: "2012-10-17", Statement }),
    },
  };
}

async function deleteObjects({ cloud }: Ground, prefix: string): Promise<undefined> {
  const s3 = new S3Client({ ...assumed(cloud.url, region, accountId), forcePathStyle: true });
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
  if (Contents.length === 0) throw new Error(`nothing below ${prefix}`);
  for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  s3.destroy();
  return undefined;
}

const update =
  (change: object, back: object) =>
  async ({ client }: Ground): Promise<Broken> => {
    const WindowId = await windowId(client, "patchplane-test-mw-install-auto");
    await client.send(new UpdateMaintenanceWindowCommand({ WindowId, ...change }));
    return {
      after: async () => {
        await client.send(new UpdateMaintenanceWindowCommand({ WindowId, ...back }));
      },
    };
  };

/** Some time later, with nothing run meanwhile. */
const later =
  (days: number) =>
  ({ cloud }: Ground): Broken => ({ asOf: new Date(cloud.now().getTime() + days * 86_400_000) });

function deletedAfter(client: SSMClient, windows: readonly string[]): Broken {
  return {
    after: async () => {
      for (const WindowId of windows) await client.send(new DeleteMaintenanceWindowCommand({ WindowId }));
    },
  };
}

async function hybridNode({ client }: Ground): Promise<string> {
  const Filters = [{ Key: "ResourceType", Values: ["ManagedInstance"] }];
  const { InstanceInformationList = [] } = await client.send(new DescribeInstanceInformationCommand({ Filters }));
  return InstanceInformationList[0]?.InstanceId ?? "";
}

/** What AWS refuses in each service's own way, whatever is asked. */
async function refusing({ cloud }: Ground, service: string, operation: RegExp, body: string): Promise<Broken> {
  const gateway = await startGateway(cloud.url);
  gateway.before = (passing) =>
    passing.service === service && operation.test(`${passing.operation ?? ""} ${passing.path} ${passing.body}`)
      ? { status: 403, body }
      : undefined;
  return { url: gateway.url, after: () => gateway.close() };
}

const json = JSON.stringify({ __type: "AccessDeniedException", message: "not authorized to perform it" });
const xml =
  "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized</Message></Error></ErrorResponse>";

/** Everything that `doctor` looks at, broken once. */
export const breaks: Readonly<Record<string, Break>> = {
  "a window is disabled": [update({ Enabled: false }, { Enabled: true }), { windows: "failed" }],
  "a window has another time zone": [
    update({ ScheduleTimezone: "Asia/Tokyo" }, { ScheduleTimezone: "America/New_York" }),
    { windows: "failed", "next-runs": "failed" },
  ],
  "the windows' role is gone": [removed("global", "iam-role", windowRole), { roles: "failed" }],
  "the windows' role may do nothing": [
    removed("global", "iam-role-policy", `${windowRole}:patch`),
    { roles: "failed" },
  ],
  "the windows' role may send no more to a group": [
    (ground) =>
      edited(ground, ["global", "iam-role-policy", `${windowRole}:patch`], (before) => ({
        ...before,
        policy: String(before["policy"]).replaceAll("prod-auto", "prod-manual"),
      })),
    { roles: "failed" },
  ],
  "the windows' role trusts somebody else": [
    (ground) =>
      edited(ground, ["global", "iam-role", windowRole], (before) => ({
        ...before,
        assumeRolePolicy: String(before["assumeRolePolicy"]).replace("ssm.amazonaws.com", "ec2.amazonaws.com"),
      })),
    { roles: "failed" },
  ],
  "the nodes' role has lost its policy": [
    removed("global", "iam-role-policy-attachment", `patchplane-test-use1-hybrid-node/${nodePolicy}`),
    { roles: "failed" },
  ],
  "the nodes' policy says something else": [
    (ground) =>
      edited(ground, ["global", "iam-policy", nodePolicy], (before) => ({
        ...before,
        policy: String(before["policy"]).replace("ssm:GetDeployablePatchSnapshotForInstance", "ssm:GetParameter"),
      })),
    { roles: "failed" },
  ],
  "the notification role may use another topic": [
    (ground) =>
      edited(ground, ["global", "iam-role-policy", "patchplane-test-use1-notification:publish"], (before) => ({
        ...before,
        policy: String(before["policy"]).replace("-patching", "-theirs"),
      })),
    { roles: "failed" },
  ],
  "the reporter's role has no policy": [
    removed("global", "iam-role-policy", "patchplane-test-use1-run-reporter:report"),
    { roles: "failed" },
  ],
  "the bucket has another policy": [
    (ground) =>
      edited(ground, [region, "s3-bucket-policy", bucket], (before) => ({
        ...before,
        policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Sid: "Nobody", Effect: "Deny", Principal: "*", Action: "s3:GetObject", Resource: "*" }],
        }),
      })),
    { bucket: "failed" },
  ],
  "the bucket has no policy": [removed(region, "s3-bucket-policy", bucket), { bucket: "failed" }],
  "the topic lets nobody publish": [removed(region, "sns-topic-policy", topic), { topic: "failed" }],
  "a document says something else": [
    async ({ client }) => {
      const Name = "patchplane-test-scan";
      const { Content = "" } = await client.send(new GetDocumentCommand({ Name }));
      const { DocumentDescription } = await client.send(
        new UpdateDocumentCommand({
          Name,
          Content: Content.replace('"Scan"', '"Install"'),
          DocumentVersion: "$LATEST",
        }),
      );
      const to = async (DocumentVersion = ""): Promise<void> => {
        await client.send(new UpdateDocumentDefaultVersionCommand({ Name, DocumentVersion }));
      };
      await to(DocumentDescription?.DocumentVersion);
      return { after: () => to("1") };
    },
    { documents: "failed" },
  ],
  "a published list has another content": [
    async ({ cloud }) => {
      const { key, content } = drillObject();
      const s3 = new S3Client({ ...assumed(cloud.url, region, accountId), forcePathStyle: true });
      const put = async (Body: string): Promise<void> => {
        await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
      };
      await put("patches:\n  - id: '*'\n");
      return {
        after: async () => {
          await put(content);
          s3.destroy();
        },
      };
    },
    { "published-objects": "failed" },
  ],
  "a server is switched off": [
    ({ cloud }) => {
      cloud.stopMachine(web1);
      return {
        after: () => {
          cloud.startMachine(web1);
          return Promise.resolve();
        },
      };
    },
    { servers: "warning" },
  ],
  "Default Host Management is off": [
    ({ plane }) => {
      const { use1 } = plane.locations;
      if (use1 === undefined) throw new Error("no such location");
      const locations = { ...plane.locations, use1: { ...use1, ownsServiceSettings: true } };
      return { plane: { ...plane, locations, nodes: { ...plane.nodes, defaultHostManagement: true } } };
    },
    // Nor has the stack made the role yet.
    { "default-host": "failed", roles: "failed" },
  ],
  "a node has another patch group": [
    async (ground) => {
      const ResourceId = await hybridNode(ground);
      const tag = async (Value: string): Promise<void> => {
        const Tags = [{ Key: "PatchGroup", Value }];
        await ground.client.send(new AddTagsToResourceCommand({ ResourceType: "ManagedInstance", ResourceId, Tags }));
      };
      await tag("somebody-elses");
      return { after: () => tag("prod-auto") };
    },
    { tags: "failed" },
  ],
  "an agent is old": [
    async ({ cloud, client }) => {
      const InstanceIds = [{ Key: "InstanceIds", Values: [web1] }];
      const known = await client.send(new DescribeInstanceInformationCommand({ Filters: InstanceIds }));
      const { accessKeyId: keyId } = await client.config.credentials();
      const say = async (AgentVersion: string | undefined): Promise<void> => {
        const signed = `Credential=${keyId}/20261201/${region}/ssm/aws4_request, SignedHeaders=host, Signature=0`;
        const { ok } = await fetch(cloud.url, {
          method: "POST",
          headers: {
            "x-amz-target": "AmazonSSM.UpdateInstanceInformation",
            authorization: `AWS4-HMAC-SHA256 ${signed}`,
          },
          body: JSON.stringify({
            InstanceId: web1,
            AgentVersion,
            AgentName: "amazon-ssm-agent",
            AgentStatus: "Active",
          }),
        });
        if (!ok) throw new Error("the agent was not heard");
      };
      await say("2.3.50.0");
      return { after: () => say(known.InstanceInformationList?.[0]?.AgentVersion) };
    },
    { agents: "warning" },
  ],
  "nobody has scanned for ten days": [later(10), { scans: "warning", "next-runs": "failed" }],
  "the role of instances may not report": [
    (ground) => added(ground, instanceRole(["s3:*", "ssmmessages:*", "ssm:GetDocument"])),
    { rights: "failed" },
  ],
  "the role of instances may not read what windows install by": [
    (ground) =>
      added(ground, instanceRole(["s3:PutObject", "s3:GetEncryptionConfiguration", "ssmmessages:*", "ssm:*"])),
    { rights: "failed" },
  ],
  "the role of instances may not write logs": [
    (ground) => added(ground, instanceRole(["s3:GetObject", "ssmmessages:*", "ssm:*"])),
    { rights: "warning" },
  ],
  "the profile of instances has no role": [
    (ground) => added(ground, { "iam-instance-profile/nodes": { role: "" } }),
    { rights: "failed" },
  ],
  "IAM tells not what roles may": [
    (ground) => refusing(ground, "iam", /SimulatePrincipalPolicy/, xml),
    { rights: "unknown" },
  ],
  "the topic is gone": [removed(region, "sns-topic", topic), { topic: "failed" }],
  "nobody has confirmed a subscription": [
    async (ground) => {
      const sns = new SNSClient(assumed(ground.cloud.url, region, accountId));
      const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }));
      sns.destroy();
      const id = Subscriptions[0]?.SubscriptionArn ?? "";
      return edited(ground, [region, "sns-topic-subscription", id], (before) => ({
        ...before,
        pendingConfirmation: true,
      }));
    },
    { subscribers: "failed" },
  ],
  "the topic has no key": [
    (ground) => edited(ground, [region, "sns-topic", topic], ({ kmsMasterKeyId: _own, ...rest }) => rest),
    { "topic-key": "failed" },
  ],
  "the topic's key is disabled": [
    async (ground) => {
      const kms = new KMSClient(assumed(ground.cloud.url, region, accountId));
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: "alias/patchplane-test-patching" }));
      const id = KeyMetadata?.KeyId ?? "";
      const mended = await edited(ground, [region, "kms-key", id], (before) => before);
      await kms.send(new DisableKeyCommand({ KeyId: id }));
      kms.destroy();
      return mended;
    },
    { "topic-key": "failed" },
  ],
  "the topic's key lets EventBridge no more": [
    async (ground) => {
      const kms = new KMSClient(assumed(ground.cloud.url, region, accountId));
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: "alias/patchplane-test-patching" }));
      kms.destroy();
      return edited(ground, [region, "kms-key", KeyMetadata?.KeyId ?? ""], (before) => ({
        ...before,
        policy: String(before["policy"]).replace("events.amazonaws.com", "sqs.amazonaws.com"),
      }));
    },
    { "topic-key": "failed" },
  ],
  "the reporter ends too early": [
    (ground) => edited(ground, [region, "lambda-function", reporter], (before) => ({ ...before, timeout: 3 })),
    { reporter: "failed" },
  ],
  "the end of a run may call the reporter no more": [
    removed(region, "lambda-permission", "ended-runs-1"),
    { reporter: "failed" },
  ],
  "what the reporter gives up is lost": [
    removed(region, "lambda-event-invoke-config", reporter),
    { reporter: "failed" },
  ],
  "the rule that calls the reporter is disabled": [
    onRule("ended-runs-1", (rule) => ({ ...rule, state: "DISABLED" })),
    { rules: "failed" },
  ],
  "the rule of failed runs knows a window no more": [
    onRule("failed-runs", (rule) => ({ ...rule, eventPattern: lastLeftOut(String(rule["eventPattern"])) })),
    { rules: "failed" },
  ],
  "the rule of failed commands looks for others": [
    onRule("commands-failed", (rule) => ({
      ...rule,
      eventPattern: String(rule["eventPattern"]).replace("TimedOut", "InProgress"),
    })),
    { rules: "failed" },
  ],
  "the rule of node results is gone": [
    async (ground) => {
      // EventBridge keeps a rule that has targets.
      const target = await removed(region, "events-target", "patchplane-test-node-results-queue")(ground);
      const rule = await removed(region, "events-rule", "patchplane-test-node-results")(ground);
      return {
        after: async () => {
          await rule.after?.();
          await target.after?.();
        },
      };
    },
    { rules: "failed" },
  ],
  "a rule has lost its target": [
    removed(region, "events-target", "patchplane-test-failed-runs-topic"),
    { rules: "failed" },
  ],
  "a rule hands its events to another topic": [
    (ground) =>
      edited(ground, [region, "events-target", "patchplane-test-commands-failed-topic"], (before) => ({
        ...before,
        arn: `${topic}-theirs`,
      })),
    { rules: "failed" },
  ],
  "what the reporter does not take is lost": [
    (ground) =>
      edited(ground, [region, "events-target", reporterTarget], ({ deadLetterConfig: _own, ...rest }) => rest),
    { rules: "failed" },
  ],
  "the reporter is told something else than the event": [
    (ground) =>
      edited(ground, [region, "events-target", reporterTarget], (before) => ({ ...before, inputPath: "$.id" })),
    { rules: "failed" },
  ],
  "EventBridge refuses": [(ground) => refusing(ground, "events", /ListTargetsByRule/, json), { rules: "unknown" }],
  "the alarm on the reporter's failures is gone": [
    removed(region, "cloudwatch-alarm", `${reporter}-errors`),
    { alarms: "failed" },
  ],
  "an alarm's actions are disabled": [
    onAlarm("errors", (alarm) => ({ ...alarm, actionsEnabled: false })),
    { alarms: "failed" },
  ],
  "an alarm tells another topic": [
    onAlarm("unreported", (alarm) => ({ ...alarm, alarmActions: [`${topic}-theirs`] })),
    { alarms: "failed" },
  ],
  "an alarm goes off at more": [onAlarm("unreported", (alarm) => ({ ...alarm, threshold: 100 })), { alarms: "failed" }],
  "an alarm is on another metric": [
    onAlarm("errors", (alarm) => ({ ...alarm, metricName: "Throttles" })),
    { alarms: "failed" },
  ],
  "an alarm is on another function": [
    onAlarm("errors", (alarm) => ({ ...alarm, dimensions: { FunctionName: "theirs" } })),
    { alarms: "failed" },
  ],
  "CloudWatch refuses": [(ground) => refusing(ground, "monitoring", /DescribeAlarms/, json), { alarms: "unknown" }],
  "nobody may fill the queue of node results": [
    removed(region, "sqs-queue-policy", queueAt("patchplane-test-node-results")),
    { queues: "failed" },
  ],
  "dead letters are let in of another rule": [
    (ground) =>
      edited(ground, [region, "sqs-queue-policy", queueAt(reporter)], (before) => ({
        ...before,
        policy: String(before["policy"]).replace("ended-runs-1", "ended-runs-9"),
      })),
    { queues: "failed" },
  ],
  "the queue of what was not reported has a key that EventBridge may not use": [
    (ground) =>
      edited(ground, [region, "sqs-queue", queueAt(reporter)], (before) => ({
        ...before,
        kmsMasterKeyId: "alias/aws/sqs",
      })),
    { queues: "failed" },
  ],
  "SQS refuses": [(ground) => refusing(ground, "sqs", /GetQueueAttributes/, json), { queues: "unknown" }],
  "somebody else patches the servers": [
    async ({ client }) => {
      const WindowId = await foreignWindow(client, "theirs", { key: "tag:PatchGroup", values: ["prod-auto"] });
      return deletedAfter(client, [WindowId]);
    },
    { others: "warning" },
  ],
  "windows of others use up the quota": [
    async ({ client }) => {
      const { WindowIdentities = [] } = await client.send(new DescribeMaintenanceWindowsCommand({}));
      const made: string[] = [];
      for (let index = WindowIdentities.length; index < 47; index += 1)
        made.push(await foreignWindow(client, `theirs-${String(index)}`));
      return deletedAfter(client, made);
    },
    { quotas: "warning" },
  ],
  "Systems Manager's own role is gone": [
    removed("global", "iam-role", "AWSServiceRoleForAmazonSSM"),
    { "service-linked-role": "warning" },
  ],
  "the instance tier is another": [
    async ({ client }) => {
      const SettingId = "/ssm/managed-instance/activation-tier";
      await client.send(new UpdateServiceSettingCommand({ SettingId, SettingValue: "advanced" }));
      return {
        after: async () => {
          await client.send(new UpdateServiceSettingCommand({ SettingId, SettingValue: "standard" }));
        },
      };
    },
    { "instance-tier": "warning" },
  ],
  "a VM does not use its activation": [
    async ({ plane, client }) => {
      const vmId = "10000000-0000-4000-8000-00000000000f";
      const fleet = plane.fleet.map((server) =>
        server.name === "app-1" && server.azure !== undefined
          ? { ...server, azure: { ...server.azure, vmId } }
          : server,
      );
      const { ActivationId } = await client.send(
        new CreateActivationCommand({ IamRole: "hybrid", Tags: [{ Key: "AzureVmId", Value: vmId }] }),
      );
      return {
        plane: { ...plane, fleet },
        after: async () => {
          await client.send(new DeleteActivationCommand({ ActivationId }));
        },
      };
    },
    { activations: "warning" },
  ],
  "an approval ends": [
    ({ plane, cloud }) => {
      const expires = new Date(cloud.now().getTime() + 86_400_000).toISOString().replace(/\.\d+Z/, "Z");
      const approval = {
        group: "prod-sensitive",
        file: "approvals/a.yaml",
        blob: "b",
        scanId: "s",
        note: "n",
        expires,
        patches: {},
      };
      return { plane: { ...plane, approvals: { "prod-sensitive": approval } } };
    },
    { approvals: "warning" },
  ],
  "a release is past its vendor's support": [
    ({ plane }) => ({ plane: { ...plane, checks: {} } }),
    { "vendor-support": "warning" },
  ],
  "a calendar has ended": [
    ({ plane }) => {
      const scan = plane.windows["mw-scan-all"];
      if (scan === undefined) throw new Error("no such window");
      const schedules = [{ suffix: "2026-11-01", expression: "at(2026-11-01T04:00:00)", timezone: "UTC" }];
      return { plane: { ...plane, windows: { ...plane.windows, "mw-scan-all": { ...scan, schedules } } } };
    },
    { calendars: "failed", windows: "failed" },
  ],
  "the installer's key ends": [
    ({ cloud }) => ({ keys: [{ script: "v2", expires: new Date(cloud.now().getTime() + 30 * 86_400_000) }] }),
    { "installer-key": "warning" },
  ],
  "the credentials are another account's": [
    ({ plane }) => {
      const { use1 } = plane.locations;
      if (use1 === undefined) throw new Error("no such location");
      const { roleArn: _role, ...rest } = use1;
      return { plane: { ...plane, locations: { ...plane.locations, use1: rest } } };
    },
    {
      bucket: "unknown",
      credentials: "failed",
      "data-sync": "warning",
      documents: "failed",
      "published-objects": "failed",
      reporter: "failed",
      roles: "failed",
      rules: "failed",
      alarms: "failed",
      queues: "failed",
      servers: "failed",
      "service-linked-role": "warning",
      subscribers: "unknown",
      topic: "unknown",
      "topic-key": "unknown",
      windows: "failed",
    },
  ],
  "SNS refuses": [
    (ground) => refusing(ground, "sns", /ListSubscriptionsByTopic/, xml),
    { topic: "unknown", subscribers: "unknown", "topic-key": "unknown" },
  ],
  "KMS refuses": [(ground) => refusing(ground, "kms", /DescribeKey/, json), { "topic-key": "unknown" }],
  "IAM tells not what policies say": [
    (ground) => refusing(ground, "iam", /GetPolicyVersion/, xml),
    { roles: "unknown" },
  ],
  "IAM refuses": [
    (ground) => refusing(ground, "iam", /GetRole/, xml),
    { roles: "unknown", "service-linked-role": "unknown" },
  ],
  "Lambda refuses": [(ground) => refusing(ground, "lambda", /configuration/, json), { reporter: "unknown" }],
  "Lambda tells not who calls": [(ground) => refusing(ground, "lambda", /policy/, json), { reporter: "unknown" }],
  "S3 refuses": [
    (ground) => refusing(ground, "s3", /./, "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"),
    { bucket: "unknown", "published-objects": "unknown", reports: "unknown" },
  ],
  "Azure refuses": [
    async (ground) => {
      const gateway = await startGateway(ground.cloud.url);
      gateway.before = ({ path }) =>
        /^\/(subscriptions|providers)\//i.test(path)
          ? { status: 403, body: '{"error":{"code":"AuthorizationFailed","message":"no"}}' }
          : undefined;
      const fleet = ground.plane.fleet.map((server) =>
        server.name === "app-1" && server.azure !== undefined
          ? { ...server, azure: { ...server.azure, vmId: "10000000-0000-4000-8000-00000000000e" } }
          : server,
      );
      return {
        plane: { ...ground.plane, fleet },
        url: gateway.url,
        after: () => gateway.close(),
      };
    },
    { azure: "unknown", servers: "warning" },
  ],
  "Service Quotas refuses": [(ground) => refusing(ground, "servicequotas", /./, json), { quotas: "unknown" }],
  "a reading of baselines is refused": [
    (ground) => refusing(ground, "ssm", /GetPatchBaseline/, json),
    {
      windows: "unknown",
      "next-runs": "unknown",
      baselines: "unknown",
      quotas: "unknown",
      associations: "unknown",
      others: "unknown",
      "instance-tier": "unknown",
      activations: "unknown",
      rules: "unknown",
    },
  ],
  "a task is taken out of a window": [
    async ({ client }) => {
      const WindowId = await windowId(client, "patchplane-test-mw-install-auto");
      const { task } = await partsOf(client, WindowId);
      const { WindowTaskId } = task;
      await client.send(new DeregisterTaskFromMaintenanceWindowCommand({ WindowId, WindowTaskId }));
      return undefined;
    },
    { windows: "failed" },
  ],
  "a document of hooks is gone": [
    async ({ client }) => {
      const { DocumentIdentifiers = [] } = await client.send(
        new ListDocumentsCommand({ Filters: [{ Key: "Owner", Values: ["Self"] }] }),
      );
      const hooked = DocumentIdentifiers.find(({ Name }) => Name?.includes("mw-install-auto") === true);
      await client.send(new DeleteDocumentCommand({ Name: hooked?.Name }));
      return undefined;
    },
    { documents: "failed" },
  ],
  "a published baseline is gone": [(ground) => deleteObjects(ground, "overrides/"), { "published-objects": "failed" }],
  "a group's baseline is registered no more": [
    async ({ client }) => {
      const BaselineId = await baselineId(client, "patchplane-test-ubuntu-auto");
      await client.send(new DeregisterPatchBaselineForPatchGroupCommand({ BaselineId, PatchGroup: "prod-auto" }));
      return undefined;
    },
    { baselines: "failed" },
  ],
  "a node is deregistered": [
    async (ground) => {
      const InstanceId = await hybridNode(ground);
      await ground.client.send(new DeregisterManagedInstanceCommand({ InstanceId }));
      return undefined;
    },
    { servers: "warning" },
  ],
  "a run has left no report": [(ground) => deleteObjects(ground, "reports/runs/"), { reports: "warning" }],
  "an association fails on nodes": [
    async ({ cloud, client }) => {
      const { Associations = [] } = await client.send(new ListAssociationsCommand({}));
      const failed = Associations.map(({ Overview, LastExecutionDate: _date, ...rest }) => ({
        ...rest,
        Overview: { ...Overview, Status: "Failed", AssociationStatusAggregatedCount: { Failed: 2, Success: 1 } },
      }));
      const gateway = await startGateway(cloud.url);
      gateway.before = ({ operation }) =>
        operation === "ListAssociations" ? { status: 200, body: JSON.stringify({ Associations: failed }) } : undefined;
      return { url: gateway.url, after: () => gateway.close() };
    },
    { associations: "warning" },
  ],
  "an association is deleted": [
    async ({ client }) => {
      const { Associations = [] } = await client.send(new ListAssociationsCommand({}));
      const own = Associations.find(({ Name }) => Name === "AWS-GatherSoftwareInventory");
      await client.send(new DeleteAssociationCommand({ AssociationId: own?.AssociationId }));
      return undefined;
    },
    { associations: "warning" },
  ],
  "the data sync is deleted": [
    async ({ client }) => {
      await client.send(new DeleteResourceDataSyncCommand({ SyncName: "patchplane-test-inventory" }));
      return undefined;
    },
    { "data-sync": "warning" },
  ],
  // Last: put back, it counts as made anew, and reports of runs before are not asked for.
  "the reporter is gone": [removed(region, "lambda-function", reporter), { reporter: "failed" }],
};
