import { join } from "node:path";
import { Listr, type ListrTask } from "listr2";
import { DemoFailed, type DemoRun } from "./run.ts";
import { closeDemo, demoSteps } from "./steps.ts";

/*
 * `npm run demo`: the main job of this project, on the checked-in production stack and fleet, with nothing but this
 * machine. Ends with exit code 1 when anything it claims is false.
 */

const root = join(import.meta.dirname, "..");

const run: DemoRun = { root, claims: [], printed: [] };

// The engine hears the same signal and ends its run in order; then this process cleans up. A second signal ends at once.
const stop = new AbortController();
process.once("SIGINT", () => {
  stop.abort();
  process.stderr.write("\nstopping; press Ctrl-C again to stop at once\n");
  process.once("SIGINT", () => process.exit(130));
});

const tasks = new Listr<DemoRun>(
  demoSteps.map(({ title, act }): ListrTask<DemoRun> => ({
    title,
    task: async (context, task) => {
      if (stop.signal.aborted) throw new DemoFailed("interrupted");
      task.title = await act(context, (line) => {
        task.output = line;
      });
    },
  })),
  { ctx: run, registerSignalListeners: false, rendererOptions: { collapseErrors: false } },
);

try {
  await tasks.run();
  process.stdout.write(`\n${run.printed.join("\n\n")}\n\nProved in this run:\n`);
  for (const claim of run.claims) process.stdout.write(`  - ${claim}\n`);
  process.stdout.write(
    [
      "",
      "Type next:",
      "  npm run simulator                         the same embedded cloud, to keep; prints what to export",
      "  npm run pulumi -- preview --stack prod    change Pulumi.prod.yaml or fleet/prod.csv first, and see the diff",
      "  npm test                                  every spec, the engine suite included",
      "  docs/getting-started.md                   the same on your own accounts",
      "",
    ].join("\n"),
  );
} catch (error) {
  const reason =
    error instanceof DemoFailed ? error.message : error instanceof Error ? (error.stack ?? "") : String(error);
  process.stderr.write(`\nthe demo failed\n${reason}\n`);
  process.exitCode = stop.signal.aborted ? 130 : 1;
} finally {
  await closeDemo(run);
}
