import { globSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ESLint } from "eslint";
import tseslint from "typescript-eslint";

const root = join(import.meta.dirname, "..");
const rules = /restricted-(paths|imports|syntax)$/;

/** What imports `to`, as a statement for a file of that path. */
function importing(file: string, to: string, type = ""): string {
  const ups = "../".repeat(file.split("/").length - 1);
  return `import ${type}* as x from "${ups === "" ? "./" : ups}${to}";\nexport { x };`;
}

const refused: readonly (readonly [file: string, text: string])[] = [
  ["domain/plane.ts", importing("domain/x.ts", "domain/fleet/tags.ts")],
  ["domain/schedule/x.ts", importing("domain/schedule/x.ts", "domain/fleet/tags.ts", "type ")],
  ["domain/stack/x.ts", importing("domain/stack/x.ts", "domain/checks/limits.ts")],
  ["domain/plan/x.ts", importing("domain/plan/x.ts", "domain/explain/runs.ts")],
  ["domain/fleet/x.ts", importing("domain/fleet/x.ts", "fleet/rows.ts")],
  ["domain/fleet/x.ts", 'export { readFile } from "node:fs/promises";'],
  ["domain/status/x.ts", "export const now = Date.now();"],
  ["config/schema/x.ts", importing("config/schema/x.ts", "config/load.ts")],
  ["config/x.ts", 'export const x = import("../operations/plan.ts");'],
  ["fleet/x.ts", importing("fleet/x.ts", "config/load.ts")],
  ["components/aws/x.ts", importing("components/aws/x.ts", "components/azure/hybridVm.ts")],
  ["components/aws/x.ts", "export const text = JSON.stringify({});"],
  ["components/aws/x.ts", "export const opts = { transforms: [] };"],
  ["components/aws/x.ts", 'export const opts = { "transformations": [] };'],
  ["program.ts", "pulumi.runtime.registerStackTransformation(x);\nexport {};"],
  ["index.ts", "pulumi.runtime.registerResourceTransform(x);\nexport {};"],
  ["program.ts", importing("program.ts", "operations/plan.ts")],
  ["operations/aws/x.ts", importing("operations/aws/x.ts", "render/document.ts")],
  ["render/plan/x.ts", importing("render/plan/x.ts", "operations/plan.ts", "type ")],
  ["render/plan/x.ts", "export const today = new Date();"],
  ["scripts/cli/x.ts", importing("scripts/cli/x.ts", "scripts/commands/plan.ts")],
  ["scripts/commands/x.ts", 'process.stdout.write("x");\nexport {};'],
  ["scripts/cli/x.ts", 'process.stderr.write("x");\nexport {};'],
  ["functions/x.ts", importing("functions/x.ts", "simulator/index.ts")],
  ["policy/x.ts", importing("policy/x.ts", "domain/plane.ts")],
  ["simulator/nodes/x.ts", importing("simulator/nodes/x.ts", "domain/schedule/awsCron.ts")],
  ["simulator/x.ts", importing("simulator/x.ts", "operations/plan.ts", "type ")],
  ["demo/x.ts", importing("demo/x.ts", "simulator/cloud.ts")],
  ["tests/engine/x.ts", importing("tests/engine/x.ts", "simulator/cloud.ts")],
];

const taken: readonly (readonly [file: string, text: string])[] = [
  ["domain/explain/x.ts", importing("domain/explain/x.ts", "domain/checks/limits.ts")],
  ["domain/stack/x.ts", 'export { createHash } from "node:crypto";'],
  ["domain/stack/x.ts", "export const then = new Date(0);"],
  ["config/x.ts", importing("config/x.ts", "config/schema/stack.ts")],
  ["components/azure/x.ts", importing("components/azure/x.ts", "components/resolution.ts")],
  ["operations/x.ts", importing("operations/x.ts", "operations/aws/nodes.ts")],
  ["scripts/commands/x.ts", importing("scripts/commands/x.ts", "render/document.ts")],
  ["simulator/nodes/x.ts", importing("simulator/nodes/x.ts", "domain/plane.ts", "type ")],
  ["rehearsal/x.ts", importing("rehearsal/x.ts", "simulator/index.ts")],
  ["tests/simulator/x.ts", importing("tests/simulator/x.ts", "simulator/cloud.ts")],
];

/** The table of rooms as the linter got it. */
interface PathsRule {
  readonly zones: readonly { readonly target: string | readonly string[] }[];
}

describe("the linter's table of rooms", function () {
  const overrideConfig = tseslint.configs.disableTypeChecked;
  const eslint = new ESLint({ cwd: root, overrideConfig, ruleFilter: ({ ruleId }) => rules.test(ruleId) });

  async function complaints([filePath, text]: readonly [string, string]): Promise<number> {
    const [result] = await eslint.lintText(text, { filePath: join(root, filePath) });
    expect(result?.fatalErrorCount, `${filePath}: ${text}`).to.equal(0);
    return result?.messages.length ?? 0;
  }

  it("refuses an arrow back, whatever is imported, and clock and cloud where nothing may ask them", async () => {
    for (const each of refused) expect(await complaints(each), each.join(": ")).to.equal(1);
  });

  it("takes the arrows that point the way of the house", async () => {
    for (const each of taken) expect(await complaints(each), each.join(": ")).to.equal(0);
  });

  it("has every folder with programs in it, and every room of domain", async () => {
    const config = (await eslint.calculateConfigForFile(join(root, "index.ts"))) as {
      readonly rules: Readonly<Record<string, readonly [number, PathsRule]>>;
    };
    const zones = config.rules["import-x/no-restricted-paths"]?.[1].zones ?? [];
    const known = zones.flatMap(({ target }) => target);
    const hidden = (name: string): boolean => name === "node_modules" || name.startsWith(".");
    const programs = globSync("**/*.ts", { cwd: root, exclude: hidden }).map((path) => path.split("/"));
    const folders = programs.map(([top = "", room = "", below]) => {
      return top === "domain" ? (below === undefined ? "domain/*.ts" : `domain/${room}`) : top;
    });
    expect([...new Set(folders)].filter((folder) => !known.includes(folder))).to.deep.equal([]);
  });
});
