import { spawn } from "node:child_process";
import { createRequire } from "node:module";

/*
 * `npm test`: all specs, in two processes side by side. The engine's specs wait for processes and the others compute,
 * so together they take about half the time. The first half is shown as it goes, the other one when it is done; the
 * last line counts both.
 */

const engine = ["tests/engine/**/*.spec.ts", "tests/judges/realProvider.spec.ts"];
const halves = [
  { name: "specs on the real engine", args: engine },
  { name: "all other specs", args: ["tests/**/*.spec.ts", ...engine.flatMap((glob) => ["--ignore", glob])] },
];
const mocha = createRequire(import.meta.url).resolve("mocha/bin/mocha.js");

interface Ended {
  readonly name: string;
  readonly code: number | null;
  readonly output: string;
}

function run({ name, args }: (typeof halves)[number], shown: (chunk: string) => void): Promise<Ended> {
  const colour = process.stdout.isTTY ? ["--color"] : [];
  const child = spawn(process.execPath, [mocha, ...colour, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
      shown(chunk);
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ name, code, output });
    });
  });
}

/** What a half counted itself: its last closing line. A half without one, or with another exit code, has failed. */
function counts({ name, code, output }: Ended): readonly [passed: number, failed: number, skipped: number] {
  const closing = [...output.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm)].at(-1);
  const [passed = 0, failed = 0, skipped = 0] = (closing?.slice(1) ?? []).map((text) => Number(text || 0));
  if (closing !== undefined && (code === 0) === (failed === 0)) return [passed, failed, skipped];
  process.stdout.write(`${name} ended with ${String(code)}${closing === undefined ? " and without a count" : ""}\n`);
  return [passed, failed + 1, skipped];
}

const [first, second] = halves;
if (first === undefined || second === undefined) throw new Error("there are two halves");
const both = await Promise.all([run(first, (chunk) => void process.stdout.write(chunk)), run(second, () => undefined)]);
process.stdout.write(both[1].output);
const sums = both.map(counts).reduce((sum, each) => [sum[0] + each[0], sum[1] + each[1], sum[2] + each[2]]);
const [passed, failed, skipped] = sums;
process.stdout.write(
  `${String(passed)} passed, ${String(failed)} failed${skipped > 0 ? `, ${String(skipped)} skipped` : ""}\n`,
);
process.exitCode = failed > 0 ? 1 : 0;
