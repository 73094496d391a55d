import type { S3Client } from "@aws-sdk/client-s3";
import type { SSMClient } from "@aws-sdk/client-ssm";
import type { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";

/** Longest that one attempt may take, to the last byte of its answer. */
const attemptLimit = 75_000;

/**
 * Gives every attempt of a client's calls an end. The SDK's own limits count until the answer begins, so that one which
 * stalls in the middle would be waited for without end. What is late is retried like any call that is not answered.
 */
export function limitAnswers<Client extends SSMClient | ServiceQuotasClient | S3Client>(
  client: Client,
  limit = attemptLimit,
): Client {
  const stack: SSMClient["middlewareStack"] = client.middlewareStack as SSMClient["middlewareStack"];
  stack.add(
    (next) => async (args) => {
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => {
        late.reject(Object.assign(new Error("the answer did not end in time"), { name: "TimeoutError" }));
      }, limit);
      try {
        return await Promise.race([next(args), late.promise]);
      } finally {
        clearTimeout(timer);
      }
    },
    // Within the retries, around the reading of the answer.
    { step: "finalizeRequest", priority: "low", name: "patchplaneAnswerLimit" },
  );
  return client;
}
