import { join } from "node:path";
import { Listr, type ListrTask } from "listr2";
import { cloudEnvironment } from "./deploy.ts";
import { stackName } from "./ground.ts";
import { wrapped } from "../render/writers/wrap.ts";
import { paper, readDemoOptions } from "./options.ts";
import { DemoFailed, made, type DemoRun } from "./run.ts";
import { closeDemo, demoSteps } from "./steps.ts";

/*
 * `npm run demo`: the main job of this project, on the checked-in production stack and fleet, with nothing but this
 * machine. Ends with exit code 1 when anything it claims is false.
 */

const options = readDemoOptions(process.argv.slice(2));
const run: DemoRun = { options, projectRoot: join(import.meta.dirname, ".."), claims: [], printed: [] };

// The engine hears the same signal and ends its run in order; then this process cleans up. A second signal ends at once.
const stop = new AbortController();
process.once("SIGINT", () => {
  stop.abort();
  process.stderr.write("\nstopping; press Ctrl-C again to stop at once\n");
  process.once("SIGINT", () => process.exit(130));
});

/** On a terminal a list that moves. */
async function onTerminal(): Promise<void> {
  const tasks = demoSteps.map(({ title, act }): ListrTask<DemoRun> => ({
    title,
    task: async (context, task) => {
      if (stop.signal.aborted) throw new DemoFailed("interrupted");
      task.title = await act(context, (line) => {
        task.output = line;
      });
    },
  }));
  const rendererOptions = { collapseErrors: false };
  await new Listr<DemoRun>(tasks, { ctx: run, registerSignalListeners: false, rendererOptions }).run();
}

/** In a pipe one line for each step. */
async function inPipe(): Promise<void> {
  for (const { act, talks } of demoSteps) {
    if (stop.signal.aborted) throw new DemoFailed("interrupted");
    const show = (line: string): void => {
      if (talks === true) process.stdout.write(`  ${line}\n`);
    };
    process.stdout.write(`✔ ${await act(run, show)}\n`);
  }
}

const nextLines: readonly string[] = [
  "",
  "Type next:",
  "  npm run demo -- --keep                    the same, left up: then try status, tags and pulumi on it",
  "  npm run demo -- --servers 300 --seed 7    another fleet, other faults",
  "  npm test                                  every spec, the engine suite included",
  "  docs/getting-started.md                   the same on your own accounts",
  "",
];

function keptLines(): readonly string[] {
  const cloud = made(run.cloud, "the embedded cloud");
  const exports = Object.entries(cloudEnvironment(cloud.url)).map(([name, value]) => `${name}=${value}`);
  const folder = ".patchplane/demo";
  const now = '--as-of "$(curl -s $PATCHPLANE_SIMULATOR/_patchplane/now)"';
  return [
    "",
    "The embedded cloud and the stack stay up until Ctrl-C. In another shell:",
    `  export ${exports.join(" ")}`,
    `  npx patchplane status --cwd ${folder} --stack ${stackName} ${now}`,
    `  npx patchplane review --cwd ${folder} --stack ${stackName} ${now}`,
    `  npx patchplane scan --cwd ${folder} --stack ${stackName} --group prod-auto`,
    `  npx patchplane tags --cwd ${folder} --stack ${stackName}`,
    `  npm run pulumi -- preview --cwd ${folder} --stack ${stackName}     edit ${folder}/Pulumi.prod.yaml or its fleet first`,
    `  curl -X POST ${cloud.url}/_patchplane/clock -d '{"now":"…"}'       lets time pass`,
    ...(options.pace > 0
      ? [`The cloud's clock runs while something is under way, ${String(options.pace)} virtual seconds in a second.`]
      : ["The cloud's clock stands still: scan and the like wait until it is moved."]),
    "",
  ];
}

async function keptUntilStopped(): Promise<void> {
  if (stop.signal.aborted) return;
  await new Promise((resolve) => {
    stop.signal.addEventListener("abort", resolve, { once: true });
  });
}

try {
  await (process.stdout.isTTY ? onTerminal() : inPipe());
  process.stdout.write(`\n${[run.outcome, ...run.printed].join("\n\n")}\n\nProved in this run:\n`);
  for (const claim of run.claims) process.stdout.write(`  - ${wrapped(claim, paper - 4).join("\n    ")}\n`);
  process.stdout.write((options.keep ? keptLines() : nextLines).join("\n"));
  if (options.keep && options.pace > 0) run.cloud?.letRun(options.pace);
  if (options.keep) await keptUntilStopped();
} catch (error) {
  const reason =
    error instanceof DemoFailed ? error.message : error instanceof Error ? (error.stack ?? "") : String(error);
  process.stderr.write(`\nthe demo failed\n${reason}\n`);
  process.exitCode = stop.signal.aborted ? 130 : 1;
} finally {
  await closeDemo(run);
}
