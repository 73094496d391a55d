import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import manifest from "../../package.json" with { type: "json" };
import { folderOfEach } from "../harness/folders.ts";

const root = join(import.meta.dirname, "..", "..");

describe("an older Node.js", () => {
  const folder = folderOfEach();

  /** Runs the check of a project that wants such a Node.js. */
  function checked(node: string) {
    mkdirSync(join(folder(), "scripts"), { recursive: true });
    copyFileSync(join(root, "scripts", "nodeVersion.js"), join(folder(), "scripts", "nodeVersion.js"));
    writeFileSync(join(folder(), "package.json"), JSON.stringify({ ...manifest, engines: { node } }));
    return spawnSync(process.execPath, ["scripts/nodeVersion.js"], { cwd: folder(), encoding: "utf8" });
  }

  it("ends npm ci and the command with what to do, before it meets TypeScript", () => {
    const { status, stderr } = checked(">=99");
    expect(status).to.equal(2);
    expect(stderr)
      .to.match(/^patchplane needs Node\.js 99 or newer, and this is /)
      .and.contain("nodejs.org");
    expect(checked(manifest.engines.node)).to.include({ status: 0, stderr: "" });
    expect(manifest.scripts.postinstall).to.equal("node scripts/nodeVersion.js");
  });

  it("reads the check, which is written for it", () => {
    const text = ["nodeVersion.js", "bin.js"].map((file) => readFileSync(join(root, "scripts", file), "utf8")).join("");
    expect(text).not.to.match(/^import (?!.*"(node:fs|\.\/nodeVersion\.js)")/m);
  });

  it("is no hindrance to the command where it is none", () => {
    const { status, stdout } = spawnSync(process.execPath, [join(root, manifest.bin.patchplane), "--version"], {
      encoding: "utf8",
    });
    expect([status, stdout.trim()]).to.deep.equal([0, manifest.version]);
  });
});
