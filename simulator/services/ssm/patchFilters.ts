import type { OperatingSystem } from "@aws-sdk/client-ssm";
import { validationError } from "../../http/apiError.ts";
import type { RuleRecord } from "../../state/baselines.ts";

/** Operating systems with apt, whose rules know no approval delay. */
export const aptSystems: ReadonlySet<OperatingSystem> = new Set(["UBUNTU", "DEBIAN", "RASPBIAN"]);

/** Any text, as far as the pages say. */
const any = "";

/** A key's values in one text; AWS keeps them in DescribePatchProperties, and these are of older copies of its pages. */
type Keys = Readonly<Record<string, string>>;

/** Of a section AWS's pages say that only its length is looked at. */
const apt: Keys = { PRODUCT: any, PRIORITY: "Required Important Standard Optional Extra", SECTION: any };
const rpm: Keys = { PRODUCT: any, CLASSIFICATION: any, SEVERITY: any };
const amazonLinux: Keys = {
  PRODUCT: any,
  CLASSIFICATION: "Security Bugfix Enhancement Recommended Newpackage",
  SEVERITY: "Critical Important Medium Low",
};
/**
 * Of products, the spellings of the releases that Patch Manager is documented to support; those of Amazon Linux 1 are
 * AWS's own words (https://github.com/hashicorp/terraform-provider-aws/issues/18359).
 */
const keysBySystem: Readonly<Partial<Record<OperatingSystem, Keys>>> = {
  UBUNTU: {
    ...apt,
    PRODUCT: "Ubuntu14.04 Ubuntu16.04 Ubuntu18.04 Ubuntu20.04 Ubuntu22.04 Ubuntu24.04 Ubuntu25.04",
  },
  DEBIAN: { ...apt, PRODUCT: "Debian8 Debian9 Debian10 Debian11 Debian12" },
  RASPBIAN: { ...apt, PRIORITY: any },
  MACOS: { PRODUCT: any, CLASSIFICATION: any },
  AMAZON_LINUX: {
    ...rpm,
    PRODUCT:
      "AmazonLinux2012.03 AmazonLinux2012.09 AmazonLinux2013.03 AmazonLinux2013.09 AmazonLinux2014.03 " +
      "AmazonLinux2014.09 AmazonLinux2015.03 AmazonLinux2015.09 AmazonLinux2016.03 AmazonLinux2016.09 " +
      "AmazonLinux2017.03 AmazonLinux2017.09 AmazonLinux2018.03",
  },
  AMAZON_LINUX_2: { ...amazonLinux, PRODUCT: "AmazonLinux2 AmazonLinux2.0" },
  AMAZON_LINUX_2023: { ...amazonLinux, PRODUCT: "AmazonLinux2023" },
  WINDOWS: {
    PRODUCT:
      "Windows7 Windows8 Windows8.1 Windows8Embedded Windows10 Windows10LTSB WindowsServer2008 WindowsServer2008R2 " +
      "WindowsServer2012 WindowsServer2012R2 WindowsServer2016 WindowsServer2019 WindowsServer2022 WindowsServer2025 " +
      "MicrosoftDefenderAntivirus",
    PRODUCT_FAMILY: "Windows",
    CLASSIFICATION:
      "CriticalUpdates DefinitionUpdates Drivers FeaturePacks SecurityUpdates ServicePacks Tools UpdateRollups Updates Upgrades",
    MSRC_SEVERITY: "Critical Important Moderate Low Unspecified",
    PATCH_SET: "OS APPLICATION",
  },
};

/** Keys whose values are another matter for Microsoft's applications: no page of AWS lists those. */
const ofApplications: ReadonlySet<string> = new Set(["PRODUCT", "PRODUCT_FAMILY"]);

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
  const applications = filters.some(
    ({ Key, Values }) => Key === "PATCH_SET" && Values.some((set) => set === "APPLICATION" || set === "*"),
  );
  for (const { Key, Values } of filters) {
    if (keys[Key] === undefined)
      throw validationError(
        `Invalid Filter Key: ${Key} for Operating System: ${operatingSystem}. Valid keys: ${Object.keys(keys).join(", ")}`,
      );
    const known = applications && ofApplications.has(Key) ? undefined : knownValues(operatingSystem, Key);
    // "All" is the console's label for every product; the API wants `*`.
    const refused = Values.find((value) =>
      known === undefined ? Key === "PRODUCT" && value === "All" : value !== "*" && !known.includes(value),
    );
    if (refused !== undefined)
      throw validationError(
        `Invalid Filter Value: ${refused} for Key: ${Key}${known === undefined ? "" : `, valid values are: ${known.join(", ")}`}`,
      );
  }
}
