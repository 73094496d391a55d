/** What a Windows update counts as. */
export interface WindowsClass {
  readonly classification: "CriticalUpdates" | "SecurityUpdates" | "UpdateRollups" | "DefinitionUpdates" | "Updates";
  readonly severity: "Critical" | "Important" | "Moderate" | "Low" | "Unspecified";
}

/** A chain of Windows updates in which each release supersedes the one before. */
export interface WindowsChain extends WindowsClass {
  /** Key within a release. */
  readonly name: string;
  /**
   * When it is released: on Patch Tuesday in a share of the months, with some out-of-band releases some days later; on
   * the fourth Tuesday; or every so many days.
   */
  readonly cadence: WindowsCadence;
  /**
   * Title; `{month}` is `2026-11`, `{product}` the release's own name, `{framework}` its .NET versions, `{kb}` the
   * article, `{index}` the number of the release in its chain.
   */
  readonly title: string;
  /** Article number that never changes; each release has its own when left out. */
  readonly article?: number;
  /** .NET Framework versions by release of Windows Server. */
  readonly frameworks?: Readonly<Record<string, string>>;
  /** CVEs that one release mends, at most. */
  readonly cves: number;
  /** Share of releases that are security releases, 0–1; the others count as `otherwise`. All when left out. */
  readonly securityShare?: number;
  readonly otherwise?: WindowsClass;
  /** Releases of Windows Server that have it; all when left out. */
  readonly releases?: readonly string[];
}

/** When a chain is released. */
export type WindowsCadence =
  | { readonly on: "patchTuesday"; readonly share: number; readonly outOfBandShare: number }
  | { readonly on: "fourthTuesday" }
  | { readonly everyDays: number };

/** Names of Windows Server releases inside Microsoft's titles. */
export const windowsProductNames: Readonly<Record<string, string>> = {
  "2016": "Windows Server 2016",
  "2019": "Windows Server 2019",
  "2022": "Microsoft server operating system version 21H2",
  "2025": "Microsoft server operating system version 24H2",
};

const nothingSpecified: WindowsClass = { classification: "Updates", severity: "Unspecified" };

/** The updates that every Windows Server is offered. */
export const windowsChains: readonly WindowsChain[] = [
  {
    name: "cumulative",
    classification: "SecurityUpdates",
    severity: "Critical",
    cadence: { on: "patchTuesday", share: 1, outOfBandShare: 0.15 },
    title: "{month} Cumulative Update for {product} for x64-based Systems ({kb})",
    cves: 12,
  },
  {
    name: "dotnet",
    classification: "SecurityUpdates",
    severity: "Important",
    cadence: { on: "patchTuesday", share: 0.75, outOfBandShare: 0 },
    title: "{month} Cumulative Update for .NET Framework {framework} for {product} for x64 ({kb})",
    frameworks: { "2016": "4.8", "2019": "3.5, 4.7.2 and 4.8", "2022": "3.5, 4.8 and 4.8.1", "2025": "3.5 and 4.8.1" },
    cves: 3,
    securityShare: 0.6,
    otherwise: nothingSpecified,
  },
  {
    name: "servicing",
    classification: "CriticalUpdates",
    severity: "Critical",
    cadence: { on: "patchTuesday", share: 0.4, outOfBandShare: 0 },
    title: "{month} Servicing Stack Update for {product} for x64-based Systems ({kb})",
    cves: 0,
    releases: ["2016"],
  },
  {
    name: "malicious-software-removal",
    classification: "UpdateRollups",
    severity: "Unspecified",
    cadence: { on: "patchTuesday", share: 1, outOfBandShare: 0 },
    title: "Windows Malicious Software Removal Tool x64 - v5.{index} (KB890830)",
    article: 890830,
    cves: 0,
  },
  {
    name: "preview",
    ...nothingSpecified,
    cadence: { on: "fourthTuesday" },
    title: "{month} Cumulative Update Preview for {product} for x64-based Systems ({kb})",
    cves: 0,
    releases: ["2019", "2022", "2025"],
  },
  {
    name: "defender",
    classification: "DefinitionUpdates",
    severity: "Unspecified",
    cadence: { everyDays: 1 },
    title: "Security Intelligence Update for Microsoft Defender Antivirus - KB2267602 (Version 1.403.{index}.0)",
    article: 2267602,
    cves: 0,
  },
];
