import { instantOf } from "../../domain/collection/stamp.ts";
import type { CountedServer, TrendRow } from "../../domain/report/complianceFacts.ts";
import { cvesIn } from "../../domain/report/locationHistory.ts";
import type { StoredUpdate } from "../../domain/report/openUpdates.ts";
import { locationNameOf, serversAt } from "../../domain/fleet/placement.ts";
import type { Plane } from "../../domain/plane.ts";
import { byText } from "../../domain/text.ts";
import type { Engine, Row } from "./engine.ts";
import type { Unreadable } from "./partitions.ts";
import { get, isAsked, placeIn, serverRecord, type ServerFilter } from "./rows.ts";

/** What servers of a collection lack, or what is kept out of them. */
export async function storedUpdates(
  engine: Engine,
  after: string,
  filter: ServerFilter,
): Promise<readonly StoredUpdate[]> {
  const rows = (await engine.rows("needed", { after })).filter((row) => isAsked(filter, row));
  return rows.map((row) => ({
    ...placeIn(row),
    server: serverRecord(row),
    id: get(row, "patch_id"),
    title: get(row, "title"),
    state: get(row, "patch_state"),
    level: get(row, "compliance_level"),
    severityWord: get(row, "patch_severity"),
    classification: get(row, "classification"),
    cves: cvesIn(get(row, "cves")),
    since: get(row, "since"),
    installed: get(row, "installed"),
  }));
}

function countsOf(row: Row): Pick<CountedServer, "counts"> {
  if (get(row, "missing") === "") return {};
  const count = (column: string): number => Number(get(row, column));
  return {
    counts: {
      missing: count("missing"),
      failed: count("failed"),
      rejected: count("rejected"),
      pendingReboot: count("pending_reboot"),
    },
  };
}

/** The servers of a collection with the counts of their last patch operation. */
export async function countedServers(
  engine: Engine,
  after: string,
  filter: ServerFilter,
): Promise<readonly CountedServer[]> {
  const rows = (await engine.rows("compliance", { after })).filter((row) => isAsked(filter, row));
  return rows.map((row) => ({ ...placeIn(row), server: serverRecord(row), ...countsOf(row) }));
}

/**
 * Servers of the fleet file whose location the collection could not read: nothing is known of them, which is not that
 * they are not there.
 */
export function unreadServers(
  plane: Plane,
  unread: readonly Unreadable[],
  filter: ServerFilter,
): readonly CountedServer[] {
  return unread.flatMap(({ accountId, region, reason }) =>
    Object.values(plane.locations)
      .filter((location) => location.accountId === accountId && location.region === region)
      .flatMap(({ name }) => serversAt(plane, name))
      .map((server): Row => ({
        server_id: server.id,
        name: server.name,
        owner: server.owner,
        business_unit: server.businessUnit,
        cloud: server.cloud,
        site: server.site,
        location: locationNameOf(plane, server),
        patch_group: server.patchGroup,
        approval: plane.groups[server.patchGroup]?.kind === "elsewhere" ? "elsewhere" : "",
        os: server.os,
        release: server.release,
        arch: server.arch,
        state: "unknown",
        reason,
      }))
      .filter((row) => isAsked(filter, row))
      .map((row) => ({ accountId, region, server: serverRecord(row) })),
  );
}

/**
 * How many servers of each group stood how, collection by collection. Owners and servers are not told apart in it.
 *
 * @param rows - of trend.sql, of each location
 */
export function trendOf(rows: readonly Row[], { groups }: ServerFilter): readonly TrendRow[] {
  const asked = rows.filter((row) => groups?.includes(get(row, "patch_group")) ?? true);
  const points = Map.groupBy(asked, (row) => `${get(row, "collected")} ${get(row, "patch_group")}`);
  return [...points]
    .toSorted(([a], [b]) => byText(a, b))
    .map(([, own]) => {
      const [first = {}] = own;
      const sum = (column: string): number => own.reduce((all, row) => all + Number(get(row, column)), 0);
      const unread = sum("unread");
      return {
        at: `${instantOf(get(first, "collected"))?.toISOString().slice(0, 19) ?? ""}Z`,
        group: get(first, "patch_group"),
        unknown: sum("unknown"),
        failed: sum("failed"),
        missing: sum("missing"),
        "pending reboot": sum("pending_reboot"),
        compliant: sum("compliant"),
        ...(unread === 0 ? {} : { unread }),
      };
    });
}
