import { machineCount, placementOf } from "./placement.ts";
import type { Plane } from "../plane.ts";
import { operatingSystemOf, type OperatingSystem, type Server } from "../server.ts";
import { counted } from "../text.ts";

const shownLines = 5;

/** Servers of one group, OS and release in one location: whatever holds for one of them holds for all. */
export interface Cohort {
  readonly location: string;
  readonly group: string;
  readonly os: OperatingSystem;
  readonly release: string;
  readonly servers: readonly Server[];
}

/** The cohorts of a plane, in the fleet's order. */
export function cohortsOf(plane: Plane): readonly Cohort[] {
  return [...placementOf(plane)].flatMap(([location, groups]) =>
    [...groups].flatMap(([group, all]) =>
      [...Map.groupBy(all, (server) => `${operatingSystemOf(server)} ${server.release}`).values()].flatMap((servers) =>
        servers.slice(0, 1).map((first) => {
          return { location, group, os: operatingSystemOf(first), release: first.release, servers };
        }),
      ),
    ),
  );
}

/** "3 servers (fleet lines 4, 9, 12)". */
export function whichServers(servers: readonly Server[]): string {
  const lines = servers.slice(0, shownLines).map((server) => String(server.line));
  const more = servers.length > shownLines ? ", …" : "";
  return `${counted(machineCount(servers), "server")} (fleet ${servers.length === 1 ? "line" : "lines"} ${lines.join(", ")}${more})`;
}

/** Several cohorts' servers in the fleet file's order. */
export function joined(lists: readonly (readonly Server[])[]): readonly Server[] {
  return lists.flat().toSorted((a, b) => a.line - b.line);
}
