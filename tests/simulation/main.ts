import { Command, InvalidArgumentError } from "commander";
import { complaints, outcomeOf, type Outcome } from "./outcome.ts";
import { openPool } from "./pool.ts";
import type { ScenarioOptions } from "./scenario.ts";
import { showEvidence } from "./show.ts";

interface Options {
  readonly seed?: number;
  readonly seeds?: readonly [number, number];
  readonly servers?: number;
}

const exitCodes = { fine: 0, violated: 1, usage: 2 } as const;

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError("allowed: a whole number from 1 on");
  return value;
}

function range(text: string): readonly [number, number] {
  const [first = "", last = ""] = text.split("-");
  const [from, to] = [wholeNumber(first), wholeNumber(last)];
  if (from > to) throw new InvalidArgumentError("allowed: two numbers in order, such as 1-200");
  return [from, to];
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** One seed: everything about it. */
async function replay(seed: number, options: ScenarioOptions): Promise<readonly Outcome[]> {
  return [
    await outcomeOf(seed, options, (evidence) => {
      print(showEvidence(evidence));
    }),
  ];
}

function showOutcome({ seed, tally, violations }: Outcome): void {
  const { servers, windowRuns, installs, missed, failed } = tally;
  const counts = { servers, windowRuns, installs, missed, failed, violations: violations.length };
  const shown = Object.entries(counts).map(([name, count]) => `${name} ${String(count)}`);
  print([`seed ${String(seed)}: ${shown.join(", ")}`]);
}

/** Many seeds: one line each. */
async function playAll([from, to]: readonly [number, number], options: ScenarioOptions): Promise<readonly Outcome[]> {
  const pool = openPool();
  try {
    const seeds = Array.from({ length: to - from + 1 }, (_, index) => from + index);
    return await pool.play(seeds, options, showOutcome);
  } finally {
    await pool.close();
  }
}

async function run({ seed, seeds, servers }: Options): Promise<void> {
  const options = servers === undefined ? {} : { servers };
  const outcomes = seed === undefined ? await playAll(seeds ?? [1, 200], options) : await replay(seed, options);
  const wrong = outcomes.flatMap(complaints);
  print(wrong.length === 0 ? ["every invariant holds"] : wrong);
  process.exitCode = wrong.length === 0 ? exitCodes.fine : exitCodes.violated;
}

const command = new Command("simulate")
  .description("plays random policies, fleets and faults in the embedded cloud and checks every invariant")
  .option("--seed <number>", "one seed: shows its policy, fleet, faults and journal as well", wholeNumber)
  .option("--seeds <from-to>", "many seeds, one line each (default: 1-200)", range)
  .option("--servers <number>", "rows of the fleet (default: 20 to 60, drawn)", wholeNumber)
  .addHelpText("after", "\nExample:\n  npm run simulate -- --seed 137")
  .exitOverride()
  .action((options: Options) => run(options));

try {
  await command.parseAsync();
} catch (error) {
  const isHelp = error instanceof Error && "exitCode" in error && error.exitCode === 0;
  if (!isHelp) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = exitCodes.usage;
  }
}
