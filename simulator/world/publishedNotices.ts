import { packagesOn, sourcesOn } from "../data/packageData.ts";
import type { PackageEntry, SourceEntry } from "../data/packageData.ts";
import { standardSupportEnds } from "./aptTable.ts";
import { unitInterval } from "./chance.ts";
import { cveIds, noticeOf } from "./notices.ts";
import { sourceHistory } from "./sourceHistory.ts";
import type { SourceHistory, SourceRelease } from "./sourceHistory.ts";
import { growsUpstream, written } from "./versionHistory.ts";

/** What the world's vendors have published of its packages, in the forms that they really publish. */
export interface PublishedNotices {
  /** Canonical's OSV records by file name. */
  readonly osv: ReadonlyMap<string, object>;
  /** Amazon Linux's updateinfo.xml by release. */
  readonly updateinfo: ReadonlyMap<string, string>;
  /** CISA's catalogue of exploited vulnerabilities. */
  readonly exploited: object;
}

const worldSeed = 20240101;
const mostCves = 4;
const firstUsn = 6560;
/** Share of CVEs that are exploited, that have no word of Canonical's, and that have no vector either. */
const exploitedShare = 0.02;
const wordlessShare = 0.1;
const vectorlessShare = 0.3;
const dayLength = 86_400_000;

const share = (what: string, of: string): number => unitInterval(worldSeed, what, of);
const instantText = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

/** One release of a source that came out until an instant; number 0 is what the operating system began with. */
interface Released {
  readonly source: SourceEntry;
  readonly history: SourceHistory;
  readonly index: number;
  readonly of: SourceRelease;
}

function released(source: SourceEntry, history: SourceHistory, until: Date): readonly Released[] {
  const newest = history.calendar.newest(until);
  return Array.from({ length: newest }, (_, before) => {
    const index = before + 1;
    return { source, history, index, of: history.release(index) };
  });
}

function packageName({ name }: PackageEntry, { step }: SourceRelease, arch: string): string {
  const own = name.replace("{arch}", arch);
  return growsUpstream(own) ? written(own, step) : own;
}

/** The binary packages of each source, by its name. */
function bySource(family: "apt" | "yum", column: string): ReadonlyMap<string, readonly PackageEntry[]> {
  return Map.groupBy(packagesOn(family, column), ({ source }) => source.name);
}

/** A security release of an Ubuntu source: what one notice is about. */
interface UbuntuNotice extends Released {
  readonly release: string;
  readonly cves: readonly string[];
  readonly binaries: readonly string[];
}

function ubuntuNotices(release: string, until: Date): readonly UbuntuNotice[] {
  const column = `ubuntu ${release}`;
  const binaries = bySource("apt", column);
  // Ubuntu Pro's releases go on where the ordinary ones end.
  const maintenance = { standardUntil: standardSupportEnds[release], extended: true };
  return sourcesOn("apt", column).flatMap((source) =>
    released(source, sourceHistory(source, column, maintenance), until)
      .filter(({ of }) => of.security)
      .map((each) => ({
        ...each,
        release,
        cves: cveIds(`${each.history.key}/${String(each.index)}`, each.of.releasedAt, mostCves),
        binaries: (binaries.get(source.name) ?? []).flatMap((entry) => [
          ...new Set(["amd64", "arm64"].map((arch) => packageName(entry, each.of, arch))),
        ]),
      })),
  );
}

function affected({ release, source, of, binaries }: UbuntuNotice): object {
  const isPro = /esm\d+$/.test(of.version);
  return {
    package: { ecosystem: `Ubuntu:${isPro ? "Pro:" : ""}${release}:LTS`, name: source.name },
    ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed: of.version }] }],
    versions: [],
    ecosystem_specific: {
      binaries: binaries.map((name) => ({ binary_name: name, binary_version: of.version })),
      availability: isPro ? "Available with Ubuntu Pro: https://ubuntu.com/pro" : "No subscription required",
    },
  };
}

function cveSeverity(cve: string): readonly object[] {
  const words = ["critical", "high", "medium", "medium", "medium", "low", "negligible"];
  const word = words[Math.floor(share("priority", cve) * words.length)] ?? "medium";
  const impact = share("impact", cve) < 0.3 ? "C:H/I:H/A:H" : "C:N/I:N/A:H";
  return [
    ...(share("vector", cve) < vectorlessShare
      ? []
      : [{ type: "CVSS_V3", score: `CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/${impact}` }]),
    ...(share("word", cve) < wordlessShare ? [] : [{ type: "Ubuntu", score: word }]),
  ];
}

