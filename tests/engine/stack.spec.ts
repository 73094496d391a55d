import {
  DescribeInstanceInformationCommand,
  GetDefaultPatchBaselineCommand,
  GetPatchBaselineCommand,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { assumedClient } from "./clients.ts";
import { described, engineFixture, type EngineFixture } from "./engineFixture.ts";

const newVm =
  "/subscriptions/00000000-0000-4000-8000-00000000000a/resourcegroups/rg-apps/providers/microsoft.compute/virtualmachines/app-3,app-3,azure,apps,eastus,ubuntu,22.04,x86_64,prod-auto,test,,ops@example.com,10000000-0000-4000-8000-000000000009,,v2,1,\n";

/** Ids of the hybrid nodes that SSM lists in a location. */
async function hybridNodes(fixture: EngineFixture, region: string, accountId: string): Promise<readonly string[]> {
  const client = assumedClient(fixture.cloud.url, region, accountId);
  const answer = await client.send(new DescribeInstanceInformationCommand({ MaxResults: 50 }));
  client.destroy();
  return (answer.InstanceInformationList ?? [])
    .map((node) => node.InstanceId ?? "")
    .filter((id) => id.startsWith("mi-"));
}

/** What ARM answers for the onboarding extension of a VM of the first subscription. */
async function extensionStatus(fixture: EngineFixture, resourceGroup: string, vm: string): Promise<number> {
  const subscription = "/subscriptions/00000000-0000-4000-8000-00000000000a";
  const path = `/resourceGroups/${resourceGroup}/providers/Microsoft.Compute/virtualMachines/${vm}/extensions`;
  const url = `${fixture.cloud.url}${subscription}${path}/patchplane-onboarding?api-version=2024-11-01`;
  return (await fetch(url)).status;
}

describe("the stack on the real engine", function () {
  this.timeout(300_000);
  const fixture = engineFixture();

  it("comes up and registers every Azure VM in its own location", async () => {
    const steps = await fixture.up();
    expect(steps.map((step) => step.op))
      .to.include("create")
      .and.not.include("update");
    expect(await hybridNodes(fixture, "us-east-1", "111122223333")).to.have.length(2);
    expect(await hybridNodes(fixture, "eu-west-1", "444455556666")).to.have.length(1);
  });

  it("shows nothing in a second preview", async () => {
    expect(described(await fixture.preview())).to.deep.equal([]);
  });

  it("finds nothing changed in a refresh, and nothing to do after it", async () => {
    expect(described(await fixture.refresh())).to.deep.equal([]);
    expect(described(await fixture.preview())).to.deep.equal([]);
  });

  it("leaves everything alone when a row is renamed, gets another owner or moves to another group", async () => {
    await fixture.edit("fleet/test.csv", "app-1,app-1,", "app-1,app-renamed,");
    await fixture.edit("fleet/test.csv", /(app-2,.*)ops@example.com/, "$1windows@example.com");
    await fixture.edit("fleet/test.csv", /(app-renamed,.*)prod-auto/, "$1prod-sensitive");
    expect(described(await fixture.up())).to.deep.equal([]);
  });

  it("touches only the VM that a new row adds", async () => {
    // The world was drawn before this VM existed, so only what the engine would do is asked.
    await fixture.edit("fleet/test.csv", /$/, newVm);
    expect(described(await fixture.preview())).to.deep.equal([
      "create Activation apps/rg-apps/app-3-activation",
      "create HybridVm apps/rg-apps/app-3",
      "create VirtualMachineExtension apps/rg-apps/app-3-extension",
    ]);
    await fixture.edit("fleet/test.csv", newVm, "");
  });

  it("makes a fresh activation and changed settings in place when the attempt is raised, for that VM alone", async () => {
    await fixture.edit("fleet/test.csv", /(app-2,.*),v2,1,/, "$1,v2,2,");
    expect(described(await fixture.up())).to.deep.equal([
      "create-replacement Activation apps/rg-apps/app-2-activation [description]",
      "delete-replaced Activation apps/rg-apps/app-2-activation",
      "replace Activation apps/rg-apps/app-2-activation [description]",
      "update VirtualMachineExtension apps/rg-apps/app-2-extension [protectedSettings, settings]",
    ]);
    expect(await hybridNodes(fixture, "us-east-1", "111122223333")).to.have.length(2);
  });

  it("leaves the node registered and the extension in place when a row is removed", async () => {
    const before = await hybridNodes(fixture, "us-east-1", "111122223333");
    await fixture.edit("fleet/test.csv", /^.*app-2,.*\n/m, "");
    expect(described(await fixture.up())).to.deep.equal([
      "delete Activation apps/rg-apps/app-2-activation",
      "delete HybridVm apps/rg-apps/app-2",
      // Shown as a delete; `retainOnDelete` takes it out of the state alone.
      "delete VirtualMachineExtension apps/rg-apps/app-2-extension",
      // It was the last server of a window there: a run that reaches nobody is as it should be from now on.
      "update Function use1-reporter-function [environment.variables.REPORT_IDLE_WINDOWS]",
    ]);
    expect(await extensionStatus(fixture, "rg-apps", "app-2")).to.equal(200);
    expect(await hybridNodes(fixture, "us-east-1", "111122223333")).to.deep.equal(before);
  });

  it("shows a changed baseline and a changed window as just that, in every location", async () => {
    await fixture.edit(
      "Pulumi.test.yaml",
      "  patchplane:fleet",
      [
        "  patchplane:windows:",
        "    mw-install-auto: { maxErrors: 20% }",
        "  patchplane:baselines:",
        "    ubuntu-auto: { approvedPatchesComplianceLevel: HIGH }",
        "  patchplane:fleet",
      ].join("\n"),
    );
    expect(described(await fixture.up())).to.deep.equal([
      "update MaintenanceWindowTask euw1-mw-install-auto-patch-reboot-if-needed [maxErrors]",
      "update MaintenanceWindowTask use1-mw-install-auto-patch-reboot-if-needed [maxErrors]",
      "update PatchBaseline euw1-baselines-ubuntu-auto [approvedPatchesComplianceLevel, json]",
      "update PatchBaseline use1-baselines-ubuntu-auto [approvedPatchesComplianceLevel, json]",
    ]);
  });

  it("takes everything down again but nodes, extensions and default baselines", async () => {
    const before = await hybridNodes(fixture, "us-east-1", "111122223333");
    const client = assumedClient(fixture.cloud.url, "us-east-1", "111122223333");
    const defaultOfUbuntu = async () =>
      (await client.send(new GetDefaultPatchBaselineCommand({ OperatingSystem: "UBUNTU" }))).BaselineId;
    const registered = await defaultOfUbuntu();
    await fixture.stack.destroy();
    expect(await hybridNodes(fixture, "us-east-1", "111122223333")).to.deep.equal(before);
    expect(await extensionStatus(fixture, "rg-apps", "app-1")).to.equal(200);
    // AWS's own are named by ARN: the registered one must still be ours, and must still be there.
    expect(registered).to.match(/^pb-/);
    expect(await defaultOfUbuntu()).to.equal(registered);
    const kept = await client.send(new GetPatchBaselineCommand({ BaselineId: registered }));
    expect(kept.Name).to.equal("patchplane-test-ubuntu-default");
    client.destroy();
  });
});
