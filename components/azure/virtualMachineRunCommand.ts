import * as pulumi from "@pulumi/pulumi";
import type { VirtualMachineRunCommandByVirtualMachineArgs } from "@pulumi/azure-native/compute/virtualMachineRunCommandByVirtualMachine.js";
import { azureNativeVersion } from "./azureNative.ts";
import { failsAlone } from "./failsAlone.ts";

/**
 * `azure-native:compute:VirtualMachineRunCommandByVirtualMachine` (the managed Run Command) without the SDK's aliases,
 * for the reason given at {@link VirtualMachineExtension}.
 *
 * @see https://www.pulumi.com/registry/packages/azure-native/api-docs/compute/virtualmachineruncommandbyvirtualmachine/
 */
export class VirtualMachineRunCommand extends pulumi.CustomResource {
  constructor(name: string, args: VirtualMachineRunCommandByVirtualMachineArgs, opts: pulumi.CustomResourceOptions) {
    super(
      "azure-native:compute:VirtualMachineRunCommandByVirtualMachine",
      name,
      { ...args },
      pulumi.mergeOptions(opts, { version: azureNativeVersion }),
    );
    failsAlone(this);
  }
}
