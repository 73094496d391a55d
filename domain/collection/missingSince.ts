import { packageVersion } from "./packageVersion.ts";
import type { ApplicationRecord, ComplianceItemRecord, MissingRecord } from "./records.ts";

/** One node of a collection, as far as ages follow from it. */
export interface ScannedNode {
  readonly resourceId: string;
  /** The fleet file's id of its server; empty where no row names it, or where the row stands for several machines. */
  readonly serverId: string;
  readonly applications: readonly ApplicationRecord[];
  readonly complianceItems: readonly ComplianceItemRecord[];
  /** Days within which the stack asks for a patch of a compliance level, where it asks for any. */
  readonly stackDays?: (level: string) => number | undefined;
}

/** Missing patches by server and id. */
export type MissingPatches = ReadonlyMap<string, MissingRecord>;

/** What failed to install is still missing. Updates that no rule approves yet are not owed to anybody. */
const missingStates: ReadonlySet<string> = new Set(["MISSING", "FAILED"]);
const anyArchitecture: ReadonlySet<string> = new Set(["all", "noarch"]);

function keyOf({ serverId, resourceId, Id }: Pick<MissingRecord, "serverId" | "resourceId" | "Id">): string {
  return `${serverId === "" ? resourceId : serverId} ${Id}`;
}

/** The records of an earlier collection, to carry on from. */
export function missingPatches(records: Iterable<MissingRecord>): MissingPatches {
  return new Map([...records].map((record) => [keyOf(record), record]));
}

/**
 * Whether an installed package is of the architecture that a patch's id ends with: Patch Manager writes one as dpkg does,
 * and its machine's where a package is for any.
 */
export function isOfArchitecture({ Architecture }: Pick<ApplicationRecord, "Architecture">, wanted: string): boolean {
  return Architecture === (wanted === "amd64" ? "x86_64" : wanted) || anyArchitecture.has(Architecture);
}

/** Every installed version of a package, kernels beside each other; empty on Windows, where each update has its own id. */
function installedVersion(applications: ReadonlyMap<string, readonly ApplicationRecord[]>, id: string): string {
  const dot = id.lastIndexOf(".");
  const found = applications.get(id.slice(0, Math.max(0, dot))) ?? [];
  return found
    .filter((row) => isOfArchitecture(row, id.slice(dot + 1)))
    .map(packageVersion)
    .sort()
    .join(" ");
}

/**
 * The missing patches of a node, each with when it was first seen missing. A newer version in place of the one that was
 * offered keeps the age: the server still lacks what the older one mended. An installed version that has changed begins
 * it anew: the package was updated between two collections, and this is the next update.
 *
 * @param before - what the collection before knew of the location
 */
export function missingSince(node: ScannedNode, before: MissingPatches): readonly MissingRecord[] {
  const applications = Map.groupBy(node.applications, ({ Name }) => Name);
  return node.complianceItems
    .filter(({ PatchState }) => missingStates.has(PatchState))
    .map(({ Id, Title, Severity, ExecutionTime }) => {
      const { resourceId, serverId } = node;
      const installed = installedVersion(applications, Id);
      const days = node.stackDays?.(Severity);
      const times = { since: ExecutionTime, titleSince: ExecutionTime };
      const asked = days === undefined ? {} : { stackDays: String(days) };
      const record: MissingRecord = { resourceId, serverId, Id, Title, ...times, installed, ...asked };
      const known = before.get(keyOf(record));
      if (known === undefined) return record;
      const isUpdated = installed !== "" && known.installed !== "" && known.installed !== installed;
      if (isUpdated) return record;
      return { ...record, since: known.since, titleSince: known.Title === Title ? known.titleSince : ExecutionTime };
    });
}

/** What is carried on of servers that a collection could not read: not seen is not installed. */
export function carriedOn(
  before: MissingPatches,
  isUnread: (record: MissingRecord) => boolean,
): readonly MissingRecord[] {
  return [...before.values()].filter(isUnread);
}
