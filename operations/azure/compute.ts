import type {
  ComputeManagementClientOptionalParams,
  VirtualMachine,
  VirtualMachineRunCommandInstanceView,
} from "@azure/arm-compute";
import type { Subscription } from "../../domain/plane.ts";
import { allPages } from "../pages.ts";
import { azureClient, type AzurePatience } from "./client.ts";
import type { AzureEndpoint } from "./endpoint.ts";

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

/**
 * Azure Compute of a subscription, by {@link azureClient}.
 *
 * @throws what the credential or the first request fails with; {@link azureFailure} puts it into words
 */
export async function openCompute(
  subscription: Subscription,
  endpoint: AzureEndpoint,
  patience?: AzurePatience,
): Promise<Compute> {
  const { ComputeManagementClient } = await import("@azure/arm-compute");
  const client = await azureClient(
    subscription,
    endpoint,
    (credential, options: ComputeManagementClientOptionalParams) =>
      new ComputeManagementClient(credential, subscription.subscriptionId, options),
    patience,
  );
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
