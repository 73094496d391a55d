import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { fleetColumnNames } from "../../fleet/schema.ts";
import { folderOfAll } from "../harness/folders.ts";
import { patchplane, projectCopy, type Ended } from "./commandFixture.ts";

/** An address at which nothing listens: the command asks no cloud. */
const nowhere = "http://127.0.0.1:1";

describe("patchplane explain, the command", function () {
  const folder = folderOfAll(projectCopy);
  const explain = (...args: readonly string[]): Promise<Ended> => patchplane(folder(), nowhere, ["explain", ...args]);

  it("says what happens to a server, and nothing on standard error", async () => {
    const ended = await explain("WEB-1", "--as-of", "2026-12-01T12:00:00Z");
    expect(ended).to.include({ code: 0, stderr: "" });
    expect(ended.stdout).to.match(/^web-1 \(i-00000000000000001\)\nPatched by itself\. The next install is /);
    expect(ended.stdout).to.contain("\n  row fleet/test.csv:2: ubuntu 22.04, x86_64, in us-east-1\n");
    expect(ended.stdout).to.match(/stack test, as of 2026-12-01T12:00:00\.000Z.*\n$/);
  });

  it("is written for a comment by --format markdown, with names and ids marked", async () => {
    const ended = await explain("web-1", "--format", "markdown", "--as-of", "2026-12-01T12:00:00Z");
    expect(ended).to.include({ code: 0, stderr: "" });
    expect(ended.stdout).to.match(/^## `web-1` \(`i-00000000000000001`\)\n\nPatched by itself\. The next install is `/);
    expect(ended.stdout).to.include("\n- row `fleet/test.csv:2`: `ubuntu 22.04`, `x86_64`, in `us-east-1`\n");
  });

  it("prints JSON alone with --json, as of now when no instant is given", async () => {
    const before = Date.now();
    const ended = await explain("group:prod-auto", "--json", "--stack", "test");
    expect(ended).to.include({ code: 0, stderr: "" });
    const json = JSON.parse(ended.stdout) as { schema: string; kind: string; asOf: string };
    expect(json).to.include({ schema: "patchplane/explain/1", kind: "group" });
    expect(Date.parse(json.asOf)).to.be.within(before, Date.now());
  });

  it("ends with 2 and the nearest name when there is none", async () => {
    expect(await explain("mw-instal-auto")).to.deep.equal({
      code: 2,
      stdout: "",
      stderr:
        'name: no server, window or patch group of that name in test, got "mw-instal-auto"; ' +
        'did you mean "mw-install-auto"?\n',
    });
  });

  it("ends with 2 and all it may stand for when two stacks have the name, and asks no broken stack", async () => {
    const other = join(folder(), "Pulumi.other.yaml");
    const broken = join(folder(), "Pulumi.broken.yaml");
    await writeFile(
      other,
      'config:\n  pulumi:disable-default-providers: ["*"]\n  patchplane:environment: other\n  patchplane:timezone: UTC\n' +
        "  patchplane:fleet: fleet/other.csv\n  patchplane:locations:\n" +
        '    one: { accountId: "111122223333", region: us-west-2 }\n',
    );
    await writeFile(join(folder(), "fleet", "other.csv"), `${fleetColumnNames.join(",")}\n`);
    await writeFile(broken, "config: [\n");
    const several = await explain("mw-kernel");
    const one = await explain("mw-kernel", "--stack", "other");
    const named = await explain("mw-kernel", "--stack", "broken");
    await Promise.all([other, broken].map((file) => rm(file)));
    expect(several.code).to.equal(2);
    expect(several.stderr).to.equal(
      "not looked at, because of faults: broken (name it by --stack to see them)\n" +
        'name: stands for several things, got "mw-kernel"; allowed: window:mw-kernel (stack other), ' +
        "window:mw-kernel (stack test); name one of them, with --stack or --location where that is what tells them " +
        "apart\n",
    );
    expect(one).to.include({ code: 0, stderr: "" });
    expect(named.code).to.equal(2);
    expect(named.stderr).to.match(/^Pulumi\.broken\.yaml:\d+:\d+: yaml: .*\n +\d+ \|.*\n +\| +\^+\n$/);
  });

  it("prints help with an example, and ends with 2 without a name", async () => {
    const help = await explain("--help");
    expect(help).to.include({ code: 0, stderr: "" });
    expect(help.stdout).to.contain("npx patchplane explain p-euw1-web-001 --stack prod");
    expect((await explain()).code).to.equal(2);
  });
});
