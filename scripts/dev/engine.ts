import { Command } from "commander";
import { Listr } from "listr2";
import { EngineNotFound, resolveEngine, type Engine } from "../../engine/resolve.ts";

/* `npm run engine`: finds or makes the Pulumi CLI, and prints its path and version. */

new Command("npm run engine --")
  .description("finds or makes the Pulumi CLI, and prints its path and version")
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse();

const found: Engine[] = [];
const failed: EngineNotFound[] = [];
const tasks = new Listr(
  [
    {
      title: "Pulumi CLI",
      task: async (_, task) => {
        const engine = await resolveEngine((line) => {
          task.output = line;
        }).catch((error: unknown) => {
          if (!(error instanceof EngineNotFound)) throw error;
          failed.push(error);
          throw new Error("not found", { cause: error });
        });
        found.push(engine);
        task.title = `Pulumi CLI ${engine.version}, ${engine.how}`;
      },
    },
  ],
  { registerSignalListeners: false },
);

await tasks.run().catch((error: unknown) => {
  const [reason] = failed;
  if (reason === undefined) throw error;
  process.stderr.write(`${reason.message}\n`);
  process.exitCode = 3;
});
for (const engine of found) process.stdout.write(`${engine.path}\npulumi ${engine.version}\n`);
