import { freshDays, mendedBy, type AdvisoryIndex, type PackageUpdate } from "../advisories/join.ts";
import type { ServerRecord } from "../collection/records.ts";
import { newestVersion, packageOfPatch, versionOfPatch } from "../packages/installed.ts";
import { releasesByOs, type OsName } from "../server.ts";
import { byText } from "../text.ts";
import { day } from "../time.ts";
import { nothingMended, type ChangeFacts, type Mended } from "./comparedServers.ts";
import type { OfferedBy } from "./openUpdates.ts";

/** What is asked of a snapshot, whatever server it is about. */
export interface KnownAdvisories {
  readonly mendedBy: ChangeFacts["mendedBy"];
  readonly offeredBy: OfferedBy;
  /** Why nothing is known of what updates mend on servers of these systems, one sentence each. */
  readonly gaps: (of: Iterable<string>) => readonly string[];
}

const renewal = "npx patchplane advisories update";

/** Says where a snapshot is missing, lacks a system, or is old; Windows' severities are Systems Manager's own. */
function gapsIn(index: AdvisoryIndex, asOf: Date): KnownAdvisories["gaps"] {
  const newest = new Map<string, string>();
  for (const { os_family: os, retrieved } of [...index.values()].flat())
    if (retrieved > (newest.get(os) ?? "")) newest.set(os, retrieved);
  return (of) => {
    const asked = [...new Set(of)].filter((os) => os in releasesByOs && os !== "windows-server").sort(byText);
    if (asked.length > 0 && index.size === 0)
      return [`Severities and CVEs: there is no snapshot of advisories; ${renewal} makes one.`];
    return asked.flatMap((os) => {
      const retrieved = newest.get(os);
      if (retrieved === undefined) return [`Severities and CVEs of ${os}: the snapshot has no advisories of it.`];
      if (asOf.getTime() - Date.parse(retrieved) <= freshDays * day) return [];
      const old = `the advisories are of ${retrieved.slice(0, 10)}, older than ${String(freshDays)} days`;
      return [`Severities and CVEs of ${os}: ${old}; ${renewal} renews them.`];
    });
  };
}

function osOf({ os }: ServerRecord): OsName | undefined {
  return os in releasesByOs ? (os as OsName) : undefined;
}

/** Answers reports from a snapshot of advisories; what that cannot know is unknown. */
export function knownAdvisories(index: AdvisoryIndex, asOf: Date): KnownAdvisories {
  const mended = (update: PackageUpdate): Mended => {
    const found = mendedBy(index, update, asOf);
    if (found.kind === "unknown") return nothingMended;
    const { advisories, cves, severity, source, exploited } = found;
    return { advisories, cves, severity, severitySource: source, exploited: exploited.length > 0 };
  };
  return {
    gaps: gapsIn(index, asOf),
    mendedBy: (server, { name, architecture, before, after }) => {
      const os = osOf(server);
      if (os === undefined || before === undefined || after === undefined) return nothingMended;
      return mended({ os, release: server.release, name, architecture, before, after });
    },
    offeredBy: ({ server, id, title, installed }) => {
      const os = osOf(server);
      const after = versionOfPatch({ Id: id, Title: title });
      if (os === undefined || after === undefined) return nothingMended;
      const { name, architecture } = packageOfPatch(id);
      const before = newestVersion(
        os,
        architecture,
        installed.split(" ").filter((version) => version !== ""),
      );
      return before === undefined
        ? nothingMended
        : mended({ os, release: server.release, name, architecture, before, after });
    },
  };
}
