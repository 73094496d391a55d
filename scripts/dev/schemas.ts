import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { format } from "prettier";
import { pageAssets } from "./pageAssets.ts";
import { approveJsonSchema } from "./schemas/approveJsonSchema.ts";
import { configurationPage } from "./schemas/configurationPage.ts";
import { discoverJsonSchema } from "./schemas/discoverJsonSchema.ts";
import { openWindowJsonSchema } from "./schemas/openWindowJsonSchema.ts";
import { doctorJsonSchema } from "./schemas/doctorJsonSchema.ts";
import { offboardJsonSchema } from "./schemas/offboardJsonSchema.ts";
import { reportJsonSchema } from "./schemas/reportJsonSchema.ts";
import { retryJsonSchema } from "./schemas/retryJsonSchema.ts";
import { reviewJsonSchema } from "./schemas/reviewJsonSchema.ts";
import { runsJsonSchema } from "./schemas/runsJsonSchema.ts";
import { serversJsonSchema } from "./schemas/serversJsonSchema.ts";
import { stackJsonSchema } from "./schemas/stackJsonSchema.ts";
import { faultsJsonSchema } from "./schemas/faultsJsonSchema.ts";
import { statusJsonSchema } from "./schemas/statusJsonSchema.ts";
import { tagsJsonSchema } from "./schemas/tagsJsonSchema.ts";
import { stopJsonSchema } from "./schemas/stopJsonSchema.ts";
import { recordApprovalsJsonSchema } from "./schemas/recordApprovalsJsonSchema.ts";
import { verifyJsonSchema } from "./schemas/verifyJsonSchema.ts";

const root = join(import.meta.dirname, "..", "..");

const usage = `Writes what is made from sources: schemas/*.schema.json and docs/configuration.md from schemas,
render/report/page/assets.ts from the page's script and style.

  node scripts/dev/schemas.ts           write them
  node scripts/dev/schemas.ts --check   exit 1 when they are out of date, and write nothing`;

function current(file: string): string | undefined {
  try {
    return readFileSync(join(root, file), "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw cause;
  }
}

async function generated(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    [
      "schemas/approve.schema.json",
      await format(JSON.stringify(approveJsonSchema()), { parser: "json", printWidth: 120 }),
    ],
    [
      "schemas/discover.schema.json",
      await format(JSON.stringify(discoverJsonSchema()), { parser: "json", printWidth: 120 }),
    ],
    [
      "schemas/open-window.schema.json",
      await format(JSON.stringify(openWindowJsonSchema()), { parser: "json", printWidth: 120 }),
    ],
    [
      "schemas/doctor.schema.json",
      await format(JSON.stringify(doctorJsonSchema()), { parser: "json", printWidth: 120 }),
    ],
    [
      "schemas/report.schema.json",
      await format(JSON.stringify(reportJsonSchema()), { parser: "json", printWidth: 120 }),
    ],
    [
      "schemas/offboard.schema.json",
      await format(JSON.stringify(offboardJsonSchema()), { parser: "json", printWidth: 120 }),
    ],
    ["schemas/retry.schema.json", await format(JSON.stringify(retryJsonSchema()), { parser: "json", printWidth: 120 })],
    [
      "schemas/review.schema.json",
      await format(JSON.stringify(reviewJsonSchema()), { parser: "json", printWidth: 120 }),
    ],
    [
      "schemas/install.schema.json",
      await format(JSON.stringify(serversJsonSchema("install")), { parser: "json", printWidth: 120 }),
    ],
    [
      "schemas/reboot.schema.json",
      await format(JSON.stringify(serversJsonSchema("reboot")), { parser: "json", printWidth: 120 }),
    ],
    [
      "schemas/record-approvals.schema.json",
      await format(JSON.stringify(recordApprovalsJsonSchema()), { parser: "json", printWidth: 120 }),
    ],
    ["schemas/runs.schema.json", await format(JSON.stringify(runsJsonSchema()), { parser: "json", printWidth: 120 })],
    [
      "schemas/scan.schema.json",
      await format(JSON.stringify(serversJsonSchema("scan")), { parser: "json", printWidth: 120 }),
    ],
    ["schemas/stack.schema.json", await format(JSON.stringify(stackJsonSchema()), { parser: "json", printWidth: 120 })],
    [
      "schemas/faults.schema.json",
      await format(JSON.stringify(faultsJsonSchema()), { parser: "json", printWidth: 120 }),
    ],
    [
      "schemas/status.schema.json",
      await format(JSON.stringify(statusJsonSchema()), { parser: "json", printWidth: 120 }),
    ],
    ["schemas/tags.schema.json", await format(JSON.stringify(tagsJsonSchema()), { parser: "json", printWidth: 120 })],
    ["schemas/stop.schema.json", await format(JSON.stringify(stopJsonSchema()), { parser: "json", printWidth: 120 })],
    [
      "schemas/verify.schema.json",
      await format(JSON.stringify(verifyJsonSchema()), { parser: "json", printWidth: 120 }),
    ],
    ["docs/configuration.md", await format(configurationPage(), { parser: "markdown", printWidth: 120 })],
    ["render/report/page/assets.ts", await format(pageAssets(), { parser: "typescript", printWidth: 120 })],
  ]);
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { check: { type: "boolean" }, help: { type: "boolean" } } });
  if (values.help === true) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const stale = [...(await generated())].filter(([file, text]) => current(file) !== text);
  for (const [file, text] of stale) {
    if (values.check === true) {
      process.stderr.write(`${file} is out of date: run npm run schemas\n`);
    } else {
      writeFileSync(join(root, file), text);
      process.stdout.write(`${file} written\n`);
    }
  }
  return values.check === true && stale.length > 0 ? 1 : 0;
}

process.exitCode = await main();
