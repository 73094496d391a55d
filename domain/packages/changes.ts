import type { OsName } from "../server.ts";
import { byText } from "../text.ts";
import { packageOrder, type InstalledPackage, type InstalledPackages } from "./installed.ts";

/**
 * What became of a package. `rebuilt`: another text for the same version. `changed`: the versions have no order by the
 * rules of their operating system, and which one is newer is not guessed.
 */
export const changeKinds = ["upgraded", "installed", "removed", "downgraded", "rebuilt", "changed"] as const;

/** One of {@link changeKinds}. */
export type ChangeKind = (typeof changeKinds)[number];

/** A package that is not as it was. */
export interface PackageChange {
  readonly name: string;
  /** As the agent writes it; empty for snaps and on Windows. */
  readonly architecture: string;
  /** Left out where it was not installed; on Windows the update's id. */
  readonly before?: string;
  /** Left out where it is not installed any more. */
  readonly after?: string;
  readonly kind: ChangeKind;
}

function kindOf(os: OsName, before: InstalledPackage, after: InstalledPackage): ChangeKind {
  const order = packageOrder(os, after.architecture, before.version, after.version);
  if (order === undefined) return "changed";
  return order < 0 ? "upgraded" : order > 0 ? "downgraded" : "rebuilt";
}

function changeOf(
  os: OsName,
  before: InstalledPackage | undefined,
  after: InstalledPackage | undefined,
): readonly PackageChange[] {
  const { name, architecture } = after ?? before ?? { name: "", architecture: "" };
  if (before === undefined || after === undefined) {
    return [
      {
        name,
        architecture,
        ...(before === undefined ? {} : { before: before.version }),
        ...(after === undefined ? {} : { after: after.version }),
        kind: before === undefined ? "installed" : "removed",
      },
    ];
  }
  if (before.version === after.version) return [];
  return [{ name, architecture, before: before.version, after: after.version, kind: kindOf(os, before, after) }];
}

/** What differs between two lists of a server's packages, by name and architecture. */
export function packageChanges(
  os: OsName,
  before: InstalledPackages,
  after: InstalledPackages,
): readonly PackageChange[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort(byText);
  return keys.flatMap((key) => changeOf(os, before.get(key), after.get(key)));
}
