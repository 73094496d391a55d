import type { TokenCredential } from "@azure/identity";
import type { Subscription } from "../../domain/plane.ts";
import type { AzureEndpoint } from "./endpoint.ts";

/** How long Azure is waited for, in milliseconds. */
export interface AzurePatience {
  /** One call, its retries included. @default a minute */
  readonly call?: number;
  /** Everything that a subscription is asked. @default 30 minutes */
  readonly whole?: number;
}

const minute = 60_000;
const retryOptions = { maxRetries: 2, maxRetryDelayInMs: 5_000 };

async function credentialOf(subscription: Subscription, scope: string, limit: number): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import("@azure/identity");
  const { tenantId } = subscription;
  const credential = new DefaultAzureCredential(tenantId === undefined ? {} : { tenantId });
  // Once, so that missing credentials are one answer and not one for each VM.
  await credential.getToken(scope, { abortSignal: AbortSignal.timeout(limit) });
  return credential;
}

/** What no request of a client without bearer tokens asks for. */
const noCredential = { getToken: () => Promise.resolve(null) };

/** What the clients of Azure's modules have in common, as far as it is set here. */
interface Client {
  readonly pipeline: {
    removePolicy: (which: { readonly name: string }) => unknown;
    addPolicy: (policy: {
      readonly name: string;
      sendRequest<Request extends { abortSignal?: unknown }, Response>(
        request: Request,
        next: (request: Request) => Promise<Response>,
      ): Promise<Response>;
    }) => void;
  };
}

/** What such a client is made with. */
interface ClientOptions {
  readonly endpoint: string;
  readonly credentials: { readonly scopes: string[] };
  readonly retryOptions: typeof retryOptions;
  readonly allowInsecureConnection?: true;
}

/**
 * The only place where Azure clients are made. Credentials are those that `DefaultAzureCredential` finds
 * (`AZURE_CLIENT_ID`, …, a managed identity, `az login`); Azure's modules are loaded here and not before.
 * https://learn.microsoft.com/javascript/api/@azure/identity/defaultazurecredential
 *
 * @throws what the credential fails with
 */
export async function azureClient<Made extends Client>(
  subscription: Subscription,
  endpoint: AzureEndpoint,
  make: (credential: TokenCredential, options: ClientOptions) => Made,
  { call = minute, whole = 30 * minute }: AzurePatience = {},
): Promise<Made> {
  const scope = `${endpoint.url}/.default`;
  const credential = endpoint.token ? await credentialOf(subscription, scope, call) : noCredential;
  const client = make(credential, {
    endpoint: endpoint.url,
    credentials: { scopes: [scope] },
    retryOptions,
    ...(endpoint.token ? {} : { allowInsecureConnection: true }),
  });
  // That policy refuses every http request, also one to this machine that needs no token.
  if (!endpoint.token) client.pipeline.removePolicy({ name: "bearerTokenAuthenticationPolicy" });
  const end = AbortSignal.timeout(whole);
  // For each request alike: a listing's next pages take no signal of the call that began it.
  client.pipeline.addPolicy({
    name: "patience",
    sendRequest: (request, next) => {
      request.abortSignal = AbortSignal.any([AbortSignal.timeout(call), end]);
      return next(request);
    },
  });
  return client;
}
