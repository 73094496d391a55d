import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { readPlane } from "../../config/file.ts";
import { folderOfEach } from "../harness/folders.ts";
import { patchplane, projectCopy, type Ended } from "./commandFixture.ts";

const nowhere = "http://127.0.0.1:1";
const flags = ["--timezone", "Europe/Berlin", "--location", "qa-euc1=111122223333/eu-central-1"];

describe("patchplane init, the command", function () {
  const folder = folderOfEach(projectCopy);
  const init = (...args: readonly string[]): Promise<Ended> => patchplane(folder(), nowhere, ["init", ...args]);
  const exists = (path: string): Promise<boolean> =>
    access(join(folder(), path)).then(
      () => true,
      () => false,
    );

  it("writes an environment that every command can read, and says what to do next", async () => {
    const ended = await init("qa", ...flags, "--subscription", "az=5d1f6a30-7c42-4b8e-9a57-2f0c8e6b1d01@qa-euc1");
    expect(ended).to.include({ code: 0, stderr: "" });
    expect(ended.stdout).to.match(
      /^written:\n {2}Pulumi\.qa\.yaml\n {2}fleet\/qa\.csv\n {2}approvals-qa\/README\.md\n\nnext:\n/,
    );
    expect(ended.stdout).to.contain(
      "npx patchplane discover --stack qa --write: finds the servers, and writes fleet/qa.csv",
    );
    expect(ended.stdout).to.contain("pulumi stack init qa && pulumi preview --stack qa");
    const resolved = readPlane(folder(), "qa");
    expect("plane" in resolved && Object.keys(resolved.plane.locations)).to.deep.equal(["qa-euc1"]);
    const explained = await patchplane(folder(), nowhere, ["explain", "nonprod", "--stack", "qa"]);
    expect(explained).to.include({ code: 0, stderr: "" });
  });

  it("refuses what is there already, with all of it, and writes nothing", async () => {
    await init("qa", ...flags);
    const before = await readFile(join(folder(), "Pulumi.qa.yaml"), "utf8");
    const again = await init("qa", "--timezone", "UTC", "--location", "a=444455556666/us-east-1");
    expect(again).to.include({ code: 2, stdout: "" });
    expect(again.stderr).to.contain("Pulumi.qa.yaml: file: is there already");
    expect(again.stderr).to.contain("fleet/qa.csv: file: is there already");
    expect(await readFile(join(folder(), "Pulumi.qa.yaml"), "utf8")).to.equal(before);
  });

  it("shows the files and writes none with --dry-run, in JSON as well", async () => {
    const text = await init("qa", ...flags, "--dry-run");
    expect(text.stdout)
      .to.match(/^--- Pulumi\.qa\.yaml\n# yaml-language-server/)
      .and.contain("nothing is written");
    const json = await init("qa", ...flags, "--dry-run", "--json");
    const { files, ...rest } = JSON.parse(json.stdout) as { files: { path: string }[]; dryRun: boolean };
    expect(rest).to.include({ schema: "patchplane/init/1", environment: "qa", dryRun: true, exitCode: 0 });
    expect(files.map(({ path }) => path)).to.deep.equal(["Pulumi.qa.yaml", "fleet/qa.csv", "approvals-qa/README.md"]);
    expect(await exists("Pulumi.qa.yaml")).to.equal(false);
    expect(await exists("approvals-qa")).to.equal(false);
  });

  it("ends with 2 and every fault, with the line that would be wrong", async () => {
    const malformed = await init("Q/a", "--location", "x", "--subscription", "y");
    expect(malformed).to.deep.equal({
      code: 2,
      stdout: "",
      stderr: [
        'environment: is malformed, got "Q/a"; allowed: lower-case letters, digits and single hyphens, at most 20 characters',
        '--location: is malformed, got "x"; allowed: name=accountId/region, or name=accountId/region/roleArn',
        '--subscription: is malformed, got "y"; allowed: name=<subscription id>@location, or ' +
          "name=<subscription id>@location/runCommand",
        "--timezone: is missing; allowed: an IANA name such as Europe/Berlin or UTC",
        "",
      ].join("\n"),
    });
    const wrong = await init("qa", "--timezone", "Mars/X", "--location", "a=1/eu-central-1");
    expect(wrong.code).to.equal(2);
    expect(wrong.stderr).to.match(/timezone: Mars\/X.*\n +\| +\^{6}\n/);
    expect(wrong.stderr).to.match(/accountId: "1"\n +\| +\^\^\^\n/);
    expect(await exists("Pulumi.qa.yaml")).to.equal(false);
  });

  it("knows the Regions, and says which one is meant", async () => {
    const ended = await init("qa", "--timezone", "Mars/Olympus", "--location", "a=444455556666/eu-centrel-1");
    expect(ended).to.include({ code: 2, stdout: "" });
    expect(ended.stderr).to.contain(
      'locations.a.region: no Region of that name is known, got "eu-centrel-1"; did you mean "eu-central-1"?',
    );
    expect(ended.stderr).to.contain("timezone: ");
    expect(await exists("Pulumi.qa.yaml")).to.equal(false);
  });

  it("asks nothing where no person is at a terminal, but says what is missing", async () => {
    const ended = await init("qa");
    expect(ended).to.include({ code: 2, stdout: "" });
    expect(ended.stderr).to.match(/^--timezone: is missing.*\n--location: is missing.*\n$/);
  });

  it("copies another environment's policy, and refuses one that is not there", async () => {
    const copied = await init("two", "--copy-from", "test", "--location", "a=444455556666/us-west-2");
    expect(copied).to.include({ code: 0, stderr: "" });
    const [from, to] = ["test", "two"].map((name) => readPlane(folder(), name));
    if (from === undefined || to === undefined || "faults" in from || "faults" in to) throw new Error("faults");
    expect(to.plane.groups).to.deep.equal(from.plane.groups);
    const missing = await init("three", "--copy-from", "tset", "--location", "a=444455556666/us-west-2");
    expect(missing.code).to.equal(2);
    expect(missing.stderr).to.match(/^--copy-from: there is no Pulumi\.tset\.yaml, .*did you mean "test"\?\n$/);
  });
});
