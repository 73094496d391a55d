import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { z } from "zod";
import { stackJsonSchema } from "../../../scripts/dev/schemas/stackJsonSchema.ts";
import { folderOfAll } from "../../harness/folders.ts";
import { root } from "../../config/sources.ts";

interface StackFile {
  readonly config: Record<string, unknown>;
}

function stackFile(environment: string): StackFile {
  return parse(readFileSync(join(root, `Pulumi.${environment}.yaml`), "utf8")) as StackFile;
}

describe("the generated files", () => {
  const copy = folderOfAll();

  it("are up to date with the schema", () => {
    execFileSync(process.execPath, ["scripts/dev/schemas.ts", "--check"], { cwd: root, stdio: "pipe" });
  });

  it("fail the check, and are left as they are, when they are out of date", () => {
    for (const part of [
      "config",
      "domain",
      "fleet",
      "render",
      "scripts",
      "schemas",
      "docs",
      "package.json",
      "tsconfig.json",
    ]) {
      cpSync(join(root, part), join(copy(), part), { recursive: true });
    }
    symlinkSync(join(root, "node_modules"), join(copy(), "node_modules"));
    writeFileSync(join(copy(), "docs", "configuration.md"), "edited by hand\n");
    const checked = spawnSync(process.execPath, ["scripts/dev/schemas.ts", "--check"], {
      cwd: copy(),
      encoding: "utf8",
    });
    expect(checked.status).to.equal(1);
    expect(checked.stderr).to.equal("docs/configuration.md is out of date: run npm run schemas\n");
    expect(readFileSync(join(copy(), "docs", "configuration.md"), "utf8")).to.equal("edited by hand\n");
  });
});

describe("the JSON schema of the stack file", () => {
  const schema = z.fromJSONSchema(stackJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);

  for (const environment of ["prod", "nonprod"]) {
    it(`takes Pulumi.${environment}.yaml, which names it in its first line`, () => {
      expect(schema.safeParse(stackFile(environment)).error).to.equal(undefined);
      const [first] = readFileSync(join(root, `Pulumi.${environment}.yaml`), "utf8").split("\n");
      expect(first).to.equal("# yaml-language-server: $schema=schemas/stack.schema.json");
    });
  }

  const window = { operation: "scan", groups: ["prod-auto"], schedule: "rate(1 day)" };
  const cases: Readonly<Record<string, readonly [Record<string, unknown>, boolean]>> = {
    "takes a change to a preset": [{ "patchplane:windows": { "mw-kernel": { groups: ["prod-auto"] } } }, true],
    "takes a preset away": [{ "patchplane:windows": { "mw-kernel": null } }, true],
    "takes keys of other namespaces": [{ "aws:region": "us-east-1" }, true],
    "takes a window of its own": [{ "patchplane:windows": { own: window } }, true],
    "refuses a window that lacks something": [{ "patchplane:windows": { own: { operation: "scan" } } }, false],
    "refuses a misspelled key of a preset": [{ "patchplane:windows": { "mw-kernel": { grops: [] } } }, false],
    "refuses a delay on Ubuntu": [
      { "patchplane:baselines": { "ubuntu-auto": { rules: [{ filters: {}, approveAfterDays: 7 }] } } },
      false,
    ],
    "refuses an account id that is a number": [
      { "patchplane:locations": { a: { accountId: 1, region: "us-east-1" } } },
      false,
    ],
  };
  for (const [what, [change, taken]] of Object.entries(cases)) {
    it(what, () => {
      const { config } = stackFile("nonprod");
      expect(schema.safeParse({ config: { ...config, ...change } }).success).to.equal(taken);
    });
  }

  it("describes every key", () => {
    const bare: string[] = [];
    const walk = (value: unknown, path: string): void => {
      if (typeof value !== "object" || value === null) return;
      for (const [key, inner] of Object.entries((value as { properties?: object }).properties ?? {})) {
        const isPreset = /(baselines|groups|windows)$/.test(path);
        if (!isPreset && !("description" in (inner as object))) bare.push(`${path}.${key}`);
      }
      for (const [key, inner] of Object.entries(value)) walk(inner, key === "properties" ? path : `${path}.${key}`);
    };
    const { properties, $defs } = stackJsonSchema() as { properties: { config: object }; $defs: object };
    walk(properties.config, "config");
    walk($defs, "$defs");
    expect(bare).to.deep.equal([]);
  });
});
