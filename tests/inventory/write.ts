import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { inventoryFile, inventoryText, registered } from "./inventory.ts";

/* `npm run inventory`: writes the inventories that tests/program.spec.ts compares with. The diff belongs in the review. */

new Command("npm run inventory --")
  .description("writes the inventories that tests/program.spec.ts compares with")
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse();

for (const environment of ["prod", "nonprod"]) {
  await writeFile(inventoryFile(environment), inventoryText(await registered(environment)));
}
