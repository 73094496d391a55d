import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { beginsSummary, summaryOf, type EndedRun } from "./harness/summary.ts";

/*
 * `npm test`: all specs, in two processes side by side. One begins with the engine, which the first run takes minutes to
 * build, and goes on with the specs on it; the other does not wait for it. Which of them is done first takes the rest,
 * so that both end together on any machine. What goes on beside the engine's specs is shown when it is done; one summary
 * counts all.
 */

interface Part {
  readonly name: string;
  readonly args: readonly string[];
}

const withEngine = ["tests/engine/**/*.spec.ts", "tests/judges/realProvider.spec.ts"];
const apart = ["tests/policy/**/*.spec.ts", "tests/simulation/**/*.spec.ts", "tests/workflows/**/*.spec.ts"];
const onEngine: Part = { name: "specs on the real engine", args: withEngine };
const last: Part = { name: "specs of drawn worlds, of workflows and of the guard", args: apart };
const others: Part = {
  name: "all other specs",
  args: ["tests/**/*.spec.ts", ...[...withEngine, ...apart].flatMap((glob) => ["--ignore", glob])],
};
const mocha = createRequire(import.meta.url).resolve("mocha/bin/mocha.js");

/** Runs a part; `shown` gets each line of its specs, and nothing of its own summary. */
function run({ name, args }: Part, shown: (line: string) => void): Promise<EndedRun> {
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

/** Finds the engine or makes it; without it no spec on it can begin, and its exit code is theirs. */
async function runOnEngine(shown: (line: string) => void): Promise<EndedRun> {
  const engine = spawn(process.execPath, ["scripts/dev/engine.ts"], { stdio: "inherit" });
  const code = await new Promise<number | null>((resolve, reject) => engine.on("error", reject).on("close", resolve));
  return code === 0 ? run(onEngine, shown) : { name: onEngine.name, code, output: "" };
}

let [later, isEngineBusy] = ["", true];
const show = (line: string): void => void process.stdout.write(line);
const keep = (line: string): void => {
  later += line;
};
const engineRun = runOnEngine(show).finally(() => {
  isEngineBusy = false;
});
const otherRun = run(others, keep);
const lastRun = Promise.race([engineRun, otherRun]).then(() => run(last, isEngineBusy ? keep : show));
const { text, failed } = summaryOf(await Promise.all([engineRun, lastRun, otherRun]));
process.stdout.write(`${later}\n${text}`);
process.exitCode = failed > 0 ? 1 : 0;
