import type { ApplicationRecord, ComplianceItemRecord, ServerRecord } from "../collection/records.ts";
import { installedPackages, packageKey, packagesOfPatches } from "../packages/installed.ts";
import { severityOfPatch } from "../packages/severity.ts";
import { releasesByOs, type OsName } from "../server.ts";
import { nothingMended, type Mended } from "./comparedServers.ts";
import type { KnownAdvisories } from "./knownAdvisories.ts";
import { cvesIn } from "./locationHistory.ts";
import type { OpenUpdate } from "./openUpdates.ts";

/** What the newest collection before a run knows of its servers, and advisories of what the run installed. */
export interface RunHistory {
  /** Stamp of the collection. */
  readonly collected: string;
  readonly servers: readonly ServerRecord[];
  /** Of the packages that the run installed, as they were; by node. */
  readonly packages: ReadonlyMap<string, readonly ApplicationRecord[]>;
  /** What was past its time limit. */
  readonly overdue: readonly OpenUpdate[];
  readonly advisories: Pick<KnownAdvisories, "mendedBy" | "gaps">;
}

/** What an update changed on a server. */
export interface Installed extends Mended {
  /** Left out where the collection has no such package, or none of the server. */
  readonly before?: string;
}

function osOf({ os }: ServerRecord): OsName | undefined {
  return os in releasesByOs ? (os as OsName) : undefined;
}

/** What Systems Manager itself says of an update, where no advisory does. */
function byPatch(os: OsName, { PatchSeverity, CVEIds }: ComplianceItemRecord, mended: Mended): Mended {
  const severity = severityOfPatch(os, PatchSeverity);
  const said = mended.severity !== "unknown" || severity === "unknown" ? {} : { severity };
  const cves = [...new Set([...mended.cves, ...cvesIn(CVEIds)])].sort();
  return { ...mended, cves, ...said, ...("severity" in said ? { severitySource: "Systems Manager" } : {}) };
}

/** What an update that a run installed was before, and what it mended. */
export function installedBefore(history: RunHistory, server: ServerRecord, patch: ComplianceItemRecord): Installed {
  const os = osOf(server);
  if (os === undefined) return nothingMended;
  if (os === "windows-server") return byPatch(os, patch, nothingMended);
  const had = installedPackages(os, history.packages.get(server.resourceId) ?? []);
  const [has] = packagesOfPatches(os, [patch], had).values();
  const before = has === undefined ? undefined : had.get(packageKey(has))?.version;
  if (has === undefined || before === undefined) return byPatch(os, patch, nothingMended);
  const change = { ...has, before, after: has.version, kind: "upgraded" } as const;
  return { ...byPatch(os, patch, history.advisories.mendedBy(server, change)), before };
}
