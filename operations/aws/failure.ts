import { assumedRole, roleNameVariable } from "../../domain/stack/assumedRole.ts";
import type { Location } from "../../domain/plane.ts";
import { EndlessListing } from "../endlessListing.ts";
import { connectionFault, plainMessage } from "../connection.ts";
import { GivenUp } from "./answerLimit.ts";

const stale = new Set(["ExpiredToken", "ExpiredTokenException", "RequestExpired"]);
const wrong = new Set([
  "AuthFailure",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
]);
const throttled = new Set(["Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded"]);
const denied = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "AuthorizationErrorException",
  "UnauthorizedOperation",
]);

/** An answer that is neither JSON nor XML as AWS sends it; STS's own parser throws, or finds nothing in a page. */
function isNoAnswer(error: Error): boolean {
  if (error instanceof SyntaxError) return "$response" in error;
  // An error of AWS's own has a code.
  if (error.name === "Unknown" && error.message === "Unknown") return true;
  return /^(@aws-sdk XML parse error|Invalid response from STS)/.test(error.message);
}

/**
 * Why a location could not be read, in words an operator can act on. What is no answer of AWS and no broken
 * connection is a fault of this program: it is thrown again.
 */
export function awsFailure(error: unknown, location: Location): string {
  const connection = connectionFault(error);
  if (connection !== undefined) return connection;
  if (!(error instanceof Error)) throw error;
  if (error instanceof EndlessListing || error instanceof GivenUp) return error.message;
  const { name } = error;
  if (isNoAnswer(error)) {
    return "what answered is not AWS: it sent a page, as a proxy or a sign-in does; look at HTTPS_PROXY and AWS_ENDPOINT_URL";
  }
  const message = plainMessage(error);
  if (name === "CredentialsProviderError") {
    return `no AWS credentials: ${message}; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`;
  }
  if (stale.has(name)) return `the AWS credentials have expired (${name}); sign in again`;
  if (wrong.has(name)) return `AWS does not accept the credentials (${name}: ${message})`;
  if (throttled.has(name)) return `AWS throttles the calls (${name}); try again later, or by --location`;
  if (denied.has(name)) {
    const role = assumedRole(location.roleArn, process.env[roleNameVariable]);
    return `not allowed${role === undefined ? "" : ` (role ${role})`}: ${message}`;
  }
  if (name === "InvalidDocument") return `${message}: deploy the stack first, which makes what operators send`;
  if (!("$metadata" in error) && !("$response" in error)) throw error;
  return `${name}: ${message}`;
}

/** Whether an error will meet every other call of the location too, whatever it is about. */
export function isOfWholeLocation(error: unknown): boolean {
  if (connectionFault(error) !== undefined) return true;
  if (!(error instanceof Error)) return false;
  const { name } = error;
  return name === "CredentialsProviderError" || stale.has(name) || wrong.has(name) || denied.has(name);
}

/** Whether AWS itself has said no: then it has changed nothing. Any other failure leaves that open. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || !("$metadata" in error)) return false;
  const { httpStatusCode = 0 } = error.$metadata as { readonly httpStatusCode?: number };
  return httpStatusCode >= 400 && httpStatusCode < 500;
}
