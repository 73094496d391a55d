import type { Fault } from "../../domain/fault.ts";
import { exitCodes } from "./exitCodes.ts";
import { answerJson } from "./output.ts";

/** How the answer is written. */
export const faultsSchema = "patchplane/faults/1";

const format = /^(?:--format|-f)$/;

/** Whether the words ask for JSON; not by what commander makes of them, because they may be what is wrong. */
function askForJson(words: readonly string[]): boolean {
  return words.some(
    (word, index) =>
      word === "--json" ||
      /^(?:--format=|-f)json$/.test(word) ||
      (word === "json" && format.test(words[index - 1] ?? "")),
  );
}

/** Where JSON was asked for, answers with the faults that standard error says in words; otherwise with nothing. */
export function answerFaults(faults: readonly Fault[], exitCode: number = exitCodes.usage): void {
  if (!askForJson(process.argv.slice(2))) return;
  answerJson(`${JSON.stringify({ schema: faultsSchema, exitCode, faults }, null, 2)}\n`);
}
