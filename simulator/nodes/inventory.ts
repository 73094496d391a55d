import type { OperatingSystem } from "../../domain/server.ts";
import type { SimulatedCloud } from "../state/cloud.ts";
import { packageManagerOf } from "../world/operatingSystems.ts";
import type { ManagedNode, InventoryType, NodeInventory } from "../state/nodes.ts";
import type { Machine } from "../world/machine.ts";
import { installedPackages } from "../world/packageState.ts";
import type { InstalledPackage } from "../world/packageState.ts";
import { packagesOf } from "./packages.ts";

/** Inventory types that the embedded cloud gathers; `AWS:InstanceInformation` comes with every run. */
export const inventoryTypes: readonly InventoryType[] = [
  "AWS:Application",
  "AWS:AWSComponent",
  "AWS:InstanceInformation",
  "AWS:Network",
  "AWS:WindowsUpdate",
];

/** One entry of an inventory type: attributes by name. */
export type InventoryEntry = Readonly<Record<string, string>>;

const second = 1000;
/** Maintainers of most packages. */
const debPublishers: Readonly<Partial<Record<OperatingSystem, string>>> = {
  DEBIAN: "Debian Maintainers <debian-devel@lists.debian.org>",
  UBUNTU: "Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>",
};
/** Parameters of AWS-GatherSoftwareInventory and what each gathers; the others gather nothing here. */
const gathered: Readonly<Record<string, InventoryType>> = {
  applications: "AWS:Application",
  awsComponents: "AWS:AWSComponent",
  networkConfig: "AWS:Network",
  windowsUpdates: "AWS:WindowsUpdate",
};

/**
 * Takes down what AWS-GatherSoftwareInventory gathers on a node; what it found before is gone.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-schema.html
 */
export function gatherInventory(
  cloud: SimulatedCloud,
  node: ManagedNode,
  machine: Machine,
  inputs: Readonly<Record<string, unknown>>,
  at: Date,
): void {
  const { table, installed, installedAt, older } = packagesOf(cloud, machine);
  const wanted = Object.entries(gathered).flatMap(([name, type]) => (inputs[name] === "Enabled" ? [type] : []));
  node.inventory = {
    capturedAt: at,
    types: [
      "AWS:InstanceInformation",
      ...wanted.filter((type) => type !== "AWS:WindowsUpdate" || table.os === "WINDOWS"),
    ],
    table,
    installed: installed.slice(),
    installedAt: installedAt.slice(),
    older: new Map(older),
    agentVersion: node.agentVersion,
    computerName: node.computerName ?? "",
    ipAddress: node.ipAddress ?? "",
    platform: node.platform,
  };
}

function instantText(seconds: number): string {
  return new Date(seconds * second).toISOString().replace(".000Z", "Z");
}

/** dpkg's word for it is written as rpm's; any other stays. */
function architecture(arch: string): string {
  return arch === "amd64" ? "x86_64" : arch;
}

function debEntry({ row, release }: InstalledPackage, os: OperatingSystem): InventoryEntry {
  const { name, version } = row.release(release);
  return {
    Name: name,
    Publisher: debPublishers[os] ?? "",
    Version: version,
    ApplicationType: row.section,
    Architecture: architecture(row.arch),
    PackageId: `${name}_${version}_${row.arch}.deb`,
  };
}

/** Whether an agent tells release and epoch of an rpm: those since 2018 do (INFERRED: from version 2.3 on). */
function tellsRelease(agentVersion: string): boolean {
  const [major = 0, minor = 0] = agentVersion.split(".").map(Number);
  return major > 2 || (major === 2 && minor >= 3);
}

/** `epoch:version-release` in its parts; the epoch 0 is none. */
function rpmEntry({ row, release: index, installedAt }: InstalledPackage, agentVersion: string): InventoryEntry {
  const { name, version: evr } = row.release(index);
  const colon = evr.indexOf(":");
  const dash = evr.lastIndexOf("-");
  const epoch = evr.slice(0, Math.max(0, colon));
  const release = evr.slice(dash + 1);
  const version = evr.slice(colon + 1, dash);
  return {
    Name: name,
    Publisher: "Amazon Linux",
    Version: version,
    ...(tellsRelease(agentVersion) ? { Release: release } : {}),
    ...(tellsRelease(agentVersion) && epoch !== "" && epoch !== "0" ? { Epoch: epoch } : {}),
    InstalledTime: instantText(installedAt),
    ApplicationType: "Unspecified",
    Architecture: row.arch,
    PackageId: `${name}-${version}-${release}.src.rpm`,
  };
}

function agentEntry({ agentVersion, platform }: NodeInventory): InventoryEntry {
  const windows = platform.type === "Windows";
  return {
    Name: windows ? "Amazon SSM Agent" : "amazon-ssm-agent",
    ApplicationType: windows ? "" : "admin",
    Publisher: "Amazon.com",
    Version: agentVersion,
    Architecture: "x86_64",
  };
}

function applications(inventory: NodeInventory): InventoryEntry[] {
  const { os } = inventory.table;
  if (os === "WINDOWS") return [agentEntry(inventory)];
  return installedPackages(inventory).map((each) =>
    packageManagerOf(os) === "apt" ? debEntry(each, os) : rpmEntry(each, inventory.agentVersion),
  );
}

function windowsUpdates(inventory: NodeInventory): InventoryEntry[] {
  return installedPackages(inventory).map(({ row, release, installedAt }) => {
    const { version, classification } = row.release(release);
    return {
      HotFixId: version,
      Description: classification === "SecurityUpdates" ? "Security Update" : "Update",
      InstalledTime: instantText(installedAt),
      InstalledBy: "NT AUTHORITY\\SYSTEM",
    };
  });
}

function instanceInformation(node: ManagedNode, inventory: NodeInventory): InventoryEntry {
  return {
    InstanceId: node.id,
    ComputerName: inventory.computerName,
    IpAddress: inventory.ipAddress,
    AgentType: "amazon-ssm-agent",
    AgentVersion: inventory.agentVersion,
    PlatformType: inventory.platform.type,
    PlatformName: inventory.platform.name ?? "",
    PlatformVersion: inventory.platform.version ?? "",
    ResourceType: node.kind,
    InstanceStatus: "Active",
  };
}

/** The entries of one type that a node's last inventory found; none when it did not gather that type. */
export function inventoryEntries(node: ManagedNode, inventory: NodeInventory, type: InventoryType): InventoryEntry[] {
  if (!inventory.types.includes(type)) return [];
  switch (type) {
    case "AWS:Application":
      return applications(inventory);
    case "AWS:AWSComponent":
      return [agentEntry(inventory)];
    case "AWS:InstanceInformation":
      return [instanceInformation(node, inventory)];
    case "AWS:Network":
      return [{ Name: "eth0", IPV4: inventory.ipAddress }];
    case "AWS:WindowsUpdate":
      return windowsUpdates(inventory);
  }
}
