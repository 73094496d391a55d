import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import type { Location, Plane } from "../../domain/plane.ts";
import type { Caller } from "../../domain/runs/runRecord.ts";
import { callerClient, identityClient } from "./clients.ts";
import { awsFailure } from "./failure.ts";

async function callerBy(client: STSClient, location: Location): Promise<Caller> {
  try {
    const { Arn } = await client.send(new GetCallerIdentityCommand({}));
    return { arn: Arn ?? null, failure: Arn === undefined ? "STS named nobody" : null };
  } catch (error) {
    return { arn: null, failure: awsFailure(error, location) };
  } finally {
    client.destroy();
  }
}

/**
 * Who the caller is, by the credentials at hand and not by a role that is assumed for a location.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
function callerOf(location: Location): Promise<Caller> {
  return callerBy(callerClient(location), location);
}

/** Who the caller is in a location: its role's session, where one is assumed for it. */
export function siteCallerOf(location: Location): Promise<Caller> {
  return callerBy(identityClient(location), location);
}

/** Who asks; a plane has at least one location. 1 GetCallerIdentity. */
export async function whoAsks(plane: Pick<Plane, "locations">): Promise<Caller> {
  const [first] = Object.values(plane.locations);
  return first === undefined ? { arn: null, failure: "the stack has no location" } : callerOf(first);
}
