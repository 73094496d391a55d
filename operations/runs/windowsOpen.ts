import {
  paginateDescribeMaintenanceWindows,
  type MaintenanceWindowIdentity,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import pMap from "p-map";
import type { Plane } from "../../domain/plane.ts";
import type { OpenWindow } from "../../domain/runs/openWindow.ts";
import { reachable } from "../../domain/runs/serversRun.ts";
import { plannedLocation, type PlannedWindow } from "../../domain/stack/plannedLocation.ts";
import { hour } from "../../domain/time.ts";
import { runsSince } from "../aws/opening.ts";
import { allPages } from "../pages.ts";
import { inEach, withFailures, type FoundServers } from "./servers.ts";

const pageSize = 100;
const concurrency = 8;
/** A run that was not begun, because the one before went on. */
const skipped = "SKIPPED_OVERLAPPING";
const cancelled: readonly string[] = ["CANCELLING", "CANCELLED"];

/** The opening of a window that lasts at an instant: it begins with a run, and begins nothing after its cutoff. */
async function openingOf(
  client: SSMClient,
  location: string,
  { WindowId = "", Name: name = "", Duration = 0, Cutoff = 0 }: MaintenanceWindowIdentity,
  { window }: PlannedWindow,
  asOf: Date,
): Promise<readonly OpenWindow[]> {
  const length = (Duration - Cutoff) * hour;
  const runs = await runsSince(client, WindowId, new Date(asOf.getTime() - length));
  const run = runs.find(({ Status }) => Status !== skipped);
  if (run?.StartTime === undefined || cancelled.includes(run.Status ?? "")) return [];
  const until = new Date(run.StartTime.getTime() + length);
  return until > asOf ? [{ location, name, groups: window.groups, until }] : [];
}

/**
 * The stack's installing windows that are open at an instant, in the locations of some servers: enabled, and with a run
 * that was not cancelled and is no older than the window lasts. 1 DescribeMaintenanceWindows for 100 windows, and 1
 * DescribeMaintenanceWindowExecutions for each of these. A location that cannot be read has failed.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeMaintenanceWindowExecutions.html
 */
export async function windowsOpen(
  plane: Plane,
  found: FoundServers,
  asOf: Date,
): Promise<{ readonly found: FoundServers; readonly open: readonly OpenWindow[] }> {
  const at = new Set(reachable(found.placed).map(({ location }) => location));
  const reads = found.reads.filter(({ location }) => at.has(location.name));
  const { values, failures } = await inEach({ reads }, async ({ client, location }) => {
    const { windows } = plannedLocation(plane, location);
    const pages = await allPages(paginateDescribeMaintenanceWindows({ client, pageSize }, {}));
    const enabled = pages
      .flatMap((page) => page.WindowIdentities ?? [])
      .flatMap((identity) => {
        const planned = windows.get(identity.Name ?? "");
        return identity.Enabled === true && planned?.window.operation === "install" ? [{ identity, planned }] : [];
      });
    const open = await pMap(
      enabled,
      ({ identity, planned }) => openingOf(client, location.name, identity, planned, asOf),
      { concurrency },
    );
    return open.flat();
  });
  return { found: withFailures(found, failures), open: values.flat() };
}
