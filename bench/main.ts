import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { EngineNotFound } from "../engine/resolve.ts";
import { measureChanges } from "./changes.ts";
import { contenders, type ContenderName } from "./outcome/contenders.ts";
import { measureOutcomes } from "./outcome/measure.ts";
import { measureFar } from "./far.ts";
import { measureFleet } from "./fleet.ts";
import { measurePlans } from "./plan.ts";
import { measurePreviews } from "./preview/measure.ts";
import { measureRehearsals } from "./rehearse.ts";
import { measurePages } from "./reportPage.ts";
import { readProject, type Session } from "./project.ts";
import { reportText } from "./report.ts";
import type { Results } from "./results.ts";
import { measureSimulator } from "./simulator.ts";
import { verdicts } from "./targets.ts";

/* `npm run bench`: what previews, plans, the embedded cloud, the fleet file and a report's page cost, and whether the targets are met. */

const usualParts = ["preview", "simulator", "fleet", "plan", "page", "changes", "collect", "operate"] as const;
/** These take the better part of an hour, so somebody has to ask for them. */
const parts = [...usualParts, "rehearse", "outcome"] as const;

interface Options {
  readonly sizes: readonly number[];
  readonly rounds: number;
  readonly only?: readonly (typeof parts)[number][];
  readonly seeds: number;
  readonly weeks: number;
  readonly ways: readonly ContenderName[];
  readonly json?: true;
}

const missedExitCode = 1;
const usageExitCode = 2;
const engineExitCode = 3;
const interruptedExitCode = 130;

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("allowed: a whole number of 1 or more");
  return value;
}

function wholeNumbers(text: string): readonly number[] {
  return text.split(",").map(wholeNumber);
}

async function measure(session: Session, { sizes, seeds, weeks, ways, only = usualParts }: Options): Promise<Results> {
  const previews = only.includes("preview") ? await measurePreviews(session, sizes) : undefined;
  return {
    fleet: only.includes("fleet") ? [await measureFleet(session)] : [],
    simulator: only.includes("simulator") ? await measureSimulator(session) : [],
    plans: only.includes("plan") ? await measurePlans(session) : [],
    rehearsals: only.includes("rehearse") ? await measureRehearsals(session) : [],
    pages: only.includes("page") ? await measurePages(session) : [],
    far: await measureFar(session, [
      ...(only.includes("collect") ? (["collect"] as const) : []),
      ...(only.includes("operate") ? (["scan", "review", "verify"] as const) : []),
    ]),
    changes: only.includes("changes") ? await measureChanges(session) : [],
    previews: previews?.compared ?? [],
    ...(previews === undefined ? {} : { whole: previews.whole }),
    outcomes: only.includes("outcome") ? await measureOutcomes(session, { seeds, weeks, ways }) : [],
  };
}

async function run(options: Options): Promise<void> {
  const checkout = join(import.meta.dirname, "..");
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      stop.abort();
    });
  }
  const folder = await mkdtemp(join(tmpdir(), "patchplane-bench-"));
  try {
    const session: Session = {
      checkout,
      folder,
      plane: readProject(checkout),
      seed: 1,
      rounds: options.rounds,
      signal: stop.signal,
      progress: (line) => void process.stderr.write(`${line}\n`),
    };
    const results = await measure(session, options);
    const judged = verdicts(results);
    const machine = {
      cpus: availableParallelism(),
      platform: process.platform,
      arch: process.arch,
      node: process.versions.node,
    };
    const text = options.json
      ? JSON.stringify({ machine, ...results, verdicts: judged }, undefined, 2)
      : reportText(results, judged);
    process.stdout.write(`${text}\n`);
    if (judged.some(({ met }) => !met)) process.exitCode = missedExitCode;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    process.exitCode = interruptedExitCode;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const program = new Command("bench")
  .description(
    "measures previews, plans, rehearsals, the embedded cloud, fleet files, reports' pages, and what comes of a fleet; see docs/performance.md",
  )
  .option("--sizes <numbers>", "Azure VMs of the previews", wholeNumbers, [100, 300, 1000])
  .option("--rounds <number>", "how often each is measured", wholeNumber, 3)
  .argument("[part]", "the one part to measure, as --only")
  .addOption(new Option("--only <parts...>", "measure these parts only").choices(parts))
  .option("--seeds <number>", "worlds of each kind that outcomes are played in", wholeNumber, 5)
  .option("--weeks <number>", "how long outcomes are played", wholeNumber, 13)
  .addOption(
    new Option("--ways <names...>", "ways to patch whose outcomes are played")
      .choices(Object.keys(contenders))
      .default(Object.keys(contenders), "all"),
  )
  .option("--json", "every single figure as JSON")
  .addHelpText("after", "\nExample:\n  npm run bench -- --only preview --sizes 300 --rounds 5")
  .exitOverride()
  .action((part: string | undefined, options: Options) => {
    const only = parts.filter((each) => each === part);
    if (part !== undefined && only.length === 0)
      throw new InvalidArgumentError(`there is no part ${part}; allowed: ${parts.join(", ")}`);
    return run(only.length === 0 ? options : { ...options, only });
  });

program.exitOverride((error) => {
  process.exit(error.exitCode === 0 ? 0 : usageExitCode);
});

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof EngineNotFound)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = engineExitCode;
}
