import { productNames } from "../../domain/stack/baselineFilters.ts";
import { operatingSystemOf } from "../../domain/server.ts";
import type { OperatingSystem } from "../../domain/server.ts";
import { aptDrafts } from "./aptTable.ts";
import type { ReleaseCalendar } from "./releaseCalendar.ts";
import { usualTraits } from "./traits.ts";
import type { MachineKind } from "./traits.ts";
import { windowsDrafts } from "./windowsTable.ts";
import { yumDrafts } from "./yumTable.ts";

/** One release of a package. */
export interface Release {
  /** As the package manager writes it; a kernel's name differs from release to release. */
  readonly name: string;
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
  /** Windows only: articles that it replaces directly. */
  readonly supersedes: readonly string[];
}

/** One package of a table; releases are numbered from 0, oldest first. */
export interface PackageRow {
  /** Unique in the table: the package's name, or the template of names that change with each release. */
  readonly name: string;
  /** Whether each release is a package of its own name, installed beside the ones before. */
  readonly renamed: boolean;
  /** How many releases stay installed side by side; 1 where a new one replaces the old. */
  readonly kept: number;
  /** Whether release 0 stands for "not installed". */
  readonly optional: boolean;
  /** As the package manager writes it. */
  readonly arch: string;
  readonly section: string;
  /** Packages of one chain are released together, under one number. */
  readonly chain: string;
  /** Rows that are upgraded or installed with it. */
  readonly needs: readonly number[];
  readonly calendar: ReleaseCalendar;
  release(index: number): Release;
}

/** A row before its needs are looked up. */
export type RowDraft = Omit<PackageRow, "needs"> & { readonly needsNames: readonly string[] };

/** What the repositories offer to one kind of machine; shared by all machines of that kind. */
export interface PackageTable {
  readonly os: OperatingSystem;
  /** Values of a PRODUCT filter that mean this release. */
  readonly products: readonly string[];
  readonly rows: readonly PackageRow[];
}

function draftsOf(kind: MachineKind, traits: readonly string[]): readonly RowDraft[] {
  switch (kind.os) {
    case "ubuntu":
    case "debian":
      return aptDrafts(kind, traits);
    case "amazon-linux":
      return yumDrafts(kind, traits);
    case "windows-server":
      return windowsDrafts(kind.release);
  }
}

const tables = new Map<string, PackageTable>();

/** The packages of a kind of machine with some traits, made once; the traits of its cloud's image when left out. */
export function packageTable(kind: MachineKind, traits: readonly string[] = usualTraits(kind)): PackageTable {
  const key = [kind.os, kind.release, kind.arch, ...traits].join("/");
  const known = tables.get(key);
  if (known !== undefined) return known;
  const drafts = draftsOf(kind, traits);
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
