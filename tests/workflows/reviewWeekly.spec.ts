import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Command } from "commander";
import { addApprove } from "../../scripts/commands/approve.ts";
import { addReview } from "../../scripts/commands/review.ts";
import { addScan } from "../../scripts/commands/scan.ts";
import { bySchema } from "../scripts/operatorFixture.ts";
import { dryRun, stubbed, type JobRun } from "./dryRun.ts";
import { workflow } from "./workflowFiles.ts";

const weekly = workflow("review-weekly.yml");
const by = "weekly review (https://github.com/acme/patching/actions/runs/7)";

/** An update of a review; what the workflow asks of it is said. */
function update(asked: { readonly approved: boolean; readonly unapprovable: string | null }): unknown {
  const about = { os: "ubuntu", id: "openssl.x86_64", version: "3.0.2-0ubuntu1.20", name: "openssl" };
  const weight = { severity: "high", severitySource: null, cves: [], exploited: false, impact: null, new: null };
  return { ...about, ...weight, ...asked, servers: [] };
}

function review(group: string, updates: readonly unknown[]): unknown {
  return { group, scan: `2026-12-01T130329Z-${group}`, before: null, servers: [], updates, unknowns: [] };
}

const offered = { approved: false, unapprovable: null };
const reviews = [
  review("database", [update({ ...offered, approved: true }), update(offered)]),
  review("approved", [update({ ...offered, approved: true })]),
  review("current", []),
  review("strange", [update({ ...offered, unapprovable: "no version is known" })]),
  review("vault", [update(offered)]),
];

describe("the workflow review-weekly", function () {
  this.timeout(300_000);
  let folder: string;
  let stubs: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "patchplane-weekly-"));
    const npx = [
      'printf "%s\\n" "role=$PATCHPLANE_ROLE_NAME" "token=${GITHUB_TOKEN:-}" "$@" "" >> words',
      'case "$2" in',
      `  changed) echo '["prod"]' ;;`,
      '  review) cat answer.json; exit "${REVIEW:-0}" ;;',
      '  scan) echo "| scanned |"; exit "${SCAN:-0}" ;;',
      '  approve) echo "| proposed |"; exit "${APPROVE:-0}" ;;',
      "esac",
    ];
    stubs = await stubbed({ npx: npx.join("\n"), npm: "exit 0" });
    const answer = {
      schema: "patchplane/review/1",
      stack: "prod",
      exitCode: 0,
      asOf: "2026-12-01T13:10:00Z",
      failures: [],
      reviews,
    };
    bySchema("review", JSON.stringify(answer));
    await writeFile(join(folder, "answer.json"), JSON.stringify(answer));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
    await rm(stubs, { recursive: true });
  });

  async function proposed(
    env: Readonly<Record<string, string>> = {},
    vars: Readonly<Record<string, string>> = { PATCHPLANE_ENTRY_ACCOUNT: "999900001111" },
  ): Promise<JobRun | undefined> {
    const github = { server_url: "https://github.com", repository: "acme/patching", run_id: 7, token: "ghs_spec" };
    const run = await dryRun(weekly, { folder, stubs, contexts: { github, vars }, env });
    return run.jobs["propose"];
  }

  /** Each call of a command: role, token, and its words. */
  async function calls(command: string): Promise<readonly (readonly string[])[]> {
    const all = (await readFile(join(folder, "words"), "utf8")).split("\n\n").map((call) => call.split("\n"));
    return all.filter((words) => words[3] === command);
  }

  it("scans the reviewed groups and no other, with the role that can do nothing else and without GitHub's token", async () => {
    expect(await proposed()).to.include({ result: "success" });
    const groups = ["database", "approved", "current", "strange", "vault"].map((name) => `--group=${name}`);
    expect(await calls("scan")).to.deep.equal([
      [
        "role=patchplane-operator-scan-prod",
        "token=",
        "patchplane",
        "scan",
        "--stack",
        "prod",
        ...groups,
        "--wait=40",
        "--format=markdown",
      ],
    ]);
  });

  it("proposes one approval for each group that lacks something that can be approved and is not", async () => {
    const job = await proposed();
    expect(await calls("approve")).to.deep.equal(
      ["database", "vault"].map((group) => [
        "role=patchplane-operator-scan-prod",
        "token=ghs_spec",
        "patchplane",
        "approve",
        "--stack",
        "prod",
        `--group=${group}`,
        `--scan=2026-12-01T130329Z-${group}`,
        "--store=collections",
        `--note=${by}`,
        "--partial",
        "--pull-request",
        "--yes",
        "--format=markdown",
      ]),
    );
    expect(job?.summary).to.contain("| scanned |\n| proposed |\n| proposed |\n");
    expect(job?.summary).to.contain("close the pull request and open it again");
  });

  it("calls commands by options that they have, with the stack's own store", async () => {
    const stores = JSON.stringify({ prod: "s3://acme/collections", nonprod: "s3://other/collections" });
    await proposed({}, { PATCHPLANE_ENTRY_ACCOUNT: "999900001111", PATCHPLANE_STORES: stores });
    const program = new Command();
    for (const add of [addApprove, addReview, addScan]) add(program, folder);
    for (const command of program.commands) {
      const known = command.options.map(({ long }) => long);
      const made = await calls(command.name());
      expect(made.length, command.name()).to.be.greaterThan(0);
      for (const word of made.flat().filter((each) => each.startsWith("--")))
        expect(known, command.name()).to.include(word.replace(/=.*$/, ""));
      if (command.name() !== "scan") expect(made.flat(), command.name()).to.include("--store=s3://acme/collections");
    }
  });

  it("opens nothing where nothing is missing, and says so", async () => {
    const answer = {
      schema: "patchplane/review/1",
      stack: "prod",
      exitCode: 0,
      asOf: "2026-12-01T13:10:00Z",
      failures: [],
    };
    await writeFile(join(folder, "answer.json"), JSON.stringify({ ...answer, reviews: reviews.slice(1, 3) }));
    const job = await proposed();
    expect(job).to.include({ result: "success" });
    expect(await calls("approve")).to.deep.equal([]);
    expect(job?.summary).to.contain("lacks anything that could be approved and is not");
  });

  it("proposes for the others where a server was not scanned, and fails at the end", async () => {
    for (const env of [{ SCAN: "1" }, { REVIEW: "1" }, { APPROVE: "3" }]) {
      await rm(join(folder, "words"), { force: true });
      expect(await proposed(env)).to.include({ result: "failure" });
      expect(await calls("approve")).to.have.lengthOf(2);
    }
  });

  it("passes by a stack that reviews nothing, and fails on any other fault", async () => {
    const faults = (path: string): Promise<void> =>
      writeFile(join(folder, "answer.json"), JSON.stringify({ faults: [{ path, message: "no" }] }));
    await faults("--group");
    expect(await proposed({ REVIEW: "2" })).to.include({ result: "success" });
    await faults("patchplane:timezone");
    expect(await proposed({ REVIEW: "2" })).to.include({ result: "failure" });
    expect(await calls("scan")).to.deep.equal([]);
  });

  it("does nothing while there is no account to sign in at", async () => {
    expect(await proposed({}, {})).to.include({ result: "skipped" });
  });
});
