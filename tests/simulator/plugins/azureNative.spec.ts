import { expect } from "chai";
import { azureVm, ireland, subscriptionId } from "../cloudFixture.ts";
import { ssm } from "../freshCloud.ts";
import { azure, withFreshAzure } from "./freshCloud.ts";
import { failureOf, unknownText, type Json } from "./pluginClient.ts";

const extension = "azure-native:compute:VirtualMachineExtension";
const runCommand = "azure-native:compute:VirtualMachineRunCommandByVirtualMachine";

const machines = [azureVm("vm1"), azureVm("vm2"), azureVm("stopped", { running: false })];

interface Code {
  readonly id: string;
  readonly code: string;
}

async function activation(): Promise<Code> {
  const { ActivationId = "", ActivationCode = "" } = await ssm.createActivation({
    IamRole: "hybrid",
    RegistrationLimit: 1,
  });
  return { id: ActivationId, code: ActivationCode };
}

function scriptOf({ id, code }: Code): string {
  const lines = [
    "#!/bin/bash",
    `PATCHPLANE_ACTIVATION_ID='${id}'`,
    `PATCHPLANE_ACTIVATION_CODE='${code}'`,
    `PATCHPLANE_REGION='${ireland}'`,
    "PATCHPLANE_FORCE='false'",
  ];
  return Buffer.from(`${lines.join("\n")}\n`).toString("base64");
}

function extensionInputs(code: Code, given: Json = {}): Json {
  return {
    resourceGroupName: "rg",
    vmName: "vm1",
    vmExtensionName: "patchplane-onboarding",
    location: "westeurope",
    publisher: "Microsoft.Azure.Extensions",
    type: "CustomScript",
    typeHandlerVersion: "2.1",
    autoUpgradeMinorVersion: true,
    settings: { timestamp: 1 },
    protectedSettings: { script: scriptOf(code) },
    ...given,
  };
}

function runCommandInputs({ id, code }: Code): Json {
  return {
    resourceGroupName: "rg",
    vmName: "vm2",
    runCommandName: "patchplane-onboarding",
    location: "westeurope",
    source: { script: "#!/bin/bash\n" },
    parameters: [
      { name: "PATCHPLANE_ACTIVATION_ID", value: id },
      { name: "PATCHPLANE_REGION", value: ireland },
      { name: "PATCHPLANE_FORCE", value: "false" },
    ],
    protectedParameters: [{ name: "PATCHPLANE_ACTIVATION_CODE", value: code }],
    timeoutInSeconds: 2400,
    treatFailureAsDeploymentFailure: true,
  };
}

async function managedNodes(): Promise<number> {
  const { InstanceInformationList = [] } = await ssm.describeInstanceInformation({});
  return InstanceInformationList.length;
}

