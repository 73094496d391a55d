import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { withoutSubjects } from "../../domain/fault.ts";
import { folderOfAll } from "../harness/folders.ts";
import { planCases } from "../plan/cases.ts";
import { reportOf } from "../plan/golden.ts";
import { startGithub, type GithubServer } from "../operations/github/githubServer.ts";
import { sampleReport } from "../render/rehearsal/sampleReport.ts";
import { patchplane, type Ended } from "./commandFixture.ts";

const root = join(import.meta.dirname, "..", "..");
const previews = join(root, "tests", "render", "pullRequest", "previews");
const unreachable = "http://127.0.0.1:9";

describe("patchplane comment, the command", function () {
  const folder = folderOfAll();
  let github: GithubServer;

  before(async () => {
    github = await startGithub();
    await writeFile(join(folder(), "event.json"), JSON.stringify({ pull_request: { number: 7 } }));
  });

  after(() => github.close());

  function comment(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return patchplane(root, unreachable, ["comment", ...args], { env });
  }

  function withGithub(): Readonly<Record<string, string>> {
    return {
      GITHUB_TOKEN: "ghs_spec",
      GITHUB_REPOSITORY: "acme/patching",
      GITHUB_API_URL: github.url,
      GITHUB_EVENT_PATH: join(folder(), "event.json"),
    };
  }

  it("joins the files of a folder of artifacts, and tells from standard error why one is missing", async () => {
    const artifact = async (name: string, text: string, said?: string): Promise<void> => {
      await mkdir(join(folder(), name), { recursive: true });
      await writeFile(join(folder(), name, `${name}.json`), text);
      if (said !== undefined) await writeFile(join(folder(), name, `${name}.json.err`), said);
    };
    await artifact("preview-prod", await readFile(join(previews, "change.json"), "utf8"));
    await artifact("plan-prod", "", "Pulumi.prod.yaml:4: timezone: not an IANA time zone\n");
    await artifact("preview-nonprod", "", "error: no stack named 'nonprod' found\n");
    // Another environment's, left in this one's folder, is nobody's.
    await writeFile(join(folder(), "preview-nonprod", "preview-prod.json"), "{}");
    const ended = await comment(["--from", folder(), "--environments", '["prod","nonprod"]']);
    expect(ended).to.include({ code: 0, stderr: "" });
    expect(ended.stdout).to.contain("Pulumi.prod.yaml:4: timezone: not an IANA time zone");
    expect(ended.stdout).to.contain("error: no stack named 'nonprod' found");
    expect(ended.stdout).to.contain("| `nonprod` | no plan | unknown | **preview failed** |");
    expect(ended.stdout).to.contain(
      "| `prod` | no plan | unknown | 11 to delete, 2 to replace, 4 to create, 1 to leave |",
    );
  });

  it("takes environments by the names that stacks have, and no path among them", async () => {
    for (const name of ["../x", "..", ".", "a/b", "", "a\nb", "a b"]) {
      const ended = await comment(["--from", folder(), "--environments", JSON.stringify([name])]);
      expect(ended.code, name).to.equal(2);
    }
  });

  it("follows no link out of an artifact, and reads no plan or preview that the tools do not write", async () => {
    await symlink(join(folder(), "event.json"), join(folder(), "linked.json"));
    await writeFile(join(folder(), "forged.json"), JSON.stringify({ schema: "patchplane/plan/1", plans: [{}] }));
    const step = { op: "![x](https://example.com/x.png) @team", urn: "urn:pulumi:a::b::c:d:E::f" };
    await writeFile(join(folder(), "forged-preview.json"), JSON.stringify({ steps: [step] }));
    const file = (name: string): string => `prod=${join(folder(), name)}`;
    const linked = await comment(["--plan", file("linked.json"), "--preview", file("linked.json")]);
    expect(linked.stdout).to.contain("no plan").and.not.contain("pull_request");
    const forged = await comment(["--plan", file("forged.json"), "--preview", file("forged-preview.json")]);
    expect(forged).to.include({ code: 0, stderr: "" });
    expect(forged.stdout).to.contain("the plan is not what `patchplane plan --json` writes");
    expect(forged.stdout).to.contain("is not what the engine writes, at steps.0.op");
    expect(forged.stdout).to.not.contain("example.com");
  });

  it("takes rehearsals of a folder where it is told to, each from its own environment's, and says where none is", async () => {
    const artifact = async (environment: string, json: object): Promise<void> => {
      const name = `rehearsal-${environment}`;
      await mkdir(join(folder(), name), { recursive: true });
      await writeFile(join(folder(), name, `${name}.json`), JSON.stringify(json));
    };
    const written = { schema: "patchplane/rehearse/1", exitCode: 0, ...sampleReport(2) };
    await artifact("prod", written);
    await artifact("other", written);
    await artifact("forged", { ...written, stack: "forged", note: "![x](https://example.com/x.png) @team" });
    const args = ["--from", folder(), "--environments", '["prod","other","forged","absent"]'];
    const told = await comment([...args, "--with-rehearsal"]);
    expect(told).to.include({ code: 0, stderr: "" });
    expect(told.stdout).to.match(/\| `prod` \|.*\| \*\*7 figures worse\*\* \|/);
    expect(told.stdout).to.contain("no rehearsal of `absent`, `forged`, `other`");
    expect(told.stdout).to.contain("other.json has no rehearsal of other");
    expect(told.stdout).to.contain("the rehearsal is not what `patchplane rehearse --json` writes");
    expect(told.stdout).to.contain("there is no rehearsal in");
    expect(told.stdout).to.not.contain("example.com");
    expect((await comment(args)).stdout).to.not.contain("ehears");
    const named = await comment(["--rehearsal", `prod=${join(folder(), "rehearsal-prod", "rehearsal-prod.json")}`]);
    expect(named.stdout).to.contain("🔴 servers cut off (`mw-group-0 use1`): 0 → 2");
  });

  it("shows what is approved above all that is folded, and once", async () => {
    const approve = planCases.find(({ name }) => name === "approve-a-kernel-and-what-nobody-runs");
    const plans = approve === undefined ? [] : [reportOf(approve)];
    await writeFile(
      join(folder(), "approval.json"),
      JSON.stringify({ schema: "patchplane/plan/1", plans }, withoutSubjects),
    );
    const { stdout } = await comment(["--plan", `prod=${join(folder(), "approval.json")}`]);
    const [inSight = "", ...folded] = stdout.split("<summary>Plan: servers, dates, checks</summary>");
    expect(inSight).to.contain("#### Approvals").and.contain("**kernel, libc or database**: `linux-image-aws.amd64`");
    expect(inSight).to.contain("made from scan `4f8f2c1e-6a10-4a57-8d32-9a5d5b8e0c11`");
    expect(inSight).to.contain("**match no server**, by OS or architecture: `curl.arm64` (UBUNTU)");
    expect(folded.join("")).to.not.contain("Approvals");
  });

  it("takes the plan that the command writes", async () => {
    const plan = await patchplane(root, unreachable, ["plan", "--stack", "nonprod", "--base", "HEAD", "--json"]);
    await writeFile(join(folder(), "real.json"), plan.stdout);
    const ended = await comment(["--plan", `nonprod=${join(folder(), "real.json")}`]);
    expect(ended.stdout).to.not.contain("no plan");
  });

  it("refuses a plan of a version it does not know, instead of guessing", async () => {
    await writeFile(join(folder(), "newer.json"), JSON.stringify({ schema: "patchplane/plan/2", stack: "prod" }));
    const ended = await comment(["--plan", `prod=${join(folder(), "newer.json")}`]);
    expect(ended.stdout).to.contain("the plan is written as patchplane/plan/2, which is not patchplane/plan/1");
  });

  it("shows in words what a plan's command line or files had to be corrected in", async () => {
    const file = join(folder(), "faults.json");
    await writeFile(file, JSON.stringify({ schema: "patchplane/faults/1", exitCode: 2, faults: [] }));
    await writeFile(`${file}.err`, "Pulumi.prod.yaml:3:1: timezone: is missing\n");
    const ended = await comment(["--plan", `prod=${file}`]);
    expect(ended.stdout).to.contain("timezone: is missing").and.not.contain("merge the newer version");
  });

  it("writes into a file, and posts what it wrote", async () => {
    const file = join(folder(), "comment.md");
    const args = ["--preview", `prod=${join(previews, "drift.json")}`, "--output", file, "--post"];
    const ended = await comment(args, withGithub());
    expect(ended).to.include({ code: 0, stdout: "" });
    expect(ended.stderr).to.match(/^created: https:\/\/github\.com\/acme\/patching\/pull\/7#issuecomment-\d+\n$/);
    expect(github.comments.map(({ body }) => `${body}\n`)).to.deep.equal([await readFile(file, "utf8")]);
    expect((await comment(args, withGithub())).stderr).to.match(/^unchanged: /);
  });

  it("ends with 3 where GitHub refuses, and with the comment all the same", async () => {
    const ended = await comment(["--preview", `a=${join(previews, "role.json")}`, "--post"], {
      ...withGithub(),
      GITHUB_TOKEN: "wrong",
    });
    expect(ended.code).to.equal(3);
    expect(ended.stdout).to.contain("| `a` |");
    expect(ended.stderr).to.match(/^GitHub does not accept the token in GITHUB_TOKEN/);
  });

  it("ends with 1 on a change where none is expected, and with 0 where only the reading role differs", async () => {
    const code = async (file: string) => (await comment(["--preview", `a=${file}`, "--expect-no-changes"])).code;
    expect(await code(join(previews, "role.json"))).to.equal(0);
    expect(await code(join(previews, "drift.json"))).to.equal(1);
    expect(await code(join(previews, "failed.json"))).to.equal(1);
    expect(await code(join(folder(), "absent.json"))).to.equal(1);
  });

  it("ends with 2 and says everything that is missing for posting", async () => {
    const ended = await comment(["--preview", `a=${join(previews, "role.json")}`, "--post"]);
    expect(ended).to.include({ code: 2, stdout: "" });
    expect(ended.stderr.split("\n").map((line) => line.split(":")[0])).to.deep.equal([
      "GITHUB_TOKEN",
      "GITHUB_REPOSITORY",
      "--pull-request",
      "",
    ]);
  });

  it("ends with 2 where the token would go to another repository or address than it is for", async () => {
    const cases = [
      ["GITHUB_REPOSITORY", ["../x", "acme/..", "acme/a?b"]],
      ["GITHUB_API_URL", ["http://github.example"]],
    ] as const;
    const before = github.requests.length;
    for (const [name, values] of cases) {
      for (const value of values) {
        const ended = await comment(["--post", "--pull-request", "7"], { ...withGithub(), [name]: value });
        expect(ended.code, value).to.equal(2);
        expect(ended.stderr, value).to.match(new RegExp(`^${name}: `));
      }
    }
    expect(github.requests).to.have.lengthOf(before);
  });

  it("ends with 2 on options it cannot read", async () => {
    for (const args of [
      ["--environments", "prod"],
      ["--preview", "preview-prod.json"],
      ["--rehearsal", "rehearsal-prod.json"],
      ["--pull-request", "x"],
      [],
    ]) {
      expect((await comment(args)).code, args.join(" ")).to.equal(2);
    }
  });
});
