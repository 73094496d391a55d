import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { inTime } from "./answerLimit.ts";
import { maxAttempts, requestHandler } from "./connections.ts";

/** Longest that a role may take to be assumed, with all attempts. */
const roleLimit = 120_000;

/**
 * Credentials of a role, assumed with the SDK's own. The SDK asks for them before the attempts of a call begin, so what
 * ends an attempt does not end this.
 * @param limit - milliseconds, with all attempts
 */
export function takenRole(
  RoleArn: string,
  region: string,
  limit = roleLimit,
): ReturnType<typeof fromTemporaryCredentials> {
  const provider = fromTemporaryCredentials({
    params: { RoleArn, RoleSessionName: "patchplane" },
    clientConfig: { region, maxAttempts, requestHandler },
  });
  return (properties) => inTime(() => provider(properties), limit);
}
