import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { actionlint } from "./actionlint.ts";
import { workflowFolder, workflowNames } from "./workflowFiles.ts";

describe("actionlint", () => {
  for (const name of workflowNames()) {
    it(`finds nothing in ${name}, nor ShellCheck in its scripts`, () => {
      expect(actionlint(join(workflowFolder, name))).to.deep.equal([]);
    });
  }

  it("would find an unknown context, and an unquoted variable in a script", () => {
    const folder = mkdtempSync(join(tmpdir(), "patchplane-actionlint-"));
    const file = join(folder, "bad.yml");
    const steps = "[{ run: 'rm -rf $DIR' }, { run: 'true', if: needs.nothing.result == 'success' }]";
    writeFileSync(file, `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: ${steps}\n`);
    const kinds = actionlint(file).map(({ kind }) => kind);
    rmSync(folder, { recursive: true });
    expect(kinds.sort()).to.deep.equal(["expression", "shellcheck"]);
  });
});
