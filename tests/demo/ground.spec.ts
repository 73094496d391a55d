import { existsSync } from "node:fs";
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { makeRoom, rememberGround } from "../../demo/ground.ts";

describe("a demo that was kept", () => {
  let parent = "";
  const demo = () => join(parent, "demo");
  const make = async (): Promise<void> => {
    await mkdir(join(demo(), "fleet"), { recursive: true });
    await writeFile(join(demo(), "Pulumi.prod.yaml"), "config: {}\n");
    await writeFile(join(demo(), "fleet", "prod.csv"), "id\n");
    await rememberGround(demo());
  };
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), "patchplane-kept-"));
  });
  afterEach(() => rm(parent, { recursive: true }));

  it("makes room when its files stand as they were made, whatever the engine wrote beside them", async () => {
    expect(await makeRoom(demo())).to.equal(undefined);
    await make();
    await mkdir(join(demo(), ".patchplane"));
    await writeFile(join(demo(), ".patchplane", "state"), "state");
    expect(await makeRoom(demo())).to.equal(undefined);
    expect(existsSync(demo())).to.equal(false);
  });

  it("is put aside, never wiped, when somebody has edited it", async () => {
    for (const number of [1, 2]) {
      await make();
      await appendFile(join(demo(), "fleet", "prod.csv"), `edit ${String(number)}\n`);
      expect(await makeRoom(demo())).to.equal(`${demo()}-${String(number)}`);
    }
    expect(await readFile(join(`${demo()}-1`, "fleet", "prod.csv"), "utf8")).to.equal("id\nedit 1\n");
    await make();
    await writeFile(join(demo(), "fleet", "staging.csv"), "id\n");
    expect(await makeRoom(demo())).to.equal(`${demo()}-3`);
  });
});
