import { packageOrder } from "../packages/installed.ts";
import { worseSeverity, type Severity } from "../packages/severity.ts";
import type { OsName } from "../server.ts";
import { byText } from "../text.ts";
import { day } from "../time.ts";
import type { AdvisoryRecord } from "./advisory.ts";

/** A snapshot older than this knows too little of what came out since. */
export const freshDays = 14;

/** A snapshot's lines by package, made once. */
export type AdvisoryIndex = ReadonlyMap<string, readonly AdvisoryRecord[]>;

function keyOf(os: OsName, release: string, name: string): string {
  return `${os} ${release} ${name}`;
}

/** Orders a snapshot for {@link mendedBy}. */
export function advisoryIndex(records: Iterable<AdvisoryRecord>): AdvisoryIndex {
  return Map.groupBy(records, (record) => keyOf(record.os_family, record.release, record.package));
}

/** An update of a package, or one that is on offer. */
export interface PackageUpdate {
  readonly os: OsName;
  readonly release: string;
  readonly name: string;
  /** As the agent writes it. */
  readonly architecture: string;
  /** Left out where the package was not installed. */
  readonly before?: string;
  readonly after: string;
}

/**
 * What an update mends. `unknown` says why: nothing is never concluded from a snapshot that may lack the advisory.
 */
export type Mended =
  | {
      readonly kind: "known";
      readonly advisories: readonly string[];
      readonly cves: readonly string[];
      /** The worst of them, and who says so. */
      readonly severity: Severity;
      readonly source: string;
      /** CVEs that are known to be exploited. */
      readonly exploited: readonly string[];
    }
  | { readonly kind: "unknown"; readonly reason: UnknownAdvisory };

/** Why it is not known what an update mends, with the words that a report uses. */
export const unknownAdvisory = {
  notUpdated: "it was installed or removed, not updated",
  noSnapshot: "there are no advisories of this package for this release",
  oldSnapshot: `the advisories are older than ${String(freshDays)} days`,
  noAdvisory: "no advisory names this update",
} as const;

/** A key of {@link unknownAdvisory}. */
export type UnknownAdvisory = keyof typeof unknownAdvisory;

function isAmong(record: AdvisoryRecord, update: PackageUpdate & { readonly before: string }): boolean {
  const { os, architecture, before, after } = update;
  if (record.architecture !== undefined && record.architecture !== architecture) return false;
  const fixed = record.fixed_version;
  const fromBefore = packageOrder(os, architecture, before, fixed);
  const toAfter = packageOrder(os, architecture, fixed, after);
  return fromBefore !== undefined && toAfter !== undefined && fromBefore < 0 && toAfter <= 0;
}

const distinct = (texts: readonly string[]): readonly string[] =>
  [...new Set(texts.filter((text) => text !== ""))].sort(byText);

function mended(found: readonly AdvisoryRecord[]): Mended {
  const severity = found.map((record) => record.severity).reduce(worseSeverity, "unknown");
  return {
    kind: "known",
    advisories: distinct(found.map(({ advisory }) => advisory)),
    cves: distinct(found.map(({ cve }) => cve)),
    severity,
    source: found.find((record) => record.severity === severity)?.severity_source ?? "",
    exploited: distinct(found.flatMap(({ kev, cve }) => (kev === "" ? [] : [cve]))),
  };
}

/**
 * What an update mends by the snapshot: every advisory whose fixed version is above the version before and not above the
 * one after, by the rules of the operating system's packages. With the version that is on offer as `after`, it is what
 * a server needs it for.
 */
export function mendedBy(index: AdvisoryIndex, update: PackageUpdate, asOf: Date): Mended {
  const { os, release, name, before } = update;
  const known = index.get(keyOf(os, release, name));
  if (known === undefined) return { kind: "unknown", reason: "noSnapshot" };
  if (before === undefined) return { kind: "unknown", reason: "notUpdated" };
  const isOld = known.every(({ retrieved }) => asOf.getTime() - Date.parse(retrieved) > freshDays * day);
  if (isOld) return { kind: "unknown", reason: "oldSnapshot" };
  const found = known.filter((record) => isAmong(record, { ...update, before }));
  return found.length > 0 ? mended(found) : { kind: "unknown", reason: "noAdvisory" };
}
