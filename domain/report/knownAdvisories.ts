import { mendedBy, type AdvisoryIndex, type PackageUpdate } from "../advisories/join.ts";
import type { ServerRecord } from "../collection/records.ts";
import { newestVersion, packageOfPatch, versionOfPatch } from "../packages/installed.ts";
import { releasesByOs, type OsName } from "../server.ts";
import { nothingMended, type ChangeFacts, type Mended } from "./comparedServers.ts";
import type { OfferedBy } from "./openUpdates.ts";

/** What is asked of a snapshot, whatever server it is about. */
export interface KnownAdvisories {
  readonly mendedBy: ChangeFacts["mendedBy"];
  readonly offeredBy: OfferedBy;
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
