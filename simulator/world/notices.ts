import { sourcesOn } from "../data/packageData.ts";
import type { SourceEntry } from "../data/packageData.ts";
import { unitInterval } from "./chance.ts";
import { sourceHistory } from "./sourceHistory.ts";
import type { SourceHistory, SourceRelease } from "./sourceHistory.ts";

/** The notice of a release of a source on Amazon Linux: one for all its packages. */
export interface Notice {
  /** Empty where a release came without any notice. */
  readonly classification: "Security" | "Bugfix" | "";
  /** Of security notices; empty for others. */
  readonly severity: "Critical" | "Important" | "Medium" | "Low" | "";
  readonly cves: readonly string[];
  /** Id in Amazon's form, `ALAS2023-2026-1234`; its number is invented. */
  readonly advisory: string;
}

const worldSeed = 20240101;
const mostCves = 4;
/** Share of the releases that are no security releases and yet have a notice. */
const bugfixShare = 0.6;
const none: Notice = { classification: "", severity: "", cves: [], advisory: "" };

/** Where the numbers of a series of notices stood at the beginning of 2024, about. */
const firstNumbers: Readonly<Record<string, number>> = { ALAS2: 2380, ALAS2023: 470 };
const firstNumberOfExtra = 30;

/** CVE ids in the year of a release, drawn by a key: one at least, unless none at most. */
export function cveIds(key: string, releasedAt: Date, most: number): readonly string[] {
  const count = most === 0 ? 0 : 1 + Math.floor(unitInterval(worldSeed, "cves", key) * most);
  const year = String(releasedAt.getUTCFullYear());
  return Array.from({ length: count }, (_, index) => {
    const number = 10_000 + Math.floor(unitInterval(worldSeed, `cve ${String(index)}`, key) * 50_000);
    return `CVE-${year}-${String(number)}`;
  });
}

/** Series of notices that a source's are in: a topic of amazon-linux-extras has its own. */
function seriesOf(source: SourceEntry, release: string): string {
  if (release !== "2") return "ALAS2023";
  return source.extra === "" ? "ALAS2" : `ALAS${source.extra.toUpperCase()}`;
}

const histories = new Map<string, readonly SourceHistory[]>();

/** The histories of a series, one a chain. */
function historiesOf(series: string, release: string): readonly SourceHistory[] {
  const known = histories.get(series);
  if (known !== undefined) return known;
  const column = `amazon-linux ${release}`;
  const found = sourcesOn("yum", column)
    .filter((source) => source.name === source.chain && seriesOf(source, release) === series)
    .map((source) => sourceHistory(source, column, { standardUntil: undefined, extended: false }));
  histories.set(series, found);
  return found;
}

function advisoryOf(source: SourceEntry, release: string, releasedAt: Date): string {
  const series = seriesOf(source, release);
  // Counting what came out before numbers the notices by date, each with a number of its own.
  const before = historiesOf(series, release).reduce((sum, { calendar }) => sum + calendar.newest(releasedAt), 0);
  const number = (firstNumbers[series] ?? firstNumberOfExtra) + before;
  return `${series}-${String(releasedAt.getUTCFullYear())}-${String(number).padStart(3, "0")}`;
}

function severityOf(own: string): Notice["severity"] {
  const weight = unitInterval(worldSeed, "severity", own);
  return weight < 0.06 ? "Critical" : weight < 0.5 ? "Important" : weight < 0.88 ? "Medium" : "Low";
}

function madeNotice(source: SourceEntry, release: string, own: string, of: SourceRelease): Notice {
  if (!of.security && unitInterval(worldSeed, "bugfix", own) >= bugfixShare) return none;
  const advisory = advisoryOf(source, release, of.releasedAt);
  if (!of.security) return { classification: "Bugfix", severity: "", cves: [], advisory };
  const cves = cveIds(own, of.releasedAt, mostCves);
  return { classification: "Security", severity: severityOf(own), cves, advisory };
}

const notices = new Map<string, Notice>();

/** The notice of a release of a source; what an operating system began with has none. */
export function noticeOf(source: SourceEntry, release: string, key: string, index: number, of: SourceRelease): Notice {
  if (index === 0) return none;
  const own = `${key}/${String(index)}`;
  const notice = notices.get(own) ?? madeNotice(source, release, own, of);
  notices.set(own, notice);
  return notice;
}
