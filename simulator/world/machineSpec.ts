import type { Architecture, OsName } from "../../domain/server.ts";
import { unitInterval } from "./chance.ts";
import type { FaultKind, PlannedFault } from "./faultKinds.ts";

/** Where an Azure VM stands in ARM. */
export interface AzurePlace {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly vmName: string;
  readonly vmId: string;
  /** Size as ARM names it. @defaultValue a usual one of its architecture */
  readonly vmSize?: string;
  /** Whether its guest agent answers, while the VM runs. @defaultValue true */
  readonly guestAgentReady?: boolean;
  /** Whether it takes extensions and run commands. @defaultValue true */
  readonly allowsExtensions?: boolean;
  /** Who patches it for Azure. @defaultValue `ImageDefault` on Linux, `Manual` on Windows */
  readonly patchMode?: "ImageDefault" | "Manual" | "AutomaticByOS" | "AutomaticByPlatform";
  /** Publisher, offer and SKU of its image, by colons. @defaultValue the publisher's of its release */
  readonly image?: string;
}

/** A machine as the world begins. */
export interface MachineSpec {
  /** `i-…`, or the ARM resource id. */
  readonly id: string;
  readonly name: string;
  readonly cloud: "aws" | "azure";
  /** Account and Region of an EC2 instance; empty account for an Azure VM. */
  readonly accountId: string;
  readonly region: string;
  readonly os: OsName;
  readonly release: string;
  readonly arch: Architecture;
  readonly tags: Readonly<Record<string, string>>;
  readonly azure?: AzurePlace;
  /** What is wrong with it from before the world begins, and for good. */
  readonly failure?: FaultKind;
  /** What goes wrong with it, and when. */
  readonly faults?: readonly PlannedFault[];
  /** False for a machine that is stopped when the world begins. */
  readonly running: boolean;
  /** False for an instance whose agent never registered: EC2 alone knows it. @defaultValue true */
  readonly managed?: boolean;
  /** Name of the image of an instance; empty for one that is no more. @defaultValue the publisher's of its release */
  readonly imageName?: string;
  /** Version of its agent, where it is not the newest. */
  readonly agentVersion?: string;
  /** Minutes that a scan takes, the installation of one patch, and a reboot. @defaultValue 2, –, 4 */
  readonly scanMinutes?: number;
  readonly minutesPerPatch: number;
  readonly rebootMinutes?: number;
}

/** Private IPv4 address of a machine, drawn from its id. */
export function privateAddress(seed: number, id: string): string {
  const draw = Math.floor(unitInterval(seed, "address", id) * 0x1000000);
  return ["10", draw >>> 16, (draw >>> 8) & 0xff, draw & 0xff].map(String).join(".");
}

/** Name by which an instance knows itself. */
export function computerNameOf({ name, region }: Pick<MachineSpec, "name" | "region">): string {
  return `${name}.${region}.compute.internal`;
}

/** Name and version as the agent reports them, per fleet OS. */
export function platformOf(spec: Pick<MachineSpec, "os" | "release">): {
  readonly type: "Linux" | "Windows";
  readonly name: string;
  readonly version: string;
} {
  switch (spec.os) {
    case "amazon-linux":
      return { type: "Linux", name: "Amazon Linux", version: spec.release };
    case "debian":
      return { type: "Linux", name: "Debian GNU/Linux", version: spec.release };
    case "ubuntu":
      return { type: "Linux", name: "Ubuntu", version: spec.release };
    case "windows-server":
      return {
        type: "Windows",
        name: `Microsoft Windows Server ${spec.release} Datacenter`,
        version: windowsVersions[spec.release] ?? "10.0",
      };
  }
}

const windowsVersions: Readonly<Record<string, string>> = {
  "2016": "10.0.14393",
  "2019": "10.0.17763",
  "2022": "10.0.20348",
  "2025": "10.0.26100",
};
