import type { OnboardingScripts } from "../../../domain/onboarding/payload.ts";
import type { Location, Subscription } from "../../../domain/plane.ts";
import type { AzureVm, Server } from "../../../domain/server.ts";
import { location as sampleLocation, server } from "../../domain/samplePlane.ts";

export const subscription: Subscription = {
  name: "source-prod",
  subscriptionId: "11111111-2222-4333-8444-555555555555",
  location: "source-euc1",
  onboarding: "customScript",
};

export const location: Location = sampleLocation("source-euc1", {
  accountId: "111122223333",
  registersDefaults: true,
  ownsServiceSettings: true,
});

export const scripts: OnboardingScripts = {
  v1: { linux: "#!/bin/bash\necho one\n", windows: "Write-Output 'one'\n" },
  v2: { linux: "#!/bin/bash\necho two\n", windows: "Write-Output 'two'\n" },
};

/** An Ubuntu VM's row; `vm` differs in what only Azure rows have. */
export function azureRow(differences: Partial<Server> = {}, vm: Partial<AzureVm> = {}): Server {
  const azure: AzureVm = {
    subscriptionId: subscription.subscriptionId,
    resourceGroup: "rg-app",
    vmName: "vm-app-01",
    vmId: "0d5ad04e-7f1c-4a2e-9d3c-3a8f2b1c9e10",
    onboardingMethod: "customScript",
    onboardingScript: "v1",
    onboardingAttempt: 1,
    ...vm,
  };
  return server(2, {
    id: `/subscriptions/${azure.subscriptionId}/resourcegroups/${azure.resourceGroup}/providers/microsoft.compute/virtualmachines/${azure.vmName}`,
    name: "app-01",
    cloud: "azure",
    site: subscription.name,
    region: "westeurope",
    patchGroup: "prod-auto",
    owner: "app-team@example.com",
    azure,
    ...differences,
  });
}
