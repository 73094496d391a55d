import { expect } from "chai";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { readPlane } from "../../config/file.ts";
import { sandboxFolder } from "../../scripts/dev/sandboxFolder.ts";
import { startCloud, worldFromPlane, type Cloud } from "../../simulator/index.ts";
import { ended, type Ended } from "./command.ts";
import { documentedCommand } from "./onboardedVms.ts";

const project = join(import.meta.dirname, "..", "..");
const root = join(import.meta.dirname, "onboardingFixture");

async function freshCloud(): Promise<Cloud> {
  const read = readPlane(root, "test");
  if ("faults" in read) throw new Error("the fixture has faults");
  return startCloud({ world: worldFromPlane(read.plane, { seed: 1 }), now: new Date("2026-12-01T06:00:00Z"), seed: 1 });
}

describe("npm run pulumi, the plain CLI on the embedded cloud", function () {
  this.timeout(300_000);
  const folder = sandboxFolder(project, root);
  let cloud: Cloud;
  const pulumi = (line: string, url = cloud.url): Promise<Ended> =>
    ended("node", [join(project, "scripts/dev/pulumi.ts"), "-C", root, ...line.split(" ")], project, {
      ...process.env,
      PATCHPLANE_SIMULATOR: url,
    });

  before(async () => {
    await rm(folder, { recursive: true, force: true });
    cloud = await freshCloud();
  });
  after(async () => {
    await cloud.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("names the address at which no cloud answers, and the stacks that there are", async () => {
    const away = await pulumi("preview --stack test", "http://127.0.0.1:1");
    expect(away).to.deep.include({ status: 3 });
    expect(away.text).to.contain("no embedded cloud answers at http://127.0.0.1:1");
    expect(await pulumi("preview --stack tset")).to.deep.equal({
      status: 2,
      text: "there is no Pulumi.tset.yaml; known stacks: test\n",
    });
  });

  it("runs the CLI's commands with the CLI's options", async () => {
    const up = await pulumi("up --stack test --yes --exclude **app-2-extension");
    expect(up.status, up.text).to.equal(0);
    const exported = await pulumi("stack export --stack test");
    expect(exported.text).to.contain("apps/rg-apps/app-1-extension").and.not.contain("apps/rg-apps/app-2-extension");
    const file = join(folder, "exported.json");
    const named = relative(project, file);
    expect((await pulumi(`stack export --stack test --file ${named}`)).status).to.equal(0);
    expect((await pulumi(`stack import --stack test --file=${named}`)).status).to.equal(0);
    expect(await readFile(file, "utf8")).to.contain("apps/rg-apps/app-1-extension");
    const faulty = await pulumi("up --stack test --no-such-option");
    expect(faulty.status).to.not.equal(0);
    expect(faulty.text).to.contain("--no-such-option");
  });

  it("says who locks the stack, and is freed by the documented command", async () => {
    const locks = join(folder, "state/.pulumi/locks/organization/patchplane/test");
    await mkdir(locks, { recursive: true });
    const lock = { pid: 1, username: "ops", hostname: "desk", timestamp: "2026-11-29T13:12:27Z" };
    await writeFile(join(locks, "accda569.json"), JSON.stringify(lock));
    const refused = await pulumi("up --stack test --yes");
    expect(refused.status).to.not.equal(0);
    expect(refused.text)
      .to.match(/the stack is currently locked by 1 lock.*\n.*created by ops@desk \(pid 1\)/)
      .and.contain("`npm run pulumi -- cancel --stack test --yes` takes the lock away");
    const cancel = await documentedCommand("pulumi cancel", "recovery.md");
    const freed = await pulumi(cancel.replace("pulumi ", ""));
    expect(freed.status, freed.text).to.equal(0);
    expect(await readdir(locks)).to.deep.equal([]);
  });

  it("says that a state was made on another cloud", async () => {
    const other = await freshCloud();
    const preview = await pulumi("preview --stack test", other.url);
    await other.close();
    expect(preview.text).to.contain("was made on another embedded cloud: what it names is not there");
  });
});
