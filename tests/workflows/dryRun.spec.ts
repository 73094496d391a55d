import { execFileSync } from "node:child_process";
import { appendFile, cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { startGithub, type GithubServer } from "../operations/github/githubServer.ts";
import { projectCopy } from "../scripts/commandFixture.ts";
import { atEntry, resources } from "../bootstrap/template.ts";
import { dryRun, stubbed, type Stage } from "./dryRun.ts";
import { evaluate, filled } from "./expressions.ts";
import { workflow } from "./workflowFiles.ts";

const root = join(import.meta.dirname, "..", "..");
const previews = join(import.meta.dirname, "..", "render", "pullRequest", "previews");
const repository = "acme/patching";

/** The real command, but for what would ask a cloud: that prints what it was called with, and ends as STUB_CODE says. */
const npx = `
shift
case "$*" in
  report*) mkdir -p site && echo page > site/index.html; echo "stub of patchplane $*"; exit "\${REPORT_CODE:-0}" ;;
  status*|*--live*) echo "stub of patchplane $*"; exit "\${STUB_CODE:-0}" ;;
esac
exec node "$PWD/scripts/patchplane.ts" "$@"`;

/** A CLI that says what a recorded one said, or ends before that. */
const pulumi = `
if [ "\${PULUMI_STUB:-}" = broken ]; then echo "error: no stack named 'test' found" >&2; exit 255; fi
case "$1" in
  preview) cat "\${PREVIEW_FILE}" ;;
  refresh) cat "\${REFRESH_FILE}" ;;
  stack) echo "{\\"deployment\\":{\${PENDING:-}}}"; exit 0 ;;
  *) echo "stub of pulumi $*" ;;
esac
exit "\${PULUMI_CODE:-0}"`;

/** A bucket whose public access is blocked as PUBLIC_BLOCK says, and Pages as PAGES_PUBLIC says. */
const aws = `
case "$*" in
  s3api*) printf '%b\\n' "\${PUBLIC_BLOCK:-True\\tTrue\\tTrue\\tTrue}" ;;
  s3*) test -f "$3/index.html" ;;
esac`;
const gh = 'echo "${PAGES_PUBLIC:-false}"';

describe("a dry run of every workflow step that needs no cloud", function () {
  this.timeout(300_000);
  let folder: string;
  let stubs: string;
  let github: GithubServer;

  function git(...args: readonly string[]): string {
    const identity = ["-c", "user.name=spec", "-c", "user.email=spec@example.com", "-c", "commit.gpgsign=false"];
    return execFileSync("git", ["-C", folder, ...identity, ...args], { stdio: "pipe", encoding: "utf8" }).trim();
  }

  before(async () => {
    folder = await projectCopy();
    // What a rehearsal is made of besides.
    const played = ["rehearsal", "simulator", "reports", "program.ts", "providers.ts"];
    await Promise.all(played.map((name) => cp(join(root, name), join(folder, name), { recursive: true })));
    stubs = await stubbed({ npx, pulumi, aws, gh, npm: "exit 0", sudo: "exit 0" });
    await mkdir(join(folder, "bootstrap"));
    const accounts = ["111122223333,a,us-east-1,yes,", "444455556666,b,eu-west-1,yes,"];
    const head = "account_id,name,regions,bootstrapped,exempt";
    await writeFile(join(folder, "bootstrap", "accounts.csv"), [head, ...accounts, ""].join("\n"));
    git("init", "--quiet", "--initial-branch=main");
    await writeFile(join(folder, ".git", "info", "exclude"), "node_modules\nreview/\n*.md\n*.txt\n*.err\n");
    git("add", ".");
    git("commit", "--quiet", "--message=base");
    git("update-ref", "refs/remotes/origin/main", "HEAD");
  });

  beforeEach(async () => {
    github = await startGithub();
    git("checkout", "--quiet", "-B", "change", "main");
    for (const left of ["review", "site", "comment.md", "up.txt", "status.txt"]) {
      await rm(join(folder, left), { recursive: true, force: true });
    }
    await writeFile(join(stubs, "calls"), "");
  });

  afterEach(() => github.close());

  after(async () => {
    await rm(folder, { recursive: true });
    await rm(stubs, { recursive: true });
  });

  async function commit(file: string, from: RegExp, to: string): Promise<void> {
    const path = join(folder, file);
    const text = await readFile(path, "utf8");
    expect(text, file).to.match(from);
    await writeFile(path, text.replace(from, to));
    git("commit", "--quiet", "--all", "--message=change");
  }

  async function stage(
    env: Readonly<Record<string, string>> = {},
    head = repository,
    vars: Readonly<Record<string, string>> = {},
  ): Promise<Stage> {
    const event = join(folder, ".git", "event.json");
    const pull = {
      number: 7,
      base: { sha: git("rev-parse", "main") },
      head: { repo: { full_name: head } },
      user: { login: "somebody" },
    };
    await writeFile(event, JSON.stringify({ pull_request: pull }));
    return {
      folder,
      stubs,
      env: {
        HOME: folder,
        GITHUB_REPOSITORY: repository,
        GITHUB_API_URL: github.url,
        GITHUB_EVENT_PATH: event,
        GITHUB_SHA: git("rev-parse", "HEAD"),
        PREVIEW_FILE: join(previews, "change.json"),
        REFRESH_FILE: join(previews, "drift.json"),
        ...env,
      },
      contexts: {
        github: {
          repository,
          base_ref: "main",
          token: "ghs_spec",
          event: { pull_request: pull, before: git("rev-parse", "main") },
        },
        vars: { PATCHPLANE_ENTRY_ACCOUNT: "111122223333", ...vars },
      },
    };
  }

  const results = (jobs: Readonly<Record<string, { readonly result: string }>>): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries(jobs).map(([name, { result }]) => [name, result]));

  const moveAServer = (): Promise<void> =>
    commit("fleet/test.csv", /prod-auto(?=,test,,ops@example.com,,,,,\n)/, "prod-sensitive");

  it("of a pull request posts one comment that joins plan and preview", async () => {
    await moveAServer();
    const run = await dryRun(workflow("pull-request.yml"), await stage());
    expect(run.jobs["changed"]?.outputs).to.deep.equal({ environments: '["test"]' });
    expect(run.artifacts).to.include.members([
      "plan-test/plan-test.json",
      "preview-test/preview-test.json",
      "review-comment/comment.md",
    ]);
    expect(github.comments).to.have.lengthOf(1);
    const body = github.comments[0]?.body ?? "";
    expect(body).to.match(/\| `test` \| 1 changed \| .* \| 11 to delete, 2 to replace, 4 to create, 1 to leave \|/);
    expect(run.jobs["comment"]?.summary.trim()).to.equal(body.trim());
    expect(results(run.jobs)).to.deep.include({ preview: "success", comment: "success", rehearse: "skipped" });
    expect(body).to.not.contain("ehears");
    const again = await dryRun(workflow("pull-request.yml"), await stage());
    expect(results(again.jobs)).to.deep.equal(results(run.jobs));
    expect(github.comments).to.have.lengthOf(1);
  });

  it("of a fork's pull request gives it the plan, no credentials and no comment, and says why", async () => {
    await moveAServer();
    const run = await dryRun(workflow("pull-request.yml"), await stage({}, "stranger/patching"));
    expect(results(run.jobs)).to.include({ preview: "skipped", comment: "success" });
    expect(run.jobs["comment"]?.ran).to.not.include("Post it");
    expect(run.jobs["comment"]?.summary).to.contain("| `test` | 1 changed |");
    expect(run.jobs["comment"]?.summary).to.contain("pull requests from forks get no credentials");
    expect(run.artifacts).to.include("review-comment/comment.md");
    expect(github.requests).to.deep.equal([]);
  });

  it("of a pull request rehearses against the base where the repository asks for it, without credentials", async () => {
    // One server at a time, an hour for all of them, and an Auto Scaling group of twelve.
    const windows =
      '  patchplane:windows:\n    mw-install-auto: { durationHours: 2, cutoffHours: 1, maxConcurrency: "1" }\n';
    const row = "asg:web,web,aws,use1,us-east-1,ubuntu,22.04,x86_64,prod-auto,test,,ops@example.com,,,,,12\n";
    await commit("Pulumi.test.yaml", /$/, windows);
    await commit("fleet/test.csv", /$/, row);
    const asked = { PATCHPLANE_REHEARSAL: "--weeks 1 --as-of 2026-12-01T12:00:00Z" };
    const run = await dryRun(workflow("pull-request.yml"), await stage({}, "stranger/patching", asked));
    expect(results(run.jobs)).to.include({ rehearse: "failure", comment: "success", review: "failure" });
    expect(run.artifacts).to.include("rehearsal-test/rehearsal-test.json");
    expect(run.jobs["comment"]?.summary).to.match(/\| `test` \|.*\| \*\*\d+ figures worse\*\* \|/);
    expect(run.jobs["comment"]?.summary).to.match(/servers cut off \(`mw-install-auto use1`\): 0 → \d+/);
  });

  it("of a pull request that touches no environment plans nothing and says so", async () => {
    await appendFile(join(folder, "package.json"), "");
    await writeFile(join(folder, "note.ts"), "export {};\n");
    git("add", ".");
    git("commit", "--quiet", "--message=note");
    const run = await dryRun(workflow("pull-request.yml"), await stage());
    expect(results(run.jobs)).to.deep.equal({
      check: "success",
      test: "success",
      changed: "success",
      plan: "skipped",
      rehearse: "skipped",
      preview: "skipped",
      comment: "success",
      review: "success",
    });
    expect(github.comments[0]?.body).to.contain("No environment is touched");
  });

  it("of a configuration that cannot be read comments its faults, and fails at the end", async () => {
    await commit("Pulumi.test.yaml", /America\/New_York/, "America/NewYork");
    const run = await dryRun(workflow("pull-request.yml"), await stage({ PULUMI_STUB: "broken" }));
    expect(results(run.jobs)).to.include({
      plan: "failure",
      preview: "failure",
      comment: "success",
      review: "failure",
    });
    expect(github.comments[0]?.body).to.contain("America/NewYork");
    expect(github.comments[0]?.body).to.contain("error: no stack named 'test' found");
  });

  it("of a deployment runs up, then the status, and fails with the up after its summary is written", async () => {
    await moveAServer();
    const good = await dryRun(workflow("deploy.yml"), await stage());
    expect(results(good.jobs)).to.deep.equal({ check: "success", deploy: "success" });
    expect(good.jobs["deploy"]?.summary).to.contain("## test: pulumi up ended in success, patchplane status with 0");
    const calls = await readFile(join(stubs, "calls"), "utf8");
    expect(calls).to.contain("pulumi up --yes --continue-on-error --parallel 32 --non-interactive");
    expect(calls).to.match(/pulumi up[^]*patchplane record-approvals --stack test[^]*patchplane status --stack test/);
    const bad = await dryRun(workflow("deploy.yml"), await stage({ PULUMI_CODE: "255", STUB_CODE: "1" }));
    expect(bad.jobs["deploy"]).to.include({ result: "failure" });
    expect(bad.jobs["deploy"]?.summary).to.contain("pulumi up ended in failure, patchplane status with 1");
    expect(bad.jobs["deploy"]?.printed).to.contain("::warning title=test::patchplane status ended with 1");
  });

  it("of a deployment leaves an environment to the newer commit of main that changes it, and none to another", async () => {
    await moveAServer();
    const asked = await stage();
    const deployed = async (): Promise<string | undefined> => {
      git("update-ref", "refs/remotes/origin/main", "HEAD");
      git("checkout", "--quiet", "--detach", asked.env["GITHUB_SHA"] ?? "");
      await writeFile(join(stubs, "calls"), "");
      const run = await dryRun(workflow("deploy.yml"), asked);
      const calls = await readFile(join(stubs, "calls"), "utf8");
      expect(calls.includes("pulumi up"), run.jobs["deploy"]?.printed).to.equal(
        run.jobs["deploy"]?.result === "success",
      );
      return run.jobs["deploy"]?.printed;
    };
    await writeFile(join(folder, "note.ts"), "export {};\n");
    git("add", "note.ts");
    git("commit", "--quiet", "--message=note");
    expect(await deployed()).to.not.contain("newer changes");
    git("checkout", "--quiet", "change");
    await commit("Pulumi.test.yaml", /$/, "# later\n");
    expect(await deployed()).to.contain("::error title=test::main has newer changes of this environment");
    git("update-ref", "refs/remotes/origin/main", "main");
  });

  it("of a deployment makes nothing a second time that an earlier one was making when it was broken off", async () => {
    await moveAServer();
    const urn = "urn:pulumi:test::patchplane::aws:ssm/maintenanceWindowTask:MaintenanceWindowTask::task";
    const pending = (type: string) => `"pending_operations":[{"type":"${type}","resource":{"urn":"${urn}"}}]`;
    const broken = await dryRun(workflow("deploy.yml"), await stage({ PENDING: pending("creating") }));
    expect(broken.jobs["deploy"]?.result).to.equal("failure");
    expect(broken.jobs["deploy"]?.printed).to.contain(`${urn}\n::error title=test::an earlier up was broken off`);
    expect(await readFile(join(stubs, "calls"), "utf8")).to.not.contain("pulumi up");
    const updating = await dryRun(workflow("deploy.yml"), await stage({ PENDING: pending("updating") }));
    expect(updating.jobs["deploy"]?.result).to.equal("success");
  });

  it("of a deployment asks the engine to end before the sign-in and the job do, and hands a cancellation on", () => {
    const job = workflow("deploy.yml").jobs["deploy"];
    const up = job?.steps.find(({ id }) => id === "up")?.run ?? "";
    const [, killed, asked] = /^exec timeout --foreground --signal=INT --kill-after=(\d+)m (\d+)m\b/.exec(up) ?? [];
    const signedIn = job?.steps.map((step) => Number(step.with?.["role-duration-seconds"] ?? 0)) ?? [];
    const minutes = job?.["timeout-minutes"] ?? 0;
    expect(Number(asked) + Number(killed)).to.be.below(minutes);
    expect(minutes * 60).to.be.below(Math.max(...signedIn));
    const { MaxSessionDuration } = resources(atEntry)["EntryDeployRole"]?.Properties ?? {};
    expect(Math.max(...signedIn)).to.equal(MaxSessionDuration);
  });

  it("of a deployment takes every environment where the commit before is not known", async () => {
    const before = await stage();
    const contexts = { ...before.contexts, github: { event: {} } };
    const run = await dryRun(workflow("deploy.yml"), { ...before, contexts });
    expect(run.jobs["check"]?.outputs).to.deep.equal({ environments: '["test"]' });
  });

  it("of a night fails on drift, tells it, and passes where nothing differs", async () => {
    const drifted = await dryRun(workflow("nightly.yml"), await stage());
    expect(results(drifted.jobs)).to.deep.equal({
      environments: "success",
      accounts: "success",
      fuzz: "success",
      "vendor-support": "success",
      "package-versions": "success",
      sql: "success",
      drift: "failure",
      reports: "skipped",
      pages: "skipped",
    });
    expect(drifted.jobs["drift"]?.summary).to.contain("MaintenanceWindow, changed `duration`: `use1-mw-scan-all`");
    expect(drifted.jobs["drift"]?.summary).to.contain("stub of patchplane plan --stack test --live");
    const quiet = join(previews, "role.json");
    const calm = await dryRun(workflow("nightly.yml"), await stage({ PREVIEW_FILE: quiet, REFRESH_FILE: quiet }));
    expect(results(calm.jobs)).to.deep.equal({ ...results(drifted.jobs), drift: "success" });
    const refused = await dryRun(workflow("nightly.yml"), await stage({ PULUMI_STUB: "broken" }));
    expect(refused.jobs["drift"]).to.include({ result: "failure" });
    expect(refused.jobs["drift"]?.summary).to.contain("error: no stack named 'test' found");
  });

  it("of a night makes pages of an environment's collections where a store is named, and keeps what is not known in them", async () => {
    const stores = {
      PATCHPLANE_ENTRY_ACCOUNT: "999900001111",
      PATCHPLANE_STORES: '{"test":"s3://kept/collections"}',
    };
    const night = async (code: string, vars: Readonly<Record<string, string>>) =>
      (await dryRun(workflow("nightly.yml"), await stage({ REPORT_CODE: code }, repository, vars))).jobs["reports"];
    const made = await night("1", stores);
    expect(made?.result).to.equal("success");
    expect(made?.summary).to.contain(
      "stub of patchplane report --stack test --store s3://kept/collections --site site",
    );
    expect(made?.ran.at(-1)).to.match(/^actions\/upload-artifact/);
    const broken = await night("3", stores);
    expect([broken?.result, broken?.ran.at(-1)]).to.deep.equal(["failure", "patchplane report --site"]);
    const other = await night("0", { ...stores, PATCHPLANE_STORES: '{"prod":"s3://kept/collections"}' });
    expect([other?.result, other?.ran.includes("patchplane report --site")]).to.deep.equal(["success", false]);
  });

  describe("of a night, with pages to publish,", () => {
    const stores = {
      PATCHPLANE_ENTRY_ACCOUNT: "999900001111",
      PATCHPLANE_STORES: '{"test":"s3://kept/collections"}',
    };
    const night = async (vars: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) =>
      dryRun(workflow("nightly.yml"), await stage(env, repository, { ...stores, ...vars }));
    const calls = async () => readFile(join(stubs, "calls"), "utf8");

    it("keeps them in the bucket that is named, below the environment's name", async () => {
      const run = await night({ PATCHPLANE_REPORT_BUCKET: "acme-pages" });
      expect([run.jobs["reports"]?.result, run.jobs["pages"]?.result]).to.deep.equal(["success", "skipped"]);
      expect(await calls()).to.match(/^aws s3 sync site s3:\/\/acme-pages\/test\/ --delete --only-show-errors$/m);
    });

    it("writes nothing into a bucket that could be public", async () => {
      const open = { PUBLIC_BLOCK: "True\\tTrue\\tFalse\\tTrue" };
      const run = await night({ PATCHPLANE_REPORT_BUCKET: "acme-pages" }, open);
      expect(run.jobs["reports"]?.result).to.equal("failure");
      expect(run.jobs["reports"]?.printed).to.contain("the bucket acme-pages does not block all public access");
      expect(await calls()).not.to.contain("aws s3 sync");
    });

    it("makes one site of GitHub Pages with a folder for each environment, where they are private", async () => {
      const run = await night({ PATCHPLANE_REPORT_PAGES: "private" });
      expect(run.jobs["pages"]?.result).to.equal("success");
      expect(run.jobs["pages"]?.ran.slice(-2).map((action) => action.split("@")[0])).to.deep.equal([
        "actions/upload-pages-artifact",
        "actions/deploy-pages",
      ]);
      const index = await readFile(join(folder, "site", "index.html"), "utf8");
      expect(index).to.contain('<li><a href="reports-test/index.html">test</a></li>');
      expect(await readFile(join(folder, "site", "reports-test", "index.html"), "utf8")).to.equal("page\n");
      expect(await calls()).not.to.match(/^aws /m);
    });

    it("publishes nothing on Pages that the world reads", async () => {
      const run = await night({ PATCHPLANE_REPORT_PAGES: "private" }, { PAGES_PUBLIC: "true" });
      expect(run.jobs["pages"]?.result).to.equal("failure");
      expect(run.jobs["pages"]?.ran).to.deep.equal(["Refuse a site that the world reads"]);
    });
  });

  it("leaves activations out of the nightly refresh, and lets the program name the providers' role", async () => {
    await dryRun(workflow("nightly.yml"), await stage());
    const calls = await readFile(join(stubs, "calls"), "utf8");
    expect(calls).to.match(
      /^pulumi refresh --preview-only --run-program .*--exclude \*\*aws:ssm\/activation:Activation::\*\*$/m,
    );
  });
});

