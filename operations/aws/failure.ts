import type { Location } from "../../domain/plane.ts";

const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was reset",
  ENOTFOUND: "its name does not resolve",
  EAI_AGAIN: "its name does not resolve now",
  EHOSTUNREACH: "no route to it",
  ENETUNREACH: "no route to it",
  ETIMEDOUT: "it does not answer",
};

const stale = new Set(["ExpiredToken", "ExpiredTokenException", "RequestExpired"]);
const wrong = new Set([
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
]);
const throttled = new Set(["Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded"]);
const denied = new Set(["AccessDenied", "AccessDeniedException"]);

/** An error and everything it was caused by, outermost first. */
function chain(error: unknown): readonly Error[] {
  if (!(error instanceof Error)) return [];
  const inner = error instanceof AggregateError ? (error.errors as readonly unknown[]).flatMap(chain) : [];
  return [error, ...inner, ...chain(error.cause)];
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

/** Why a connection could not be made, in words; undefined when that is not what happened. */
function connectionFault(error: unknown): string | undefined {
  for (const each of chain(error)) {
    const words = unreachable[codeOf(each)];
    if (words !== undefined) return `the endpoint cannot be reached: ${words} (${codeOf(each)})`;
    if (each.name === "TimeoutError") return "the endpoint cannot be reached: it does not answer in time";
  }
  return undefined;
}

/** One line of an error's own words, without what is longer than a screen. */
function plainMessage(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= 300 ? line : `${line.slice(0, 300)}…`;
}

/**
 * Why a location could not be read, in words an operator can act on. What is no answer of AWS and no broken
 * connection is a fault of this program: it is thrown again.
 */
export function awsFailure(error: unknown, location: Location): string {
  const connection = connectionFault(error);
  if (connection !== undefined) return connection;
  if (!(error instanceof Error)) throw error;
  const { name } = error;
  const message = plainMessage(error);
  if (name === "CredentialsProviderError") {
    return `no AWS credentials: ${message}; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`;
  }
  if (stale.has(name)) return `the AWS credentials have expired (${name}); sign in again`;
  if (wrong.has(name)) return `AWS does not accept the credentials (${name}: ${message})`;
  if (throttled.has(name)) return `AWS throttles the calls (${name}); try again later, or by --location`;
  if (denied.has(name)) {
    const role = location.roleArn === undefined ? "" : ` (role ${location.roleArn})`;
    return `not allowed${role}: ${message}`;
  }
  if (!("$metadata" in error) && !("$response" in error)) throw error;
  return `${name}: ${message}`;
}

const credentialErrors = new Set([
  "AggregateAuthenticationError",
  "AuthenticationError",
  "AuthenticationRequiredError",
  "CredentialUnavailableError",
]);

function statusOf(error: Error): number | undefined {
  return "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : undefined;
}

/**
 * Why Azure could not be read, in words an operator can act on. What is no answer of Azure and no broken connection is
 * a fault of this program: it is thrown again.
 */
export function azureFailure(error: unknown): string {
  const connection = connectionFault(error);
  if (connection !== undefined) return connection;
  if (!(error instanceof Error)) throw error;
  if (credentialErrors.has(error.name)) {
    return "no Azure credentials: sign in by `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and a secret";
  }
  if (error.name === "AbortError") return "Azure does not answer in time";
  const status = statusOf(error);
  if (status === 401 || status === 403) return `not allowed: ${plainMessage(error)}`;
  if (status === 429) return "Azure throttles the calls; try again later";
  if (status === undefined && error.name !== "RestError") throw error;
  return plainMessage(error);
}

/** Whether Azure's answer is about the one VM that was asked for, so that others may still be read. */
export function isOfOneResource(error: unknown): boolean {
  const status = error instanceof Error ? statusOf(error) : undefined;
  return status !== undefined && ![401, 403, 404, 429].includes(status);
}
