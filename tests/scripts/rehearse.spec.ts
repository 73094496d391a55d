import { appendFile, cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { RehearsalReport } from "../../domain/rehearsal/report.ts";
import { partitionFile, type Partition } from "../../domain/collection/layout.ts";
import type { LocationRecord, RunRecord, ServerRecord } from "../../domain/collection/records.ts";
import { folderStore } from "../../operations/store/folderStore.ts";
import { writeRecords } from "../../operations/store/records.ts";
import { rehearsalIn } from "../../scripts/commands/rehearsalJson.ts";
import { root } from "../config/sources.ts";
import { folderOfAll, gitIn } from "../harness/folders.ts";
import { patchplane, type Ended } from "./commandFixture.ts";

/** An address at which nothing listens: the command asks no cloud. */
const nowhere = "http://127.0.0.1:1";

const autoScalingRow = "asg:web,web,aws,use1,us-east-1,ubuntu,22.04,x86_64,prod-auto,test,,ops@example.com,,,,,12\n";

/** A collection of one location that knows of so many installations, each of so many minutes, of the weekly window. */
async function collectionOf(folder: string, installations: number, minutes: number): Promise<void> {
  const store = folderStore(folder);
  const place = { collected: "2026-11-30T000000Z", accountId: "111122223333", region: "us-east-1" } as const;
  const node = "i-00000000000000001";
  const server: Pick<ServerRecord, "resourceId" | "os" | "release"> = {
    resourceId: node,
    os: "ubuntu",
    release: "22.04",
  };
  const begun = new Date("2026-11-28T04:00:00Z");
  const runs = Array.from({ length: installations }, (_, index): RunRecord => ({
    resourceId: node,
    runId: `run-${String(index)}`,
    window: "patchplane-test-mw-install-auto",
    commandId: `command-${String(index)}`,
    documentName: "AWS-RunPatchBaseline",
    operation: "Install",
    snapshotId: "",
    started: begun.toISOString(),
    ended: new Date(begun.getTime() + minutes * 60_000).toISOString(),
    status: "Success",
    statusDetails: "Success",
    reason: "",
  }));
  const location: Pick<LocationRecord, "location" | "state"> = { location: "use1", state: "collected" };
  const write = (type: Partition["type"], records: readonly object[]): Promise<void> =>
    writeRecords(store, partitionFile({ type, ...place }), records);
  await write("Patchplane:Server", [server]);
  await write("Patchplane:Run", runs);
  await write("Patchplane:Location", [location]);
}

interface Json extends RehearsalReport {
  readonly schema: string;
  readonly exitCode: number;
}

describe("patchplane rehearse, the command", function () {
  this.timeout(300_000);

  const folder = folderOfAll(async () => {
    const made = await mkdtemp(join(tmpdir(), "patchplane-rehearse-"));
    await cp(join(root, "tests", "engine", "fixture"), made, { recursive: true });
    await appendFile(join(made, "fleet", "test.csv"), autoScalingRow);
    const git = gitIn(() => made);
    git("init", "--quiet", "--initial-branch", "main");
    git("add", "--all");
    git("commit", "--quiet", "--message", "base");
    return made;
  });
  const rehearse = (...args: readonly string[]): Promise<Ended> =>
    patchplane(root, nowhere, ["rehearse", "-C", folder(), "--as-of", "2026-12-01T12:00:00Z", ...args]);

  it("says the same bytes twice, all seeds in order, and ends with 0 where nothing goes wrong", async () => {
    const [first, second] = [
      await rehearse("--weeks", "2", "--seeds", "2"),
      await rehearse("--weeks", "2", "--seeds", "2"),
    ];
    expect(first.stdout).to.equal(second.stdout);
    expect(first.code).to.equal(0);
    expect(first.stdout).to.match(
      /^stack test: 100 % of security releases on time; 0 servers ever overdue, 0 at the end/,
    );
    expect(first.stdout).to.include("19 servers, 2 weeks from 2026-12-01T12:00:00.000Z, no faults, 2 seeds");
    expect(first.stdout).to.include("Invented: ");
    const progress = first.stderr.trim().split("\n").sort();
    expect(progress.map((line) => line.replace(/\d+ s$/, "… s"))).to.deep.equal([
      "test (the working tree), seed 1: 2 weeks played in … s",
      "test (the working tree), seed 2: 2 weeks played in … s",
    ]);
  });

  it("ends with 1 and names the window when a change lets servers be cut off, against the commit before", async () => {
    const file = join(folder(), "Pulumi.test.yaml");
    const before = await readFile(file, "utf8");
    // One server at a time, and an hour for fifteen of them.
    await writeFile(
      file,
      `${before.trimEnd()}\n  patchplane:windows:\n    mw-install-auto: { durationHours: 2, cutoffHours: 1, maxConcurrency: "1" }\n`,
    );
    const ended = await rehearse("--weeks", "2", "--base", "main", "--json");
    await writeFile(file, before);
    expect(ended.stderr).to.equal("");
    const json = JSON.parse(ended.stdout) as Json;
    expect(json).to.include({ schema: "patchplane/rehearse/1", exitCode: 1 });
    const { schema: _schema, exitCode: _exitCode, ...report } = json;
    // The comment of a pull request reads it, and says the same of it.
    expect(rehearsalIn(json)).to.deep.equal(report);
    expect(ended.code).to.equal(1);
    expect(json.base?.label).to.match(/^main \([0-9a-f]{10}\)$/);
    expect(json.worse.map(({ what, window, location }) => [what, window, location].join(" "))).to.include(
      "servers cut off mw-install-auto use1",
    );
    expect(json.terms).to.deep.equal({ begin: "2026-12-01T12:00:00.000Z", weeks: 2, faults: 0, seeds: [1] });
  });

  it("plays servers as slow as collections say they were, and says by how many installations", async () => {
    const place = join(folder(), "collections");
    await collectionOf(place, 24, 150);
    const cutOff = ({ head }: Json): number => head.windows.reduce((sum, each) => sum + each.untouched.cutOff, 0);
    const played = async (...args: readonly string[]): Promise<Json> =>
      JSON.parse((await rehearse("--weeks", "1", "--json", ...args)).stdout) as Json;
    const [model, learned] = [await played(), await played("--learned", "collections")];
    expect(model.terms.paces).to.equal(undefined);
    const [pace, ...others] = learned.terms.paces ?? [];
    expect(others).to.deep.equal([]);
    expect(pace).to.include({ os: "UBUNTU", runs: 24 });
    expect(pace?.times).to.be.above(3);
    expect([cutOff(model), cutOff(learned) > 0]).to.deep.equal([0, true]);

    await collectionOf(place, 19, 150);
    expect((await played("--learned", "collections")).terms.paces).to.deep.equal([]);
  });

  it("ends with 2 for what it cannot rehearse, and plays nothing", async () => {
    for (const [args, words] of [
      [["--faults", "5"], "allowed: a percentage from 0% to 100%"],
      [["--weeks", "0"], "allowed: a whole number from 1 to 53"],
      [["--reviewer", "3"], "allowed: days from 1d to 30d"],
      [["--base", "nowhere"], "git knows no such commit"],
      [["--learned", "elsewhere"], "no collection of stack test is there"],
      [["--stack", "prod"], "there is no Pulumi.prod.yaml"],
    ] as const) {
      const ended = await rehearse(...args);
      expect(ended).to.include({ code: 2, stdout: "" });
      expect(ended.stderr).to.include(words);
    }
  });
});
