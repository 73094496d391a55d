import { join } from "node:path";
import { drawFleet } from "../simulator/index.ts";
import { askChild, type Cost } from "./child.ts";
import type { CommandTask } from "./commandChild.ts";
import { benchTime, stackName, writeProject, type Session } from "./project.ts";
import type { CommandFigures } from "./results.ts";

const sizes = [1_200, 10_000];
/** More than this takes minutes, and is measured once. */
const mostServersRepeated = 1_200;
const weeks = 13;

/** Rehearses a quarter of fleets that are drawn in the checked-in fleet's shape; in a fresh process each time. */
export async function measureRehearsals(session: Session): Promise<readonly CommandFigures[]> {
  const { checkout, plane, seed, rounds, signal, progress } = session;
  const figures: CommandFigures[] = [];
  for (const servers of sizes) {
    const folder = join(session.folder, `rehearse-${String(servers)}`);
    await writeProject(checkout, folder, plane, drawFleet(plane.fleet, { servers, seed }));
    const words = ["rehearse", "-C", folder, "--stack", stackName, "--weeks", String(weeks), "--as-of", benchTime];
    const task: CommandTask = { words: [...words, "--json"], shows: `"servers": ${String(servers)},` };
    const most = servers > mostServersRepeated ? 1 : rounds;
    const costs: Cost[] = [];
    for (let round = 1; round <= most; round += 1) {
      progress(`rehearsal of ${String(servers)} servers, round ${String(round)} of ${String(most)}`);
      costs.push(await askChild<Cost>(new URL("commandChild.ts", import.meta.url), task, signal));
    }
    figures.push({ servers, costs });
  }
  return figures;
}