describe("an extension of the azure-native stand-in", () => {
  withFreshAzure(machines);

  it("runs its script, keeps its secret out of the outputs, and shows no change afterwards", async () => {
    const inputs = extensionInputs(await activation());
    const made = await azure.create(extension, inputs);
    expect(await managedNodes()).to.equal(1);
    expect(made.outputs).to.deep.include({
      name: "patchplane-onboarding",
      provisioningState: "Succeeded",
      type: "Microsoft.Compute/virtualMachines/extensions",
      azureApiVersion: "2024-11-01",
    });
    expect(JSON.stringify(made.outputs)).to.not.include("protectedSettings");
    expect((await azure.diff(made, inputs)).changes).to.deep.equal([]);
    const refreshed = await azure.refresh(made);
    expect(refreshed?.inputs).to.deep.equal(made.inputs);
    expect(refreshed?.outputs).to.deep.equal(made.outputs);
  });

  it("previews without asking Azure", async () => {
    const preview = await azure.preview(extension, extensionInputs({ id: "a", code: "b" }, { vmName: "not-there" }));
    expect(preview).to.deep.include({ name: "patchplane-onboarding", provisioningState: unknownText });
  });

  it("compares inputs with inputs: what Azure never answers is no change, another script is", async () => {
    const code = await activation();
    const made = await azure.create(extension, extensionInputs(code));
    const other = extensionInputs(code, {
      protectedSettings: { script: scriptOf({ id: "x", code: "y" }) },
      settings: { timestamp: 2 },
    });
    expect((await azure.diff(made, other)).changes).to.deep.equal(["update protectedSettings", "update settings"]);
  });

  it("shows an update where the state was made with another API version by default, unless that is ignored", async () => {
    const code = await activation();
    const made = await azure.create(extension, extensionInputs(code));
    expect(made.inputs).to.include({ azureApiVersion: "2024-11-01" });
    const older = { ...made, inputs: { ...made.inputs, azureApiVersion: "2024-07-01" } };
    expect((await azure.diff(older, extensionInputs(code))).changes).to.deep.equal(["update azureApiVersion"]);
    // What the engine makes of an ignored input: the old one.
    const ignored = extensionInputs(code, { azureApiVersion: "2024-07-01" });
    expect((await azure.diff(older, ignored)).changes).to.deep.equal([]);
  });

  it("reads another spelling of the location as the same place", async () => {
    const code = await activation();
    const made = await azure.create(extension, extensionInputs(code, { location: "West Europe" }));
    expect((await azure.diff(made, extensionInputs(code))).changes).to.deep.equal([]);
    expect((await azure.refresh(made))?.inputs["location"]).to.equal("West Europe");
  });

  for (const name of ["resourceGroupName", "vmName", "vmExtensionName"]) {
    it(`is replaced, deleting first, under another ${name}`, async () => {
      const code = await activation();
      const made = await azure.create(extension, extensionInputs(code));
      expect(await azure.diff(made, extensionInputs(code, { [name]: "another" }))).to.deep.equal({
        changes: [`update-replace ${name}`],
        replaces: [name],
        deleteBeforeReplace: true,
      });
    });
  }

  it("refuses to adopt one that is there already, and imports it", async () => {
    const code = await activation();
    const made = await azure.create(extension, extensionInputs(code));
    const { message } = await failureOf(azure.create(extension, extensionInputs(code)));
    expect(message)
      .to.include("cannot create already existing resource")
      .and.to.include("/extensions/patchplane-onboarding");
    const imported = await azure.import(extension, made.id);
    const { protectedSettings, ...answered } = extensionInputs(code);
    expect(imported?.inputs).to.deep.include({ ...answered, resourceGroupName: imported?.inputs["resourceGroupName"] });
    expect(imported?.inputs).to.not.have.property("protectedSettings");
    expect(protectedSettings).to.not.equal(undefined);
  });

  it("that fails is kept as not initialised, and is sent again by the next update", async () => {
    const inputs = extensionInputs({ id: "00000000-0000-4000-8000-000000000000", code: "x".repeat(20) });
    const failure = await failureOf(azure.create(extension, inputs));
    expect(failure.message).to.include("VMExtensionProvisioningError");
    expect(failure.kept?.id).to.match(/\/extensions\/patchplane-onboarding$/);
    expect(failure.kept?.inputs).to.deep.equal({ ...inputs, azureApiVersion: "2024-11-01" });
    expect(failure.kept?.outputs["provisioningState"]).to.equal("Failed");
    const kept = { type: extension, id: "", inputs: {}, outputs: {}, ...failure.kept };
    const again = await failureOf(azure.update(kept, inputs));
    expect(again.kept?.id).to.equal(kept.id);
    const mended = await azure.update(kept, extensionInputs(await activation(), { settings: { timestamp: 2 } }));
    expect(mended.outputs["provisioningState"]).to.equal("Succeeded");
    expect(await managedNodes()).to.equal(1);
  });

  it("on a stopped VM fails with Azure's words, and nothing is kept", async () => {
    const failure = await failureOf(
      azure.create(extension, extensionInputs(await activation(), { vmName: "stopped" })),
    );
    expect(failure.message)
      .to.include("Status=409")
      .and.to.include("Cannot modify extensions in the VM when the VM is not running.");
    expect(failure.kept).to.equal(undefined);
  });

  it("cannot stand beside another of its handler", async () => {
    await azure.create(extension, extensionInputs(await activation()));
    const second = extensionInputs(await activation(), { vmExtensionName: "another" });
    expect((await failureOf(azure.create(extension, second))).message).to.include("Multiple VMExtensions per handler");
  });

  it("leaves the node registered when it is deleted, and is gone", async () => {
    const made = await azure.create(extension, extensionInputs(await activation()));
    await azure.delete(made);
    expect(await azure.refresh(made)).to.equal(undefined);
    expect(await managedNodes()).to.equal(1);
    await azure.delete(made);
  });

  it("wants name and location, which the real provider would make up", async () => {
    const { vmExtensionName, location, ...inputs } = extensionInputs({ id: "a", code: "b" });
    const { faults } = await azure.check(extension, inputs);
    expect(faults.map((fault) => fault.split(":")[0])).to.have.members(["vmExtensionName", "location"]);
    expect([vmExtensionName, location]).to.not.include(undefined);
  });
});

describe("a managed Run Command of the azure-native stand-in", () => {
  withFreshAzure(machines);

  it("runs its script with its parameters, keeps the protected ones out of the outputs, and shows no change", async () => {
    const inputs = runCommandInputs(await activation());
    const made = await azure.create(runCommand, inputs);
    expect(await managedNodes()).to.equal(1);
    expect(JSON.stringify(made.outputs)).to.not.include("PATCHPLANE_ACTIVATION_CODE");
    expect((await azure.diff(made, inputs)).changes).to.deep.equal([]);
    expect((await azure.refresh(made))?.inputs).to.deep.equal(made.inputs);
  });

  it("that fails is kept as not initialised when its failure is the deployment's", async () => {
    const inputs = runCommandInputs({ id: "00000000-0000-4000-8000-000000000000", code: "x".repeat(20) });
    const failure = await failureOf(azure.create(runCommand, inputs));
    expect(failure.kept?.outputs["provisioningState"]).to.equal("Failed");
    expect(JSON.stringify(failure.kept?.outputs)).to.not.include("x".repeat(20));
  });
});

describe("the azure-native stand-in", () => {
  withFreshAzure(machines);

  it("refuses other types", async () => {
    const { message } = await failureOf(azure.check("azure-native:compute:VirtualMachine", {}));
    expect(message).to.include("azure-native:compute:VirtualMachine is not covered");
  });

  it("works in its subscription only", async () => {
    await azure.configure({ subscriptionId: "99999999-2222-3333-4444-555555555555" });
    const { message } = await failureOf(azure.create(extension, extensionInputs(await activation())));
    expect(message).to.include("SubscriptionNotFound");
    expect(subscriptionId).to.not.include("99999999");
  });

  it("lists every fault of its settings", async () => {
    const faults = await azure.checkConfig({ subscriptionId: "production", clientSecret: "x" });
    expect(faults.map((fault) => fault.split(":")[0])).to.have.members(["subscriptionId", "clientSecret"]);
  });
});
