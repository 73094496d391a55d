import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { PlanReport } from "../../domain/plan/report.ts";
import { folderOfEach, gitIn } from "../harness/folders.ts";
import { patchplane, type Ended } from "./commandFixture.ts";

const root = join(import.meta.dirname, "..", "..");
const sample = join(root, "tests", "plan", "project");
const asOf = ["--as-of", "2026-12-01T12:00:00Z"];
const nowhere = "http://127.0.0.1:9";

function plans({ stdout }: Ended): readonly PlanReport[] {
  const answer = JSON.parse(stdout) as { readonly schema: string; readonly plans: readonly PlanReport[] };
  expect(answer.schema).to.equal("patchplane/plan/1");
  return answer.plans;
}

describe("patchplane plan, the command", function () {
  const folder = folderOfEach();
  const git = gitIn(folder);
  const run = (...args: readonly string[]): Promise<Ended> => patchplane(root, nowhere, ["plan", ...args]);
  const edit = (file: string, old: string, put: string): void => {
    const text = readFileSync(join(folder(), file), "utf8");
    expect(text).to.include(old);
    writeFileSync(join(folder(), file), text.replace(old, put));
  };

  beforeEach(() => {
    cpSync(sample, folder(), { recursive: true });
    cpSync(join(root, "components", "azure", "onboarding"), join(folder(), "components", "azure", "onboarding"), {
      recursive: true,
    });
    git("init", "--quiet", "--initial-branch", "main");
    git("add", "--all");
    git("commit", "--quiet", "--message", "base");
  });

  it("compares the working tree with HEAD, says nothing changes, and ends with 0", async () => {
    const ended = await run("-C", folder(), ...asOf);
    expect(ended.stderr).to.equal("");
    expect(ended.code).to.equal(0);
    expect(ended.stdout).to.match(/^stack prod: nothing changes in this stack; 94 servers as before, 3 not patched/);
    expect(ended.stdout).to.match(/\nstack staging: nothing changes in this stack; 11 servers as before/);
    expect(ended.stdout).to.match(/HEAD \([0-9a-f]{10}\) -> the working tree, dates as of 2026-12-01T12:00:00.000Z/);
  });

  it("shows servers and dates of a changed line, for one stack alone if asked", async () => {
    edit("Pulumi.prod.yaml", "cron(0 23 ? * FRI *)", "cron(0 22 ? * SAT *)");
    const ended = await run("-C", folder(), "--base", "HEAD", "--stack", "prod", ...asOf);
    expect(ended.code).to.equal(0);
    expect(ended.stdout).to.match(/^stack prod: 68 servers change;/);
    expect(ended.stdout).to.include("Fri 2026-12-04 23:00 (2026-12-05 04:00 UTC), Patch Tuesday + 24 days");
    expect(ended.stdout).to.include("Sat 2026-12-05 22:00 (2026-12-06 03:00 UTC), Patch Tuesday + 25 days");
    expect(ended.stdout).not.to.include("stack staging");
  });

  it("ends with 1 when a finding stands against merging, and still shows what changes", async () => {
    edit("fleet/prod.csv", ",app,", ",ap,");
    const ended = await run("-C", folder(), "-s", "prod", "--json", ...asOf);
    expect(ended.code).to.equal(1);
    const [plan] = plans(ended);
    expect(plan?.blocking).to.equal(true);
    expect(plan?.servers.counts.lost).to.equal(1);
    expect(plan?.findings.items.filter(({ severity }) => severity === "error").map(({ id }) => id)).to.deep.equal([
      "unknown-group",
    ]);
  });

  it("ends with 2 when the change cannot be read, with every fault in the output", async () => {
    edit("Pulumi.prod.yaml", "approval: reviewed", "approval: maybe");
    edit("Pulumi.prod.yaml", "criticality: high", "criticality: huge");
    const ended = await run("-C", folder(), "-s", "prod", "--format", "markdown", ...asOf);
    expect(ended.code).to.equal(2);
    expect(ended.stdout).to.include("This change cannot be read");
    expect(ended.stdout).to.include("groups.db.approval").and.to.include("groups.db.criticality");
    const text = await run("-C", folder(), "-s", "prod", ...asOf);
    expect(text.code).to.equal(2);
    expect(text.stdout).to.match(/ \d+ \| +approval: maybe\n +\| +\^{5}\n/);
  });

  it("compares two folders, and all that is committed there or not", async () => {
    edit("Pulumi.prod.yaml", "durationHours: 4", "durationHours: 5");
    const ended = await run(sample, folder(), "-s", "prod", "--json", ...asOf);
    expect(ended.code).to.equal(0);
    expect(
      plans(ended)[0]
        ?.windows.filter(({ state }) => state === "changed")
        .map(({ name }) => name),
    ).to.deep.equal(["mw-app"]);
  });

  it("writes the year's calendar of one stack, and the same events each time", async () => {
    const files = ["year.ics", "year.md", "again.ics"].map((name) => join(folder(), name));
    const calendars = files.flatMap((file) => ["--calendar", file]);
    const ended = await run("-C", folder(), "-s", "prod", ...calendars, ...asOf);
    expect(ended.stderr).to.equal("");
    const [ics = "", md = "", again] = files.map((file) => readFileSync(file, "utf8"));
    expect(again).to.equal(ics);
    expect(ics.split("\r\n")).to.include("BEGIN:VCALENDAR").and.to.include("DTSTART:20261212T000000Z");
    expect(ics.match(/BEGIN:VEVENT/g)).to.have.length(md.match(/^\| \w{3} 20/gm)?.length ?? 0);
    expect(md).to.include("`mw-claims`");
    expect(md).to.match(/- `mw-scan` \(scan\): `cron\(0 4 \? \\?\* \\?\* \\?\*\), America\/New_York`/);
    const unit = await run(
      "-C",
      folder(),
      "-s",
      "prod",
      "--calendar",
      files[0] ?? "",
      "--business-unit",
      "hrp",
      ...asOf,
    );
    expect(unit.code).to.equal(0);
    const summaries = readFileSync(files[0] ?? "", "utf8").match(/SUMMARY:[^:]+/g) ?? [];
    expect(new Set(summaries.map((line) => line.slice(8)))).to.deep.equal(new Set(["mw-claims", "mw-kernel"]));
  });

  it("refuses what it cannot do, with every fault, and ends with 2", async () => {
    const rows: readonly (readonly [readonly string[], RegExp])[] = [
      [["-C", folder(), "--base", "nobody"], /^--base: git knows no such commit, got "nobody"; fetch it first/],
      [
        ["-C", folder(), "-s", "prd"],
        /^--stack: no such stack file, got "prd"; allowed: prod, staging; did you mean "prod"\?/,
      ],
      [[folder()], /^after: two folders are compared, one is given/],
      [[sample, folder(), "--base", "HEAD"], /^--base: either a commit or two folders/],
      [[sample, join(folder(), "fleet")], /^after: no stack file/],
      [
        ["-C", folder(), "-s", "prod", "--calendar", join(folder(), "year.md"), "--business-unit", "hpr"],
        /^--business-unit: no group is that unit's, got "hpr"; allowed: hrp; did you mean "hrp"\?\n$/,
      ],
      [["-C", folder(), "--calendar", "year.txt"], /allowed: a file that ends in \.md or \.ics/],
      [["-C", folder(), "--calendar", join(folder(), "year.md")], /^--calendar: a calendar is one stack's/],
      [["-C", folder(), "--as-of", "tomorrow"], /ISO 8601/],
    ];
    for (const [args, message] of rows) {
      const ended = await run(...args);
      expect(ended.code, args.join(" ")).to.equal(2);
      expect(ended.stderr, args.join(" ")).to.match(message);
      expect(ended.stdout, args.join(" ")).to.equal("");
    }
  });

  it("plans a stack that is new, and one that is taken away", async () => {
    git("rm", "--quiet", "Pulumi.staging.yaml");
    const gone = await run("-C", folder(), "-s", "staging", "--json", ...asOf);
    expect(plans(gone)[0]?.head.state).to.equal("absent");
    expect(plans(gone)[0]?.servers.counts.lost).to.equal(11);
    git("commit", "--quiet", "--message", "without staging");
    cpSync(join(sample, "Pulumi.staging.yaml"), join(folder(), "Pulumi.staging.yaml"));
    const come = await run("-C", folder(), "-s", "staging", "--json", ...asOf);
    expect(plans(come)[0]?.servers.counts.gained).to.equal(11);
  });

  it("shows a help with examples, and its exit codes", async () => {
    const ended = await run("--help");
    expect(ended.code).to.equal(0);
    expect(ended.stdout)
      .to.include("npx patchplane plan --base origin/main --format markdown")
      .and.to.include("Exit codes:");
  });

  it("leaves the folder as it was", async () => {
    await run("-C", folder(), ...asOf);
    expect(git("status", "--porcelain")).to.equal("");
  });
});
