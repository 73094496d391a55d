import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  NotFoundException as NoSuchKey,
  type KMSClient,
} from "@aws-sdk/client-kms";
import { GetBucketPolicyCommand, type S3Client } from "@aws-sdk/client-s3";
import {
  GetTopicAttributesCommand,
  NotFoundException as NoSuchTopic,
  paginateListSubscriptionsByTopic,
  type SNSClient,
} from "@aws-sdk/client-sns";
import { GetDocumentCommand, InvalidDocument, paginateListResourceDataSync, type SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import type {
  Identity,
  LiveBucket,
  LiveDataSync,
  LiveDocument,
  LiveKey,
  LiveTopic,
  TopicSubscription,
} from "../../domain/doctor/evidence.ts";
import { byNames, unlessMissing } from "./missing.ts";
import { allPages } from "../pages.ts";

/*
 * What stands beside Systems Manager in a location, read one by one: each call needs a right of its own, and what is not
 * there is an answer.
 */

const pageSize = 50;
/** What SNS shows in place of the ARN of a subscription that nobody has confirmed. */
const pending = "PendingConfirmation";

/** Whom AWS takes the caller for. */
export async function identity(client: STSClient): Promise<Identity> {
  const { Account = "", Arn = "" } = await client.send(new GetCallerIdentityCommand({}));
  return { accountId: Account, arn: Arn };
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

/**
 * A key, with its policy where it is one of the account's own and enabled.
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html
 */
export async function keyState(client: KMSClient, KeyId: string): Promise<LiveKey | undefined> {
  const found = await unlessMissing(() => client.send(new DescribeKeyCommand({ KeyId })), NoSuchKey);
  const metadata = found?.KeyMetadata;
  if (metadata === undefined) return undefined;
  const { Arn: arn = "", KeyState: state = "", KeyManager: manager = "", DeletionDate } = metadata;
  const asked = manager === "CUSTOMER" && state === "Enabled";
  const { Policy: policy } = asked ? await client.send(new GetKeyPolicyCommand({ KeyId: arn })) : {};
  return {
    arn,
    state,
    manager,
    ...(DeletionDate === undefined ? {} : { deletedAt: DeletionDate }),
    ...(policy === undefined ? {} : { policy }),
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
  return byNames(names, async (Name) => {
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
