import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { readPlane } from "../config/file.ts";
import { formatFault } from "../domain/fault.ts";
import { startCloud, worldFromPlane } from "../simulator/index.ts";
import { pace, usualPace } from "./options.ts";

interface Options {
  readonly stack: string;
  readonly port: number;
  readonly seed: number;
  readonly now: Date;
  readonly pace: number;
}

const usageExitCode = 2;

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError("allowed: a whole number from 0 on");
  return value;
}

function instant(text: string): Date {
  const date = new Date(text);
  if (Number.isNaN(date.getTime()))
    throw new InvalidArgumentError("allowed: an ISO 8601 instant, e.g. 2026-12-01T00:00:00Z");
  return date;
}

/** Lines to type in another shell, so that Pulumi and the AWS tools speak to the embedded cloud. */
function exportsFor(url: string): string {
  return [
    `export PATCHPLANE_SIMULATOR=${url}`,
    `export AWS_ENDPOINT_URL=${url}`,
    `export AZURE_RESOURCE_MANAGER_ENDPOINT=${url}`,
    "export AWS_ACCESS_KEY_ID=embedded AWS_SECRET_ACCESS_KEY=embedded",
  ].join("\n");
}

async function run(options: Options): Promise<void> {
  const root = join(import.meta.dirname, "..");
  const resolved = readPlane(root, options.stack);
  if ("faults" in resolved) {
    process.stderr.write(`${resolved.faults.map(formatFault).join("\n")}\n`);
    process.exitCode = usageExitCode;
    return;
  }
  const world = worldFromPlane(resolved.plane, { seed: options.seed });
  const cloud = await startCloud({ world, now: options.now, seed: options.seed, port: options.port }).catch(
    (error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`cannot listen on port ${String(options.port)}: ${reason}; give another --port`, {
        cause: error,
      });
    },
  );
  if (options.pace > 0) cloud.letRun(options.pace);
  const machines = `${String(world.machines.length)} machines`;
  process.stdout.write(`${exportsFor(cloud.url)}\n`);
  process.stderr.write(
    `embedded cloud of ${options.stack}: ${machines}; its clock stands at ${options.now.toISOString()}` +
      (options.pace > 0
        ? `, and runs while\nsomething is under way, ${String(options.pace)} virtual seconds in a second`
        : "") +
      `. Move it by\n  curl -X POST ${cloud.url}/_patchplane/clock -d '{"now":"…"}'\n` +
      "and give status, doctor, open-window and the like its time by\n" +
      '  --as-of "$(curl -s $PATCHPLANE_SIMULATOR/_patchplane/now)"\n',
  );
}

const program = new Command("simulator")
  .description("starts the embedded cloud of a stack on 127.0.0.1 and prints the exports that point tools at it")
  .option("--stack <environment>", "environment: Pulumi.<environment>.yaml and its fleet", "prod")
  .option("--port <number>", "port, 0 for any free one", wholeNumber, 4599)
  .option("--seed <number>", "draws the machines and every id", wholeNumber, 1)
  .option("--now <instant>", "virtual time at the start", instant, new Date())
  .option(
    "--pace <number>",
    "virtual seconds in a second while something is under way, 0 stands still",
    pace,
    usualPace,
  )
  .addHelpText("after", "\nExample:\n  npm run simulator -- --stack prod --now 2026-12-01T00:00:00Z")
  .action((options: Options) => run(options));

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = usageExitCode;
}
