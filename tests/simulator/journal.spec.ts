import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { startCloud } from "../../simulator/index.ts";
import type { Cloud } from "../../simulator/index.ts";
import { drawFaults } from "../../simulator/world/drawFaults.ts";
import { faultKinds } from "../../simulator/world/faultKinds.ts";
import { home, instance, ireland, ssmOf, worldOf } from "./cloudFixture.ts";
import { cloud, inFreshCloud, ssm } from "./freshCloud.ts";
import { baselineFor, group, installs, installWindow, patch, patchings, rule, stateOf } from "./patchingFixture.ts";

const id = "i-0123456789abcdef0";
const tags = { PatchGroup: group };
const everything = [rule({ PRODUCT: ["*"] }, { EnableNonSecurity: true })];

/** Half of 40 servers have something wrong; they are scanned every day and patched on Sunday. */
async function troubledWeeks(seed: number): Promise<Cloud> {
  const machines = Array.from({ length: 40 }, (_, index) => {
    const name = `i-${String(index).padStart(17, "0")}`;
    return instance(name, { tags, faults: drawFaults(name, "aws", seed, 0.5) });
  });
  const cloud = await startCloud({ world: worldOf(...machines), now: new Date("2026-11-02T00:00:00Z"), seed });
  const ssm = ssmOf(cloud);
  await baselineFor(ssm, "UBUNTU", everything);
  await installWindow(ssm, { Name: "scan", Schedule: "cron(0 4 ? * * *)" }, {}, { Operation: "Scan" });
  await installWindow(ssm, {}, { MaxConcurrency: "5", MaxErrors: "5", CutoffBehavior: "CANCEL_TASK" });
  await cloud.advanceTo(new Date("2026-11-20T00:00:00Z"));
  await cloud.close();
  return cloud;
}

describe("embedded cloud: the journal", () => {
  inFreshCloud([instance(id, { tags })]);

  it("says of a scan who, when, by what and how many, without naming packages", async () => {
    const baselineId = await baselineFor(ssm, "UBUNTU", everything);
    const commandId = await patch(ssm, [id], { Operation: "Scan", RebootOption: "NoReboot" });
    const state = await stateOf(ssm, id);
    const [entry] = patchings(cloud);
    expect(entry).to.deep.include({
      kind: "patching",
      at: new Date("2026-11-02T00:00:00Z"),
      endsAt: state?.OperationEndTime,
      accountId: home,
      region: ireland,
      nodeId: id,
      machine: id,
      commandId,
      operation: "Scan",
      rebootOption: "NoReboot",
      baselineId,
      outcome: "scanned",
      packages: [],
      rebooted: false,
    });
    expect(entry).to.not.have.any.keys("windowExecutionId", "windowTaskId", "missed");
    expect(entry?.counts).to.include({ missing: state?.MissingCount, installed: state?.InstalledCount });
  });

  it("names the window's execution and task, and the baseline that was used", async () => {
    const baselineId = await baselineFor(ssm, "UBUNTU", everything);
    await installWindow(ssm, {});
    await cloud.advanceTo(new Date("2026-11-09T00:00:00Z"));
    const [run] = cloud.journal.entries.filter((entry) => entry.kind === "windowRun");
    const [entry] = installs(cloud);
    expect(entry).to.include({ windowExecutionId: run?.executionId, baselineId, outcome: "patched" });
    expect(entry?.windowTaskId).to.match(/^[0-9a-f-]{36}$/);
    expect(run).to.deep.include({ at: new Date("2026-11-08T02:00:00Z"), endsAt: entry?.endsAt, nodes: 1 });
  });

  it("is the same for the same world, and another for another seed", async () => {
    const [first, again, another] = [await troubledWeeks(1), await troubledWeeks(1), await troubledWeeks(2)];
    expect(again.journal.entries).to.deep.equal(first.journal.entries);
    expect(another.journal.entries).to.not.deep.equal(first.journal.entries);
    expect(first.journal.entries.length).to.be.greaterThan(40 * 18);
  });

  it("is the same where it is all that anybody asks about the past; then commands and runs go after three days, output at once", async () => {
    const begin = new Date("2026-11-02T00:00:00Z");
    const played = async (journalOnly: boolean) => {
      const cloud = await startCloud({ world: worldOf(instance(id, { tags })), now: begin, seed: 1, journalOnly });
      const ssm = ssmOf(cloud);
      const output = { OutputS3BucketName: "logs", OutputS3KeyPrefix: "scan" };
      const RunCommand = { Parameters: { Operation: ["Scan"] }, ...output };
      const schedule = { Schedule: "cron(0 4 ? * * *)" };
      const windowId = await installWindow(ssm, schedule, { TaskInvocationParameters: { RunCommand } });
      await cloud.advanceTo(new Date("2026-11-20T00:00:00Z"));
      const { Commands = [] } = await ssm.listCommands({});
      const [last] = Commands;
      const url = `${cloud.url}/logs/scan/${last?.CommandId ?? ""}/${id}/awsrunShellScript/PatchLinux/stdout`;
      const authorization = "AWS4-HMAC-SHA256 Credential=test/20261102/eu-west-1/s3/aws4_request, Signature=0";
      const { status } = await fetch(url, { headers: { authorization } });
      const { WindowExecutions = [] } = await ssm.describeMaintenanceWindowExecutions({ WindowId: windowId });
      const journal = cloud.journal.entries;
      await cloud.close();
      return { journal, commands: Commands.length, status, runs: WindowExecutions.length };
    };
    const [usual, only] = [await played(false), await played(true)];
    expect(only.journal).to.deep.equal(usual.journal);
    expect({ ...usual, journal: 0 }).to.deep.equal({ journal: 0, commands: 18, status: 200, runs: 18 });
    expect({ ...only, journal: 0 }).to.deep.equal({ journal: 0, commands: 4, status: 404, runs: 4 });
  });

  it("never has two operations on a server at once, nor one while it is out of reach", async () => {
    for (const seed of [1, 2, 3]) {
      const cloud = await troubledWeeks(seed);
      const away = cloud.faults().filter(({ kind }) => kind === "offline" || kind === "stopped");
      const byNode = Map.groupBy(
        patchings(cloud).filter(({ outcome }) => outcome !== "missed"),
        ({ nodeId }) => nodeId,
      );
      for (const [nodeId, entries] of byNode) {
        for (const [index, entry] of entries.entries()) {
          const before = entries[index - 1];
          expect(before === undefined || before.endsAt <= entry.at, `${nodeId} ${entry.at.toISOString()}`).to.equal(
            true,
          );
          const unreachable = away.some(
            ({ machine, from, until }) =>
              machine === nodeId && from <= entry.at && (until === undefined || entry.at < until),
          );
          expect(unreachable, `${nodeId} ${entry.at.toISOString()}`).to.equal(false);
        }
      }
    }
  });

  it("has its kinds, outcomes and faults in the documentation", async () => {
    const docs = await readFile(new URL("../../docs/simulator.md", import.meta.url), "utf8");
    const kinds = ["onboarding", "windowRun", "patching", "fault", "foreignPatching", "boot"];
    for (const word of [...kinds, ...faultKinds, "earlierStep", "errorLimit"]) expect(docs).to.contain(`\`${word}\``);
  });
});
