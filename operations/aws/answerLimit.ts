import type { EC2Client } from "@aws-sdk/client-ec2";
import type { AthenaClient } from "@aws-sdk/client-athena";
import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { IAMClient } from "@aws-sdk/client-iam";
import type { KMSClient } from "@aws-sdk/client-kms";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import type { S3Client } from "@aws-sdk/client-s3";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import type { SSMClient } from "@aws-sdk/client-ssm";
import type { STSClient } from "@aws-sdk/client-sts";

/** Longest that one attempt may take, to the last byte of its answer. */
const attemptLimit = 75_000;

/** How long a client may take. */
export interface AnswerLimits {
  /** Milliseconds of one attempt. @defaultValue 75,000 */
  readonly attempt?: number;
  /** Milliseconds of all calls together, from now on; no limit where it is left out. */
  readonly whole?: number;
  /** Milliseconds that pass. @defaultValue `performance.now` */
  readonly clock?: () => number;
}

/** A client was given up, because all of its calls together took too long. */
export class GivenUp extends Error {
  constructor(limit: number) {
    super(`given up after ${String(Math.ceil(limit / 60_000))} minutes: the endpoint is too slow`);
    this.name = "GivenUp";
  }
}

function tooLate(): Error {
  return Object.assign(new Error("the answer did not end in time"), { name: "TimeoutError" });
}

/**
 * Waits for something no longer than a limit in milliseconds.
 * @throws what `late` makes, by default an error of the name TimeoutError, as the SDK's own
 */
export async function inTime<T>(action: () => Promise<T>, limit = attemptLimit, late = tooLate): Promise<T> {
  const end = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    end.reject(late());
  }, limit);
  try {
    return await Promise.race([action(), end.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Clients whose answers are waited for no longer than so. */
type LimitedClient =
  | AthenaClient
  | CloudWatchClient
  | EventBridgeClient
  | EC2Client
  | IAMClient
  | KMSClient
  | LambdaClient
  | SSMClient
  | ServiceQuotasClient
  | S3Client
  | SNSClient
  | SQSClient
  | STSClient;

/**
 * Gives every attempt of a client's calls an end, and all of them together. The SDK's own limits count until the answer
 * begins, so that one which stalls in the middle would be waited for without end. What is late is retried like any call
 * that is not answered; once the whole has taken too long, every call fails at once.
 */
export function limitAnswers<Client extends LimitedClient>(
  client: Client,
  { attempt = attemptLimit, whole = Infinity, clock = () => performance.now() }: AnswerLimits = {},
): Client {
  const end = clock() + whole;
  const stack: SSMClient["middlewareStack"] = client.middlewareStack as SSMClient["middlewareStack"];
  stack.add(
    (next) => async (args) => {
      const left = end - clock();
      if (left <= 0) throw new GivenUp(whole);
      return left < attempt
        ? inTime(
            () => next(args),
            left,
            () => new GivenUp(whole),
          )
        : inTime(() => next(args), attempt);
    },
    // Within the retries, around the reading of the answer.
    { step: "finalizeRequest", priority: "low", name: "patchplaneAnswerLimit" },
  );
  return client;
}