describe("the reader of workflow expressions", () => {
  const contexts = { a: { "b-c": "x", list: [{ r: "ok" }, { r: "failure" }] }, jobs: { p: { result: "failure" } } };

  it("reads what the workflows are written with, as GitHub does", () => {
    expect(evaluate("a.b-c == 'X' && 'yes' || 'no'", contexts)).to.equal("yes");
    expect(evaluate("a.none == '' && a.none.deeper == null && a.b-c != ''", contexts)).to.equal(true);
    expect(evaluate('fromJSON(\'{"x":"s3"}\')[a.b-c]', contexts)).to.equal("s3");
    expect(evaluate("contains(jobs.*.result, 'failure') || false", contexts)).to.equal(true);
    expect(evaluate("fromJSON('{\"k\":\"v\"}')[a.b-c] == null && a['b-c'] == 'x'", contexts)).to.equal(true);
    expect(evaluate("(a.none || 'it''s') == 'it''s'", contexts)).to.equal(true);
    expect(filled("${{ a.b-c }}-${{ a.none }}-${{ fromJSON('2') }}", contexts)).to.equal("x--2");
  });

  it("refuses what it does not know", () => {
    for (const text of ["hashFiles('x')", "a.b >", "a.b == ", "(a.b", "a b", "a['b-c'"]) {
      expect(() => evaluate(text, contexts), text).to.throw();
    }
  });
});
