import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Command } from "commander";
import { addInstall } from "../../scripts/commands/install.ts";
import { addOpenWindow } from "../../scripts/commands/openWindow.ts";
import { addReboot } from "../../scripts/commands/reboot.ts";
import { addRerun } from "../../scripts/commands/rerun.ts";
import { addScan } from "../../scripts/commands/scan.ts";
import { addStop } from "../../scripts/commands/stop.ts";
import { addVerify } from "../../scripts/commands/verify.ts";
import { dryRun, stubbed, type JobRun, type WorkflowRun } from "./dryRun.ts";
import { filled } from "./expressions.ts";
import { workflow } from "./workflowFiles.ts";

const operate = workflow("operate.yml");
const by = "(octocat, https://github.com/acme/patching/actions/runs/7)";

type Inputs = Readonly<Record<string, string | boolean>>;

/** The action of a dispatch, the inputs beside it, and the words the command is to get. */
const dispatches: readonly (readonly [action: string, inputs: Inputs, words: readonly string[]])[] = [
  ["scan", { group: "prod-auto, web", location: "use1" }, ["--group=prod-auto", "--group= web", "--location=use1"]],
  ["verify", { group: "prod-sensitive" }, ["--group=prod-sensitive", "--store=s3://acme/collections"]],
  [
    "open-window",
    { group: "prod-sensitive", at: "2026-12-03T22:00:00Z", anyway: true },
    [
      "--group=prod-sensitive",
      "--at=2026-12-03T22:00:00Z",
      "--anyway",
      "--store=s3://acme/collections",
      `--reason=weekly ${by}`,
      "--yes",
    ],
  ],
  [
    "install",
    { servers: "web-*,db-1", package: "openssl,curl", cve: "CVE-2026-1", reboot: "if-needed", in_freeze: "exploited" },
    [
      "--servers=web-*,db-1",
      "--package=openssl",
      "--package=curl",
      "--cve=CVE-2026-1",
      "--reboot=if-needed",
      "--in-freeze=exploited",
      "--store=s3://acme/collections",
      `--reason=weekly ${by}`,
      "--wait=220",
      "--yes",
    ],
  ],
  ["reboot", { servers: "web-1" }, ["--servers=web-1", `--now=weekly ${by}`, "--yes"]],
  ["stop", { resume: "id" }, ["--resume=id", `--reason=weekly ${by}`, "--yes"]],
];

