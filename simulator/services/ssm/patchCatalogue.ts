import type { Patch, PatchOrchestratorFilter } from "@aws-sdk/client-ssm";
import { ApiError, validationError } from "../../http/apiError.ts";
import { packageTable } from "../../world/packageTable.ts";
import type { PackageRow, Release } from "../../world/packageRow.ts";
import { windowsProductNames } from "../../data/windowsUpdates.ts";
import type { Checked } from "../../state/checked.ts";

/** One patch that AWS would list, with what a baseline's filters ask of it. */
export interface CataloguePatch {
  readonly release: Release;
  readonly shown: Patch;
  /** Values of the filter keys of baselines and of DescribeAvailablePatches. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

function kbNumber({ version }: Release): string {
  return version.replace(/^KB/, "");
}

function windowsPatch(product: string, release: Release): CataloguePatch {
  const shown: Patch = {
    Id: kbNumber(release),
    ReleaseDate: release.releasedAt,
    Title: release.title,
    Vendor: "Microsoft",
    ProductFamily: "Windows",
    Product: product,
    Classification: release.classification,
    MsrcSeverity: release.severity,
    KbNumber: release.version,
    Language: "All",
  };
  const values = {
    PATCH_SET: ["OS"],
    PRODUCT: [product],
    PRODUCT_FAMILY: ["Windows"],
    CLASSIFICATION: [release.classification],
    MSRC_SEVERITY: [release.severity],
    PATCH_ID: [kbNumber(release), release.version],
  };
  return { release, shown, values };
}

function linuxPatch(product: string, { arch }: PackageRow, release: Release): CataloguePatch {
  const [, epoch = "0", version = "", rest = ""] = /^(?:(\d+):)?(.+)-([^-]+)$/.exec(release.version) ?? [];
  const shown: Patch = {
    Name: release.name,
    Epoch: Number(epoch),
    Version: version,
    Release: rest,
    Arch: arch,
    Product: product,
    ReleaseDate: release.releasedAt,
    Classification: release.classification,
    Severity: release.severity,
    AdvisoryIds: release.advisory === "" ? [] : [release.advisory],
    BugzillaIds: [],
    CVEIds: [...release.cves],
  };
  const values = {
    PRODUCT: [product],
    NAME: [release.name],
    EPOCH: [epoch],
    VERSION: [version],
    RELEASE: [rest],
    ARCH: [arch],
    CLASSIFICATION: [release.classification],
    SEVERITY: [release.severity],
    SECURITY: [String(release.security)],
    CVE_ID: release.cves,
    ADVISORY_ID: [release.advisory],
  };
  return { release, shown, values };
}

function releasesOf(row: PackageRow, now: Date): Release[] {
  const newest = row.calendar.newest(now);
  return Array.from({ length: newest + 1 }, (_, index) => row.release(newest - index)).filter(
    ({ version }) => version !== "",
  );
}

/** The updates of every release of Windows Server that have come out by an instant, newest first in each of their chains. */
export function windowsPatches(now: Date): CataloguePatch[] {
  return Object.keys(windowsProductNames).flatMap((release) => {
    const table = packageTable({ os: "windows-server", release, arch: "x86_64", cloud: "aws" });
    const [product = ""] = table.products;
    return table.rows.flatMap((row) => releasesOf(row, now).map((each) => windowsPatch(product, each)));
  });
}

/** What notices carry for Amazon Linux 2. */
function amazonPatches(now: Date): CataloguePatch[] {
  return (["x86_64", "arm64"] as const).flatMap((arch) => {
    const table = packageTable({ os: "amazon-linux", release: "2", arch, cloud: "aws" });
    return table.rows.flatMap((row) =>
      releasesOf(row, now)
        .filter(({ classification }) => classification !== "")
        .map((release) => linuxPatch("AmazonLinux2", row, release)),
    );
  });
}

/** Keys of either system, as the page of DescribeAvailablePatches lists them. */
const windowsKeys = ["PATCH_SET", "PRODUCT", "PRODUCT_FAMILY", "CLASSIFICATION", "MSRC_SEVERITY", "PATCH_ID"];
const linuxKeys = [
  "PRODUCT",
  "NAME",
  "EPOCH",
  "VERSION",
  "RELEASE",
  "ARCH",
  "CLASSIFICATION",
  "SEVERITY",
  "SECURITY",
  "CVE_ID",
  "ADVISORY_ID",
];

/**
 * The patches that pass every filter. Without a PRODUCT of Amazon Linux the catalogue is that of Windows Server; a filter
 * has one value, and applications of Microsoft are not covered.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeAvailablePatches.html
 */
export function availablePatches(
  filters: readonly Checked<PatchOrchestratorFilter>[],
  now: Date,
): readonly CataloguePatch[] {
  const product = filters.find(({ Key }) => Key === "PRODUCT")?.Values?.[0] ?? "";
  const linux = product.startsWith("AmazonLinux");
  const known = linux ? linuxKeys : windowsKeys;
  for (const { Key = "", Values = [] } of filters) {
    if (!known.includes(Key)) throw validationError(`Invalid filter key: ${Key}. Valid keys: ${known.join(", ")}`);
    if (Values.length !== 1) throw validationError(`Filter ${Key} must have exactly one value.`);
    if (Key === "PATCH_SET" && Values[0] === "APPLICATION")
      throw validationError("Patches of applications are not covered by the embedded cloud.");
  }
  const all = linux ? amazonPatches(now) : windowsPatches(now);
  return all.filter(({ values }) =>
    filters.every(({ Key = "", Values = [] }) => Values.every((value) => values[Key]?.includes(value) === true)),
  );
}

/** Refuses a system whose patches AWS does not list for a baseline. */
export function checkWindows(operatingSystem: string): void {
  if (operatingSystem !== "WINDOWS")
    throw new ApiError(
      "UnsupportedOperatingSystem",
      `Effective patches are those of WINDOWS, not of ${operatingSystem}.`,
    );
}