function osvRecords(until: Date): ReadonlyMap<string, object> {
  const notices = Object.keys(standardSupportEnds)
    .flatMap((release) => ubuntuNotices(release, until))
    .filter(({ binaries }) => binaries.length > 0)
    .sort((a, b) => a.of.releasedAt.getTime() - b.of.releasedAt.getTime());
  const byCve = new Map<string, UbuntuNotice[]>();
  const records = new Map<string, object>();
  for (const [index, notice] of notices.entries()) {
    const id = `USN-${String(firstUsn + index)}-1`;
    const published = instantText(notice.of.releasedAt);
    const upstream = notice.cves.map((cve) => `UBUNTU-${cve}`);
    records.set(`usn/${id}.json`, { id, upstream, published, modified: published, affected: [affected(notice)] });
    for (const cve of notice.cves) byCve.set(cve, [...(byCve.get(cve) ?? []), notice]);
  }
  for (const [cve, own] of byCve) {
    const published = instantText(new Date(Math.min(...own.map(({ of }) => of.releasedAt.getTime()))));
    records.set(`cve/UBUNTU-${cve}.json`, {
      id: `UBUNTU-${cve}`,
      upstream: [cve],
      severity: cveSeverity(cve),
      published,
      modified: published,
      affected: own.map(affected),
    });
  }
  return records;
}

/** A package element; `epoch:version-release` in its parts. */
function packageElement(entry: PackageEntry, of: SourceRelease, arch: string): string {
  const [, epoch = "0", version = "", release = ""] = /^(\d+):(.*)-([^-]*)$/.exec(of.version) ?? [];
  const name = packageName(entry, of, arch);
  const attributes = `name="${name}" version="${version}" release="${release}" epoch="${epoch}" arch="${arch}"`;
  return `<package ${attributes}><filename>Packages/${name}-${version}-${release}.${arch}.rpm</filename></package>`;
}

function updateElement(
  id: string,
  members: readonly (Released & { readonly packages: readonly string[] })[],
  release: string,
) {
  const [first] = members;
  if (first === undefined) return "";
  const { classification, severity, cves } = noticeOf(first.source, release, first.history.key, first.index, first.of);
  const references = cves
    .map((cve) => `<reference href="http://cve.mitre.org/cgi-bin/cvename.cgi?name=${cve}" id="${cve}" type="cve" />`)
    .join("");
  const date = instantText(first.of.releasedAt).replace("T", " ").slice(0, 16);
  return (
    `<update author="linux-security@amazon.com" status="final" type="${classification.toLowerCase()}" version="1.4">` +
    `<id>${id}</id><issued date="${date}" /><severity>${severity}</severity><references>${references}</references>` +
    `<pkglist><collection short="amazon-linux-${release}">${members.flatMap(({ packages }) => packages).join("")}` +
    "</collection></pkglist></update>"
  );
}

function updateinfo(release: string, until: Date): string {
  const column = `amazon-linux ${release}`;
  const binaries = bySource("yum", column);
  const members = sourcesOn("yum", column).flatMap((source) => {
    const history = sourceHistory(source, column, { standardUntil: undefined, extended: false });
    return released(source, history, until).map((each) => ({
      ...each,
      advisory: noticeOf(source, release, history.key, each.index, each.of).advisory,
      packages: (binaries.get(source.name) ?? []).flatMap((entry) =>
        (entry.noarch ? ["noarch"] : ["x86_64", "aarch64"]).map((arch) => packageElement(entry, each.of, arch)),
      ),
    }));
  });
  // The sources of one chain come with one notice; what has no notice, or no package here, is not published.
  const published = members.filter(({ advisory, packages }) => advisory !== "" && packages.length > 0);
  const notices = Map.groupBy(published, ({ advisory }) => advisory);
  const updates = [...notices].map(([id, own]) => updateElement(id, own, release));
  return `<?xml version="1.0" ?>\n<updates>\n${updates.join("\n")}\n</updates>\n`;
}

function catalogue(texts: readonly string[], until: Date): object {
  const cves = new Set(texts.flatMap((text) => text.match(/\bCVE-\d{4}-\d{4,}\b/g) ?? []));
  const vulnerabilities = [...cves]
    .filter((cve) => share("exploited", cve) < exploitedShare)
    .sort()
    .map((cveID) => ({
      cveID,
      vendorProject: "",
      product: "",
      dateAdded: instantText(new Date(until.getTime() - share("listed", cveID) * 90 * dayLength)).slice(0, 10),
      knownRansomwareCampaignUse: "Unknown",
    }));
  return { catalogVersion: instantText(until).slice(0, 10), count: vulnerabilities.length, vulnerabilities };
}

/** Everything that was published until an instant. What is no security release of Ubuntu has no notice there. */
export function publishedNotices(until: Date): PublishedNotices {
  const osv = osvRecords(until);
  const updates = new Map(["2", "2023"].map((release) => [release, updateinfo(release, until)]));
  const texts = [...updates.values(), ...[...osv.values()].map((record) => JSON.stringify(record))];
  return { osv, updateinfo: updates, exploited: catalogue(texts, until) };
}
