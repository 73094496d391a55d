import { expect } from "chai";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadOnboardingScripts, onboardingScriptsFolder } from "../../config/onboardingScripts.ts";

const folder = join(process.cwd(), onboardingScriptsFolder);
const released = JSON.parse(readFileSync(join(folder, "released.json"), "utf8")) as Record<string, string>;

function scriptFiles(): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "released.json")
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

describe("the released onboarding scripts", () => {
  it("fail when a released file has changed: make a new version instead", () => {
    const now = scriptFiles().map((file) => [file, digest(readFileSync(join(folder, file), "utf8"))]);
    expect(Object.fromEntries(now)).to.deep.equal(released);
  });

  it("are locked by their very bytes", () => {
    const text = readFileSync(join(folder, "v1/linux.sh"), "utf8");
    expect(digest(text)).to.equal(released["v1/linux.sh"]);
    expect(digest(`${text} `)).not.to.equal(released["v1/linux.sh"]);
  });

  it("have Unix line ends, also where git would rewrite them", () => {
    for (const file of scriptFiles()) expect(readFileSync(join(folder, file), "utf8"), file).not.to.include("\r");
  });

  it("are all loaded, by version", () => {
    const scripts = loadOnboardingScripts(process.cwd());
    expect(Object.keys(scripts)).to.deep.equal(["v1"]);
    expect(scripts["v1"]?.linux).to.equal(readFileSync(join(folder, "v1/linux.sh"), "utf8"));
    expect(scripts["v1"]?.windows).to.equal(readFileSync(join(folder, "v1/windows.ps1"), "utf8"));
  });

  it("cannot be loaded when a version lacks one of its files", () => {
    const root = mkdtempSync(join(tmpdir(), "patchplane-scripts-"));
    try {
      const version = join(root, onboardingScriptsFolder, "v2");
      mkdirSync(version, { recursive: true });
      writeFileSync(join(version, "linux.sh"), "#!/bin/bash\n");
      expect(() => loadOnboardingScripts(root)).to.throw(/windows\.ps1/);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
