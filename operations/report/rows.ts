import type { RunRecord, ServerRecord } from "../../domain/collection/records.ts";
import type { Row } from "./engine.ts";

/** A cell; empty where the row has none. */
export function get(row: Row, column: string): string {
  return row[column] ?? "";
}

/** Which node of which account and Region a row is of. */
export function nodeKey(row: Row): string {
  return `${get(row, "account_id")} ${get(row, "region")} ${get(row, "resource_id")}`;
}

/** Whether a row is of a node: of a run that met nobody there is one that is of none. */
export function isOfNode(row: Row): boolean {
  return get(row, "resource_id") !== "";
}

/** Whether a row is of a run, by the id of its window's execution or of its command. */
export function isOfRun(row: Row, run: string): boolean {
  return get(row, "run_id") === run || get(row, "command_id") === run;
}

/** Where a row's node is. */
export function placeIn(row: Row): { readonly accountId: string; readonly region: string } {
  return { accountId: get(row, "account_id"), region: get(row, "region") };
}

/** A row that has the columns of the view `server`; what it has not is empty. */
export function serverRecord(row: Row): ServerRecord {
  const state = get(row, "state");
  const versions = get(row, "versions");
  return {
    resourceId: get(row, "resource_id"),
    serverId: get(row, "server_id"),
    name: get(row, "name"),
    owner: get(row, "owner"),
    businessUnit: get(row, "business_unit"),
    cloud: get(row, "cloud"),
    site: get(row, "site"),
    location: get(row, "location"),
    patchGroup: get(row, "patch_group"),
    approval: get(row, "approval"),
    criticality: get(row, "criticality"),
    os: get(row, "os"),
    release: get(row, "release"),
    arch: get(row, "arch"),
    state: state === "collected" || state === "notRegistered" ? state : "unknown",
    reason: get(row, "reason"),
    pingStatus: get(row, "ping_status"),
    lastPing: get(row, "last_ping"),
    agentVersion: get(row, "agent_version"),
    inventoryCaptured: get(row, "inventory_captured"),
    versions: versions === "whole" || versions === "withoutRelease" ? versions : "",
    lastScan: get(row, "last_scan"),
  };
}

/** A row of runs.sql. */
export function runRecord(row: Row): RunRecord {
  return {
    resourceId: get(row, "resource_id"),
    runId: get(row, "run_id"),
    window: get(row, "window_name"),
    commandId: get(row, "command_id"),
    documentName: get(row, "document_name"),
    operation: get(row, "operation"),
    snapshotId: get(row, "snapshot_id"),
    started: get(row, "started"),
    ended: get(row, "ended"),
    status: get(row, "status"),
    statusDetails: get(row, "status_details"),
    reason: get(row, "reason"),
  };
}

/** Which servers are asked about; all where nothing narrows it. */
export interface ServerFilter {
  readonly groups?: readonly string[];
  readonly owners?: readonly string[];
  /** Names, ids of the fleet file, or ids of nodes. */
  readonly servers?: readonly string[];
}

/** Whether a row's server is asked about. */
export function isAsked({ groups, owners, servers }: ServerFilter, row: Row): boolean {
  const names = [get(row, "name"), get(row, "server_id"), get(row, "resource_id")];
  return (
    (groups?.includes(get(row, "patch_group")) ?? true) &&
    (owners?.includes(get(row, "owner")) ?? true) &&
    (servers?.some((server) => names.includes(server)) ?? true)
  );
}
