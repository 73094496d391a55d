import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { beginsSummary, summaryOf, type EndedRun } from "./harness/summary.ts";

/*
 * `npm test`: all specs, in two processes side by side, which take about the same time: those on the real engine, with
 * some others to even it out, and the rest. The first half's specs are shown as they go, the other one's when they are
 * done; one summary counts both.
 */

const withEngine = [
  "tests/engine/**/*.spec.ts",
  "tests/judges/realProvider.spec.ts",
  "tests/policy/**/*.spec.ts",
  "tests/simulation/**/*.spec.ts",
  "tests/workflows/**/*.spec.ts",
];
const halves = [
  { name: "specs on the real engine, of drawn worlds, of workflows and of the guard", args: withEngine },
  { name: "all other specs", args: ["tests/**/*.spec.ts", ...withEngine.flatMap((glob) => ["--ignore", glob])] },
];
const mocha = createRequire(import.meta.url).resolve("mocha/bin/mocha.js");

/** Runs one half; `shown` gets each line of its specs, and nothing of its own summary. */
function run({ name, args }: (typeof halves)[number], shown: (line: string) => void): Promise<EndedRun> {
  const colour = process.stdout.isTTY ? ["--color"] : [];
  const child = spawn(process.execPath, [mocha, ...colour, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let begun = "";
  let over = false;
  const show = (line: string): void => {
    over ||= beginsSummary(line);
    if (!over) shown(`${line}\n`);
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
      const lines = (begun + chunk).split("\n");
      begun = lines.pop() ?? "";
      lines.forEach(show);
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ name, code, output });
    });
  });
}

const [first, second] = halves;
if (first === undefined || second === undefined) throw new Error("there are two halves");
let later = "";
const ended = await Promise.all([
  run(first, (line) => void process.stdout.write(line)),
  run(second, (line) => {
    later += line;
  }),
]);
const { text, failed } = summaryOf(ended);
process.stdout.write(`${later}\n${text}`);
process.exitCode = failed > 0 ? 1 : 0;
