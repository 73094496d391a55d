import type {
  ComputeManagementClientOptionalParams,
  VirtualMachine,
  VirtualMachineRunCommandInstanceView,
} from "@azure/arm-compute";
import type { Subscription } from "../../domain/plane.ts";
import { allPages } from "../pages.ts";
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
const notFound = new Set(["ResourceNotFound", "ResourceGroupNotFound", "NotFound"]);

/** The reads of Azure Compute that the commands use; undefined is a resource that Azure does not have. */
export interface Compute {
  /** A VM with its instance view. */
  virtualMachine(resourceGroup: string, vmName: string): Promise<VirtualMachine | undefined>;
  /** Every VM of the subscription, without instance views. */
  virtualMachines(): Promise<readonly VirtualMachine[]>;
  runCommand(
    resourceGroup: string,
    vmName: string,
    name: string,
  ): Promise<VirtualMachineRunCommandInstanceView | undefined>;
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    "statusCode" in error &&
    error.statusCode === 404 &&
    "code" in error &&
    typeof error.code === "string" &&
    notFound.has(error.code)
  );
}

async function unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function credentialOf(subscription: Subscription, scope: string, limit: number) {
  const { DefaultAzureCredential } = await import("@azure/identity");
  const { tenantId } = subscription;
  const credential = new DefaultAzureCredential(tenantId === undefined ? {} : { tenantId });
  // Once, so that missing credentials are one answer and not one for each VM.
  await credential.getToken(scope, { abortSignal: AbortSignal.timeout(limit) });
  return credential;
}

/** What no request of a client without bearer tokens asks for. */
const noCredential = { getToken: () => Promise.resolve(null) };

/**
 * The only place where Azure clients are made. Credentials are those that `DefaultAzureCredential` finds
 * (`AZURE_CLIENT_ID`, …, a managed identity, `az login`); Azure's modules are loaded here and not before.
 * https://learn.microsoft.com/javascript/api/@azure/identity/defaultazurecredential
 *
 * @throws what the credential or the first request fails with; {@link azureFailure} puts it into words
 */
export async function openCompute(
  subscription: Subscription,
  endpoint: AzureEndpoint,
  { call = minute, whole = 30 * minute }: AzurePatience = {},
): Promise<Compute> {
  const scope = `${endpoint.url}/.default`;
  const credential = endpoint.token ? await credentialOf(subscription, scope, call) : noCredential;
  const { ComputeManagementClient } = await import("@azure/arm-compute");
  const options: ComputeManagementClientOptionalParams = {
    endpoint: endpoint.url,
    credentials: { scopes: [scope] },
    retryOptions,
    ...(endpoint.token ? {} : { allowInsecureConnection: true }),
  };
  const client = new ComputeManagementClient(credential, subscription.subscriptionId, options);
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
  const withView = { expand: "instanceView" } as const;
  return {
    virtualMachine: (resourceGroup, vmName) =>
      unlessMissing(client.virtualMachines.get(resourceGroup, vmName, withView)),
    virtualMachines: async () => (await allPages(client.virtualMachines.listAll().byPage())).flat(),
    runCommand: async (resourceGroup, vmName, name) => {
      const commands = client.virtualMachineRunCommands;
      const found = await unlessMissing(commands.getByVirtualMachine(resourceGroup, vmName, name, withView));
      return found === undefined ? undefined : (found.instanceView ?? {});
    },
  };
}
