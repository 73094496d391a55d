import type { CommandInvocation, CreateMaintenanceWindowCommandInput, SSM } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import type { Hook, Hooks, Window } from "../../../domain/window.ts";
import { hookDocuments, type HookPath } from "../../../domain/stack/hookDocuments.ts";
import type { Cloud, JournalEntry } from "../../../simulator/index.ts";
import type { MachineSpec } from "../../../simulator/world/machineSpec.ts";
import { sampleWindow } from "../../components/aws/samples.ts";
import { closeClouds, cloudWith, instance, ssmOf, untilEnded } from "../cloudFixture.ts";
import { baselineFor, group, installWindow, patch, rule } from "../patchingFixture.ts";

const tags = { PatchGroup: group };
const id = `i-${"0".repeat(17)}`;
const opens = "2026-11-08T02:00:00Z";
const cutoff = new Date("2026-11-08T04:00:00Z");
const everything = [rule({ PRODUCT: ["*"] })];
const stop: Hook = { name: "stop", linux: ["systemctl stop app"], windows: ["Stop-Service app"], timeoutSeconds: 600 };
const start: Hook = {
  name: "start",
  linux: ["systemctl start app"],
  windows: ["Start-Service app"],
  timeoutSeconds: 600,
};
const failing = (hook: Hook): Hook => ({ ...hook, linux: [...hook.linux, "exit 1"] });

function servers(count: number, given: (index: number) => Partial<MachineSpec> = () => ({})): MachineSpec[] {
  return Array.from({ length: count }, (_, index) =>
    instance(`i-${String(index).padStart(17, "0")}`, { tags, ...given(index) }),
  );
}

function hooked(hooks: Partial<Hooks>): Window {
  return sampleWindow({ hooks: { before: [stop], after: [start], mustSucceed: false, ...hooks } });
}

async function makeDocuments(ssm: SSM, hooks: Partial<Hooks>, path: HookPath): Promise<Record<string, string>> {
  const documents = hookDocuments("prod", hooked(hooks), path);
  for (const { name, content } of documents)
    await ssm.createDocument({ Name: name, DocumentType: "Command", Content: JSON.stringify(content) });
  return Object.fromEntries(documents.map(({ key, name }) => [key, name]));
}

const install = { Operation: "Install", RebootOption: "RebootIfNeeded" };

/** A window whose servers are patched between their hooks, by the documents that the stack makes. */
async function ownWindow(
  ssm: SSM,
  hooks: Partial<Hooks> = {},
  task: object = {},
  window: Partial<CreateMaintenanceWindowCommandInput> = {},
): Promise<void> {
  const { hooked: TaskArn = "" } = await makeDocuments(ssm, hooks, "own");
  await baselineFor(ssm, "UBUNTU", everything);
  await installWindow(ssm, window, { TaskArn, CutoffBehavior: "CANCEL_TASK", ...task }, install);
}

async function awsWindow(ssm: SSM, hooks: Partial<Hooks> = {}, task: object = {}): Promise<void> {
  const { before, after } = await makeDocuments(ssm, hooks, "aws");
  const names = {
    ...(before === undefined ? {} : { PreInstallHookDocName: before }),
    ...(after === undefined ? {} : { OnExitHookDocName: after }),
  };
  await installWindow(ssm, {}, { TaskArn: "AWS-RunPatchBaselineWithHooks", ...task }, { ...install, ...names });
}

function told(entry: JournalEntry): readonly string[] {
  if (entry.kind === "service") return [entry.change];
  if (entry.kind !== "patching") return [];
  return [
    `${entry.operation} ${entry.rebootOption} ${entry.missed ?? entry.outcome}${entry.rebooted ? ", rebooted" : ""}`,
  ];
}

/** What happened to a server in order: its services and its patching. */
function storyOf(cloud: Cloud, machine: string = id): readonly string[] {
  const own = cloud.journal.entries.filter((entry) => "machine" in entry && entry.machine === machine);
  return own.toSorted((a, b) => a.at.getTime() - b.at.getTime()).flatMap(told);
}

async function invocations(ssm: SSM): Promise<readonly CommandInvocation[]> {
  return (await ssm.listCommandInvocations({ MaxResults: 50, Details: true })).CommandInvocations ?? [];
}

const installed = "Install RebootIfNeeded patched, rebooted";

