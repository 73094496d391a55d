import { Command } from "commander";
import { environmentsOf } from "../../config/stackFile.ts";
import { projectFiles } from "../../config/projectFiles.ts";
import { judged } from "./judged.ts";

/* `npm run guard`: judges everything that every checked-in environment registers; exit 1 on what must not be merged. */

new Command("npm run guard --")
  .description("judges everything that every checked-in environment registers; ends with 1 on what must not be merged")
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse();

for (const environment of environmentsOf(projectFiles(process.cwd()))) {
  const { count, found } = await judged(environment);
  for (const { rule, urn, message } of found) process.stdout.write(`${environment}: ${rule}: ${urn}: ${message}\n`);
  process.stdout.write(`${environment}: ${String(count)} resources, ${String(found.length)} violations\n`);
  if (found.length > 0) process.exitCode = 1;
}
