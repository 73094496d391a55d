import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { expect } from "chai";
import { z } from "zod";
import type { ApproveJson } from "../../render/approve/approveJson.ts";
import type { ReviewJson } from "../../render/review/reviewJson.ts";
import { listening } from "../harness/listening.ts";
import { gate, patchplane, planeOf, type Ended } from "./commandFixture.ts";
import { group, reviewedProject, scan, type ReviewedProject } from "./reviewedFixture.ts";

const schema = z.fromJSONSchema(
  JSON.parse(
    readFileSync(join(import.meta.dirname, "..", "..", "schemas", "approve.schema.json"), "utf8"),
  ) as Parameters<typeof z.fromJSONSchema>[0],
);
const asOf = ["--as-of", "2026-12-01T14:00:00Z"];
const file = `approvals/${group}/2026-12-01.yaml`;

describe("patchplane approve, the command", function () {
  this.timeout(300_000);
  let project: ReviewedProject;
  let scanId = "";
  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-C", project.folder, ...args], { encoding: "utf8" }).trim();

  const approve = (
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    url = project.cloud.url,
  ): Promise<Ended> => {
    const common = ["approve", ...asOf, "--group", group, "--note", "weekly", "--scan", scanId];
    return patchplane(project.folder, url, [...common, ...args], { env });
  };

  async function json(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<ApproveJson> {
    const ended = await approve([...args, "--yes", "--json"], env);
    const answer = schema.parse(JSON.parse(ended.stdout)) as ApproveJson;
    expect(ended.code, ended.stderr).to.equal(answer.exitCode);
    return answer;
  }

  before(async () => {
    project = await reviewedProject();
    for (const at of ["use1", "euw1"]) await scan(project.cloud, project.plane, at);
    await project.cloud.advanceTo(new Date("2026-12-01T14:00:00Z"));
    const { stdout } = await patchplane(project.folder, project.cloud.url, ["review", ...asOf, "--json"]);
    scanId = (JSON.parse(stdout) as ReviewJson).reviews[0]?.scan ?? "";
    await writeFile(join(project.folder, ".gitignore"), "node_modules\n.patchplane/\n");
    git("init", "--quiet", "--initial-branch", "main");
    git("config", "user.name", "A spec");
    git("config", "user.email", "spec@example.com");
    git("add", ".gitignore", "Pulumi.test.yaml");
    git("commit", "--quiet", "--message", "Begin");
  });
  after(() => project.close());

  it("commits the file alone to a branch of its own, says what to type, and never writes over one", async () => {
    const ended = await approve(["--package", "nginx", "--package", "nginx-common", "--yes"]);
    expect(ended.code, ended.stderr).to.equal(0);
    const branch = `approvals/test/${group}/2026-12-01`;
    expect(git("branch", "--show-current")).to.equal(branch);
    expect(git("show", "--name-only", "--format=%s")).to.equal(
      `Approve 2 updates for ${group} until 2026-12-15\n\n${file}`,
    );
    expect(ended.stdout).to.contain("git push --set-upstream origin").and.contain("gh pr create --title");
    const { approvals } = planeOf(project.folder);
    expect(approvals[group]?.patches).to.deep.equal({
      UBUNTU: [
        { id: "nginx-common.amd64", title: "1.24.0-2ubuntu7.11" },
        { id: "nginx.amd64", title: "1.24.0-2ubuntu7.11" },
      ],
    });
    const [body = ""] = await readdir(join(project.folder, ".patchplane", "approvals"));
    const markdown = await readFile(join(project.folder, ".patchplane", "approvals", body), "utf8");
    // Server, package, what is there and what comes: an approver needs nothing else.
    expect(markdown).to.match(/`data-1` +\| `nginx.amd64` +\| `1.24.0-2ubuntu7.10` +\| `1.24.0-2ubuntu7.11`/);

    const written = await readFile(join(project.folder, file), "utf8");
    const second = await approve(["--yes", "--no-branch"]);
    expect([second.code, second.stderr.includes("never written over")]).to.deep.equal([2, true]);
    expect(await readFile(join(project.folder, file), "utf8")).to.equal(written);
    git("switch", "--quiet", "main");
    git("branch", "--quiet", "--delete", "--force", branch);
  });

  it("writes nothing without a terminal and --yes, for another scan, or for what the scans do not show", async () => {
    const without = await approve([]);
    expect([without.code, without.stderr.includes("--yes")]).to.deep.equal([2, true]);
    const unseen = await approve(["--yes", "--package", "openssl"]);
    expect([unseen.code, unseen.stderr.includes("do not show it")]).to.deep.equal([2, true]);
    const common = ["approve", ...asOf, "--group", group, "--note", "x", "--yes"];
    const other = await patchplane(project.folder, project.cloud.url, [
      ...common,
      "--scan",
      `${scanId.slice(0, -8)}00000000`,
    ]);
    expect([other.code, other.stderr.includes("offer now")]).to.deep.equal([2, true]);
    expect(planeOf(project.folder).approvals).to.deep.equal({});
    expect(git("branch", "--format=%(refname:short)")).to.equal("main");
  });

  it("says which location could not be read and why, and not that its scans do not show what was chosen", async () => {
    const between = await gate(project.cloud, "eu-west-1");
    const ended = await approve(["--yes", "--json", "--package", "nginy"], {}, between.url);
    await between.close();
    const { exitCode, faults } = JSON.parse(ended.stdout) as { exitCode: number; faults: readonly { path: string }[] };
    expect([ended.code, exitCode, faults.map(({ path }) => path)]).to.deep.equal([3, 3, ["location euw1"]]);
    expect(ended.stderr).to.contain("its scans cannot be read: not allowed").and.contain("--partial");
    expect(planeOf(project.folder).approvals).to.deep.equal({});
  });

  it("only writes the file with --no-branch, and says what the JSON's schema promises", async () => {
    const answer = await json(["--no-branch", "--package", "curl", "--expires", "2026-12-05T06:00:00Z"]);
    expect(answer).to.include({ exitCode: 0, file, written: true, branch: null, expires: "2026-12-05T06:00:00Z" });
    expect(answer.updates.map(({ id, version }) => [id, version])).to.deep.equal([
      ["curl.amd64", "8.5.0-2ubuntu10.33"],
    ]);
    expect(planeOf(project.folder).approvals[group]?.scanId).to.equal(scanId);
    await rm(join(project.folder, "approvals"), { recursive: true });
  });

  it("opens the pull request through GitHub's API, writes nothing here, and tells where somebody was faster", async () => {
    const requests: { readonly line: string; readonly body: Readonly<Record<string, string>> }[] = [];
    let taken = false;
    const server = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => {
        const line = `${request.method ?? ""} ${request.url ?? ""}`;
        requests.push({ line, body: text === "" ? {} : (JSON.parse(text) as Record<string, string>) });
        const refused = taken && line.endsWith("/git/refs");
        response.writeHead(refused ? 422 : 200, { "content-type": "application/json" });
        const answers: Readonly<Record<string, object>> = {
          "GET /repos/acme/patching": { default_branch: "main" },
          "GET /repos/acme/patching/git/ref/heads%2Fmain": { object: { sha: "0".repeat(40) } },
          "POST /repos/acme/patching/pulls": { html_url: "https://github.com/acme/patching/pull/7", number: 7 },
        };
        response.end(JSON.stringify(refused ? { message: "Reference already exists" } : (answers[line] ?? {})));
      });
    });
    const github = await listening(server);
    const env = { GITHUB_TOKEN: "ghs_spec", GITHUB_REPOSITORY: "acme/patching", GITHUB_API_URL: github.url };
    const answer = await json(["--pull-request"], env);
    expect(answer).to.deep.include({ exitCode: 0, written: false });
    expect(answer.pullRequest).to.deep.equal({ url: "https://github.com/acme/patching/pull/7", number: 7 });
    const put = requests.find(({ line }) => line.startsWith("PUT"));
    const text = Buffer.from(put?.body["content"] ?? "", "base64").toString();
    expect([put?.body["branch"], text.includes(`scan: "${scanId}"`)]).to.deep.equal([
      `approvals/test/${group}/2026-12-01`,
      true,
    ]);
    const pull = requests.find(({ line }) => line.endsWith("/pulls"))?.body;
    expect(pull).to.include({ base: "main", title: `Approve 27 updates for ${group} until 2026-12-15` });
    expect(pull?.["body"]).to.contain("data-1").and.contain("web server");
    expect(planeOf(project.folder).approvals).to.deep.equal({});

    taken = true;
    const second = await json(["--pull-request"], env);
    expect([second.exitCode, second.failure?.includes("somebody has proposed that")]).to.deep.equal([3, true]);
    expect(requests.some(({ line }) => line.startsWith("DELETE"))).to.equal(false);
    await github.close();
  });
});
