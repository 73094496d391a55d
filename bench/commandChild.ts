import { answer, childTask, peakMebibytes, type Cost } from "./child.ts";

/** A command of the command line, from the start of its process to its end: what somebody waits for who types it. */
export interface CommandTask {
  readonly words: readonly string[];
  /** A text without which it did not do what is measured. */
  readonly shows: string;
}

const task = childTask() as CommandTask;
let shown = "";
process.stdout.write = (chunk: string | Uint8Array): boolean => {
  shown += String(chunk);
  return true;
};
process.argv.splice(2, process.argv.length, ...task.words);
await import("../scripts/patchplane.ts");
const cost: Cost = { seconds: process.uptime(), mebibytes: peakMebibytes() };
if (!shown.includes(task.shows)) throw new Error(`it should show ${task.shows}, and shows\n${shown.slice(0, 500)}`);
// What it says of the fleet is no matter here.
process.exitCode = 0;
await answer(cost);
