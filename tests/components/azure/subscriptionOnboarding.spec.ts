import { Provider as AwsProvider } from "@pulumi/aws/provider.js";
import { Provider as AzureProvider } from "@pulumi/azure-native/provider.js";
import { expect } from "chai";
import { SubscriptionOnboarding } from "../../../components/azure/subscriptionOnboarding.ts";
import type { SubscriptionOnboardingArgs } from "../../../components/azure/subscriptionOnboarding.ts";
import { settled, startMocks, valueOf } from "../../harness/mocks.ts";
import { azureRow, location, scripts, subscription } from "./fleet.ts";

const first = azureRow();
const second = azureRow({ os: "windows-server", release: "2022", name: "win-01" }, { vmName: "vm-win-01" });

function args(differences: Partial<SubscriptionOnboardingArgs> = {}): SubscriptionOnboardingArgs {
  return { subscription, servers: [first, second], location, hybridRoleName: "hybrid-node", scripts, ...differences };
}

describe("SubscriptionOnboarding", () => {
  it("makes one HybridVm per VM, named by subscription, resource group and VM", async () => {
    const recorder = await startMocks();
    new SubscriptionOnboarding("source-prod", args());
    await settled();
    expect(recorder.resources.map((resource) => `${resource.type} ${resource.name}`).sort()).to.deep.equal([
      "aws:ssm/activation:Activation source-prod/rg-app/vm-app-01-activation",
      "aws:ssm/activation:Activation source-prod/rg-app/vm-win-01-activation",
      "azure-native:compute:VirtualMachineExtension source-prod/rg-app/vm-app-01-extension",
      "azure-native:compute:VirtualMachineExtension source-prod/rg-app/vm-win-01-extension",
      "patchplane:azure:HybridVm source-prod/rg-app/vm-app-01",
      "patchplane:azure:HybridVm source-prod/rg-app/vm-win-01",
      "patchplane:azure:SubscriptionOnboarding source-prod",
    ]);
    const { urn } = recorder.only("SubscriptionOnboarding");
    for (const vm of recorder.ofType("HybridVm")) expect(vm.parent).to.equal(urn);
  });

  it("answers the activations by the VMs' resource ids", async () => {
    await startMocks();
    const onboarding = new SubscriptionOnboarding("source-prod", args());
    expect(await valueOf(onboarding.activationIds)).to.deep.equal({
      [first.id]: "source-prod/rg-app/vm-app-01-activation-id",
      [second.id]: "source-prod/rg-app/vm-win-01-activation-id",
    });
  });

  it("hands every VM's resource the subscription's tags", async () => {
    const recorder = await startMocks();
    const tags = { CostCenter: "4711" };
    new SubscriptionOnboarding("source-prod", args({ subscription: { ...subscription, tags } }));
    await settled();
    const made = recorder.ofType("VirtualMachineExtension");
    expect(made.map(({ inputs }) => inputs["tags"])).to.deep.equal([tags, tags]);
  });

  it("leaves no resource to a default provider", async () => {
    const recorder = await startMocks();
    const aws = new AwsProvider("source-euc1", { region: "eu-central-1" });
    const azure = new AzureProvider("source-prod", {});
    new SubscriptionOnboarding("source-prod", args(), { providers: { aws, "azure-native": azure } });
    await settled();
    const custom = recorder.resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:providers:"));
    expect(custom).to.have.length(4);
    for (const resource of custom) expect(resource.provider, resource.name).not.to.equal("");
  });

  it("keeps the fleet out of the state: components have no inputs", async () => {
    const recorder = await startMocks();
    new SubscriptionOnboarding("source-prod", args());
    await settled();
    for (const component of recorder.resources.filter(({ custom }) => !custom)) {
      expect(component.inputs, component.name).to.deep.equal({});
    }
  });

  it("makes nothing but itself for a subscription without VMs", async () => {
    const recorder = await startMocks();
    const onboarding = new SubscriptionOnboarding("source-prod", args({ servers: [] }));
    await settled();
    expect(recorder.resources).to.have.length(1);
    expect(await valueOf(onboarding.activationIds)).to.deep.equal({});
  });

  it("registers no VM when any of them is faulty, and names every fault of all", async () => {
    const recorder = await startMocks();
    const servers = [azureRow({ owner: "a#b" }), azureRow({}, { vmName: "vm-2", onboardingScript: "v9" })];
    expect(() => new SubscriptionOnboarding("source-prod", args({ servers }))).to.throw(
      /\.owner: .*\n.*\.onboarding_script: this script is not released/,
    );
    await settled();
    expect(recorder.resources.filter(({ custom }) => custom)).to.deep.equal([]);
  });
});