// Order and gates of AWS's document: its page. Cancels, reboots and the last step: the agent's source, which
// simulator/nodes/runDocument.ts names.
describe("embedded cloud: hooks around a server's patching", () => {
  afterEach(closeClouds);

  it("stops, patches and starts each server in one command", async () => {
    const cloud = await cloudWith(servers(2));
    await ownWindow(ssmOf(cloud));
    await cloud.advanceTo(new Date("2026-11-09T00:00:00Z"));
    // A nested document begins again after the reboot, so the before-hook runs twice, and the patching does not.
    for (const machine of servers(2))
      expect(storyOf(cloud, machine.id)).to.deep.equal(["stopped", installed, "stopped", "started"]);
    expect((await invocations(ssmOf(cloud))).map(({ Status }) => Status)).to.deep.equal(["Success", "Success"]);
  });

  it("does on Windows what its lines say, and nothing of the lines for Linux", async () => {
    const windows = { os: "windows-server", release: "2022" } as const;
    const cloud = await cloudWith(servers(1, () => windows));
    await ownWindow(ssmOf(cloud), { before: [stop, { ...start, name: "linux-only", windows: [] }] });
    await cloud.advanceTo(new Date("2026-11-09T00:00:00Z"));
    expect(storyOf(cloud).filter((each) => !each.includes(" "))).to.satisfy(
      (all: readonly string[]) => all.slice(0, -1).every((each) => each === "stopped") && all.at(-1) === "started",
    );
  });

  it("patches all the same after a failed before-hook that need not succeed, and says that it failed", async () => {
    const cloud = await cloudWith(servers(1));
    await ownWindow(ssmOf(cloud), { before: [failing(stop)] });
    await cloud.advanceTo(new Date("2026-11-09T00:00:00Z"));
    expect(storyOf(cloud)).to.deep.equal(["stopped", installed, "stopped", "started"]);
    expect((await invocations(ssmOf(cloud))).map(({ Status }) => Status)).to.deep.equal(["Failed"]);
  });

  it("does not patch after one that must, and starts what it has stopped", async () => {
    const cloud = await cloudWith(servers(1));
    await ownWindow(ssmOf(cloud), { before: [failing(stop)], mustSucceed: true });
    await cloud.advanceTo(new Date("2026-11-09T00:00:00Z"));
    expect(storyOf(cloud)).to.deep.equal(["stopped", "Install RebootIfNeeded earlierStep", "started"]);
  });

  it("starts what it stopped when the patching fails, and when an after-hook before it does", async () => {
    const cloud = await cloudWith(servers(1, () => ({ failure: "lockHeld" })));
    const check: Hook = { ...failing(start), name: "check", linux: ["exit 1"] };
    await ownWindow(ssmOf(cloud), { after: [check, start] });
    await cloud.advanceTo(new Date("2026-11-09T00:00:00Z"));
    expect(storyOf(cloud)).to.deep.equal(["stopped", "Install RebootIfNeeded failed", "started"]);
  });

  it("keeps a server whose hook hangs from no other, and ends that hook at its limit", async () => {
    const cloud = await cloudWith(servers(2));
    const hang: Hook = { ...stop, linux: ["systemctl stop app", "sleep 999999"], timeoutSeconds: 300 };
    await ownWindow(ssmOf(cloud), { before: [hang], mustSucceed: true }, { MaxConcurrency: "1" });
    await cloud.advanceTo(new Date("2026-11-09T00:00:00Z"));
    const stops = cloud.journal.entries.filter((entry) => entry.kind === "service" && entry.change === "stopped");
    expect(stops.map(({ at }) => at.toISOString())).to.deep.equal([
      "2026-11-08T02:00:00.000Z",
      "2026-11-08T02:06:00.000Z",
    ]);
    expect(storyOf(cloud)).to.deep.equal(["stopped", "Install RebootIfNeeded earlierStep", "started"]);
    const [{ StatusDetails } = {}] = await invocations(ssmOf(cloud));
    expect(StatusDetails).to.equal("ExecutionTimedOut");
  });

  it("brings a server that has begun at the cutoff to its end, starts no other, and calls both cancelled", async () => {
    const cloud = await cloudWith(servers(2, () => ({ minutesPerPatch: 60 })));
    await ownWindow(ssmOf(cloud), {}, { MaxConcurrency: "1" });
    await cloud.advanceTo(new Date("2026-11-12T00:00:00Z"));
    expect(storyOf(cloud)).to.deep.equal(["stopped", installed, "stopped", "started"]);
    const [started] = cloud.journal.entries.filter((entry) => entry.kind === "service" && entry.change === "started");
    expect(started?.at.getTime()).to.be.greaterThan(cutoff.getTime());
    expect(storyOf(cloud, servers(2)[1]?.id)).to.deep.equal(["Install RebootIfNeeded cutoff"]);
    expect((await invocations(ssmOf(cloud))).map(({ Status }) => Status)).to.deep.equal(["Cancelled", "Cancelled"]);
  });

  it("takes the command up again on a server that hung in its reboot, when somebody has reset it", async () => {
    const cloud = await cloudWith(servers(1));
    cloud.inject({ machine: id, kind: "rebootHang", until: new Date("2026-11-10T12:00:00Z") });
    await ownWindow(ssmOf(cloud));
    await cloud.advanceTo(new Date("2026-11-10T00:00:00Z"));
    expect(storyOf(cloud)).to.deep.equal(["stopped", "Install RebootIfNeeded patched"]);
    // The node sent no answer, so the service can only say that it was not delivered.
    expect((await invocations(ssmOf(cloud))).map(({ StatusDetails }) => StatusDetails)).to.deep.equal([
      "DeliveryTimedOut",
    ]);
    await cloud.advanceTo(new Date("2026-11-11T00:00:00Z"));
    expect(storyOf(cloud)).to.deep.equal(["stopped", "Install RebootIfNeeded patched", "stopped", "started"]);
  });

  it("gives up on a server that does not answer after its delivery time-out, and only then its place", async () => {
    const cloud = await cloudWith(servers(2, (index) => (index === 0 ? { failure: "offline" } : {})));
    const TaskInvocationParameters = {
      RunCommand: { Parameters: { Operation: ["Install"], RebootOption: ["NoReboot"] }, TimeoutSeconds: 600 },
    };
    await ownWindow(ssmOf(cloud), {}, { MaxConcurrency: "1", TaskInvocationParameters });
    await cloud.advanceTo(new Date("2026-11-09T00:00:00Z"));
    const [first] = cloud.journal.entries.filter((entry) => entry.kind === "service");
    expect(first?.at.toISOString()).to.equal("2026-11-08T02:10:00.000Z");
  });

  it("gives a server that hung in its reboot its place for delivery and execution time-out together", async () => {
    const cloud = await cloudWith(servers(2, (index) => (index === 0 ? { failure: "rebootHang" } : {})));
    await ownWindow(ssmOf(cloud), {}, { MaxConcurrency: "1" });
    await cloud.advanceTo(new Date("2026-11-09T00:00:00Z"));
    const second = cloud.journal.entries.find((each) => each.kind === "service" && each.machine !== id);
    // Ten minutes are a window's own time-out for delivery, an hour the agent's for a document that names none.
    expect(second?.at.toISOString()).to.equal("2026-11-08T03:10:00.000Z");
  });

  describe("by AWS-RunPatchBaselineWithHooks", () => {
    it("scans, runs the first hook, installs, reboots and runs the last one", async () => {
      const cloud = await cloudWith(servers(1));
      const ssm = ssmOf(cloud);
      await baselineFor(ssm, "UBUNTU", everything);
      await awsWindow(ssm, { mustSucceed: true });
      await cloud.advanceTo(new Date("2026-11-09T00:00:00Z"));
      expect(storyOf(cloud)).to.deep.equal([
        "Scan NoReboot scanned",
        "stopped",
        "Install NoReboot patched",
        "Install RebootIfNeeded nothingToDo, rebooted",
        "started",
      ]);
    });

    it("stops nothing where nothing is missing, and runs the last hook all the same", async () => {
      const cloud = await cloudWith(servers(1), opens);
      const ssm = ssmOf(cloud);
      await baselineFor(ssm, "UBUNTU", everything);
      await patch(ssm, [id], install);
      await awsWindow(ssm, { mustSucceed: true });
      const before = cloud.journal.entries.length;
      const { Command } = await ssm.sendCommand({
        DocumentName: "AWS-RunPatchBaselineWithHooks",
        InstanceIds: [id],
        Parameters: { Operation: ["Install"], ...Object.fromEntries(await hookNames(ssm)) },
      });
      await untilEnded(ssm, Command?.CommandId ?? "");
      expect(cloud.journal.entries.slice(before).flatMap(told)).to.deep.equal(["Scan NoReboot scanned", "started"]);
    });

    it("does not patch after a failed first hook, and runs the last one", async () => {
      const cloud = await cloudWith(servers(1));
      const ssm = ssmOf(cloud);
      await baselineFor(ssm, "UBUNTU", everything);
      await awsWindow(ssm, { before: [failing(stop)], mustSucceed: true });
      await cloud.advanceTo(new Date("2026-11-09T00:00:00Z"));
      expect(storyOf(cloud)).to.deep.equal([
        "Scan NoReboot scanned",
        "stopped",
        "Install NoReboot earlierStep",
        "Install RebootIfNeeded earlierStep",
        "started",
      ]);
    });

    it("leaves the last hook out when its command is cancelled, which is why no window that cancels runs it", async () => {
      const cloud = await cloudWith(servers(1, () => ({ minutesPerPatch: 60 })));
      const ssm = ssmOf(cloud);
      await baselineFor(ssm, "UBUNTU", everything);
      await awsWindow(ssm, { mustSucceed: true }, { CutoffBehavior: "CANCEL_TASK" });
      await cloud.advanceTo(new Date("2026-11-12T00:00:00Z"));
      const story = storyOf(cloud);
      expect(story).to.include("stopped");
      expect(story).not.to.include("started");
    });
  });
});

/** The hook documents of the account, as parameters of AWS's document. */
async function hookNames(ssm: SSM): Promise<readonly (readonly [string, string[]])[]> {
  const { DocumentIdentifiers = [] } = await ssm.listDocuments({ Filters: [{ Key: "Owner", Values: ["Self"] }] });
  const named = (key: string): string => DocumentIdentifiers.find(({ Name }) => Name?.includes(`-${key}-`))?.Name ?? "";
  return [
    ["PreInstallHookDocName", [named("before")]],
    ["OnExitHookDocName", [named("after")]],
  ];
}
