import { SSMClient } from "@aws-sdk/client-ssm";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";

/** A client of the embedded cloud in one account and Region, by the role the stack deploys with. */
export function assumedClient(endpoint: string, region: string, accountId: string): SSMClient {
  return new SSMClient({
    endpoint,
    region,
    credentials: fromTemporaryCredentials({
      params: { RoleArn: `arn:aws:iam::${accountId}:role/patchplane-deploy`, RoleSessionName: "spec" },
      masterCredentials: { accessKeyId: "AKIATEST", secretAccessKey: "x" },
      clientConfig: { region, endpoint },
    }),
  });
}
