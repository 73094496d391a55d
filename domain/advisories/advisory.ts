import type { Severity } from "../packages/severity.ts";
import type { OsName } from "../server.ts";
import { byText } from "../text.ts";
import { instantText } from "../time.ts";

/** Where the snapshot lies in a store: gz JSON lines, an {@link AdvisoryRecord} a line. */
export const advisoryFile = "advisories/advisories.jsonl.gz";

/**
 * What one advisory says of one binary package: from which version on it mends one CVE. Every value is a text, and empty
 * where there is none.
 */
export interface AdvisoryRecord {
  readonly os_family: OsName;
  /** In the fleet file's words: `22.04`, `2023`. */
  readonly release: string;
  /** Name of the binary package. */
  readonly package: string;
  /** Left out where the version is the same on every architecture. */
  readonly architecture?: string;
  /** `[epoch:]version[-release]`; an epoch 0 is none. */
  readonly fixed_version: string;
  /** Id of the notice: `USN-6588-1`, `ALAS2023-2024-519`, or the CVE's record where no notice names it. */
  readonly advisory: string;
  /** Empty for a notice that names none. */
  readonly cve: string;
  readonly severity: Severity;
  /** Who says so: `Ubuntu`, `CVSS 3.1: 7.5`, `Amazon Linux`; empty where nobody does. */
  readonly severity_source: string;
  /** Day on which CISA listed the CVE as exploited, `yyyy-mm-dd`; empty where it did not. */
  readonly kev: string;
  /** ISO 8601 in UTC. */
  readonly published: string;
  /** When the data was read from its source, ISO 8601 in UTC. */
  readonly retrieved: string;
}

const order = ["os_family", "release", "package", "architecture", "fixed_version", "advisory", "cve"] as const;

/** Order of a snapshot's lines: the same data gives the same file. */
export function byAdvisory(left: AdvisoryRecord, right: AdvisoryRecord): number {
  return order.reduce((found, key) => found || byText(left[key] ?? "", right[key] ?? ""), 0);
}

/** What became of one record of a source. A record that does not fit is named with what is wrong, never left out unseen. */
export type Reading<Read> =
  | { readonly kind: "read"; readonly read: Read }
  /** It is of no use here, for a reason that is counted. */
  | { readonly kind: "leftOut"; readonly reason: string }
  | { readonly kind: "fault"; readonly message: string };

/** An instant of a source as ISO 8601 in UTC with whole seconds; empty where the text is none. */
export function isoOf(text: string | undefined): string {
  if (text === undefined) return "";
  const hasZone = /(?:Z|[+-]\d{2}:?\d{2})$/.test(text);
  const instant = new Date(hasZone ? text : `${text.replace(" ", "T")}Z`);
  return Number.isNaN(instant.getTime()) ? "" : instantText(instant);
}

const cveForm = /\bCVE-\d{4}-\d{4,}\b/;

/** The CVE's id in a text such as `UBUNTU-CVE-2024-22365`; undefined where there is none. */
export function cveIn(text: string): string | undefined {
  return cveForm.exec(text.toUpperCase())?.[0];
}
