import type { OnboardingScripts } from "../../../domain/onboarding/payload.ts";
import type { Location, Subscription } from "../../../domain/plane.ts";
import type { AzureVm, Server } from "../../../domain/server.ts";

export const subscription: Subscription = {
  name: "source-prod",
  subscriptionId: "11111111-2222-4333-8444-555555555555",
  location: "source-euc1",
  onboarding: "customScript",
};

export const location: Location = {
  name: "source-euc1",
  accountId: "111122223333",
  region: "eu-central-1",
  partition: "aws",
  registersDefaults: true,
  ownsServiceSettings: true,
  instanceTier: "standard",
  predefinedBaselines: {},
};

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
  return {
    id: `/subscriptions/${azure.subscriptionId}/resourcegroups/${azure.resourceGroup}/providers/microsoft.compute/virtualmachines/${azure.vmName}`,
    name: "app-01",
    cloud: "azure",
    site: subscription.name,
    region: "westeurope",
    os: "ubuntu",
    release: "22.04",
    arch: "x86_64",
    patchGroup: "prod-auto",
    environment: "prod",
    businessUnit: "source",
    owner: "app-team@example.com",
    size: 1,
    line: 2,
    azure,
    ...differences,
  };
}
