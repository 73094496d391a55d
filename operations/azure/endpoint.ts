import type { Fault } from "../../domain/fault.ts";

/** Where Azure Resource Manager is. */
export interface AzureEndpoint {
  /** Origin, without a slash at the end. */
  readonly url: string;
  /** Whether requests carry a token: always, but to an http address of this machine. */
  readonly token: boolean;
}

/** The environment variable that names another Azure Resource Manager than Azure public's. */
export const azureEndpointVariable = "AZURE_RESOURCE_MANAGER_ENDPOINT";

const azurePublic = "https://management.azure.com";
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Reads {@link azureEndpointVariable}; Azure public where it is not set. A token is never sent in the clear, so http is
 * for an address of this machine alone, and gets none.
 */
export function azureEndpoint(text: string | undefined): AzureEndpoint | { readonly fault: Fault } {
  if (text === undefined || text === "") return { url: azurePublic, token: true };
  const url = URL.parse(text);
  if (url?.protocol === "https:") return { url: url.origin, token: true };
  if (url?.protocol === "http:" && loopback.test(url.hostname)) return { url: url.origin, token: false };
  return {
    fault: {
      path: azureEndpointVariable,
      message: "not an address that a token may be sent to",
      value: text,
      allowed: "https://…, or http:// and a loopback address",
    },
  };
}
