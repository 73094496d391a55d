import { createHash } from "node:crypto";
import type { OperatingSystem } from "@aws-sdk/client-ssm";
import type { BaselineRecord, RuleRecord } from "../../state/baselines.ts";
import { emptyContent } from "./baselineRules.ts";
import type { RegionState } from "../../state/region.ts";

type Filter = readonly [key: RuleRecord["PatchFilterGroup"]["PatchFilters"][number]["Key"], ...values: string[]];

interface Predefined {
  readonly name: string;
  readonly os: OperatingSystem;
  readonly rules: readonly { readonly filters: readonly Filter[]; readonly nonSecurity?: true }[];
  /** False for the Windows baselines that are not the default one. */
  readonly isDefault: boolean;
  readonly afterDays: number;
}

const week = 7;
const securityAndBugfix: Predefined["rules"] = [
  {
    filters: [
      ["PRODUCT", "*"],
      ["CLASSIFICATION", "Security"],
      ["SEVERITY", "Critical", "Important"],
    ],
  },
  {
    filters: [
      ["PRODUCT", "*"],
      ["CLASSIFICATION", "Bugfix"],
    ],
  },
];
const everyPriority: Predefined["rules"] = [
  {
    filters: [
      ["PRODUCT", "*"],
      ["PRIORITY", "Required", "Important", "Standard", "Optional", "Extra"],
    ],
  },
];
const windowsSecurity: Predefined["rules"] = [
  {
    filters: [
      ["PRODUCT", "*"],
      ["CLASSIFICATION", "CriticalUpdates", "SecurityUpdates"],
      ["MSRC_SEVERITY", "Critical", "Important"],
    ],
  },
];
const everything: Predefined["rules"] = [{ filters: [["PRODUCT", "*"]], nonSecurity: true }];

function standard(name: string, os: OperatingSystem, rules: Predefined["rules"], afterDays = week): Predefined {
  return { name, os, rules, afterDays, isDefault: true };
}

/**
 * Names and rules as published; the Windows default covers the operating system only.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-predefined-and-custom-patch-baselines.html
 */
const predefined: readonly Predefined[] = [
  standard("AWS-AlmaLinuxDefaultPatchBaseline", "ALMA_LINUX", securityAndBugfix),
  standard("AWS-AmazonLinuxDefaultPatchBaseline", "AMAZON_LINUX", securityAndBugfix),
  standard("AWS-AmazonLinux2DefaultPatchBaseline", "AMAZON_LINUX_2", securityAndBugfix),
  standard("AWS-AmazonLinux2022DefaultPatchBaseline", "AMAZON_LINUX_2022", securityAndBugfix),
  standard("AWS-AmazonLinux2023DefaultPatchBaseline", "AMAZON_LINUX_2023", securityAndBugfix),
  standard("AWS-CentOSDefaultPatchBaseline", "CENTOS", everything),
  standard("AWS-DebianDefaultPatchBaseline", "DEBIAN", everyPriority, 0),
  standard("AWS-DefaultRaspbianPatchBaseline", "RASPBIAN", everyPriority, 0),
  standard(
    "AWS-MacOSDefaultPatchBaseline",
    "MACOS",
    [
      {
        filters: [
          ["PRODUCT", "*"],
          ["CLASSIFICATION", "Security"],
        ],
      },
    ],
    0,
  ),
  standard("AWS-OracleLinuxDefaultPatchBaseline", "ORACLE_LINUX", securityAndBugfix),
  standard("AWS-RedHatDefaultPatchBaseline", "REDHAT_ENTERPRISE_LINUX", securityAndBugfix),
  standard("AWS-RockyLinuxDefaultPatchBaseline", "ROCKY_LINUX", securityAndBugfix),
  standard("AWS-SuseDefaultPatchBaseline", "SUSE", [
    {
      filters: [
        ["PRODUCT", "*"],
        ["CLASSIFICATION", "Security"],
        ["SEVERITY", "Critical", "Important"],
      ],
    },
  ]),
  standard("AWS-UbuntuDefaultPatchBaseline", "UBUNTU", everyPriority, 0),
  standard("AWS-DefaultPatchBaseline", "WINDOWS", windowsSecurity),
  { ...standard("AWS-WindowsPredefinedPatchBaseline-OS", "WINDOWS", windowsSecurity), isDefault: false },
  {
    ...standard("AWS-WindowsPredefinedPatchBaseline-OS-Applications", "WINDOWS", [
      ...windowsSecurity,
      {
        filters: [
          ["PATCH_SET", "APPLICATION"],
          ["PRODUCT", "*"],
        ],
      },
    ]),
    isDefault: false,
  },
];

/**
 * How descriptions write the systems: CentOS and SUSE as in the examples of `aws ssm describe-patch-baselines`; the others
 * follow them (INFERRED).
 */
const systemNames: Readonly<Partial<Record<OperatingSystem, string>>> = {
  ALMA_LINUX: "Alma Linux",
  AMAZON_LINUX: "Amazon Linux",
  AMAZON_LINUX_2: "Amazon Linux 2",
  AMAZON_LINUX_2022: "Amazon Linux 2022",
  AMAZON_LINUX_2023: "Amazon Linux 2023",
  CENTOS: "CentOS",
  DEBIAN: "Debian",
  MACOS: "MacOS",
  ORACLE_LINUX: "Oracle Linux",
  RASPBIAN: "Raspbian",
  REDHAT_ENTERPRISE_LINUX: "Redhat Enterprise Linux",
  ROCKY_LINUX: "Rocky Linux",
  SUSE: "Suse",
  UBUNTU: "Ubuntu",
  WINDOWS: "Windows",
};

/** The account that owns the predefined baselines here; AWS's own differs by Region. */
const owner = "075727635805";
const publishedAt = new Date("2023-03-15T00:00:00Z");

function ruleOf(entry: Predefined, rule: Predefined["rules"][number]): RuleRecord {
  return {
    PatchFilterGroup: { PatchFilters: rule.filters.map(([Key, ...Values]) => ({ Key, Values })) },
    ComplianceLevel: "UNSPECIFIED",
    ApproveAfterDays: entry.afterDays,
    EnableNonSecurity: rule.nonSecurity ?? false,
  };
}

function derivedArn(state: RegionState, name: string): string {
  const id = createHash("sha256").update(`${state.region}/${name}`).digest("hex").slice(0, 17);
  return `arn:${state.partition}:ssm:${state.region}:${owner}:patchbaseline/pb-${id}`;
}

/**
 * Puts AWS's own baselines into an account's Region and makes them the defaults.
 * @param arns - ARNs to use, by baseline name, where they are known; the others are derived and differ from AWS's.
 */
export function seedPredefinedBaselines(state: RegionState, arns: Readonly<Record<string, string>>): void {
  for (const entry of predefined) {
    const id = arns[entry.name] ?? derivedArn(state, entry.name);
    const record: BaselineRecord = {
      ...emptyContent(entry.os),
      id,
      name: entry.name,
      description: `Default Patch Baseline for ${systemNames[entry.os] ?? entry.os} Provided by AWS.`,
      awsOwned: true,
      rules: entry.rules.map((rule) => ruleOf(entry, rule)),
      createdAt: publishedAt,
      modifiedAt: publishedAt,
    };
    state.baselines.set(id, record);
    if (entry.isDefault) state.defaultBaselines.set(entry.os, id);
  }
}
