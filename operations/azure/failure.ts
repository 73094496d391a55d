import { EndlessListing } from "../endlessListing.ts";
import { connectionFault, plainMessage, proxySignIn } from "../connection.ts";

const credentialErrors = new Set([
  "AggregateAuthenticationError",
  "AuthenticationError",
  "AuthenticationRequiredError",
  "CredentialUnavailableError",
]);

function statusOf(error: Error): number | undefined {
  return "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : undefined;
}

/** How Resource Graph says that the caller may read nothing in the subscription. */
const nothingReadable = "NoValidSubscriptionsInQueryRequest";

function isNothingReadable(error: Error): boolean {
  return "details" in error && JSON.stringify(error.details).includes(nothingReadable);
}

/**
 * Why Azure could not be read, in words an operator can act on. What is no answer of Azure and no broken connection is
 * a fault of this program: it is thrown again.
 */
export function azureFailure(error: unknown): string {
  const connection = connectionFault(error);
  if (connection !== undefined) return connection;
  if (!(error instanceof Error)) throw error;
  if (error instanceof EndlessListing) return error.message;
  if (credentialErrors.has(error.name)) {
    return "no Azure credentials: sign in by `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and a secret";
  }
  if (error.name === "AbortError") return "Azure does not answer in time";
  const status = statusOf(error);
  if (isNothingReadable(error)) return "not allowed: Resource Graph finds nothing there that the caller may read";
  if (status === 401 || status === 403) return `not allowed: ${plainMessage(error)}`;
  if (status === 407) return proxySignIn;
  if (status === 429) return "Azure throttles the calls; try again later";
  if (status === undefined && error.name !== "RestError") throw error;
  return /^\s*<(!doctype|html)/i.test(error.message)
    ? "what answered is not Azure: it sent a web page, as a proxy or a sign-in does; look at HTTPS_PROXY"
    : plainMessage(error);
}

/** Whether Azure's answer is about the one VM that was asked for, so that others may still be read. */
export function isOfOneResource(error: unknown): boolean {
  const status = error instanceof Error ? statusOf(error) : undefined;
  return status !== undefined && ![401, 403, 404, 429].includes(status);
}
