import {
  GetRoleCommand,
  GetRolePolicyCommand,
  NoSuchEntityException,
  ListAttachedRolePoliciesCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { DescribeKeyCommand, NotFoundException as NoSuchKey, type KMSClient } from "@aws-sdk/client-kms";
import { GetFunctionConfigurationCommand, ResourceNotFoundException, type LambdaClient } from "@aws-sdk/client-lambda";
import { GetBucketPolicyCommand, type S3Client } from "@aws-sdk/client-s3";
import {
  GetTopicAttributesCommand,
  NotFoundException as NoSuchTopic,
  paginateListSubscriptionsByTopic,
  type SNSClient,
} from "@aws-sdk/client-sns";
import { GetDocumentCommand, InvalidDocument, paginateListResourceDataSync, type SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import pMap from "p-map";
import type {
  Identity,
  LiveBucket,
  LiveDataSync,
  LiveDocument,
  LiveFunction,
  LiveKey,
  LiveRights,
  LiveRole,
  LiveTopic,
  TopicSubscription,
} from "../../domain/doctor/evidence.ts";
import { inlinePolicyName, type PlannedRole } from "../../domain/stack/plannedRoles.ts";
import { allPages } from "../pages.ts";

/*
 * What stands beside Systems Manager in a location, read one by one: each call needs a right of its own, and what is not
 * there is an answer.
 */

/** Calls at a time of one client. */
const concurrency = 4;
const pageSize = 50;
/** What SNS shows in place of the ARN of a subscription that nobody has confirmed. */
const pending = "PendingConfirmation";

/** Any error of one kind is the answer that something is not there. */
async function unlessMissing<T>(
  read: () => Promise<T>,
  Missing: abstract new (...args: never[]) => Error,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Missing) return undefined;
    throw error;
  }
}

/** Whom AWS takes the caller for. */
export async function identity(client: STSClient): Promise<Identity> {
  const { Account = "", Arn = "" } = await client.send(new GetCallerIdentityCommand({}));
  return { accountId: Account, arn: Arn };
}

