import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";

/** One package as the data files have it. */
export interface PackageEntry {
  readonly name: string;
  /** Clouds whose machines have it; empty for all. */
  readonly clouds: readonly string[];
  /** Section and priority of an apt package; empty on Amazon Linux. */
  readonly section: string;
  readonly priority: string;
  /** Whether an rpm is architecture-independent. */
  readonly noarch: boolean;
  /** Average days between releases. */
  readonly days: number;
  /** Share of security releases, in percent. */
  readonly security: number;
  /** Packages that are upgraded with it. */
  readonly needs: readonly string[];
  /**
   * Version by `os release`, as the distribution writes it (`epoch:version-release` on Amazon Linux). `{18}` is the
   * number that grows with every release, and where it begins. Empty where the release does not have the package.
   */
  versionOn(os: string, release: string): string;
}

type Row = Readonly<Record<string, string>>;

function words(text: string | undefined): readonly string[] {
  return text === undefined || text === "" ? [] : text.split(" ");
}

function entryOf(row: Row): PackageEntry {
  return {
    name: row["package"] ?? "",
    clouds: words(row["clouds"]),
    section: row["section"] ?? "",
    priority: row["priority"] ?? "",
    noarch: row["noarch"] === "yes",
    days: Number(row["days"]),
    security: Number(row["security"]),
    needs: words(row["needs"]),
    versionOn: (os, release) => row[`${os} ${release}`] ?? "",
  };
}

const files = new Map<string, readonly PackageEntry[]>();

/** The packages of a family, read once: those that every machine of a release has. */
export function packageEntries(family: "apt" | "yum"): readonly PackageEntry[] {
  const known = files.get(family);
  if (known !== undefined) return known;
  const text = readFileSync(new URL(`${family}.csv`, import.meta.url), "utf8");
  const entries = parse<Row>(text, { columns: true }).map(entryOf);
  files.set(family, entries);
  return entries;
}
