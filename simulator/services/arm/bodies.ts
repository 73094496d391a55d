import { isRunning } from "../../world/faults.ts";
import {
  checkExtension,
  extensionFailure,
  extensionInstanceView,
  extensionProperties,
  runExtension,
  runsWindows,
} from "./extension.ts";
import {
  checkRunCommand,
  runCommandFailure,
  runCommandInstanceView,
  runCommandProperties,
  runRunCommand,
} from "./runCommand.ts";
import type { ArmVm, VmChild, VmChildKind } from "../../state/arm.ts";

/** ARM's type of a virtual machine. */
export const computeType = "Microsoft.Compute/virtualMachines";
const hiddenProperties = ["protectedSettings", "protectedParameters", "runAsPassword", "instanceView"];

/** How one kind of child is checked, run and shown. */
export const kinds = {
  extensions: {
    properties: extensionProperties,
    check: checkExtension,
    run: runExtension,
    failure: extensionFailure,
    view: extensionInstanceView,
    settings: ["settings", "protectedSettings", "forceUpdateTag"],
  },
  runCommands: {
    properties: runCommandProperties,
    check: checkRunCommand,
    run: runRunCommand,
    failure: runCommandFailure,
    view: runCommandInstanceView,
    settings: runCommandProperties,
  },
} as const;

function childId(vm: ArmVm, kind: VmChildKind, name: string): string {
  return `${vm.machine.spec.id}/${kind}/${name}`;
}

function provisioningState(child: VmChild): string {
  if (!child.settled) return child.sequence === 0 ? "Creating" : "Updating";
  return child.failure === undefined ? "Succeeded" : "Failed";
}

/** A child as ARM shows it: what is protected never, the instance view on request and once it has settled. */
export function childBody(vm: ArmVm, kind: VmChildKind, child: VmChild, withView: boolean): object {
  const shown = Object.fromEntries(
    Object.entries(child.properties).filter(([name]) => !hiddenProperties.includes(name)),
  );
  return {
    name: child.name,
    id: childId(vm, kind, child.name),
    type: `${computeType}/${kind}`,
    location: child.location,
    ...(Object.keys(child.tags).length === 0 ? {} : { tags: child.tags }),
    properties: {
      ...shown,
      provisioningState: provisioningState(child),
      ...(withView && child.settled ? { instanceView: kinds[kind].view(child) } : {}),
    },
  };
}

/** https://learn.microsoft.com/rest/api/compute/virtual-machines/instance-view: what of a VM changes while it runs. */
export function vmInstanceView(vm: ArmVm, now: Date): object {
  const { spec } = vm.machine;
  const running = isRunning(vm.machine, now);
  const power = running ? "running" : "deallocated";
  return {
    computerName: spec.azure?.vmName,
    osName: spec.os,
    osVersion: spec.release,
    vmAgent: {
      vmAgentVersion: running ? "2.12.0.2" : "Unknown",
      statuses: [
        { code: "ProvisioningState/succeeded", level: "Info", displayStatus: running ? "Ready" : "Not Ready" },
      ],
    },
    extensions: [...vm.children.extensions.values()].filter((child) => child.settled).map(extensionInstanceView),
    statuses: [
      { code: "ProvisioningState/succeeded", level: "Info", displayStatus: "Provisioning succeeded" },
      { code: `PowerState/${power}`, level: "Info", displayStatus: `VM ${power}` },
    ],
  };
}

/** A VM as ARM shows it at an instant. */
export function vmBody(vm: ArmVm, now: Date, withView: boolean): object {
  const { spec } = vm.machine;
  return {
    name: spec.azure?.vmName,
    id: spec.id,
    type: computeType,
    location: spec.region,
    tags: spec.tags,
    properties: {
      vmId: spec.azure?.vmId,
      provisioningState: "Succeeded",
      osProfile: { computerName: spec.azure?.vmName, allowExtensionOperations: true },
      storageProfile: { osDisk: { osType: runsWindows(vm.machine) ? "Windows" : "Linux" } },
      ...(withView ? { instanceView: vmInstanceView(vm, now) } : {}),
    },
  };
}
