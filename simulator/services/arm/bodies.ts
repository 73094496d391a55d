import { isRunning } from "../../world/faults.ts";
import { platformOf } from "../../world/machineSpec.ts";
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

/** Whether the guest agent of a VM answers: it needs a running machine. */
function agentReady({ machine: { spec } }: ArmVm, running: boolean): boolean {
  return running && spec.azure?.guestAgentReady !== false;
}

/** Whether a VM takes extensions and run commands. */
export function allowsExtensions({ machine: { spec } }: ArmVm): boolean {
  return spec.azure?.allowsExtensions !== false;
}

/** Name and version of the operating system in the words of the guest agent; nothing while that does not answer. */
export function guestOs(vm: ArmVm, now: Date): object {
  const { spec } = vm.machine;
  if (!agentReady(vm, isRunning(vm.machine, now))) return {};
  const { name, version } = platformOf(spec);
  const [osName, osVersion] = runsWindows(vm.machine)
    ? [name.replace(/^Microsoft /, ""), `${version}.2340`]
    : [spec.os, spec.os === "debian" ? `${version}.5` : version];
  return { computerName: spec.azure?.vmName, osName, osVersion };
}

/** https://learn.microsoft.com/rest/api/compute/virtual-machines/instance-view: what of a VM changes while it runs. */
export function vmInstanceView(vm: ArmVm, now: Date): object {
  const running = isRunning(vm.machine, now);
  const power = running ? "running" : "deallocated";
  const ready = agentReady(vm, running);
  return {
    ...guestOs(vm, now),
    vmAgent: {
      vmAgentVersion: ready ? "2.12.0.2" : "Unknown",
      statuses: [
        ready
          ? { code: "ProvisioningState/succeeded", level: "Info", displayStatus: "Ready" }
          : { code: "ProvisioningState/Unavailable", level: "Warning", displayStatus: "Not Ready" },
      ],
    },
    extensions: [...vm.children.extensions.values()].filter((child) => child.settled).map(extensionInstanceView),
    statuses: [
      { code: "ProvisioningState/succeeded", level: "Info", displayStatus: "Provisioning succeeded" },
      { code: `PowerState/${power}`, level: "Info", displayStatus: `VM ${power}` },
    ],
  };
}

const ubuntuOffers: Readonly<Record<string, string>> = {
  "20.04": "Canonical:0001-com-ubuntu-server-focal:20_04-lts-gen2",
  "22.04": "Canonical:0001-com-ubuntu-server-jammy:22_04-lts-gen2",
};

/** Publisher, offer and SKU of the image; a system that has none in Azure came from an image of one's own. */
function imageReference({ spec }: ArmVm["machine"]): object {
  const { os, release, azure } = spec;
  const published =
    os === "ubuntu"
      ? (ubuntuOffers[release] ?? `Canonical:ubuntu-${release.replace(".", "_")}-lts:server`)
      : os === "debian"
        ? `Debian:debian-${release}:${release}-gen2`
        : os === "windows-server"
          ? `MicrosoftWindowsServer:WindowsServer:${release}-datacenter-g2`
          : undefined;
  const image = azure?.image ?? published;
  if (image === undefined || !image.includes(":")) {
    const group = `/subscriptions/${azure?.subscriptionId ?? ""}/resourceGroups/${azure?.resourceGroup ?? ""}`;
    return { id: `${group}/providers/Microsoft.Compute/images/${image ?? "golden"}` };
  }
  const [publisher, offer, sku] = image.split(":");
  return { publisher, offer, sku, version: "latest" };
}

/** https://learn.microsoft.com/azure/virtual-machines/automatic-vm-guest-patching#patch-orchestration-modes */
function patchConfiguration(vm: ArmVm): object {
  const windows = runsWindows(vm.machine);
  const patchMode = vm.machine.spec.azure?.patchMode ?? (windows ? "Manual" : "ImageDefault");
  const patchSettings = { patchMode, assessmentMode: "ImageDefault" };
  return windows
    ? { windowsConfiguration: { enableAutomaticUpdates: patchMode === "AutomaticByOS", patchSettings } }
    : { linuxConfiguration: { patchSettings } };
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
      hardwareProfile: {
        vmSize: spec.azure?.vmSize ?? (spec.arch === "arm64" ? "Standard_D2ps_v5" : "Standard_D2s_v5"),
      },
      osProfile: {
        computerName: spec.azure?.vmName,
        allowExtensionOperations: allowsExtensions(vm),
        ...patchConfiguration(vm),
      },
      storageProfile: {
        imageReference: imageReference(vm.machine),
        osDisk: { osType: runsWindows(vm.machine) ? "Windows" : "Linux" },
      },
      ...(withView ? { instanceView: vmInstanceView(vm, now) } : {}),
    },
  };
}
