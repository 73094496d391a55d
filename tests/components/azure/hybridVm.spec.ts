import { Provider as AwsProvider } from "@pulumi/aws/provider.js";
import { Provider as AzureProvider } from "@pulumi/azure-native/provider.js";
import type { ComponentResourceOptions } from "@pulumi/pulumi";
import { expect } from "chai";
import { HybridVm } from "../../../components/azure/hybridVm.ts";
import { linuxProtectedSettings, windowsProtectedSettings } from "../../../domain/onboarding/payload.ts";
import type { Server } from "../../../domain/server.ts";
import { settled, startMocks, valueOf, type RecordedResource, type Recorder } from "../../harness/mocks.ts";
import { azureRow, location, scripts } from "./fleet.ts";

const code = "code-of-vm-activation";
const onVm = { resourceGroupName: "rg-app", vmName: "vm-app-01", location: "westeurope" };
const details = { activationId: "vm-activation-id", activationCode: code, region: location.region };

async function onboard(
  server: Server,
  opts: ComponentResourceOptions = {},
): Promise<{ recorder: Recorder; vm: HybridVm }> {
  const recorder = await startMocks();
  const vm = new HybridVm("vm", { server, region: location.region, hybridRoleName: "hybrid-node", scripts }, opts);
  await settled();
  return { recorder, vm };
}

function inventory(recorder: Recorder): string[] {
  return recorder.resources.map((resource) => `${resource.type.replace(/^.*:/, "")} ${resource.name}`).sort();
}

/** Paths of every input that holds the text. */
function pathsOf(value: unknown, text: string, path = ""): string[] {
  if (typeof value === "string") {
    const decoded = Buffer.from(value, "base64").toString("utf8");
    return value.includes(text) || decoded.includes(text) ? [path] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => pathsOf(item, text, path === "" ? key : `${path}.${key}`));
}

/** Inputs that hold the activation code without standing under a secret. */
function openlyHeld(resource: RecordedResource): string[] {
  return pathsOf(resource.inputs, code).filter(
    (path) => !resource.secretPaths.some((secret) => path === secret || path.startsWith(`${secret}.`)),
  );
}

const rows: Readonly<Record<string, { row: Server; type: string; name: string; secret: string }>> = {
  "a Linux VM by customScript": {
    row: azureRow(),
    type: "VirtualMachineExtension",
    name: "vm-extension",
    secret: "protectedSettings",
  },
  "a Windows VM by customScript": {
    row: azureRow({ os: "windows-server", release: "2022" }),
    type: "VirtualMachineExtension",
    name: "vm-extension",
    secret: "protectedSettings",
  },
  "a Linux VM by runCommand": {
    row: azureRow({}, { onboardingMethod: "runCommand" }),
    type: "VirtualMachineRunCommandByVirtualMachine",
    name: "vm-run-command",
    secret: "protectedParameters",
  },
  "a Windows VM by runCommand": {
    row: azureRow({ os: "windows-server", release: "2022" }, { onboardingMethod: "runCommand" }),
    type: "VirtualMachineRunCommandByVirtualMachine",
    name: "vm-run-command",
    secret: "protectedParameters",
  },
};

