import type { OperatingSystem } from "../../domain/server.ts";
import type { MachineSpec } from "./machineSpec.ts";

/** Patch Manager's name of a machine's operating system. */
export function operatingSystemOf({ os, release }: Pick<MachineSpec, "os" | "release">): OperatingSystem {
  if (os === "amazon-linux") return release === "2" ? "AMAZON_LINUX_2" : "AMAZON_LINUX_2023";
  return os === "windows-server" ? "WINDOWS" : os === "debian" ? "DEBIAN" : "UBUNTU";
}

/** The package manager of an operating system. */
export function packageManagerOf(os: OperatingSystem): "apt" | "yum" | "windows" {
  if (os === "WINDOWS") return "windows";
  return os === "DEBIAN" || os === "UBUNTU" ? "apt" : "yum";
}

/** Values of a PRODUCT filter that mean a release; Amazon Linux 2 has two (INFERRED for the newest releases). */
export function productNames({ os, release }: Pick<MachineSpec, "os" | "release">): readonly string[] {
  const names = {
    "amazon-linux": "AmazonLinux",
    debian: "Debian",
    ubuntu: "Ubuntu",
    "windows-server": "WindowsServer",
  };
  const name = `${names[os]}${release}`;
  return name === "AmazonLinux2" ? [name, "AmazonLinux2.0"] : [name];
}
