import { readFileSync } from "node:fs";
import * as azure from "@pulumi/azure-native/compute/virtualMachineExtension.js";
import * as azureRunCommand from "@pulumi/azure-native/compute/virtualMachineRunCommandByVirtualMachine.js";
import { expect } from "chai";
import { azureNativeVersion } from "../../../components/azure/azureNative.ts";
import { VirtualMachineExtension } from "../../../components/azure/virtualMachineExtension.ts";
import { VirtualMachineRunCommand } from "../../../components/azure/virtualMachineRunCommand.ts";
import { settled, startMocks } from "../../harness/mocks.ts";

const vm = { resourceGroupName: "rg", vmName: "vm" };

describe("the thin azure-native resources", () => {
  it("ask for the version that package.json pins", () => {
    const manifest = JSON.parse(readFileSync("package.json", "utf8")) as { dependencies: Record<string, string> };
    expect(azureNativeVersion).to.equal(manifest.dependencies["@pulumi/azure-native"]);
  });

  it("register the SDK's inputs for an extension, and none of its aliases", async () => {
    const recorder = await startMocks();
    const args = { ...vm, vmExtensionName: "e", location: "westeurope", settings: { timestamp: 1 } };
    new VirtualMachineExtension("thin", args, {});
    new azure.VirtualMachineExtension("sdk", args);
    await settled();
    const thin = recorder.only("VirtualMachineExtension", "thin");
    const sdk = recorder.only("VirtualMachineExtension", "sdk");
    expect(thin.inputs).to.deep.equal(sdk.inputs);
    expect(thin.version).to.equal(sdk.version).and.to.equal(azureNativeVersion);
    expect(thin.aliases).to.equal(0);
    expect(sdk.aliases).to.be.above(10);
  });

  it("register the SDK's inputs for a run command, and none of its aliases", async () => {
    const recorder = await startMocks();
    const args = { ...vm, runCommandName: "r", location: "westeurope", source: { script: "true" } };
    new VirtualMachineRunCommand("thin", args, {});
    new azureRunCommand.VirtualMachineRunCommandByVirtualMachine("sdk", args);
    await settled();
    const thin = recorder.only("VirtualMachineRunCommandByVirtualMachine", "thin");
    const sdk = recorder.only("VirtualMachineRunCommandByVirtualMachine", "sdk");
    expect(thin.inputs).to.deep.equal(sdk.inputs);
    expect(thin.version).to.equal(sdk.version);
    expect(thin.aliases).to.equal(0);
    expect(sdk.aliases).to.be.above(0);
  });
});
