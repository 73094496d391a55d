import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Engine } from "../../../engine/resolve.ts";
import { openSandbox } from "../../../engine/sandbox.ts";
import { sandboxFolder } from "../../../scripts/dev/sandboxFolder.ts";
import { folderOfEach } from "../../harness/folders.ts";

describe("the sandbox of a folder", () => {
  const folder = folderOfEach();
  const at = (name: string): string => {
    const path = join(folder(), name);
    mkdirSync(path, { recursive: true });
    return path;
  };

  // A state names plug-ins with their download addresses, which the engine runs.
  it("is in this project, so that a state that a folder brought is never taken", () => {
    const [project, brought, other] = [at("project"), at("brought"), at("other")];
    expect(sandboxFolder(project, project)).to.equal(join(project, ".patchplane", "sandbox"));
    const folders = [brought, other].map((root) => sandboxFolder(project, root));
    for (const path of folders) expect(path).to.match(/project\/\.patchplane\/sandbox-[0-9a-f]{16}$/);
    expect(folders[0]).to.not.equal(folders[1]);
    symlinkSync(brought, join(folder(), "link"));
    expect(sandboxFolder(project, join(folder(), "link"))).to.equal(folders[0]);
  });

  it("keeps a salt of its own, and takes none that belongs to another state", async () => {
    const [root, work] = [at("root"), at("sandbox/work")];
    const stackFile = "config:\n  patchplane:environment: test\n";
    const secrets = "encryptionsalt: v1:theirs=\nsecretsprovider: awskms://key\nencryptedkey: AAAA\n";
    writeFileSync(join(root, "Pulumi.test.yaml"), `${secrets}${stackFile}${secrets}`);
    writeFileSync(join(work, "Pulumi.test.yaml"), `${stackFile}encryptionsalt: v1:own=\n`);
    const engine = {} as Engine;
    await openSandbox({ engine, root, folder: at("sandbox"), cloudUrl: "", plugins: "" });
    expect(readFileSync(join(work, "Pulumi.test.yaml"), "utf8")).to.equal(`${stackFile}encryptionsalt: v1:own=\n`);
  });
});
