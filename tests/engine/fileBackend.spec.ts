import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { fileBackend } from "../../engine/sandbox.ts";
import { resolveEngine } from "../../engine/resolve.ts";
import { ended, type Ended } from "./command.ts";
import { documentedCommand } from "./onboardedVms.ts";

describe("a state in a folder", function () {
  this.timeout(300_000);
  let folder: string;
  let pulumi: (backend: string, ...args: readonly string[]) => Promise<Ended>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "patchplane-state-"));
    await writeFile(join(folder, "Pulumi.yaml"), "name: patchplane\nruntime: nodejs\n");
    const { path } = await resolveEngine(() => undefined);
    pulumi = (backend, ...args) =>
      ended(path, [...args, "--non-interactive"], folder, {
        ...process.env,
        PULUMI_HOME: join(folder, ".home"),
        PULUMI_BACKEND_URL: backend,
        PULUMI_CONFIG_PASSPHRASE: "spec",
        PULUMI_SKIP_UPDATE_CHECK: "true",
      });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const attributes = async (): Promise<readonly string[]> =>
    (await readdir(join(folder, ".pulumi"), { recursive: true })).filter((file) => file.endsWith(".attrs"));

  it("has nothing beside it that a killed engine could leave empty, as the sandbox writes it", async () => {
    expect(await pulumi(fileBackend(folder), "stack", "init", "sandbox")).to.include({ status: 0 });
    expect(await attributes()).to.deep.equal([]);
  });

  it("is read again by the documented command after a kill between the state and its attributes", async () => {
    const backend = `file://${folder}`;
    expect(await pulumi(backend, "stack", "init", "plain")).to.include({ status: 0 });
    await writeFile(join(folder, ".pulumi", "stacks", "patchplane", "plain.json.attrs"), "");
    const cut = await pulumi(backend, "stack", "export", "--stack", "plain");
    expect(cut.status).to.not.equal(0);
    expect(cut.text).to.contain("failed to load checkpoint: EOF");
    const mend = (await documentedCommand("find <folder>", "recovery.md")).replace("<folder>", ".");
    expect(await ended("sh", ["-c", mend], folder, process.env)).to.include({ status: 0 });
    expect(await pulumi(backend, "stack", "export", "--stack", "plain")).to.include({ status: 0 });
    expect(await attributes()).to.not.deep.equal([]);
  });
});
