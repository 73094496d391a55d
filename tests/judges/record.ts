import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { resolveEngine } from "../../engine/resolve.ts";
import { inputChecks } from "./inputChecks.ts";
import { judgeRun } from "./judgeRun.ts";
import { queryAnswers } from "./queryTypes.ts";
import type { Recording } from "./recording.ts";
import { supportAnswers } from "./supportTypes.ts";

/*
 * Records what an AWS provider plugin shows and refuses on the embedded cloud:
 *
 *   node tests/judges/record.ts --plugins <folder> --provider <words> --others <url> --out tests/judges/recorded.json
 */

interface Options {
  readonly plugins: string;
  readonly provider: string;
  readonly others: string;
  readonly leftOut: readonly string[];
  readonly out: string;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** JSON with a step and a refusal a line, as a diff of two recordings is read. */
function recordingText(recording: Recording): string {
  const parts = Object.entries(recording).map(([name, value]: [string, unknown]) => {
    const items = Array.isArray(value) ? value.map((item) => `    ${JSON.stringify(item)}`).join(",\n") : undefined;
    return `  ${JSON.stringify(name)}: ${items === undefined ? JSON.stringify(value) : `[\n${items}\n  ]`}`;
  });
  return `{\n${parts.join(",\n")}\n}\n`;
}

async function run(options: Options): Promise<void> {
  const engine = await resolveEngine(say);
  const refusals = await inputChecks(options.plugins, ({ title, refused }) => {
    say(`${refused}: ${title}`);
  });
  const steps = await judgeRun(engine, options.plugins, ({ step, operations }) => {
    say(`${step}: ${String(operations.length)} operations`);
  });
  const recording: Recording = {
    recordedOn: new Date().toISOString().slice(0, 10),
    provider: options.provider,
    engine: engine.version,
    leftOut: options.leftOut,
    steps,
    refusals,
    queries: await queryAnswers(options.plugins, options.others),
    support: await supportAnswers(options.plugins, options.others),
  };
  await writeFile(options.out, recordingText(recording));
}

await new Command("record")
  .requiredOption("--plugins <folder>", "folder with the pulumi-resource-aws to record")
  .requiredOption("--provider <words>", "what that plugin is")
  .requiredOption("--others <url>", "what answers every service but SSM and STS, for the scenario's account")
  .option("--left-out <words...>", "what the run does not cover", [])
  .requiredOption("--out <file>", "where the recording goes")
  .action((options: Options) => run(options))
  .parseAsync();
