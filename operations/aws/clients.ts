import { EC2Client } from "@aws-sdk/client-ec2";
import { AthenaClient } from "@aws-sdk/client-athena";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { assumedRole, roleNameVariable } from "../../domain/stack/assumedRole.ts";
import type { Location } from "../../domain/plane.ts";
import { limitAnswers } from "./answerLimit.ts";
import { maxAttempts, requestHandler } from "./connections.ts";
import { takenRole } from "./takenRole.ts";

function awsSettings(location: Pick<Location, "region" | "roleArn">) {
  const region = location.region;
  const roleArn = assumedRole(location.roleArn, process.env[roleNameVariable]);
  return {
    region,
    retryMode: "adaptive" as const,
    maxAttempts,
    requestHandler,
    ...(roleArn === undefined ? {} : { credentials: takenRole(roleArn, region) }),
  };
}

/**
 * The only place where AWS clients are made. Endpoint, credentials and the like follow the SDK's own settings
 * (`AWS_ENDPOINT_URL`, `AWS_PROFILE`, …), so any SSM endpoint is reached; a location with a role has it
 * assumed, or the one that `PATCHPLANE_ROLE_NAME` puts in its place.
 * Retries are adaptive: AWS publishes no request rates for the describe calls.
 * @param whole - milliseconds of all its calls together; no limit where it is left out
 */
export function ssmClient(location: Pick<Location, "region" | "roleArn">, whole?: number): SSMClient {
  const client = limitAnswers(new SSMClient(awsSettings(location)), whole === undefined ? {} : { whole });
  return countAnswers(client);
}

const answers = new WeakMap<SSMClient, number>();

function countAnswers(client: SSMClient): SSMClient {
  client.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      answers.set(client, answeredCalls(client) + 1);
      return answer;
    },
    // Outside of the retries: a call counts once, however often it was tried.
    { step: "initialize", name: "patchplaneCallCount" },
  );
  return client;
}

/** How many calls of a client have been answered. */
export function answeredCalls(client: SSMClient): number {
  return answers.get(client) ?? 0;
}

/**
 * A client of EC2 for a location: end it by its `destroy`.
 * @param whole - milliseconds of all its calls together; left out, each has its own limit alone
 */
export function ec2Client(location: Pick<Location, "region" | "roleArn">, whole?: number): EC2Client {
  return limitAnswers(new EC2Client(awsSettings(location)), whole === undefined ? {} : { whole });
}

/** A client of Service Quotas, which is asked once per location: end it by its `destroy`. */
export function serviceQuotasClient(location: Location): ServiceQuotasClient {
  return limitAnswers(new ServiceQuotasClient(awsSettings(location)));
}

/** A client of S3 for a bucket of a location, or for any bucket with the caller's own credentials: end it by its `destroy`. */
export function s3Client(location: Pick<Location, "region" | "roleArn">): S3Client {
  return limitAnswers(new S3Client({ ...awsSettings(location), followRegionRedirects: true }));
}

/** A client of Athena in a location: end it by its `destroy`. */
export function athenaClient(location: Location): AthenaClient {
  return limitAnswers(new AthenaClient(awsSettings(location)));
}

/** A client of SNS for a location, or for a Region with the caller's own credentials. */
export function snsClient(location: Pick<Location, "region" | "roleArn">): SNSClient {
  return limitAnswers(new SNSClient(awsSettings(location)));
}

/** A client of IAM for a location's account: end it by its `destroy`. */
export function iamClient(location: Location): IAMClient {
  return limitAnswers(new IAMClient(awsSettings(location)));
}

/** A client of KMS for a location: end it by its `destroy`. */
export function kmsClient(location: Location): KMSClient {
  return limitAnswers(new KMSClient(awsSettings(location)));
}

/** A client of Lambda for a location: end it by its `destroy`. */
export function lambdaClient(location: Location): LambdaClient {
  return limitAnswers(new LambdaClient(awsSettings(location)));
}

/** A client of EventBridge for a location: end it by its `destroy`. */
export function eventBridgeClient(location: Location): EventBridgeClient {
  return limitAnswers(new EventBridgeClient(awsSettings(location)));
}

/** A client of CloudWatch for a location: end it by its `destroy`. */
export function cloudWatchClient(location: Location): CloudWatchClient {
  return limitAnswers(new CloudWatchClient(awsSettings(location)));
}

/** A client of SQS for a location: end it by its `destroy`. A queue's URL names it, and not where it is asked for. */
export function sqsClient(location: Location): SQSClient {
  return limitAnswers(new SQSClient({ ...awsSettings(location), useQueueUrlAsEndpoint: false }));
}

/** A client of STS with what a location is read with: end it by its `destroy`. */
export function identityClient(location: Location): STSClient {
  return limitAnswers(new STSClient(awsSettings(location)));
}

/** A client of STS in a Region, with the caller's own credentials: end it by its `destroy`. */
export function callerClient({ region }: Pick<Location, "region">): STSClient {
  return limitAnswers(new STSClient(awsSettings({ region })), { attempt: 10_000, whole: 20_000 });
}
