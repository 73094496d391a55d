import type { ComplianceItemRecord, MissingRecord, ServerRecord } from "../collection/records.ts";
import type { StoredUpdate } from "./openUpdates.ts";

/** What a location's newest collection knows of what its servers lack, and since when. */
export interface LocationHistory {
  readonly accountId: string;
  readonly region: string;
  /** Stamp of the collection. */
  readonly collected: string;
  readonly servers: readonly ServerRecord[];
  readonly missing: readonly MissingRecord[];
  /** Those that {@link isOpen}. */
  readonly items: readonly ComplianceItemRecord[];
}

/** A patch state as the views of the reports have it: AWS writes it in two ways. */
function stateOf({ PatchState }: ComplianceItemRecord): string {
  return PatchState.toUpperCase().replaceAll("_", "");
}

const openStates: ReadonlySet<string> = new Set(["MISSING", "FAILED", "INSTALLEDREJECTED", "AVAILABLESECURITYUPDATE"]);

/** Whether a patch is one that somebody waits for, or that a baseline keeps out. */
export function isOpen(item: ComplianceItemRecord): boolean {
  return openStates.has(stateOf(item));
}

/** CVEs as Systems Manager writes them, joined by commas. */
export function cvesIn(text: string): readonly string[] {
  return text
    .split(",")
    .map((cve) => cve.trim())
    .filter((cve) => cve !== "");
}

/**
 * What the servers of a location lack, or what is kept out of them: `needed.sql` without an engine. What a server that
 * could not be read was last known to lack is among it, by the fleet file's id where it has no node any more.
 */
export function storedUpdatesOf(history: LocationHistory): readonly StoredUpdate[] {
  const { accountId, region } = history;
  const byNode = new Map(history.servers.map((server) => [server.resourceId, server]));
  const byId = new Map(history.servers.map((server) => [server.serverId, server]));
  const serverOf = (resourceId: string, serverId: string): ServerRecord | undefined =>
    (resourceId === "" ? undefined : byNode.get(resourceId)) ?? (serverId === "" ? undefined : byId.get(serverId));
  const keyOf = ({ resourceId, Id }: Pick<MissingRecord, "resourceId" | "Id">): string => `${resourceId} ${Id}`;
  const missing = new Map(history.missing.map((record) => [keyOf(record), record]));
  const items = new Map(history.items.filter(isOpen).map((item) => [keyOf(item), item]));
  return [...new Set([...items.keys(), ...missing.keys()])].sort().flatMap((key) => {
    const [item, known] = [items.get(key), missing.get(key)];
    const { resourceId = "", Id: id = "" } = item ?? known ?? {};
    const server = serverOf(resourceId, known?.serverId ?? "");
    if (server === undefined) return [];
    const title = item?.Title ?? known?.Title ?? "";
    const { Severity: level = "", PatchSeverity: severityWord = "", Classification: classification = "" } = item ?? {};
    return [
      {
        ...{ accountId, region, server, id, title, level, severityWord, classification },
        state: item === undefined ? "" : stateOf(item),
        cves: cvesIn(item?.CVEIds ?? ""),
        installed: known?.installed ?? "",
        since: known?.since ?? "",
        ...(known?.stackDays === undefined || known.stackDays === "" ? {} : { stackDays: Number(known.stackDays) }),
      },
    ];
  });
}
