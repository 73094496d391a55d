/** A chain of Windows updates in which each release supersedes the one before. */
export interface WindowsChain {
  /** Key within a release. */
  readonly name: string;
  readonly classification: "CriticalUpdates" | "SecurityUpdates" | "UpdateRollups" | "DefinitionUpdates" | "Updates";
  readonly severity: "Critical" | "Important" | "Moderate" | "Low" | "Unspecified";
  /** Releases: on Patch Tuesday, on the fourth Tuesday, or every so many days. */
  readonly cadence: "patchTuesday" | "fourthTuesday" | number;
  /** Title; `{month}` is `2026-11`, `{product}` the release's own name, `{kb}` the article. */
  readonly title: string;
  /** First article number and how far apart articles lie. */
  readonly firstKb: number;
  readonly kbStep: number;
  /** CVEs that one release mends, at most. */
  readonly cves: number;
  /** Releases of Windows Server that have it; all when left out. */
  readonly releases?: readonly string[];
}

/** Names of Windows Server releases inside Microsoft's titles. */
export const windowsProductNames: Readonly<Record<string, string>> = {
  "2016": "Windows Server 2016",
  "2019": "Windows Server 2019",
  "2022": "Microsoft server operating system version 21H2",
  "2025": "Microsoft server operating system version 24H2",
};

/** The updates that every Windows Server is offered. */
export const windowsChains: readonly WindowsChain[] = [
  {
    name: "cumulative",
    classification: "SecurityUpdates",
    severity: "Critical",
    cadence: "patchTuesday",
    title: "{month} Cumulative Update for {product} for x64-based Systems ({kb})",
    firstKb: 5034100,
    kbStep: 731,
    cves: 12,
  },
  {
    name: "dotnet",
    classification: "SecurityUpdates",
    severity: "Important",
    cadence: "patchTuesday",
    title: "{month} Cumulative Update for .NET Framework 3.5 and 4.8 for {product} for x64 ({kb})",
    firstKb: 5033900,
    kbStep: 689,
    cves: 3,
  },
  {
    name: "servicing",
    classification: "CriticalUpdates",
    severity: "Critical",
    cadence: "patchTuesday",
    title: "{month} Servicing Stack Update for {product} for x64-based Systems ({kb})",
    firstKb: 5034860,
    kbStep: 704,
    cves: 0,
    releases: ["2016"],
  },
  {
    name: "malicious-software-removal",
    classification: "UpdateRollups",
    severity: "Unspecified",
    cadence: "patchTuesday",
    title: "Windows Malicious Software Removal Tool x64 ({kb})",
    firstKb: 890830,
    kbStep: 0,
    cves: 0,
  },
  {
    name: "preview",
    classification: "Updates",
    severity: "Unspecified",
    cadence: "fourthTuesday",
    title: "{month} Cumulative Update Preview for .NET Framework for {product} for x64 ({kb})",
    firstKb: 5035300,
    kbStep: 677,
    cves: 0,
  },
  {
    name: "defender",
    classification: "DefinitionUpdates",
    severity: "Unspecified",
    cadence: 1,
    title: "Security Intelligence Update for Microsoft Defender Antivirus - {kb}",
    firstKb: 2267602,
    kbStep: 0,
    cves: 0,
  },
];
