import { productNames } from "../../domain/baselineFilters.ts";
import { operatingSystemOf } from "../../domain/server.ts";
import type { OperatingSystem } from "../../domain/server.ts";
import { packageEntries } from "../data/packageData.ts";
import type { PackageEntry } from "../data/packageData.ts";
import { windowsChains } from "../data/windowsUpdates.ts";
import type { WindowsChain } from "../data/windowsUpdates.ts";
import { unitInterval } from "./chance.ts";
import type { MachineSpec } from "./machine.ts";
import { releaseCalendar } from "./releases.ts";
import type { ReleaseCalendar } from "./releases.ts";
import { windowsKb, windowsTitle } from "./windowsNames.ts";

/** One release of a package. */
export interface Release {
  /** `epoch:version-release` on Amazon Linux, the version on apt, the KB on Windows. */
  readonly version: string;
  readonly releasedAt: Date;
  /** In the security pocket (apt), or carried by a security notice (yum), or a security update (Windows). */
  readonly security: boolean;
  /** As Patch Manager's filters name it; empty when there is none (apt, or no notice). */
  readonly classification: string;
  /** Debian priority, notice severity or MSRC severity, as Patch Manager shows it. */
  readonly severity: string;
  /** Empty on apt. Invented numbers in the form of real ones. */
  readonly cves: readonly string[];
  /** Notice id on Amazon Linux, e.g. `ALAS2-2026-1234`. */
  readonly advisory: string;
  /** Windows only. */
  readonly title: string;
}

/** One package of a table; releases are numbered from 0, oldest first. */
export interface PackageRow {
  readonly name: string;
  /** As the package manager writes it. */
  readonly arch: string;
  readonly section: string;
  readonly needs: readonly number[];
  readonly calendar: ReleaseCalendar;
  release(index: number): Release;
}

/** What the repositories offer to one kind of machine; shared by all machines of that kind. */
export interface PackageTable {
  readonly os: OperatingSystem;
  /** Values of a PRODUCT filter that mean this release. */
  readonly products: readonly string[];
  readonly rows: readonly PackageRow[];
}

type Draft = Omit<PackageRow, "needs"> & { readonly needsNames: readonly string[] };

const placeholder = /\{(\d+)\}/;
const worldSeed = 20240101;

function counted(template: string, index: number): string {
  return template.replace(placeholder, (_, start: string) => String(Number(start) + index));
}

function memoised(make: (index: number) => Release): (index: number) => Release {
  const known = new Map<number, Release>();
  return (index) => {
    const release = known.get(index) ?? make(index);
    known.set(index, release);
    return release;
  };
}

