import { join } from "node:path";
import { drawFleet } from "../../simulator/index.ts";
import { askChild } from "../child.ts";
import type { Cost } from "../cost.ts";
import { writeProject } from "../project.ts";
import type { FleetFigures } from "../results.ts";
import type { Session } from "../session.ts";
import type { FleetTask } from "./task.ts";

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
    return askChild<Cost>(new URL("child.ts", import.meta.url), task, signal);
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
