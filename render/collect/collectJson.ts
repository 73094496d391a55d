import type { Collected } from "../../domain/collection/collected.ts";

/** Name and version of the JSON's shape: a number is raised when a field goes or changes its meaning. */
const schema = "patchplane/collect/1";

/** A collection for programs; docs/commands.md describes every field. */
export function collectJson(
  stack: string,
  { collected, place, resumed, locations, removed }: Collected,
  exitCode: number,
): object {
  return {
    schema,
    stack,
    exitCode,
    collected,
    place,
    resumed,
    removed,
    locations: locations.map(({ location, record, servers, refresh, synced, approvals, measured }) => ({
      name: location.name,
      accountId: location.accountId,
      region: location.region,
      failure: record.reason === "" ? null : record.reason,
      refresh: refresh ?? null,
      synced: synced ?? null,
      approvalsFailure: approvals ?? null,
      nodes: record.nodes === "" ? null : Number(record.nodes),
      apiCalls: record.apiCalls === "" ? null : Number(record.apiCalls),
      measured,
      servers: servers.map(({ serverId, name, resourceId, state, reason, inventoryCaptured, versions, lastScan }) => ({
        id: serverId === "" ? null : serverId,
        name,
        nodeId: resourceId === "" ? null : resourceId,
        state,
        reason: reason === "" ? null : reason,
        inventoryCaptured: inventoryCaptured === "" ? null : inventoryCaptured,
        versions: versions === "" ? null : versions,
        lastScan: lastScan === "" ? null : lastScan,
      })),
    })),
  };
}
