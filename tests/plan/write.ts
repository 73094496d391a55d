import { writeFileSync } from "node:fs";
import { planCases } from "./cases.ts";
import { goldenFile, goldenText } from "./golden.ts";

/* `npm run golden`: writes the golden pull requests anew. Read the difference before it is committed. */

for (const each of planCases) writeFileSync(goldenFile(each), goldenText(each));
