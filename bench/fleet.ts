import { join } from "node:path";
import { drawFleet } from "../simulator/index.ts";
import { askChild, type Cost } from "./child.ts";
import { writeProject, type Session } from "./project.ts";
import type { FleetFigures } from "./results.ts";
import type { Location, Subscription } from "../domain/plane.ts";

/** One reading of a project's fleet. */
export interface FleetTask {
  /** `rows`: the fleet file alone, parsed and validated; `plane`: the stack file, the fleet and every check. */
  readonly reading: "rows" | "plane";
  /** Folder of the project. */
  readonly root: string;
  /** Rows that must come out of it. */
  readonly rows: number;
  /** What the rows' sites are compared with. */
  readonly locations: Readonly<Record<string, Location>>;
  readonly subscriptions: Readonly<Record<string, Subscription>>;
}

/** Rows of the fleet that is read. */
const rows = 10_000;

/** Reads a large fleet file, alone and as part of its plane, each time in a fresh process. */
export async function measureFleet(session: Session): Promise<FleetFigures> {
  const { checkout, plane, seed, rounds, signal, progress } = session;
  const root = join(session.folder, "fleet");
  await writeProject(checkout, root, plane, drawFleet(plane.fleet, { servers: rows, seed }));
  const { locations, subscriptions } = plane;
  const ask = (reading: FleetTask["reading"]): Promise<Cost> => {
    const task: FleetTask = { reading, root, rows, locations, subscriptions };
    return askChild<Cost>(new URL("fleetChild.ts", import.meta.url), task, signal);
  };
  const readFleet: Cost[] = [];
  const readPlane: Cost[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    progress(`fleet file of ${String(rows)} rows, round ${String(round)} of ${String(rounds)}`);
    readFleet.push(await ask("rows"));
    readPlane.push(await ask("plane"));
  }
  return { rows, readFleet, readPlane };
}
