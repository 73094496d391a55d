import { expect } from "chai";
import { readinessOf } from "../../domain/doctor/drill.ts";
import { readinessChecks } from "../../domain/stack/readinessScripts.ts";
import type { CommandDocument } from "../../domain/stack/hookDocuments.ts";
import { ended, SpecAgent } from "../simulator/agentFixture.ts";
import { closeClouds, cloudWith, instance, ssmOf } from "../simulator/cloudFixture.ts";
import { baselineFor, group, rule } from "../simulator/patchingFixture.ts";
import { agentCases, readAgentRuns, shownOf, type AgentCase, type AgentRun } from "./agentRuns.ts";

const recording = readAgentRuns();

function recorded(name: string): AgentRun {
  const found = recording.runs.find((run) => run.name === name);
  if (found === undefined) throw new Error(`${name} is not recorded`);
  return found;
}

/** What a run's hooks and patching have said, in order. */
function said(name: string): readonly string[] {
  const { standardOutput = "" } = recorded(name).steps["server"] ?? {};
  const stamped = standardOutput.matchAll(/([a-z]+) (\d{19})$/gm);
  const words = new Map([...stamped].map(([, word = "", at = ""]) => [at, word]));
  return [...words].toSorted(([a], [b]) => a.localeCompare(b)).map(([, word]) => word);
}

/** A document without the lines of its scripts. */
function frame({ mainSteps, ...rest }: CommandDocument): object {
  return { ...rest, mainSteps: mainSteps.map(({ inputs, ...step }) => ({ ...step, inputs: Object.keys(inputs) })) };
}

// Recorded with the agent's own source, https://github.com/aws/amazon-ssm-agent.
describe("the stack's documents, as a real SSM Agent ran them", () => {
  const again = "record again: node tests/judges/recordAgentRuns.ts (docs/simulator.md)";

  it("are those of today, but for the lines of the readiness scripts", () => {
    for (const { document, nested } of agentCases())
      for (const { key, name, content } of [document, ...nested]) {
        const known = recording.documents[name];
        if (known === undefined) throw new Error(`${name} was not run: ${again}`);
        if (key === "patch") continue;
        if (key === "readiness") expect(frame(content), again).to.deep.equal(frame(known));
        else expect(content, again).to.deep.equal(known);
      }
    expect(recording.runs.map(({ name }) => name)).to.deep.equal(agentCases().map(({ name }) => name));
  });

  it("look by the steps of the server's platform alone", () => {
    const { statuses, steps } = recorded("readiness");
    expect(statuses).to.deep.equal(["InProgress", "Success"]);
    expect(Object.entries(steps).map(([name, { status }]) => `${name} ${status}`)).to.have.members([
      "readinessLinux Success",
      "readinessWindows Skipped",
    ]);
    const { standardOutput = "" } = steps["readinessLinux"] ?? {};
    expect([...readinessOf(standardOutput).keys()]).to.deep.equal([...readinessChecks]);
  });

  it("are not begun with a parameter that a shell would run", () => {
    const hostile = agentCases().filter(({ name }) => / of (?:Region|run) /.test(name));
    expect(hostile).to.have.length(5);
    for (const { name } of hostile) {
      const { statuses, steps, refusal } = recorded(name);
      expect([statuses, steps], name).to.deep.equal([["Failed"], {}]);
      expect(refusal, name).to.include("does not match the allowed pattern");
    }
  });

  it("reboot once, and end well only where the machine has booted", () => {
    const rebooted = recorded("reboot");
    expect(rebooted.statuses).to.deep.equal(["InProgress", "SuccessAndReboot", "InProgress", "Success"]);
    expect(rebooted.steps["rebootLinux"]?.standardOutput).to.equal("booted\n");
    const { statuses, steps } = recorded("reboot without a boot");
    expect(statuses.at(-1)).to.equal("Failed");
    expect(steps["rebootLinux"]?.standardError).to.include("it did not boot again");
  });

  it("install by the drill's list, and without a reboot", () => {
    const [step] = Object.values(recorded("drill").steps);
    const lists = "s3://the-bucket/[^ |]+";
    expect(step?.standardOutput).to.match(new RegExp(`^given: Install \\| NoReboot \\|  \\| ${lists} \\| $`, "m"));
  });

  it("hand every parameter of patching through two documents as it was given", () => {
    const { standardOutput = "" } = recorded("hooks").steps["server"] ?? {};
    expect(standardOutput.split("\n")).to.include("given: Install | NoReboot |  | s3://b/a/x y';$(id).yaml | ");
  });

  it("run the after-hook whatever was before it, and no patching after a before-hook that must succeed", () => {
    expect(said("hooks")).to.deep.equal(["before", "patch", "after"]);
    expect(said("hooks, before fails")).to.deep.equal(["before", "patch", "after"]);
    expect(said("hooks, before must succeed and fails")).to.deep.equal(["before", "after"]);
    expect(said("hooks, patching fails")).to.deep.equal(["before", "patch", "after"]);
  });

  it("begin again after a restart that the patching asks for, and have the after-hook at last", () => {
    const { statuses } = recorded("hooks, patching restarts");
    expect(statuses).to.deep.equal(["InProgress", "SuccessAndReboot", "InProgress", "Success"]);
    // The agent keeps its place in the command's own document alone, so the before-hook runs twice.
    expect(said("hooks, patching restarts")).to.deep.equal(["before", "patch", "before", "patch", "resumed", "after"]);
  });

  it("go on to their end when the command is cancelled while they patch", () => {
    expect(said("hooks, cancelled")).to.deep.equal(["before", "patch", "patched", "after"]);
  });
});

