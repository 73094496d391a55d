import type { OperatingSystem } from "@aws-sdk/client-ssm";
import { validationError } from "../../http/apiError.ts";
import type { RuleRecord } from "../../state/baselines.ts";

/** Operating systems with apt, whose rules know no approval delay. */
export const aptSystems: ReadonlySet<OperatingSystem> = new Set(["UBUNTU", "DEBIAN", "RASPBIAN"]);

/** Any text, as far as the pages say. */
const any = "";

/** A key's values in one text; AWS keeps them in DescribePatchProperties, and these are of older copies of its pages. */
type Keys = Readonly<Record<string, string>>;

const apt: Keys = { PRODUCT: any, PRIORITY: "Required Important Standard Optional Extra", SECTION: any };
const rpm: Keys = { PRODUCT: any, CLASSIFICATION: any, SEVERITY: any };
const amazonLinux: Keys = {
  PRODUCT: any,
  CLASSIFICATION: "Security Bugfix Enhancement Recommended Newpackage",
  SEVERITY: "Critical Important Medium Low",
};
const keysBySystem: Readonly<Partial<Record<OperatingSystem, Keys>>> = {
  UBUNTU: apt,
  DEBIAN: apt,
  RASPBIAN: { ...apt, PRIORITY: any },
  MACOS: { PRODUCT: any, CLASSIFICATION: any },
  AMAZON_LINUX_2: amazonLinux,
  AMAZON_LINUX_2023: amazonLinux,
  WINDOWS: {
    PRODUCT: any,
    PRODUCT_FAMILY: any,
    CLASSIFICATION:
      "CriticalUpdates DefinitionUpdates Drivers FeaturePacks SecurityUpdates ServicePacks Tools UpdateRollups Updates Upgrades",
    MSRC_SEVERITY: "Critical Important Moderate Low Unspecified",
    PATCH_SET: "OS APPLICATION",
  },
};

/** Values of a key that an operating system's filters may have; undefined where only AWS knows them. */
export function knownValues(operatingSystem: OperatingSystem, key: string): readonly string[] | undefined {
  const known = (keysBySystem[operatingSystem] ?? rpm)[key];
  return known === undefined || known === any ? undefined : known.split(" ");
}

/**
 * Refuses filters whose key or value an operating system does not have.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribePatchProperties.html
 */
export function checkFilters(
  operatingSystem: OperatingSystem,
  filters: RuleRecord["PatchFilterGroup"]["PatchFilters"],
): void {
  const keys = keysBySystem[operatingSystem] ?? rpm;
  for (const { Key, Values } of filters) {
    const known = keys[Key];
    if (known === undefined)
      throw validationError(
        `Invalid Filter Key: ${Key} for Operating System: ${operatingSystem}. Valid keys: ${Object.keys(keys).join(", ")}`,
      );
    // "All" is the console's label for every product; the API wants `*`.
    const refused = Values.find((value) =>
      known === any ? Key === "PRODUCT" && value === "All" : value !== "*" && !known.split(" ").includes(value),
    );
    if (refused !== undefined) throw validationError(`Invalid Filter Value: ${refused} for Key: ${Key}`);
  }
}
