/** AWS's names of the operating systems this project writes baselines for (CreatePatchBaseline, `OperatingSystem`). */
export const operatingSystems = ["AMAZON_LINUX_2", "AMAZON_LINUX_2023", "DEBIAN", "UBUNTU", "WINDOWS"] as const;

/** One OS as Patch Manager names it: the key of baselines and of a group's choices. */
export type OperatingSystem = (typeof operatingSystems)[number];

/** What may stand in the fleet file's `os` column, with the releases the project knows. */
export const releasesByOs = {
  "amazon-linux": ["2", "2023"],
  debian: ["11", "12"],
  ubuntu: ["20.04", "22.04", "24.04"],
  "windows-server": ["2016", "2019", "2022", "2025"],
} as const;

/** An OS as the fleet file names it. */
export type OsName = keyof typeof releasesByOs;

/** CPU architecture, in the words of EC2. */
export type Architecture = "x86_64" | "arm64";

/** How the SSM Agent reaches an Azure VM: the CustomScript extension, or the managed Run Command. */
export type OnboardingMethod = "customScript" | "runCommand";

/** One row of the fleet file, validated. */
export interface Server {
  /**
   * `i-…` or `asg:<name>` on AWS; the ARM resource id, lower-cased, on Azure. Unique in the fleet; a group's name
   * only at its site.
   */
  readonly id: string;
  readonly name: string;
  readonly cloud: "aws" | "azure";
  /** Key of a location (AWS) or of a subscription (Azure). */
  readonly site: string;
  /** AWS Region or Azure region of the machine itself. */
  readonly region: string;
  readonly os: OsName;
  readonly release: string;
  readonly arch: Architecture;
  readonly patchGroup: string;
  readonly environment: string;
  readonly businessUnit: string;
  readonly owner: string;
  /** How many machines the row stands for: 1, or an Auto Scaling group's usual size. */
  readonly size: number;
  /** Line of the row in the fleet file, 1-based, for faults. */
  readonly line: number;
  /** Present on Azure rows only. */
  readonly azure?: AzureVm;
}

/** What only an Azure row carries. */
export interface AzureVm {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly vmName: string;
  /** Azure's `vmId`, a GUID: the value of the node's `AzureVmId` tag. */
  readonly vmId: string;
  /** The row's method, else the subscription's. */
  readonly onboardingMethod: OnboardingMethod;
  /** Released onboarding script, e.g. `v2`, or `v2+2028` with one more signing key. */
  readonly onboardingScript: string;
  /** Raised by hand to register once more with a fresh activation; 1 at first. */
  readonly onboardingAttempt: number;
}

/** Beginning of the id of a row that stands for an Auto Scaling group. */
export const autoScalingPrefix = "asg:";

/** Whether a row stands for an Auto Scaling group. */
export function isAutoScaling({ id }: Pick<Server, "id">): boolean {
  return id.startsWith(autoScalingPrefix);
}

/** What a server is known by: the name of an Auto Scaling group is its account and Region's own, any other id is alone. */
export function serverKey(server: Pick<Server, "id" | "site">): string {
  return isAutoScaling(server) ? `${server.site} ${server.id}` : server.id;
}

/** Whether a VM runs Windows; any other OS of the fleet file is Linux. */
export function isWindows(server: Pick<Server, "os">): boolean {
  return server.os === "windows-server";
}

/** The Patch Manager operating system of a server, from its fleet row. */
export function operatingSystemOf(server: Pick<Server, "os" | "release">): OperatingSystem {
  switch (server.os) {
    case "amazon-linux":
      return server.release === "2" ? "AMAZON_LINUX_2" : "AMAZON_LINUX_2023";
    case "debian":
      return "DEBIAN";
    case "ubuntu":
      return "UBUNTU";
    case "windows-server":
      return "WINDOWS";
  }
}
