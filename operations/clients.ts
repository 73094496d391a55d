import { SSMClient } from "@aws-sdk/client-ssm";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import type { Location } from "../domain/plane.ts";

/**
 * The only place SDK clients are made. Endpoint, credentials, proxy and the like follow the SDK's own settings
 * (`AWS_ENDPOINT_URL`, `AWS_PROFILE`, …), so any SSM endpoint is reached; a location with a role has it assumed.
 * Retries are adaptive: AWS publishes no request rates for the describe calls.
 */
export function ssmClient(location: Location): SSMClient {
  return new SSMClient({
    region: location.region,
    retryMode: "adaptive",
    maxAttempts: 5,
    ...(location.roleArn === undefined
      ? {}
      : {
          credentials: fromTemporaryCredentials({
            params: { RoleArn: location.roleArn, RoleSessionName: "patchplane" },
            clientConfig: { region: location.region },
          }),
        }),
  });
}
