import { expect } from "chai";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadOnboardingScripts, onboardingScriptsFolder } from "../../config/onboardingScripts.ts";
import type { OnboardingScripts } from "../../config/onboardingScripts.ts";
import { onboard, pinnedFingerprint } from "./linuxMachine.ts";

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
    expect(Object.keys(scripts)).to.deep.equal(["v1", "v2"]);
    expect(scripts["v1"]?.linux).to.equal(readFileSync(join(folder, "v1/linux.sh"), "utf8"));
    expect(scripts["v1"]?.windows).to.equal(readFileSync(join(folder, "v1/windows.ps1"), "utf8"));
    expect(scripts["v1"]).not.to.have.property("windowsPacked");
    expect(scripts["v2"]?.windowsPacked).to.equal(readFileSync(join(folder, "v2/windows.packed"), "utf8"));
  });

  /** Scripts of a project that has this in its file for the key 2028, beside v1 and v2. */
  function withKey(key: object): OnboardingScripts {
    const root = mkdtempSync(join(tmpdir(), "patchplane-scripts-"));
    try {
      cpSync(folder, join(root, onboardingScriptsFolder), { recursive: true });
      mkdirSync(join(root, onboardingScriptsFolder, "keys"));
      writeFileSync(join(root, onboardingScriptsFolder, "keys", "2028.json"), JSON.stringify(key));
      return loadOnboardingScripts(root);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }
  const pinned = Buffer.from(
    /^ {2}pin \S+ \d+ '([^']+)'$/m.exec(loadOnboardingScripts(process.cwd())["v2"]?.linux ?? "")?.[1] ?? "",
    "base64",
  );
  const named = { fingerprint: pinnedFingerprint, expires: "2030-01-01T00:00:00Z", key: pinned.toString("base64") };

  it("have one more name for each key beside the scripts, whose Linux script alone is another", () => {
    const scripts = withKey(named);
    expect(Object.keys(scripts)).to.deep.equal(["v1", "v2", "v2+2028"]);
    const word = `${pinnedFingerprint}:1893456000:${named.key}`;
    expect(scripts["v2+2028"]?.linux).to.equal(
      `#!/bin/bash\nPATCHPLANE_SIGNING_KEYS='${word}'\n${scripts["v2"]?.linux ?? ""}`,
    );
    expect(scripts["v2+2028"]?.windowsPacked).to.equal(scripts["v2"]?.windowsPacked);
  });

  it("register by such a name as well as without", () => {
    const run = onboard(withKey(named)["v2+2028"]?.linux ?? "", "customScript");
    expect(run.status, run.stderr).to.equal(0);
    expect(run.keyring.equals(Buffer.concat([pinned, pinned]))).to.equal(true);
  });

  it("cannot be loaded beside a key that is not what its file says", () => {
    expect(() => withKey({ ...named, fingerprint: "0".repeat(40) })).to.throw(RangeError, "another fingerprint");
    expect(() => withKey({ ...named, expires: "soon" })).to.throw(/expires/);
    expect(() => withKey({ ...named, key: "no key" })).to.throw(/key/);
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
