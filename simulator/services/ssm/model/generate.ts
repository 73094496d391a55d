import { readFileSync, writeFileSync } from "node:fs";
import { compactModel } from "./compact.ts";

/**
 * Regenerates `table.json` from the public API model of SSM: `node simulator/services/ssm/model/generate.ts service-2.json`.
 * Only constraints are taken over; the operations are those already in the table, plus any named after the file.
 */
const [source, ...added] = process.argv.slice(2);
if (source === undefined)
  throw new Error("no model file given; give the path of botocore's ssm/2014-11-06/service-2.json");
const target = new URL("table.json", import.meta.url);
const present = JSON.parse(readFileSync(target, "utf8")) as { operations: Record<string, unknown> };
const operations = [...new Set([...Object.keys(present.operations), ...added])].sort();
writeFileSync(target, `${compactModel(readFileSync(source, "utf8"), operations)}\n`);
