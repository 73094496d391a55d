import { stripVTControlCharacters } from "node:util";

/** How a run of Mocha ended, and all that it printed. */
export interface EndedRun {
  readonly name: string;
  readonly code: number | null;
  readonly output: string;
}

const closing = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;
const totals = /^\s*\d+ (?:passing \(.*\)|failing|pending)$/;

/** Whether a line begins a run's own summary. */
export function beginsSummary(line: string): boolean {
  return /^\s*\d+ passing \(.*\)$/.test(stripVTControlCharacters(line));
}

/** What a run said after its specs, without its counts: failures in full, specs that never ran, what was left open. */
function details(output: string): string {
  const lines = output.split("\n");
  const start = lines.findIndex(beginsSummary);
  const rest = start < 0 ? [] : lines.slice(start);
  const said = rest.filter((line) => {
    const plain = stripVTControlCharacters(line);
    return !closing.test(plain) && !totals.test(plain);
  });
  return said.join("\n").trim();
}

/** What a run counted itself: its last closing line. One without, or with another exit code, has failed. */
function counts({ code, output }: EndedRun): readonly [passed: number, failed: number, skipped: number, why?: string] {
  const last = output
    .split("\n")
    .map((line) => closing.exec(stripVTControlCharacters(line)))
    .findLast((match) => match !== null);
  const [passed = 0, failed = 0, skipped = 0] = (last?.slice(1) ?? []).map((text) => Number(text || 0));
  if (last !== undefined && (code === 0) === (failed === 0)) return [passed, failed, skipped];
  const why = `ended with ${String(code)}${last === undefined ? " and without a count" : ""}`;
  return [passed, failed + 1, skipped, why];
}

/**
 * One summary of runs that went side by side: what failed in each, then one line that counts all, as
 * `N passed, N failed`.
 */
export function summaryOf(runs: readonly EndedRun[]): { readonly text: string; readonly failed: number } {
  const counted = runs.map((run) => ({ run, count: counts(run) }));
  const parts = counted.flatMap(({ run, count: [, , , why] }) => {
    const said = [...(why === undefined ? [] : [why]), details(run.output)].filter((part) => part !== "").join("\n\n");
    return said === "" ? [] : [`${run.name}:\n\n${said}\n`];
  });
  const sum = (index: 0 | 1 | 2): number => counted.reduce((total, { count }) => total + count[index], 0);
  const [passed, failed, skipped] = [sum(0), sum(1), sum(2)];
  const line = `${String(passed)} passed, ${String(failed)} failed${skipped > 0 ? `, ${String(skipped)} skipped` : ""}`;
  return { text: [...parts, line, ""].join("\n"), failed };
}