describe("HybridVm", () => {
  for (const [what, { row, type, name, secret }] of Object.entries(rows)) {
    it(`makes an activation and one resource on the VM for ${what}`, async () => {
      const { recorder, vm } = await onboard(row);
      expect(inventory(recorder)).to.deep.equal(["Activation vm-activation", `${type} ${name}`, "HybridVm vm"].sort());
      const component = recorder.only("HybridVm");
      expect(recorder.only("Activation").parent).to.equal(component.urn);
      expect(recorder.only(type).parent).to.equal(component.urn);
      expect(await valueOf(vm.activationId)).to.equal("vm-activation-id");
    });

    it(`holds the activation code only under a secret for ${what}`, async () => {
      const { recorder } = await onboard(row);
      expect(recorder.resources.flatMap(openlyHeld)).to.deep.equal([]);
      const resource = recorder.only(type);
      expect(pathsOf(resource.inputs, code).map((path) => path.split(".")[0])).to.deep.equal([secret]);
      expect(resource.secretPaths).to.deep.equal([secret]);
    });

    it(`leaves ${what} alone when its row is removed`, async () => {
      const { recorder } = await onboard(row);
      const resource = recorder.only(type);
      expect(resource.retainOnDelete).to.equal(true);
      expect(resource.deleteBeforeReplace).to.equal(true);
      expect(resource.ignoreChanges).to.deep.equal(["tags", "azureApiVersion"]);
      expect(resource.customTimeouts).to.include({ create: "45m", update: "45m" });
      expect(recorder.only("Activation").retainOnDelete).to.equal(false);
    });
  }

  it("freezes every input of the activation but the one that carries the attempt", async () => {
    const { recorder } = await onboard(azureRow());
    const activation = recorder.only("Activation");
    expect(activation.inputs).to.deep.equal({
      description: "patchplane onboarding attempt 1",
      name: "app-01",
      iamRole: "hybrid-node",
      registrationLimit: 1,
      tags: {
        PatchGroup: "prod-auto",
        Name: "app-01",
        Environment: "prod",
        Owner: "app-team@example.com",
        AzureVmId: "0d5ad04e-7f1c-4a2e-9d3c-3a8f2b1c9e10",
      },
    });
    expect([...activation.ignoreChanges, "description"].sort()).to.deep.equal(
      [...Object.keys(activation.inputs), "expirationDate", "tagsAll"].sort(),
    );
    expect(activation.additionalSecretOutputs).to.deep.equal(["activationCode"]);
    expect(activation.protect).to.equal(false);
  });

  it("sends a Linux VM the CustomScript extension with everything explicit", async () => {
    const { recorder } = await onboard(azureRow({}, { onboardingScript: "v2", onboardingAttempt: 3 }));
    expect(recorder.only("VirtualMachineExtension").inputs).to.deep.equal({
      ...onVm,
      vmExtensionName: "patchplane-onboarding",
      publisher: "Microsoft.Azure.Extensions",
      type: "CustomScript",
      typeHandlerVersion: "2.1",
      autoUpgradeMinorVersion: true,
      suppressFailures: false,
      settings: { timestamp: 3 },
      protectedSettings: linuxProtectedSettings("#!/bin/bash\necho two\n", details),
    });
  });

  it("sends a Windows VM the CustomScriptExtension with everything explicit", async () => {
    const { recorder } = await onboard(azureRow({ os: "windows-server", release: "2016" }));
    expect(recorder.only("VirtualMachineExtension").inputs).to.deep.equal({
      ...onVm,
      vmExtensionName: "patchplane-onboarding",
      publisher: "Microsoft.Compute",
      type: "CustomScriptExtension",
      typeHandlerVersion: "1.10",
      autoUpgradeMinorVersion: true,
      suppressFailures: false,
      settings: { timestamp: 1 },
      protectedSettings: windowsProtectedSettings({ windows: "Write-Output 'one'\n" }, details),
    });
  });

  it("sends a run command whose failing script fails the deployment", async () => {
    const { recorder } = await onboard(azureRow({}, { onboardingMethod: "runCommand" }));
    expect(recorder.only("VirtualMachineRunCommandByVirtualMachine").inputs).to.deep.equal({
      ...onVm,
      runCommandName: "patchplane-onboarding",
      source: { script: "#!/bin/bash\necho one\n" },
      parameters: [
        { name: "PATCHPLANE_ACTIVATION_ID", value: "vm-activation-id" },
        { name: "PATCHPLANE_REGION", value: "eu-central-1" },
        { name: "PATCHPLANE_FORCE", value: "false" },
      ],
      protectedParameters: [{ name: "PATCHPLANE_ACTIVATION_CODE", value: code }],
      asyncExecution: false,
      timeoutInSeconds: 2400,
      treatFailureAsDeploymentFailure: true,
    });
  });

  for (const method of ["customScript", "runCommand"] as const) {
    it(`tags the resource on the VM by ${method} as the stack file says, and the activation as the row does`, async () => {
      const recorder = await startMocks();
      const server = azureRow({}, { onboardingMethod: method });
      const tags = { CostCenter: "4711" };
      new HybridVm("vm", { server, region: location.region, hybridRoleName: "hybrid-node", scripts, tags });
      await settled();
      const made = recorder.resources.filter((resource) => resource.type.startsWith("azure-native:compute:"));
      expect(made.map(({ inputs }) => inputs["tags"])).to.deep.equal([tags]);
      expect(recorder.only("Activation").inputs["tags"]).to.not.have.property("CostCenter");
    });
  }

  it("changes nothing on the VM when only name, group, owner or environment change", async () => {
    const before = (await onboard(azureRow())).recorder;
    const row = azureRow({ name: "renamed", patchGroup: "jump-log", owner: "", environment: "nonprod" });
    const after = (await onboard(row)).recorder;
    expect(after.only("VirtualMachineExtension").inputs).to.deep.equal(before.only("VirtualMachineExtension").inputs);
    expect(after.only("Activation").inputs["description"]).to.equal(before.only("Activation").inputs["description"]);
    expect(after.only("HybridVm").inputs).to.deep.equal(before.only("HybridVm").inputs).and.to.deep.equal({});
  });

  it("makes a fresh activation and updates the extension in place when the attempt is raised", async () => {
    const before = (await onboard(azureRow())).recorder;
    const after = (await onboard(azureRow({}, { onboardingAttempt: 2 }))).recorder;
    expect(after.only("Activation").inputs["description"]).to.equal("patchplane onboarding attempt 2");
    const now = after.only("VirtualMachineExtension").inputs;
    expect(now["settings"]).to.deep.equal({ timestamp: 2 });
    // The mocked activation answers the same id and code; only the timestamp may differ then.
    expect({ ...now, settings: { timestamp: 1 } }).to.deep.equal(before.only("VirtualMachineExtension").inputs);
    expect(after.only("VirtualMachineExtension").replaceOnChanges).to.deep.equal([]);
  });

  it("hands each child the provider of its cloud", async () => {
    const recorder = await startMocks();
    const aws = new AwsProvider("source-euc1", { region: "eu-central-1" });
    const azure = new AzureProvider("source-prod", {});
    new HybridVm(
      "vm",
      { server: azureRow(), region: location.region, hybridRoleName: "hybrid-node", scripts },
      { providers: { aws, "azure-native": azure } },
    );
    await settled();
    expect(recorder.only("Activation").provider).to.match(/pulumi:providers:aws::source-euc1::/);
    expect(recorder.only("VirtualMachineExtension").provider).to.match(/pulumi:providers:azure-native::source-prod::/);
  });

  it("registers no child and names every fault when the row cannot be onboarded", async () => {
    const recorder = await startMocks();
    const server = azureRow({ name: "app#01" }, { onboardingScript: "v9" });
    expect(
      () => new HybridVm("vm", { server, region: location.region, hybridRoleName: "hybrid-node", scripts }),
    ).to.throw(/"vm" cannot be built:\n.*\.name: .*\n.*\.onboarding_script: /);
    await settled();
    expect(recorder.resources.filter((resource) => resource.custom)).to.deep.equal([]);
  });
});
