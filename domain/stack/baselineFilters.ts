import type { OperatingSystem } from "../server.ts";

type Family = "apt" | "yum" | "windows";

const familyOf: Readonly<Record<OperatingSystem, Family>> = {
  AMAZON_LINUX_2: "yum",
  AMAZON_LINUX_2023: "yum",
  DEBIAN: "apt",
  UBUNTU: "apt",
  WINDOWS: "windows",
};

/** The package manager a baseline's operating system stands for. */
export function packageFamily(os: OperatingSystem): Family {
  return familyOf[os];
}

/** Debian's package priorities, all five: `PRIORITY` of a rule that leaves nothing out. */
export const aptPriorities: readonly string[] = ["Required", "Important", "Standard", "Optional", "Extra"];

/**
 * Values of each filter key, by package family; undefined where they are the OS's own, or AWS takes any text of 1–64
 * characters.
 *
 * Keys are those of DescribePatchProperties. AWS took the lists of values out of its pages and points to that call;
 * these are from older copies of the API's text (INFERRED to hold). `Moderate` is SUSE's and Oracle's word: Amazon
 * Linux has `Medium`.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribePatchProperties.html
 */
const filters: Readonly<Record<Family, Readonly<Record<string, readonly string[] | undefined>>>> = {
  apt: { PRODUCT: undefined, PRIORITY: aptPriorities, SECTION: undefined },
  yum: {
    PRODUCT: undefined,
    CLASSIFICATION: ["Security", "Bugfix", "Enhancement", "Recommended", "Newpackage"],
    SEVERITY: ["Critical", "Important", "Medium", "Low"],
  },
  windows: {
    PRODUCT: undefined,
    PRODUCT_FAMILY: undefined,
    CLASSIFICATION: [
      "CriticalUpdates",
      "DefinitionUpdates",
      "Drivers",
      "FeaturePacks",
      "SecurityUpdates",
      "ServicePacks",
      "Tools",
      "UpdateRollups",
      "Updates",
      "Upgrades",
    ],
    MSRC_SEVERITY: ["Critical", "Important", "Moderate", "Low", "Unspecified"],
    PATCH_SET: ["OS", "APPLICATION"],
  },
};

/** The filter keys that a rule may use on an operating system, in the order in which they are written. */
export function patchFilterKeys(os: OperatingSystem): readonly string[] {
  return Object.keys(filters[packageFamily(os)]);
}

/** The values that AWS knows for a key on every operating system of a family, or undefined. */
export function patchFilterValues(os: OperatingSystem, key: string): readonly string[] | undefined {
  return filters[packageFamily(os)][key];
}

/**
 * The values of a `PRODUCT` filter that stand for a release; `*` stands for all. Amazon Linux 2 has two names in AWS's
 * older lists. The spellings for Ubuntu from 18.04, Debian, Amazon Linux 2023 and Windows Server 2025 follow the pattern of the documented ones (INFERRED).
 */
export function productNames(os: OperatingSystem, release: string): readonly string[] {
  switch (os) {
    case "AMAZON_LINUX_2":
      return ["AmazonLinux2", "AmazonLinux2.0"];
    case "AMAZON_LINUX_2023":
      return ["AmazonLinux2023"];
    case "DEBIAN":
      return [`Debian${release}`];
    case "UBUNTU":
      return [`Ubuntu${release}`];
    case "WINDOWS":
      return [`WindowsServer${release}`];
  }
}

const kernels: Readonly<Record<OperatingSystem, readonly string[]>> = {
  AMAZON_LINUX_2: ["kernel*"],
  AMAZON_LINUX_2023: ["kernel*"],
  DEBIAN: ["linux-headers-*", "linux-image-*"],
  UBUNTU: ["linux-aws*", "linux-azure*", "linux-generic*", "linux-headers-*", "linux-image-*", "linux-modules-*"],
  WINDOWS: [],
};

/**
 * What an ordinary baseline rejects to keep kernels out, and a kernel baseline approves. Wildcards work on apt as well:
 * AWS's on-node code matches with fnmatch, although its page speaks of bare names only (INFERRED to hold today).
 * Windows has none: its kernel comes with the cumulative updates.
 */
export function kernelPackages(os: OperatingSystem): readonly string[] {
  return kernels[os];
}