/** Reads some things by name, those that are there. */
async function byName<T>(
  names: readonly string[],
  read: (name: string) => Promise<T | undefined>,
): Promise<ReadonlyMap<string, T>> {
  const found = await pMap(names, async (name) => [name, await read(name)] as const, { concurrency });
  return new Map(found.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}

/** Those of some roles that are there. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
export async function presentRoles(
  client: IAMClient,
  names: readonly string[],
): Promise<ReadonlyMap<string, LiveRole>> {
  return byName(names, async (RoleName) => {
    const found = await unlessMissing(() => client.send(new GetRoleCommand({ RoleName })), NoSuchEntityException);
    return found === undefined
      ? undefined
      : { trust: decodeURIComponent(found.Role?.AssumeRolePolicyDocument ?? "%7B%7D") };
  });
}

/**
 * What roles of the stack may do, of those that are there and of which it is known what they should: for each 1
 * GetRolePolicy or ListAttachedRolePolicies.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
 */
export async function roleRights(
  client: IAMClient,
  roles: readonly PlannedRole[],
): Promise<ReadonlyMap<string, LiveRights>> {
  const asked = new Map(roles.map((role) => [role.name, role]));
  return byName([...asked.keys()], async (RoleName) => {
    const { inline, attached } = asked.get(RoleName) ?? {};
    if (inline === undefined && attached === undefined) return undefined;
    const within =
      inline === undefined
        ? undefined
        : await unlessMissing(
            () => client.send(new GetRolePolicyCommand({ RoleName, PolicyName: inlinePolicyName })),
            NoSuchEntityException,
          );
    // A role has 25 policies at most, and an answer a hundred.
    const listed =
      attached === undefined
        ? undefined
        : await unlessMissing(
            () => client.send(new ListAttachedRolePoliciesCommand({ RoleName })),
            NoSuchEntityException,
          );
    return {
      ...(within?.PolicyDocument === undefined ? {} : { inline: decodeURIComponent(within.PolicyDocument) }),
      attached: (listed?.AttachedPolicies ?? []).flatMap(({ PolicyArn }) => PolicyArn ?? []),
    };
  });
}

/** A topic without its subscriptions. https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html */
export async function topicAttributes(
  client: SNSClient,
  TopicArn: string,
): Promise<Pick<LiveTopic, "keyId" | "policy"> | undefined> {
  const found = await unlessMissing(() => client.send(new GetTopicAttributesCommand({ TopicArn })), NoSuchTopic);
  if (found === undefined) return undefined;
  const { KmsMasterKeyId: keyId = "", Policy: policy = "{}" } = found.Attributes ?? {};
  return { policy, ...(keyId === "" ? {} : { keyId }) };
}

/** A bucket; undefined where there is none. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html */
export async function bucketState(client: S3Client, Bucket: string): Promise<LiveBucket | undefined> {
  try {
    const { Policy } = await client.send(new GetBucketPolicyCommand({ Bucket }));
    return Policy === undefined ? {} : { policy: Policy };
  } catch (error) {
    // The SDK has no classes of these.
    const { name } = error as { readonly name?: string };
    if (name === "NoSuchBucketPolicy") return {};
    if (name === "NoSuchBucket") return undefined;
    throw error;
  }
}

/** Who is subscribed to a topic. https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html */
export async function subscriptions(client: SNSClient, TopicArn: string): Promise<readonly TopicSubscription[]> {
  const pages = await allPages(paginateListSubscriptionsByTopic({ client }, { TopicArn }));
  return pages
    .flatMap((page) => page.Subscriptions ?? [])
    .map(({ Protocol: protocol = "", Endpoint: endpoint = "", SubscriptionArn = pending }) => {
      return { protocol, endpoint, confirmed: SubscriptionArn.startsWith("arn:") };
    });
}

/** A key. https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html */
export async function keyState(client: KMSClient, KeyId: string): Promise<LiveKey | undefined> {
  const found = await unlessMissing(() => client.send(new DescribeKeyCommand({ KeyId })), NoSuchKey);
  const metadata = found?.KeyMetadata;
  if (metadata === undefined) return undefined;
  const { KeyState: state = "", KeyManager: manager = "", DeletionDate } = metadata;
  return { state, manager, ...(DeletionDate === undefined ? {} : { deletedAt: DeletionDate }) };
}

/** A function. https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html */
export async function functionState(client: LambdaClient, FunctionName: string): Promise<LiveFunction | undefined> {
  const found = await unlessMissing(
    () => client.send(new GetFunctionConfigurationCommand({ FunctionName })),
    ResourceNotFoundException,
  );
  if (found === undefined) return undefined;
  const changedAt = new Date(found.LastModified ?? "");
  return {
    state: found.State ?? "",
    updateStatus: found.LastUpdateStatus ?? "",
    reason: found.StateReason ?? found.LastUpdateStatusReason ?? "",
    ...(Number.isNaN(changedAt.getTime()) ? {} : { changedAt }),
  };
}

/**
 * Those of some documents that are there, in their default version, which is what a command runs that names none.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetDocument.html
 */
export async function presentDocuments(
  client: SSMClient,
  names: readonly string[],
): Promise<ReadonlyMap<string, LiveDocument>> {
  return byName(names, async (Name) => {
    const request = new GetDocumentCommand({ Name, DocumentFormat: "JSON" });
    const found = await unlessMissing(() => client.send(request), InvalidDocument);
    return found === undefined ? undefined : { status: found.Status ?? "", content: found.Content ?? "{}" };
  });
}

async function dataSyncs(client: SSMClient) {
  const pages = await allPages(paginateListResourceDataSync({ client, pageSize }, {}));
  return pages.flatMap((page) => page.ResourceDataSyncItems ?? []);
}

/** Names of the resource data syncs to buckets, whoever made them. */
export async function dataSyncNames(client: SSMClient): Promise<readonly string[]> {
  const syncs = await dataSyncs(client);
  return syncs.flatMap(({ SyncName, S3Destination }) =>
    SyncName === undefined || S3Destination === undefined ? [] : [SyncName],
  );
}

/** A resource data sync. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ResourceDataSyncItem.html */
export async function dataSync(client: SSMClient, name: string): Promise<LiveDataSync | undefined> {
  const found = (await dataSyncs(client)).find(({ SyncName }) => SyncName === name);
  if (found === undefined) return undefined;
  const { LastStatus = "", LastSyncStatusMessage: message = "", LastSuccessfulSyncTime: succeededAt } = found;
  return { status: LastStatus, message, ...(succeededAt === undefined ? {} : { succeededAt }) };
}
