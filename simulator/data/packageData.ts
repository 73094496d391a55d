import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";

/** A source package: what is released together, with one version and one date. */
export interface SourceEntry {
  readonly name: string;
  /** Source on whose dates it is released: its own name, or another's (a kernel's metapackages follow the kernel). */
  readonly chain: string;
  /** True for Ubuntu's universe, which only Ubuntu Pro keeps secure. */
  readonly universe: boolean;
  /** Topic of amazon-linux-extras on Amazon Linux 2; empty for the core repository. */
  readonly extra: string;
  /** Average days between releases; undefined for one that is never released again. */
  readonly days: number | undefined;
  /** Share of security releases, in percent. */
  readonly security: number;
  /** Version template by `os release` (see `versionHistory.ts`); empty where the release does not have it. */
  versionOn(column: string): string;
}

/** A binary package as the data files have it. */
export interface PackageEntry {
  /** Name template: kernels carry the number of their release in their names. */
  readonly name: string;
  readonly source: SourceEntry;
  /** Traits of a machine of which one is needed to have it; empty for every machine. */
  readonly where: readonly string[];
  /** Section and priority of an apt package; empty on Amazon Linux. */
  readonly section: string;
  readonly priority: string;
  /** Whether an rpm is architecture-independent. */
  readonly noarch: boolean;
  /** Name templates of packages that are upgraded or installed with it. */
  readonly needs: readonly string[];
}

type Row = Readonly<Record<string, string>>;
type Family = "apt" | "yum";

/** A binary package, and the only releases of the operating system that have it; none for all that have the source. */
interface Placed {
  readonly entry: PackageEntry;
  readonly releases: readonly string[];
}

function words(text: string | undefined): readonly string[] {
  return text === undefined || text === "" ? [] : text.split(" ");
}

function sourceOf(row: Row): SourceEntry {
  const name = row["source"] ?? "";
  const follows = row["follows"] ?? "";
  return {
    name,
    chain: follows === "" ? name : follows,
    universe: row["component"] === "universe",
    extra: row["extra"] ?? "",
    days: row["days"] === "" ? undefined : Number(row["days"]),
    security: Number(row["security"]),
    versionOn: (column) => row[column] ?? "",
  };
}

function placedOf(row: Row, sources: ReadonlyMap<string, SourceEntry>): Placed {
  const name = row["package"] ?? "";
  const source = sources.get(row["source"] ?? "");
  if (source === undefined) throw new Error(`${name} has no source ${String(row["source"])} in the data files`);
  const entry = {
    name,
    source,
    where: words(row["where"]),
    section: row["section"] ?? "",
    priority: row["priority"] ?? "",
    noarch: row["noarch"] === "yes",
    needs: words(row["needs"]),
  };
  return { entry, releases: words(row["releases"]) };
}

function rowsOf(file: string): Row[] {
  return parse<Row>(readFileSync(new URL(`${file}.csv`, import.meta.url), "utf8"), { columns: true });
}

interface Data {
  readonly sources: readonly SourceEntry[];
  readonly packages: readonly Placed[];
}

const families = new Map<Family, Data>();

function dataOf(family: Family): Data {
  const known = families.get(family);
  if (known !== undefined) return known;
  const sources = new Map(
    rowsOf(`${family}Sources`)
      .map(sourceOf)
      .map((source) => [source.name, source]),
  );
  const packages = rowsOf(`${family}Packages`).map((row) => placedOf(row, sources));
  const data = { sources: [...sources.values()], packages };
  families.set(family, data);
  return data;
}

/** The sources that a release has, by the heading of its column: `ubuntu 22.04`, `amazon-linux 2`. */
export function sourcesOn(family: Family, column: string): readonly SourceEntry[] {
  return dataOf(family).sources.filter((source) => source.versionOn(column) !== "");
}

/** The packages that machines of a release have, whatever their traits. */
export function packagesOn(family: Family, column: string): readonly PackageEntry[] {
  const release = column.slice(column.lastIndexOf(" ") + 1);
  return dataOf(family)
    .packages.filter(({ entry, releases }) => {
      const placed = releases.length === 0 || releases.includes(release);
      return placed && entry.source.versionOn(column) !== "";
    })
    .map(({ entry }) => entry);
}
