import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RunError } from "@pulumi/pulumi";
import { expect } from "chai";
import { buildFunctionCode, functionCodeFolder } from "../../config/functionCode.ts";
import { folderOfEach } from "../harness/folders.ts";

const source = "export const handler = (): string => 'reported';\n";

describe("the code of the stack's functions", () => {
  const folder = folderOfEach();

  function writeSource(text = source): void {
    mkdirSync(join(folder(), "functions", "runReporter"), { recursive: true });
    writeFileSync(join(folder(), "functions", "runReporter", "index.ts"), text);
  }

  it("is one ES module below the project's root", async () => {
    writeSource();
    const { runReporter } = buildFunctionCode(folder());
    expect(runReporter).to.equal(join(folder(), functionCodeFolder, "runReporter.mjs"));
    const { handler } = (await import(runReporter)) as { readonly handler: () => string };
    expect(handler()).to.equal("reported");
  });

  it("is not written again where it lies, and is where the sources have changed", () => {
    writeSource();
    const { runReporter } = buildFunctionCode(folder());
    const text = readFileSync(runReporter);
    // A link that was put there stays one unless the file is written.
    const beside = join(folder(), "beside.mjs");
    writeFileSync(beside, text);
    rmSync(runReporter);
    symlinkSync(beside, runReporter);
    buildFunctionCode(folder());
    rmSync(beside);
    expect(() => readFileSync(runReporter)).to.throw("ENOENT");
    writeSource(source.replace("reported", "told"));
    buildFunctionCode(folder());
    expect(readFileSync(runReporter, "utf8")).to.contain("told");
  });

  it("that cannot be written is a sentence with the file, not a stack trace", () => {
    writeSource();
    writeFileSync(join(folder(), ".patchplane"), "");
    expect(() => buildFunctionCode(folder())).to.throw(
      RunError,
      /cannot be written to .*runReporter\.mjs: .*let this user/,
    );
  });
});
