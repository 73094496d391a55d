import { join } from "node:path";
import { drawFleet } from "../simulator/index.ts";
import { askChild, type Cost } from "./child.ts";
import type { CommandTask } from "./commandChild.ts";
import { benchTime, stackName, writeProject, type Session } from "./project.ts";
import type { CommandFigures } from "./results.ts";

const sizes = [1_200, 10_000];

/**
 * Plans a change of the owner of every server that the stack patches, the largest change there is, with every check;
 * in a fresh process each time, its start included.
 */
export async function measurePlans(session: Session): Promise<readonly CommandFigures[]> {
  const { checkout, plane, seed, rounds, signal, progress } = session;
  const tasks: { readonly servers: number; readonly task: CommandTask; readonly costs: Cost[] }[] = [];
  for (const servers of sizes) {
    const [before, after] = ["before", "after"].map((name) => join(session.folder, `plan-${String(servers)}`, name));
    if (before === undefined || after === undefined) throw new Error("two folders are planned");
    const fleet = drawFleet(plane.fleet, { servers, seed });
    await writeProject(checkout, before, plane, fleet);
    const owned = fleet.map((server) => ({ ...server, owner: "somebody-else@example.com" }));
    await writeProject(checkout, after, plane, owned);
    const patched = fleet.filter(({ patchGroup }) => plane.groups[patchGroup]?.kind === "managed");
    const changed = patched.reduce((sum, { size }) => sum + size, 0);
    const words = ["plan", before, after, "--stack", stackName, "--as-of", benchTime, "--format", "markdown"];
    tasks.push({ servers, task: { words, shows: `**${String(changed)} servers change;` }, costs: [] });
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const { servers, task, costs } of tasks) {
      progress(`plan of ${String(servers)} servers, round ${String(round)} of ${String(rounds)}`);
      costs.push(await askChild<Cost>(new URL("commandChild.ts", import.meta.url), task, signal));
    }
  }
  return tasks.map(({ servers, costs }) => ({ servers, costs }));
}
