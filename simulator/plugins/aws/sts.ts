import { unsignedAuthorization, type AccessKeys } from "./authorization.ts";

/** Asks STS over its query API. */
export interface SecurityTokens {
  /** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
  assumeRole(keys: AccessKeys, roleArn: string, sessionName: string): Promise<AccessKeys>;
  /** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
  callerAccount(keys: AccessKeys): Promise<string>;
}

const entities: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&apos;": "'",
  "&amp;": "&",
};

function element(xml: string, name: string): string | undefined {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return found?.replaceAll(/&(lt|gt|quot|apos|amp);/g, (entity) => entities[entity] ?? entity);
}

function requiredElement(xml: string, name: string): string {
  const found = element(xml, name);
  if (found === undefined) {
    throw new Error(`STS answered without ${name}`);
  }
  return found;
}

/** Speaks to STS at an endpoint, in a Region. */
export function securityTokens(endpoint: string, region: string): SecurityTokens {
  const call = async (keys: AccessKeys, parameters: Readonly<Record<string, string>>): Promise<string> => {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: { authorization: unsignedAuthorization(keys, region, "sts") },
      body: new URLSearchParams({ Version: "2011-06-15", ...parameters }),
    });
    const xml = await response.text();
    if (!response.ok) {
      const code = element(xml, "Code") ?? `HTTP ${String(response.status)}`;
      throw new Error(`${parameters["Action"] ?? "STS"}: ${code}: ${element(xml, "Message") ?? "no message"}`);
    }
    return xml;
  };
  return {
    assumeRole: async (keys, roleArn, sessionName) => {
      const xml = await call(keys, { Action: "AssumeRole", RoleArn: roleArn, RoleSessionName: sessionName });
      return {
        accessKeyId: requiredElement(xml, "AccessKeyId"),
        secretAccessKey: requiredElement(xml, "SecretAccessKey"),
        sessionToken: requiredElement(xml, "SessionToken"),
      };
    },
    callerAccount: async (keys) => requiredElement(await call(keys, { Action: "GetCallerIdentity" }), "Account"),
  };
}