describe("the embedded cloud's agent, beside the real one", () => {
  afterEach(closeClouds);

  /** Whether the machine of a case cannot be patched. */
  const failing = new Set(["hooks, patching fails"]);

  for (const { name, statuses, steps, shown } of recording.runs) {
    it(`shows what the real one said: ${name}`, async () => {
      const cloud = await cloudWith([]);
      const ssm = ssmOf(cloud);
      const agent = await SpecAgent.register(cloud);
      const { document, parameters } = agentCases().find((each) => each.name === name) ?? {};
      const Name = document?.name ?? "";
      await ssm.createDocument({ Name, DocumentType: "Command", Content: JSON.stringify(document?.content) });
      const Parameters = Object.fromEntries(Object.entries(parameters ?? {}).map(([key, value]) => [key, [value]]));
      const sent = await ssm.sendCommand({ DocumentName: Name, InstanceIds: [agent.id], Parameters });
      const { CommandId = "" } = sent.Command ?? {};
      const [message] = await agent.messages();
      for (const status of statuses.slice(0, -1)) await agent.reply(message?.MessageId ?? "", status);
      if (shown.status.startsWith("Cancelled")) await ssm.cancelCommand({ CommandId });
      const told = Object.entries(steps).map(([step, reply]): [string, object] => [
        step,
        { ...ended("", 0), ...reply },
      ]);
      await agent.reply(message?.MessageId ?? "", statuses.at(-1) ?? "", Object.fromEntries<object>(told));
      expect(await shownOf(ssm, CommandId)).to.deep.equal(shown);
    });
  }

  async function endOf({ name, document, nested }: AgentCase): Promise<string | undefined> {
    const id = `i-${"0".repeat(17)}`;
    const given = { tags: { PatchGroup: group }, ...(failing.has(name) ? { failure: "lockHeld" as const } : {}) };
    const cloud = await cloudWith([instance(id, given)]);
    const ssm = ssmOf(cloud);
    await baselineFor(ssm, "UBUNTU", [rule({ PRODUCT: ["*"] })]);
    for (const { key, name: Name, content } of [...nested, document])
      if (key !== "patch")
        await ssm.createDocument({ Name, DocumentType: "Command", Content: JSON.stringify(content) });
    const Parameters = { Operation: ["Install"], RebootOption: ["NoReboot"] };
    const sent = await ssm.sendCommand({ DocumentName: document.name, InstanceIds: [id], Parameters });
    await cloud.advanceTo(new Date("2026-11-02T06:00:00Z"));
    const CommandId = sent.Command?.CommandId ?? "";
    return (await ssm.getCommandInvocation({ CommandId, InstanceId: id, PluginName: "server" })).Status;
  }

  for (const each of agentCases().filter(({ name, restart }) => name.startsWith("hooks") && restart === undefined)) {
    if (each.cancelled === true) continue;
    it(`ends as it did: ${each.name}`, async () => {
      expect(await endOf(each)).to.equal(recorded(each.name).statuses.at(-1));
    });
  }
});