function titleCase(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function aptDraft(kind: Kind, entry: PackageEntry): Draft | undefined {
  const { name, section, priority, days, security } = entry;
  const { release, arch } = kind;
  const template = entry.versionOn(kind.os, release);
  if (template === "") return undefined;
  // Binaries of one source are released together: their calendars hang on the version, not on the name.
  const key = `${release}/${template}/${String(days)}`;
  const calendar = releaseCalendar(days, key);
  return {
    name,
    arch: arch === "arm64" ? "arm64" : "amd64",
    section,
    needsNames: entry.needs,
    calendar,
    release: memoised((index) => ({
      version: counted(template, index),
      releasedAt: calendar.at(index),
      // What a release began with came through no security pocket.
      security: index > 0 && unitInterval(worldSeed, "pocket", `${key}/${String(index)}`) * 100 < security,
      classification: "",
      severity: titleCase(priority),
      cves: [],
      advisory: "",
      title: "",
    })),
  };
}

function cveIds(key: string, releasedAt: Date, most: number): string[] {
  const count = most === 0 ? 0 : 1 + Math.floor(unitInterval(worldSeed, "cves", key) * most);
  const year = releasedAt.getUTCFullYear();
  return Array.from({ length: count }, (_, index) => {
    const number = 10_000 + Math.floor(unitInterval(worldSeed, `cve ${String(index)}`, key) * 50_000);
    return `CVE-${String(year)}-${String(number)}`;
  });
}

function noticeOf(key: string, security: number): { readonly classification: string; readonly severity: string } {
  const draw = unitInterval(worldSeed, "notice", key) * 100;
  if (draw >= security) {
    // What is not a security notice is mostly a bugfix notice; the rest has no notice at all.
    const rest = (draw - security) / Math.max(1, 100 - security);
    return rest < 0.6 ? { classification: "Bugfix", severity: "" } : { classification: "", severity: "" };
  }
  const weight = unitInterval(worldSeed, "severity", key);
  const severity = weight < 0.06 ? "Critical" : weight < 0.5 ? "Important" : weight < 0.88 ? "Medium" : "Low";
  return { classification: "Security", severity };
}

function yumDraft(kind: Kind, entry: PackageEntry): Draft | undefined {
  const { name, noarch, days, security } = entry;
  const { release, arch } = kind;
  const template = entry.versionOn(kind.os, release);
  if (template === "") return undefined;
  const key = `al${release}/${template}/${String(days)}`;
  const calendar = releaseCalendar(days, key);
  return {
    name,
    arch: noarch ? "noarch" : arch === "arm64" ? "aarch64" : "x86_64",
    section: "",
    needsNames: entry.needs,
    calendar,
    release: memoised((index) => {
      const own = `${key}/${String(index)}`;
      // What a release began with has no notice.
      const notice = index === 0 ? { classification: "", severity: "" } : noticeOf(own, security);
      const releasedAt = calendar.at(index);
      const isSecurity = notice.classification === "Security";
      const family = release === "2" ? "ALAS2" : "ALAS2023";
      const number = 100 + Math.floor(unitInterval(worldSeed, "advisory", own) * 3000);
      return {
        version: counted(template, index),
        releasedAt,
        security: isSecurity,
        ...notice,
        cves: isSecurity ? cveIds(own, releasedAt, 4) : [],
        advisory:
          notice.classification === "" ? "" : `${family}-${String(releasedAt.getUTCFullYear())}-${String(number)}`,
        title: "",
      };
    }),
  };
}

function windowsDraft(release: string, chain: WindowsChain): Draft | undefined {
  if (chain.releases?.includes(release) === false) return undefined;
  const key = `windows/${release}/${chain.name}`;
  const calendar = releaseCalendar(chain.cadence, key);
  return {
    name: chain.name,
    arch: "",
    section: "",
    needsNames: [],
    calendar,
    release: memoised((index) => {
      const releasedAt = calendar.at(index);
      const kb = windowsKb(chain, release, index);
      return {
        version: kb,
        releasedAt,
        security: chain.classification === "SecurityUpdates",
        classification: chain.classification,
        severity: chain.severity,
        cves: cveIds(`${key}/${String(index)}`, releasedAt, chain.cves),
        advisory: "",
        title: windowsTitle(chain, release, releasedAt, kb),
      };
    }),
  };
}

function draftsOf(kind: Kind): (Draft | undefined)[] {
  const here = (entry: PackageEntry): boolean => entry.clouds.length === 0 || entry.clouds.includes(kind.cloud);
  switch (kind.os) {
    case "ubuntu":
    case "debian":
      return packageEntries("apt")
        .filter(here)
        .map((entry) => aptDraft(kind, entry));
    case "amazon-linux":
      return packageEntries("yum")
        .filter(here)
        .map((entry) => yumDraft(kind, entry));
    case "windows-server":
      return windowsChains.map((chain) => windowsDraft(kind.release, chain));
  }
}

type Kind = Pick<MachineSpec, "os" | "release" | "arch" | "cloud">;

const tables = new Map<string, PackageTable>();

/** The packages of a kind of machine, made once. */
export function packageTable(kind: Kind): PackageTable {
  const key = [kind.os, kind.release, kind.arch, kind.cloud].join("/");
  const known = tables.get(key);
  if (known !== undefined) return known;
  const drafts = draftsOf(kind).filter((draft) => draft !== undefined);
  const positions = new Map(drafts.map((draft, index) => [draft.name, index]));
  const rows = drafts.map(({ needsNames, ...draft }) => ({
    ...draft,
    needs: needsNames.flatMap((name) => positions.get(name) ?? []),
  }));
  const os = operatingSystemOf(kind);
  const table = { os, products: productNames(os, kind.release), rows };
  tables.set(key, table);
  return table;
}
