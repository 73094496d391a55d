import { violations } from "../../policy/guard.ts";
import { recording } from "./recording.ts";

/* Judges one environment in one run, as a process of its own: `judge.ts <environment> preview|up <root>`; JSON. */

const [stack = "", kind, root = process.cwd()] = process.argv.slice(2);
const all = await recording(root, { stack, preview: kind === "preview" });
const codes = all.filter(({ type }) => type === "aws:ssm/activation:Activation").map(({ name }) => `code-of-${name}`);
process.stdout.write(JSON.stringify({ count: all.length, found: violations(all, codes) }));
