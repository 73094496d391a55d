import type { OsName, releasesByOs } from "../server.ts";

/** One stretch of a release's life in which its vendor publishes security updates. */
export interface SupportPhase {
  /** The vendor's own name of it. */
  readonly name: string;
  /** `included`: every server gets the updates. `separate`: only one that is enrolled, usually for money. */
  readonly access: "included" | "separate";
  /** Last day of it, `yyyy-mm-dd`. */
  readonly ends: string;
  /** The vendor's page about it. */
  readonly source: string;
  /** Present where no source names the day, or sources disagree: docs/limits.md. */
  readonly unconfirmed?: true;
}

/** A release's phases, in the order in which they end; the first is always an included one. */
export type ReleaseSupport = readonly [SupportPhase, ...SupportPhase[]];

/** Every release that the fleet file may name. */
export type VendorSupportTable = {
  readonly [Os in OsName]: Readonly<Record<(typeof releasesByOs)[Os][number], ReleaseSupport>>;
};

/** The day on which every date of {@link vendorSupportTable} was last looked up. Change it with the dates only. */
export const vendorSupportCheckedOn = "2026-11-26";

const ubuntuPage = "https://ubuntu.com/about/release-cycle";
const debianPage = "https://wiki.debian.org/DebianReleases";
const debianLtsPage = "https://wiki.debian.org/LTS";

function ubuntu(
  standard: Pick<SupportPhase, "ends" | "unconfirmed">,
  pro: string,
  legacy: string,
): readonly [SupportPhase, SupportPhase, SupportPhase] {
  const separate = { access: "separate", source: ubuntuPage, unconfirmed: true } as const;
  return [
    { name: "standard support", access: "included", source: ubuntuPage, ...standard },
    { name: "Ubuntu Pro (ESM)", ends: pro, ...separate },
    { name: "Ubuntu Pro with the Legacy add-on", ends: legacy, ...separate },
  ];
}

function debian(regular: string, lts: string): readonly [SupportPhase, SupportPhase] {
  return [
    { name: "regular security support", access: "included", ends: regular, source: debianPage },
    { name: "LTS", access: "included", ends: lts, source: debianLtsPage },
  ];
}

function windows(release: string, mainstream: string, extended: string): readonly [SupportPhase, SupportPhase] {
  const source = `https://learn.microsoft.com/lifecycle/products/windows-server-${release}`;
  return [
    { name: "mainstream support", access: "included", ends: mainstream, source },
    { name: "extended support", access: "included", ends: extended, source },
  ];
}

/** How long vendors publish security updates. */
export const vendorSupportTable: VendorSupportTable = {
  "amazon-linux": {
    2: [
      {
        name: "support",
        access: "included",
        ends: "2026-06-30",
        source: "https://aws.amazon.com/amazon-linux-2/faqs/",
      },
    ],
    2023: [
      {
        name: "standard support",
        access: "included",
        ends: "2027-06-30",
        source: "https://docs.aws.amazon.com/linux/al2023/ug/release-cadence.html",
      },
      {
        name: "maintenance support",
        access: "included",
        ends: "2029-06-30",
        source: "https://docs.aws.amazon.com/linux/al2023/ug/release-cadence.html",
      },
    ],
  },
  debian: {
    11: debian("2024-08-14", "2026-08-31"),
    12: debian("2026-07-11", "2028-06-30"),
  },
  ubuntu: {
    "20.04": ubuntu({ ends: "2025-05-31" }, "2030-04-23", "2035-04-23"),
    "22.04": ubuntu({ ends: "2027-06-01", unconfirmed: true }, "2032-04-21", "2037-04-21"),
    "24.04": ubuntu({ ends: "2029-05-31", unconfirmed: true }, "2034-04-25", "2039-04-25"),
  },
  "windows-server": {
    2016: [
      ...windows("2016", "2022-01-11", "2027-01-12"),
      {
        name: "Extended Security Updates",
        access: "separate",
        ends: "2030-01-08",
        source: "https://learn.microsoft.com/windows-server/get-started/extended-security-updates-overview",
        unconfirmed: true,
      },
    ],
    2019: windows("2019", "2024-01-09", "2029-01-09"),
    2022: windows("2022", "2026-10-13", "2031-10-14"),
    2025: windows("2025", "2029-11-13", "2034-11-14"),
  },
};