describe("the workflow operate", function () {
  this.timeout(300_000);
  let folder: string;
  let stubs: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "patchplane-operate-"));
    // One word of the call a line; a record as the command leaves one; the end that is asked for.
    const npx =
      'printf "%s\\0" "$PATCHPLANE_ROLE_NAME" "$@" > words\nmkdir -p runs\ntouch runs/id.jsonl\necho "| web-1 |"\nexit "${CODE:-0}"';
    stubs = await stubbed({ npx, npm: "exit 0" });
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
    await rm(stubs, { recursive: true });
  });

  async function dispatched(inputs: Inputs, env: Inputs = {}, account = "999900001111"): Promise<WorkflowRun> {
    const contexts = {
      inputs: { stack: "prod", reason: "weekly", reboot: "not said", close: false, anyway: false, ...inputs },
      github: {
        triggering_actor: "octocat",
        server_url: "https://github.com",
        repository: "acme/patching",
        run_id: 7,
      },
      vars: { PATCHPLANE_ENTRY_ACCOUNT: account, PATCHPLANE_STORES: '{"prod":"s3://acme/collections"}' },
    };
    return dryRun(operate, { folder, stubs, contexts, env: env as Readonly<Record<string, string>> });
  }

  const jobOf = (run: WorkflowRun): JobRun | undefined => run.jobs["operate"];

  async function words(): Promise<readonly string[]> {
    return (await readFile(join(folder, "words"), "utf8")).split("\0").slice(0, -1);
  }

  for (const [action, inputs, expected] of dispatches) {
    it(`calls ${action} with everything that was given, and no more`, async () => {
      const run = await dispatched({ action, ...inputs });
      expect(jobOf(run)).to.include({ result: "success", summary: "| web-1 |\n" });
      expect(run.artifacts).to.deep.equal(["runs-prod/id.jsonl"]);
      const role = action === "install" ? "patchplane-operator-install-prod" : "patchplane-operator-prod";
      expect(await words()).to.deep.equal([
        role,
        "patchplane",
        action,
        "--stack=prod",
        ...expected,
        "--format=markdown",
      ]);
      const program = new Command();
      for (const add of [addInstall, addOpenWindow, addReboot, addScan, addStop, addVerify]) add(program, folder);
      const command = program.commands.find((each) => each.name() === action);
      const known = command?.options.map(({ long }) => long);
      for (const word of expected) expect(known, word).to.include(word.replace(/=.*$/s, ""));
      expect(known).to.include.members(["--stack", "--format"]);
    });
  }

  it("offers the actions that it knows, and no other", async () => {
    const { action } = (operate.on["workflow_dispatch"] as { inputs: Record<string, { options?: string[] }> }).inputs;
    expect(action?.options?.toSorted()).to.deep.equal([...dispatches.map(([name]) => name), "rerun"].toSorted());
    const run = await dispatched({ action: "offboard" });
    expect(jobOf(run)).to.include({ result: "failure" });
    expect(existsSync(join(folder, "words"))).to.equal(false);
  });

  it("repeats a run by the role that it needs, and takes no id for an option", async () => {
    for (const [id, role] of [
      ["2026-12-01T030000Z-prod-install-0a1b", "patchplane-operator-install-prod"],
      ["2026-12-01T030000Z-prod-reboot-0a1b", "patchplane-operator-prod"],
      ["--anyway", "patchplane-operator-prod"],
    ] as const) {
      await dispatched({ action: "rerun", resume: id });
      const given = [`--reason=weekly ${by}`, "--wait=220", "--yes", "--format=markdown", "--", id];
      expect(await words()).to.deep.equal([role, "patchplane", "rerun", "--stack=prod", ...given]);
    }
    const program = new Command();
    addRerun(program, folder);
    const known = program.commands[0]?.options.map(({ long }) => long);
    expect(known).to.include.members(["--stack", "--reason", "--wait", "--yes", "--format", "--anyway"]);
  });

  it("hands on an option that the action does not know, for the command to refuse, and drops none in silence", async () => {
    await dispatched({ action: "scan", servers: "web-1", cve: "CVE-2026-1", reboot: "never" });
    expect(await words()).to.include.members(["--servers=web-1", "--cve=CVE-2026-1", "--reboot=never"]);
    await dispatched({ action: "verify", close: true });
    expect(await words()).to.include("--close");
  });

  it("takes no input for a command, for another word or for an option of its own", async () => {
    const evil = '"; touch pwned; $(touch pwned) `touch pwned` * \\ \n--anyway';
    const inputs = { reason: evil, group: `--yes,${evil}`, servers: evil, at: evil, resume: evil };
    await dispatched({ action: "open-window", ...inputs });
    expect(existsSync(join(folder, "pwned"))).to.equal(false);
    expect((await words()).slice(3)).to.deep.equal([
      "--stack=prod",
      "--group=--yes",
      `--group=${evil}`,
      `--servers=${evil}`,
      `--at=${evil}`,
      `--resume=${evil}`,
      "--store=s3://acme/collections",
      `--reason=${evil} ${by}`,
      "--yes",
      "--format=markdown",
    ]);
  });

  it("does nothing without a reason, or without an account to sign in at", async () => {
    const silent = jobOf(await dispatched({ action: "stop", reason: " \t" }));
    expect(silent).to.include({ result: "failure" });
    expect(silent?.printed).to.contain("a reason is needed");
    const nowhere = jobOf(await dispatched({ action: "stop" }, {}, ""));
    expect(nowhere).to.include({ result: "failure" });
    expect(nowhere?.printed).to.contain("PATCHPLANE_ENTRY_ACCOUNT is not set");
    expect(existsSync(join(folder, "words"))).to.equal(false);
  });

  it("ends as the command ends, with its answer in the summary and its record kept", async () => {
    const run = await dispatched({ action: "reboot" }, { CODE: "3" });
    expect(jobOf(run)).to.include({ result: "failure", summary: "| web-1 |\n" });
    expect(run.artifacts).to.deep.equal(["runs-prod/id.jsonl"]);
  });

  it("lets the brake wait for nobody, and nothing else of a stack meet", () => {
    const group = (action: string): string =>
      filled(operate.concurrency?.group ?? "", { inputs: { stack: "prod", action } });
    expect(group("install")).to.equal("operate-prod");
    expect(group("reboot")).to.equal(group("install"));
    expect(group("stop")).to.not.equal(group("install"));
  });
});
