import { packagesOn } from "../data/packageData.ts";
import type { PackageEntry } from "../data/packageData.ts";
import type { RowDraft } from "./packageRow.ts";
import { memoised } from "./releaseMemo.ts";
import { sourceHistory } from "./sourceHistory.ts";
import type { Maintenance } from "./sourceHistory.ts";
import type { MachineKind } from "./traits.ts";
import { growsUpstream, written } from "./versionHistory.ts";

/**
 * End of standard support of Ubuntu's releases.
 * https://ubuntu.com/about/release-cycle
 */
export const standardSupportEnds: Readonly<Record<string, Date>> = {
  "20.04": new Date("2025-06-01T00:00:00Z"),
  "22.04": new Date("2027-06-01T00:00:00Z"),
  "24.04": new Date("2029-06-01T00:00:00Z"),
};
/** apt keeps the kernel before the newest one. */
const kernelsKept = 2;

function maintenanceOf(kind: MachineKind, traits: readonly string[]): Maintenance {
  return {
    standardUntil: kind.os === "ubuntu" ? standardSupportEnds[kind.release] : undefined,
    extended: traits.includes("pro"),
  };
}

function titleCase(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function draftOf(entry: PackageEntry, column: string, arch: string, maintenance: Maintenance): RowDraft {
  const history = sourceHistory(entry.source, column, maintenance);
  const named = (template: string): string => template.replace("{arch}", arch);
  const name = named(entry.name);
  const renamed = growsUpstream(name);
  const severity = titleCase(entry.priority);
  return {
    name,
    renamed,
    kept: renamed ? kernelsKept : 1,
    optional: false,
    arch,
    section: entry.section,
    chain: history.key,
    needsNames: entry.needs.map(named),
    calendar: history.calendar,
    release: memoised((index) => {
      const { version, step, releasedAt, security } = history.release(index);
      return {
        name: renamed ? written(name, step) : name,
        version,
        releasedAt,
        security,
        classification: "",
        severity,
        cves: [],
        advisory: "",
        title: "",
        supersedes: [],
      };
    }),
  };
}

/**
 * The packages of an Ubuntu or Debian machine. Each release of a kernel is a package of its own name, which its
 * metapackage depends on.
 */
export function aptDrafts(kind: MachineKind, traits: readonly string[]): readonly RowDraft[] {
  const column = `${kind.os} ${kind.release}`;
  const arch = kind.arch === "arm64" ? "arm64" : "amd64";
  const maintenance = maintenanceOf(kind, traits);
  return packagesOn("apt", column)
    .filter(({ where }) => where.length === 0 || where.some((trait) => traits.includes(trait)))
    .map((entry) => draftOf(entry, column, arch, maintenance));
}
