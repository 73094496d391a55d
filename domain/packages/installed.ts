import { isOfArchitecture } from "../collection/missingSince.ts";
import { packageVersion, withoutZeroEpoch } from "../collection/packageVersion.ts";
import type { ApplicationRecord, ComplianceItemRecord } from "../collection/records.ts";
import type { OsName } from "../server.ts";
import { byText } from "../text.ts";
import { day } from "../time.ts";
import { compareVersions } from "./versions.ts";

/** A package as it is installed; of several versions beside each other (kernels of rpm) the newest. */
export interface InstalledPackage {
  readonly name: string;
  /** As the agent writes it, `x86_64`; empty for snaps and on Windows. */
  readonly architecture: string;
  /** `[epoch:]version[-release]`. */
  readonly version: string;
}

/** Installed packages by name and architecture: two architectures of one package are two. */
export type InstalledPackages = ReadonlyMap<string, InstalledPackage>;

/** What a package is known by on its server. */
export function packageKey({ name, architecture }: Pick<InstalledPackage, "name" | "architecture">): string {
  return `${name} ${architecture}`;
}

/** Order of two versions of one package; undefined where they have none. Snaps have revisions, not versions, in order. */
export function packageOrder(os: OsName, architecture: string, left: string, right: string): number | undefined {
  const isSnap = architecture === "" && (os === "ubuntu" || os === "debian");
  return isSnap ? undefined : compareVersions(os, left, right);
}

/** The newest of versions of one package; those without an order are taken by their texts. */
export function newestVersion(os: OsName, architecture: string, versions: readonly string[]): string | undefined {
  return versions.toSorted((a, b) => (packageOrder(os, architecture, a, b) ?? 0) || byText(a, b)).at(-1);
}

/** Adds a package, of which another version may be there already. */
function add(os: OsName, found: Map<string, InstalledPackage>, installed: InstalledPackage): void {
  const key = packageKey(installed);
  const known = found.get(key);
  const newest =
    known === undefined ? undefined : newestVersion(os, installed.architecture, [known.version, installed.version]);
  found.set(key, newest === undefined ? installed : { ...installed, version: newest });
}

/** The packages of one server's inventory. */
export function installedPackages(os: OsName, rows: Iterable<ApplicationRecord>): InstalledPackages {
  const found = new Map<string, InstalledPackage>();
  for (const row of rows) {
    add(os, found, { name: row.Name, architecture: row.Architecture, version: packageVersion(row) });
  }
  return found;
}

const installedStates: ReadonlySet<string> = new Set([
  "INSTALLED",
  "INSTALLED_OTHER",
  "INSTALLED_PENDING_REBOOT",
  "INSTALLED_REJECTED",
]);

/** Whether a patch's state says that it is on the server. */
export function isInstalledState(state: string): boolean {
  return installedStates.has(state.toUpperCase());
}

/**
 * Whether a patch may have been installed since an instant. Windows tells the day of an installation alone, as the
 * server's own midnight: its updates count until a day later.
 */
export function isInstalledSince(
  { Id, InstalledTime }: Pick<ComplianceItemRecord, "Id" | "InstalledTime">,
  since: Date,
): boolean {
  return Date.parse(InstalledTime) + (/^KB\d/i.test(Id) ? day : 0) >= since.getTime();
}

/** Name and architecture in a patch's id, `libc6.amd64`. */
export function packageOfPatch(id: string): Pick<InstalledPackage, "name" | "architecture"> {
  const dot = id.lastIndexOf(".");
  return dot < 0 ? { name: id, architecture: "" } : { name: id.slice(0, dot), architecture: id.slice(dot + 1) };
}

/** The version in a patch's title, `name.arch:version`; undefined on Windows, whose titles are sentences. */
export function versionOfPatch({ Id, Title }: Pick<ComplianceItemRecord, "Id" | "Title">): string | undefined {
  return Title.startsWith(`${Id}:`) ? withoutZeroEpoch(Title.slice(Id.length + 1)) : undefined;
}

/**
 * The packages that a scan or an installation found on a Linux server, under the keys that they have in an inventory.
 *
 * @param inventory - packages of the same server, which know what is for any architecture
 */
export function packagesOfPatches(
  os: OsName,
  patches: Iterable<ComplianceItemRecord>,
  inventory: InstalledPackages,
): InstalledPackages {
  const byName = Map.groupBy(inventory.values(), ({ name }) => name);
  const found = new Map<string, InstalledPackage>();
  for (const patch of patches) {
    const version = versionOfPatch(patch);
    if (version === undefined || !isInstalledState(patch.PatchState)) continue;
    const { name, architecture: wanted } = packageOfPatch(patch.Id);
    const known = byName
      .get(name)
      ?.find(({ architecture }) => isOfArchitecture({ Architecture: architecture }, wanted));
    const architecture = known?.architecture ?? (wanted === "amd64" ? "x86_64" : wanted);
    add(os, found, { name, architecture, version });
  }
  return found;
}
