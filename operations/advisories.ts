import { advisoryFile, byAdvisory, type AdvisoryRecord } from "../domain/advisories/advisory.ts";
import {
  advisoryKinds,
  type AdvisoriesUpdate,
  type AdvisoryKind,
  type SourceResult,
} from "../domain/advisories/update.ts";
import type { Exploited } from "../domain/advisories/kev.ts";
import type { OsvRecord, Wants } from "../domain/advisories/osv.ts";
import { amazonLinuxAdvisories, ubuntuAdvisories } from "../domain/advisories/snapshot.ts";
import type { Alas } from "../domain/advisories/updateinfo.ts";
import { partitionOf } from "../domain/collection/layout.ts";
import type { ApplicationRecord } from "../domain/collection/records.ts";
import { instantText } from "../domain/time.ts";
import { readAmazonLinux, readKev, readUbuntu, type SourceRead } from "./advisories/read.ts";
import { storedAdvisories } from "./advisories/stored.ts";
import type { RunSteps, Step } from "./progress.ts";
import { readRecords, writeRecords } from "./store/records.ts";
import type { CollectionStore } from "./store/store.ts";

/** Files or addresses of each kind; of a kind with none, what an earlier snapshot has stays. */
export type AdvisorySources = Readonly<Record<AdvisoryKind, readonly string[]>>;

/** Where each kind is published. */
export const publishedSources: AdvisorySources = {
  ubuntu: ["https://security-metadata.canonical.com/osv/osv-all.tar.xz"],
  "amazon-linux": [
    "https://cdn.amazonlinux.com/2/core/latest/x86_64/mirror.list",
    "https://cdn.amazonlinux.com/2/core/latest/aarch64/mirror.list",
    "https://cdn.amazonlinux.com/al2023/core/mirrors/latest/x86_64/mirror.list",
    "https://cdn.amazonlinux.com/al2023/core/mirrors/latest/aarch64/mirror.list",
  ],
  kev: ["https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json"],
};

interface ReadByKind {
  readonly ubuntu: OsvRecord;
  readonly "amazon-linux": Alas;
  readonly kev: Exploited;
}

type Answers = readonly { readonly result: SourceResult; readonly read: readonly unknown[] }[];

function step<Read>(
  kind: AdvisoryKind,
  source: string,
  reader: (source: string) => Promise<SourceRead<Read>>,
): Step<Answers[number]> {
  return {
    title: `reading ${source}`,
    act: async () => {
      try {
        const { read, ...of } = await reader(source);
        const used = read.length;
        // A folder of something else reads well, and must not empty the snapshot.
        const failure = used === 0 ? { failure: `it holds no record of use among ${String(of.records)}` } : {};
        const line = `${source}: ${String(used)} of ${String(of.records)} records are of use`;
        return { value: { result: { kind, source, used, ...of, ...failure }, read }, line, failed: used === 0 };
      } catch (error) {
        const failure = error instanceof Error ? error.message : String(error);
        const result = { kind, source, used: 0, records: 0, leftOut: {}, faults: [], failure };
        return { value: { result, read: [] }, line: `${source}: not read`, failed: true };
      }
    },
  };
}

/** Names of the packages that the newest collection of each location has; undefined where nothing was collected yet. */
async function collectedPackages(store: CollectionStore): Promise<ReadonlySet<string> | undefined> {
  const newest = new Map<string, { readonly collected: string; readonly paths: string[] }>();
  for (const path of await store.paths("AWS:Application")) {
    const partition = partitionOf(path);
    if (partition === undefined || path.endsWith(".parquet")) continue;
    const key = `${partition.accountId} ${partition.region}`;
    const known = newest.get(key);
    if (known?.collected === partition.collected) known.paths.push(path);
    else if (known === undefined || known.collected < partition.collected)
      newest.set(key, { collected: partition.collected, paths: [path] });
  }
  if (newest.size === 0) return undefined;
  const names = new Set<string>();
  for (const path of [...newest.values()].flatMap(({ paths }) => paths)) {
    for await (const record of readRecords(store, path)) names.add((record as ApplicationRecord).Name);
  }
  return names;
}

