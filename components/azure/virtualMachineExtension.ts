import * as pulumi from "@pulumi/pulumi";
import type { VirtualMachineExtensionArgs } from "@pulumi/azure-native/compute/virtualMachineExtension.js";
import { azureNativeVersion } from "./azureNative.ts";
import { failsAlone } from "./failsAlone.ts";

/**
 * `azure-native:compute:VirtualMachineExtension` without the SDK's aliases. The SDK attaches one alias per API version
 * to every resource, which at a thousand VMs is most of the program's time and memory; a stack that never used an older
 * token needs none of them.
 *
 * @see https://www.pulumi.com/registry/packages/azure-native/api-docs/compute/virtualmachineextension/
 */
export class VirtualMachineExtension extends pulumi.CustomResource {
  constructor(name: string, args: VirtualMachineExtensionArgs, opts: pulumi.CustomResourceOptions) {
    super(
      "azure-native:compute:VirtualMachineExtension",
      name,
      { ...args },
      pulumi.mergeOptions(opts, { version: azureNativeVersion }),
    );
    failsAlone(this);
  }
}
