import { appendFile, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { folderOfAll, gitIn } from "../harness/folders.ts";
import { patchplane, type Ended } from "./commandFixture.ts";

const root = join(import.meta.dirname, "..", "..");

describe("patchplane changed, the command", function () {
  const folder = folderOfAll();
  const git = gitIn(folder);

  function changed(...args: readonly string[]): Promise<Ended> {
    return patchplane(root, "http://127.0.0.1:9", ["changed", "--cwd", folder(), ...args]);
  }

  async function matrix(base = "main"): Promise<unknown> {
    return JSON.parse((await changed("--base", base, "--matrix")).stdout) as unknown;
  }

  before(async () => {
    await mkdir(join(folder(), "fleet"));
    await mkdir(join(folder(), "approvals", "db"), { recursive: true });
    for (const name of ["prod", "dev"]) {
      const approvals = name === "dev" ? "  patchplane:approvals: ./approvals-dev/\n" : "";
      await writeFile(
        join(folder(), `Pulumi.${name}.yaml`),
        `config:\n  patchplane:fleet: fleet/${name}.csv\n${approvals}`,
      );
      await writeFile(join(folder(), "fleet", `${name}.csv`), "id\n");
    }
    await writeFile(join(folder(), "approvals", "db", "2026-12-01.yaml"), "a: 1\n");
    git("init", "--quiet", "--initial-branch=main");
    git("add", ".");
    git("commit", "--quiet", "--message=first");
    git("checkout", "--quiet", "-b", "work");
  });

  it("lists nothing on an unchanged commit", async () => {
    expect(await changed("--base", "main")).to.include({ code: 0, stdout: "no environment is touched\n" });
    expect(await matrix()).to.deep.equal([]);
  });

  it("lists an environment by each of its files, with the files, also of a rename's old place", async () => {
    await rename(join(folder(), "approvals", "db", "2026-12-01.yaml"), join(folder(), "approvals.old"));
    git("add", "--all");
    git("commit", "--quiet", "--message=move");
    expect((await changed("--base", "main")).stdout).to.equal("prod: approvals/db/2026-12-01.yaml\n");
    await appendFile(join(folder(), "fleet", "dev.csv"), "i-1\n");
    git("commit", "--quiet", "--all", "--message=dev");
    expect(await matrix()).to.deep.equal(["dev", "prod"]);
    const json = JSON.parse((await changed("--base", "HEAD~1", "--json")).stdout) as unknown;
    expect(json).to.deep.equal({
      schema: "patchplane/changed/1",
      environments: [{ environment: "dev", files: ["fleet/dev.csv"] }],
    });
  });

  it("does not take what the base has gained meanwhile for the change's own", async () => {
    git("checkout", "--quiet", "main");
    await appendFile(join(folder(), "Pulumi.prod.yaml"), "# later\n");
    git("commit", "--quiet", "--all", "--message=later");
    git("checkout", "--quiet", "-b", "other", "main~1");
    await appendFile(join(folder(), "fleet", "dev.csv"), "i-2\n");
    git("commit", "--quiet", "--all", "--message=other");
    expect(await matrix()).to.deep.equal(["dev"]);
  });

  it("still lists an environment whose stack file is broken", async () => {
    await writeFile(join(folder(), "Pulumi.prod.yaml"), "config: [\n");
    git("commit", "--quiet", "--all", "--message=broken");
    expect(await matrix("HEAD~1")).to.deep.equal(["prod"]);
  });

  it("ends with 2 without the base, or takes every environment where that is asked for", async () => {
    const lost = await changed("--base", "origin/main");
    expect(lost.code).to.equal(2);
    expect(lost.stderr).to.match(/^--base: .*origin\/main.*fetch-depth: 0/);
    const option = await changed("--base=--output=written");
    expect(option.stderr).to.match(/^--base: git knows no such commit/);
    for (const base of ["", " ", "^main", "main..work", "main:Pulumi.prod.yaml", "HEAD~999", "\n"]) {
      const refused = await changed("--base", base);
      expect([base, refused.code, refused.stdout]).to.deep.equal([base, 2, ""]);
      const all = await changed("--base", base, "--or-all", "--matrix");
      expect(JSON.parse(all.stdout), base).to.deep.equal(["dev", "prod"]);
    }
    for (const base of ["origin/main", "0".repeat(40)]) {
      const all = await changed("--base", base, "--or-all", "--matrix");
      expect(JSON.parse(all.stdout)).to.deep.equal(["dev", "prod"]);
    }
    expect(JSON.parse((await changed("--all", "--matrix")).stdout)).to.deep.equal(["dev", "prod"]);
    expect((await changed()).code).to.equal(2);
    expect((await changed("--all", "--base", "main")).code).to.equal(2);
  });
});
