import type { VirtualMachineInstanceView } from "@azure/arm-compute";
import pMap from "p-map";
import { onboardingResourceName } from "../../domain/onboarding/payload.ts";
import type { AzureView, OnboardingScriptRun } from "../../domain/onboarding/state.ts";
import type { Plane, Subscription } from "../../domain/plane.ts";
import type { AzureVm, Server } from "../../domain/server.ts";
import type { SubscriptionAnswer } from "../../domain/status/placedServers.ts";
import type { AzureEndpoint } from "./endpoint.ts";
import { openCompute, type Compute } from "./compute.ts";
import { azureFailure, isOfOneResource } from "./failure.ts";
import type { RunSteps } from "../progress.ts";

/** VMs asked at a time in one subscription. */
const concurrency = 8;
const powerPrefix = "PowerState/";

function extensionRun(view: VirtualMachineInstanceView): OnboardingScriptRun | undefined {
  const extension = view.extensions?.find((each) => each.name?.toLowerCase() === onboardingResourceName);
  if (extension === undefined) return undefined;
  const statuses = extension.statuses ?? [];
  const codes = statuses.map((status) => status.code ?? "");
  const failed = codes.some((code) => code.startsWith("ProvisioningState/failed"));
  const output = [...statuses, ...(extension.substatuses ?? [])].map((status) => status.message ?? "").join("\n");
  const succeeded = codes.some((code) => code.startsWith("ProvisioningState/succeeded"));
  return { state: failed ? "failed" : succeeded ? "succeeded" : "running", output };
}

async function commandRun(compute: Compute, vm: AzureVm): Promise<OnboardingScriptRun | undefined> {
  const view = await compute.runCommand(vm.resourceGroup, vm.vmName, onboardingResourceName);
  if (view === undefined) return undefined;
  const { executionState = "Unknown", executionMessage = "", output = "", error = "" } = view;
  const state =
    executionState === "Succeeded"
      ? "succeeded"
      : ["Pending", "Running"].includes(executionState)
        ? "running"
        : "failed";
  return { state, output: [output, error, executionMessage].filter((part) => part !== "").join("\n") };
}

async function viewOf(compute: Compute, vm: AzureVm): Promise<AzureView> {
  const found = await compute.virtualMachine(vm.resourceGroup, vm.vmName);
  if (found === undefined) return { kind: "noVm" };
  const { vmId, osProfile, instanceView: view = {} } = found;
  const guestAgent = view.vmAgent?.statuses?.at(-1)?.displayStatus;
  const takesExtensions = osProfile?.allowExtensionOperations;
  const power = view.statuses?.find((status) => status.code?.startsWith(powerPrefix) === true)?.code ?? "";
  const run = vm.onboardingMethod === "runCommand" ? await commandRun(compute, vm) : extensionRun(view);
  return {
    kind: "vm",
    powerState: power.slice(powerPrefix.length),
    ...(vmId === undefined ? {} : { vmId }),
    ...(guestAgent === undefined ? {} : { guestAgent }),
    ...(takesExtensions === undefined ? {} : { takesExtensions }),
    ...(run === undefined ? {} : { run }),
  };
}

async function readSubscription(
  subscription: Subscription,
  servers: readonly Server[],
  endpoint: AzureEndpoint,
): Promise<SubscriptionAnswer> {
  const views = new Map<string, AzureView>();
  const read = async (compute: Compute, { id, azure }: Server): Promise<void> => {
    if (azure === undefined) return;
    try {
      views.set(id, await viewOf(compute, azure));
    } catch (error) {
      if (!isOfOneResource(error)) throw error;
      views.set(id, { kind: "unreadable", reason: azureFailure(error) });
    }
  };
  try {
    const compute = await openCompute(subscription, endpoint);
    await pMap(servers, (server) => read(compute, server), { concurrency });
    const failed = [...views.values()].find((view) => view.kind === "unreadable");
    return { subscription, views, ...(failed === undefined ? {} : { failure: failed.reason }) };
  } catch (error) {
    const failure = azureFailure(error);
    for (const { id } of servers) if (!views.has(id)) views.set(id, { kind: "unreadable", reason: failure });
    return { subscription, views, failure };
  }
}

/**
 * Asks Azure for VMs, one or two calls each, subscription by subscription; nothing is asked, and no Azure credentials
 * are wanted, when there is no VM to ask for. A subscription that cannot be read says so for each VM left.
 */
export async function readAzureVms(
  plane: Plane,
  servers: readonly Server[],
  endpoint: AzureEndpoint,
  runSteps: RunSteps,
): Promise<readonly SubscriptionAnswer[]> {
  const bySite = Map.groupBy(servers, (server) => server.site);
  const asked = Object.values(plane.subscriptions).filter((subscription) => bySite.has(subscription.name));
  return runSteps<SubscriptionAnswer>(
    asked.map((subscription) => ({
      title: `${subscription.name} (Azure subscription ${subscription.subscriptionId})`,
      act: async () => {
        const own = bySite.get(subscription.name) ?? [];
        const value = await readSubscription(subscription, own, endpoint);
        const said = value.failure ?? `asked for ${String(own.length)} of its VMs`;
        return { value, line: `${subscription.name}: ${said}`, failed: value.failure !== undefined };
      },
    })),
  );
}
