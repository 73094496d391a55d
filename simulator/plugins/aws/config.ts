import type { Failure } from "../check.ts";
import { checkInputs } from "../check.ts";
import { givenText, recordOf, recordsOf, textsOf } from "../fields.ts";
import { anything, flag, integer, list, object, optional, required, text } from "../schema.ts";
import { arn, notEmpty, oneOf, pattern } from "../textChecks.ts";
import { fromWire, type Value, type Values } from "../values.ts";
import type { AccessKeys } from "./authorization.ts";
import { openSession, type Session } from "./session.ts";
import { securityTokens } from "./sts.ts";

const accountId = text(pattern(/^\d{12}$/, "twelve digits, in quotes"));

const role = object({
  duration: optional(text()),
  externalId: optional(text()),
  policy: optional(text()),
  roleArn: required(text(arn)),
  sessionName: optional(text()),
});

/** Settings of `aws.Provider` that the stand-in honours, or that mean nothing to it. */
const settings = {
  accessKey: optional(text()),
  allowedAccountIds: optional(list(accountId)),
  assumeRoles: optional(list(role)),
  forbiddenAccountIds: optional(list(accountId)),
  ignoreTags: optional(object({ keyPrefixes: optional(list(text())), keys: optional(list(text())) })),
  maxRetries: optional(integer(0)),
  region: required(text(notEmpty)),
  retryMode: optional(text(oneOf("standard", "adaptive"))),
  secretKey: optional(text()),
  skipCredentialsValidation: optional(flag),
  skipMetadataApiCheck: optional(flag),
  skipRegionValidation: optional(flag),
  skipRequestingAccountId: optional(flag),
  token: optional(text()),
  version: optional(anything),
};

/** Settings other than texts cross the wire as JSON in a text. */
function decoded(name: string, value: Value): Value {
  const shape = (settings as Readonly<Record<string, (typeof settings)[keyof typeof settings] | undefined>>)[name]
    ?.shape;
  if (typeof value !== "string" || shape === undefined || shape.kind === "text" || shape.kind === "anything") {
    return value;
  }
  try {
    return fromWire(JSON.parse(value));
  } catch {
    return value;
  }
}

function decodedSettings(inputs: Values): Values {
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, decoded(name, value)]));
}

/** Every fault of the provider's settings; one the stand-in does not have is a fault too. */
export function checkSettings(inputs: Values): readonly Failure[] {
  return checkInputs(settings, decodedSettings(inputs)).failures;
}

function baseKeys(configured: Values, environment: NodeJS.ProcessEnv): AccessKeys {
  const accessKeyId = givenText(configured, "accessKey") ?? environment["AWS_ACCESS_KEY_ID"];
  if (accessKeyId === undefined) {
    throw new Error("no valid credential sources found: set AWS_ACCESS_KEY_ID; the embedded cloud takes any");
  }
  const secretAccessKey = givenText(configured, "secretKey") ?? environment["AWS_SECRET_ACCESS_KEY"] ?? "none";
  const sessionToken = givenText(configured, "token") ?? environment["AWS_SESSION_TOKEN"];
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

function checkAccount(account: string, configured: Values): void {
  const allowed = textsOf(configured, "allowedAccountIds");
  if (allowed.length > 0 && !allowed.includes(account)) {
    throw new Error(`AWS account ID not allowed: ${account}; allowedAccountIds: ${allowed.join(", ")}`);
  }
  if (textsOf(configured, "forbiddenAccountIds").includes(account)) {
    throw new Error(`AWS account ID not allowed: ${account} is among forbiddenAccountIds`);
  }
}

/** Address of the embedded cloud. */
export function simulatorAddress(environment: NodeJS.ProcessEnv): string {
  const address = environment["PATCHPLANE_SIMULATOR"];
  if (address === undefined || address === "") {
    throw new Error(
      "PATCHPLANE_SIMULATOR is not set: this stand-in provider works against patchplane's embedded cloud only; " +
        "for a real cloud, take simulator/plugins/bin off PATH",
    );
  }
  return address;
}

/** Whether the settings say that a tag of this name is somebody else's. */
export function tagFilter(inputs: Values): (name: string) => boolean {
  const ignored = recordOf(decodedSettings(inputs), "ignoreTags") ?? {};
  const keys = textsOf(ignored, "keys");
  const keyPrefixes = textsOf(ignored, "keyPrefixes");
  return (name) => keys.includes(name) || keyPrefixes.some((prefix) => name.startsWith(prefix));
}

/**
 * Opens the session that the settings ask for, as the real provider does: base keys from the settings or the
 * environment, then every role in turn, then GetCallerIdentity to hold the account against the allowed ones.
 */
export async function configureSession(inputs: Values, environment: NodeJS.ProcessEnv): Promise<Session> {
  const configured = decodedSettings(inputs);
  const endpoint = simulatorAddress(environment);
  const region = givenText(configured, "region");
  if (region === undefined) {
    throw new Error("aws:region is required and was not given");
  }
  const tokens = securityTokens(endpoint, region);
  let keys = baseKeys(configured, environment);
  for (const each of recordsOf(configured, "assumeRoles")) {
    keys = await tokens.assumeRole(keys, givenText(each, "roleArn") ?? "", givenText(each, "sessionName") ?? "pulumi");
  }
  const account = await tokens.callerAccount(keys);
  checkAccount(account, configured);
  return openSession(endpoint, account, region, keys);
}
