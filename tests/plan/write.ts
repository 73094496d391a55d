import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { planCases } from "./cases.ts";
import { goldenFile, goldenText } from "./golden.ts";

/* `npm run golden`: writes the golden pull requests anew. Read the difference before it is committed. */

new Command("npm run golden --")
  .description("writes the golden pull requests anew")
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse();

for (const each of planCases) writeFileSync(goldenFile(each), goldenText(each));
