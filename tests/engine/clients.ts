import { SSMClient } from "@aws-sdk/client-ssm";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";

/** Where the embedded cloud is reached in one account and Region, by the role the stack deploys with. */
export function assumed(endpoint: string, region: string, accountId: string) {
  return {
    endpoint,
    region,
    credentials: fromTemporaryCredentials({
      params: { RoleArn: `arn:aws:iam::${accountId}:role/patchplane-deploy`, RoleSessionName: "spec" },
      masterCredentials: { accessKeyId: "AKIATEST", secretAccessKey: "x" },
      clientConfig: { region, endpoint },
    }),
  };
}

/** A client of Systems Manager there. */
export function assumedClient(endpoint: string, region: string, accountId: string): SSMClient {
  return new SSMClient(assumed(endpoint, region, accountId));
}
