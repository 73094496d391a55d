import { answer, childTask, peakMebibytes, type Cost } from "./child.ts";
import { stackName } from "./project.ts";
import type { PlanTask } from "./plan.ts";

const task = childTask() as PlanTask;
let shown = "";
process.stdout.write = (chunk: string | Uint8Array): boolean => {
  shown += String(chunk);
  return true;
};
const words = ["plan", task.before, task.after, "--stack", stackName, "--as-of", task.asOf, "--format", "markdown"];
process.argv.splice(2, process.argv.length, ...words);
// The very command, from the start of its process to its end: what somebody waits for who types it.
await import("../scripts/patchplane.ts");
const cost: Cost = { seconds: process.uptime(), mebibytes: peakMebibytes() };
if (!shown.includes(`**${String(task.changed)} servers change;`)) {
  throw new Error(`it should show that ${String(task.changed)} servers change, and shows\n${shown.slice(0, 500)}`);
}
process.exitCode = 0;
await answer(cost);
