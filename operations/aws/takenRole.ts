import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { sessionNameOf } from "../../domain/stack/sessionName.ts";
import { inTime } from "./answerLimit.ts";
import { maxAttempts, requestHandler } from "./connections.ts";

/** Longest that a role may take to be assumed, with all attempts. */
const roleLimit = 120_000;
/** Longest that is waited for the caller's name: no command fails for want of it. */
const nameLimit = 10_000;

let ownName: Promise<string> | undefined;

async function askName(region: string): Promise<string> {
  const client = new STSClient({ region, maxAttempts: 2, requestHandler });
  try {
    const { Arn = null } = await inTime(() => client.send(new GetCallerIdentityCommand({})), nameLimit);
    return sessionNameOf(Arn);
  } catch {
    // Whatever is wrong, taking the role says it.
    ownName = undefined;
    return sessionNameOf(null);
  } finally {
    client.destroy();
  }
}

/**
 * Credentials of a role, assumed with the SDK's own, in a session that is named after who these are of: asked of STS once
 * in a process. The SDK asks for credentials before the attempts of a call begin, so what ends an attempt does not end
 * this.
 * @param limit - milliseconds, with all attempts
 */
export function takenRole(
  RoleArn: string,
  region: string,
  limit = roleLimit,
): ReturnType<typeof fromTemporaryCredentials> {
  const taken = async (properties: Parameters<ReturnType<typeof fromTemporaryCredentials>>[0]) => {
    const RoleSessionName = await (ownName ??= askName(region));
    const clientConfig = { region, maxAttempts, requestHandler };
    return fromTemporaryCredentials({ params: { RoleArn, RoleSessionName }, clientConfig })(properties);
  };
  return (properties) => inTime(() => taken(properties), limit);
}
