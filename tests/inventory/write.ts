import { writeFile } from "node:fs/promises";
import { inventoryFile, inventoryText, registered } from "./inventory.ts";

/* `npm run inventory`: writes the inventories that tests/program.spec.ts compares with. The diff belongs in the review. */

for (const environment of ["prod", "nonprod"]) {
  await writeFile(inventoryFile(environment), inventoryText(await registered(environment)));
}
