import type { OperatingSystem } from "../../domain/server.ts";
import type { ReleaseCalendar } from "./releaseCalendar.ts";

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
