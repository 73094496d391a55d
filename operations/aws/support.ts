import { GetRoleCommand, NoSuchEntityException, type IAMClient } from "@aws-sdk/client-iam";
import { DescribeKeyCommand, NotFoundException as NoSuchKey, type KMSClient } from "@aws-sdk/client-kms";
import { GetFunctionConfigurationCommand, ResourceNotFoundException, type LambdaClient } from "@aws-sdk/client-lambda";
import {
  GetTopicAttributesCommand,
  NotFoundException as NoSuchTopic,
  paginateListSubscriptionsByTopic,
  type SNSClient,
} from "@aws-sdk/client-sns";
import {
  DescribeDocumentCommand,
  InvalidDocument,
  paginateListResourceDataSync,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import pMap from "p-map";
import type {
  Identity,
  LiveDataSync,
  LiveFunction,
  LiveKey,
  LiveTopic,
  TopicSubscription,
} from "../../domain/doctor/evidence.ts";
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

/** Those of some roles that are there. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
export async function presentRoles(client: IAMClient, names: readonly string[]): Promise<ReadonlySet<string>> {
  const read = async (RoleName: string): Promise<readonly string[]> => {
    const found = await unlessMissing(() => client.send(new GetRoleCommand({ RoleName })), NoSuchEntityException);
    return found === undefined ? [] : [RoleName];
  };
  return new Set((await pMap(names, read, { concurrency })).flat());
}

/** Id, ARN or alias of the key of a topic, if any. https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html */
export async function topicKeyId(client: SNSClient, TopicArn: string): Promise<Pick<LiveTopic, "keyId"> | undefined> {
  const found = await unlessMissing(() => client.send(new GetTopicAttributesCommand({ TopicArn })), NoSuchTopic);
  if (found === undefined) return undefined;
  const keyId = found.Attributes?.["KmsMasterKeyId"];
  return keyId === undefined || keyId === "" ? {} : { keyId };
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

/** Status of those of some documents that are there, by name. */
export async function documentStatuses(
  client: SSMClient,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const read = async (Name: string) => {
    const found = await unlessMissing(() => client.send(new DescribeDocumentCommand({ Name })), InvalidDocument);
    const status = found?.Document?.Status;
    return status === undefined ? [] : [[Name, status] as const];
  };
  return new Map((await pMap(names, read, { concurrency })).flat());
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