function isWhole(answers: Answers, kind: AdvisoryKind): boolean {
  const own = answers.filter(({ result }) => result.kind === kind);
  return own.length > 0 && own.every(({ result }) => result.failure === undefined);
}

/** What was read of a kind; of one that a source is missing of, nothing. */
function readOf<Kind extends AdvisoryKind>(answers: Answers, kind: Kind): readonly ReadByKind[Kind][] {
  const own = answers.filter(({ result }) => result.kind === kind);
  return own.flatMap(({ read }) => read as readonly ReadByKind[Kind][]);
}

function familyLines(
  answers: Answers,
  before: readonly AdvisoryRecord[],
  retrieved: string,
  wants: Wants,
): readonly AdvisoryRecord[] {
  const of = (kind: "ubuntu" | "amazon-linux", make: () => readonly AdvisoryRecord[]): readonly AdvisoryRecord[] =>
    isWhole(answers, kind) ? make() : before.filter(({ os_family: family }) => family === kind);
  return [
    ...of("ubuntu", () => ubuntuAdvisories(readOf(answers, "ubuntu"), retrieved)),
    ...of("amazon-linux", () => amazonLinuxAdvisories(readOf(answers, "amazon-linux"), retrieved, wants)),
  ];
}

function exploitedOf(answers: Answers, before: readonly AdvisoryRecord[]): ReadonlyMap<string, string> {
  if (!isWhole(answers, "kev")) return new Map(before.map(({ cve, kev }) => [cve, kev]));
  return new Map(readOf(answers, "kev").map(({ cve, listed }) => [cve, listed]));
}

function counts(lines: readonly AdvisoryRecord[]): AdvisoriesUpdate["lines"] {
  return [...Map.groupBy(lines, ({ os_family: family }) => family)].map(([family, own]) => ({
    family,
    lines: own.length,
    retrieved: own.reduce(
      (oldest, { retrieved }) => (retrieved < oldest ? retrieved : oldest),
      own[0]?.retrieved ?? "",
    ),
  }));
}

/**
 * Makes the snapshot of advisories anew, in a store. What of a kind cannot be read whole stays as an earlier snapshot has
 * it, with the date of that: half a source would say of packages that nothing is known against them.
 */
export async function updateAdvisories(
  store: CollectionStore,
  sources: AdvisorySources,
  { now, allPackages, runSteps }: { readonly now: Date; readonly allPackages: boolean; readonly runSteps: RunSteps },
): Promise<AdvisoriesUpdate> {
  const before = await storedAdvisories(store);
  const packages = allPackages ? undefined : await collectedPackages(store);
  const wants = (name: string): boolean => packages?.has(name) ?? true;
  const readers = {
    ubuntu: (source: string) => readUbuntu(source, wants),
    "amazon-linux": readAmazonLinux,
    kev: readKev,
  };
  const steps = advisoryKinds.flatMap((kind) =>
    sources[kind].map((source) => step<unknown>(kind, source, readers[kind])),
  );
  const answers = await runSteps(steps);
  const retrieved = instantText(now);
  const exploited = exploitedOf(answers, before);
  const lines = familyLines(answers, before, retrieved, wants)
    .map((line) => ({ ...line, kev: exploited.get(line.cve) ?? "" }))
    .sort(byAdvisory);
  const isChanged = advisoryKinds.some((kind) => isWhole(answers, kind));
  if (isChanged) await writeRecords(store, advisoryFile, lines);
  return {
    file: `${store.place}/${advisoryFile}`,
    sources: answers.map(({ result }) => result),
    lines: counts(isChanged ? lines : before),
    ...(packages === undefined ? {} : { packages: packages.size }),
  };
}
