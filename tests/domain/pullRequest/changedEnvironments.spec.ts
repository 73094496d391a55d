import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import ts from "typescript";
import { changedEnvironments, isProgramFile } from "../../../domain/pullRequest/changedEnvironments.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const environments = [
  { environment: "prod", files: ["Pulumi.prod.yaml", "fleet/prod.csv"], folders: ["approvals"] },
  { environment: "nonprod", files: ["Pulumi.nonprod.yaml", "fleet/nonprod.csv"], folders: ["approvals-nonprod"] },
];

function touched(...paths: readonly string[]): readonly string[] {
  return changedEnvironments(environments, paths).map(({ environment }) => environment);
}

describe("environments that a change touches", () => {
  it("are those whose stack file, fleet file or approvals differ", () => {
    expect(touched("Pulumi.prod.yaml")).to.deep.equal(["prod"]);
    expect(touched("fleet/nonprod.csv")).to.deep.equal(["nonprod"]);
    expect(touched("approvals/prod-sensitive/2026-12-01.yaml")).to.deep.equal(["prod"]);
    expect(touched("approvals-nonprod/x/y.yaml")).to.deep.equal(["nonprod"]);
  });

  it("are all where the program differs", () => {
    for (const path of [
      "index.ts",
      "Pulumi.yaml",
      "package-lock.json",
      "components/azure/onboarding/v1/linux.sh",
      "config/schema/presets.ts",
      "domain/fleet/tags.ts",
      "fleet/read.ts",
    ]) {
      expect(touched(path), path).to.deep.equal(["nonprod", "prod"]);
    }
  });

  it("are none where documents, tests, commands or another environment's fleet differ", () => {
    expect(touched("docs/limits.md", "tests/program.spec.ts", "scripts/patchplane.ts", "fleet/old.csv")).to.deep.equal(
      [],
    );
    expect(touched("approvals2/x.yaml", "componentsX/y.ts")).to.deep.equal([]);
  });

  it("name the files, each once and in order", () => {
    const [prod] = changedEnvironments(environments, [
      "fleet/prod.csv",
      "Pulumi.prod.yaml",
      "fleet/prod.csv",
      "README.md",
    ]);
    expect(prod).to.deep.equal({ environment: "prod", files: ["Pulumi.prod.yaml", "fleet/prod.csv"] });
  });

  it("are not touched by a CSV in the folder of the fleet's own code", () => {
    expect(isProgramFile("fleet/prod.csv")).to.equal(false);
  });
});

/** Everything that a module of the checkout imports, itself included, from the project's root. */
function importedBy(path: string, known = new Set<string>()): ReadonlySet<string> {
  if (known.has(path)) return known;
  known.add(path);
  for (const { fileName } of ts.preProcessFile(readFileSync(join(root, path), "utf8")).importedFiles) {
    if (fileName.startsWith(".")) importedBy(join(dirname(path), fileName), known);
  }
  return known;
}

describe("files of the program", () => {
  const within = (folder: string): readonly string[] =>
    globSync(`${folder}/**/*.*`, { cwd: root }).filter((path) => !path.includes("node_modules"));

  it("are all that the checkout's program imports, loads and is installed by", () => {
    const imported = importedBy("index.ts");
    expect(imported.size).to.be.greaterThan(50);
    const scripts = within("components/azure/onboarding");
    expect(scripts).not.to.deep.equal([]);
    const files = [...imported, ...scripts, "Pulumi.yaml", "package.json", "package-lock.json"];
    expect(files.filter((path) => !isProgramFile(path))).to.deep.equal([]);
  });

  it("are none that only commands, tests and readers have", () => {
    const rooms = ["operations", "render", "scripts", "simulator", "policy", "engine"];
    const others = [...rooms, "tests", "docs", "bench", "demo"];
    const files = [...others.flatMap(within), "README.md", "eslint.config.js", "tsconfig.json"];
    expect(files.filter(isProgramFile)).to.deep.equal([]);
  });
});
