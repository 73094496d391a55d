import fc from "fast-check";
import { Command } from "commander";
import { compareVersions } from "../../../domain/packages/versions.ts";
import { writeRecorded } from "./recordedVerdicts.ts";
import { pairsFor, versionTools, type VersionTool } from "./versionPairs.ts";

/*
 * Asks the real dpkg and rpm how they order 1,000 pairs of versions each, and holds what they say against this project:
 *
 *   npm run judge:versions                         with pairs of its own each time
 *   node tests/domain/packages/record.ts --write   and keeps it for the specs
 */

const pairs = 1000;

interface Options {
  readonly seed: string;
  readonly write: boolean;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** How many pairs the project orders otherwise than the tool. */
function judged(tool: VersionTool, version: string, { seed, write }: Options): number {
  const asked = fc.sample(pairsFor(tool), { numRuns: pairs, seed: Number(seed) });
  const verdicts = tool.judge(asked).map((order, index) => ({ pair: asked[index] ?? (["", ""] as const), order }));
  const wrong = verdicts.filter(({ pair: [left, right], order }) => compareVersions(tool.os, left, right) !== order);
  for (const { pair, order } of wrong) say(`${tool.name} orders ${pair.join(" and ")} as ${String(order)}`);
  say(`${version}: ${String(pairs)} pairs drawn by seed ${seed}, ${String(wrong.length)} ordered otherwise here`);
  const date = new Date().toISOString().slice(0, 10);
  if (write) writeRecorded(tool, { head: `${version}, ${date}, seed ${seed}`, verdicts });
  return wrong.length;
}

const options = new Command("record")
  .option("--seed <number>", "what the pairs are drawn by", String(Date.now() % 1_000_000))
  .option("--write", "keep the verdicts for the specs", false)
  .parse()
  .opts<Options>();

for (const tool of versionTools) {
  const version = tool.version();
  // A judge that is not there has not agreed.
  if (version === undefined) say(`${tool.name} is not installed here: nothing was judged by it`);
  if (version === undefined || judged(tool, version, options) > 0) process.exitCode = 1;
}
