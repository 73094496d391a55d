import type { SendCommandCommandInput, SSM } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { instance, refusal, untilEnded } from "./cloudFixture.ts";
import { cloud, inFreshCloud, ssm } from "./freshCloud.ts";

const one = "i-00000000000000001";
const two = "i-00000000000000002";
const three = "i-00000000000000003";

function fleet(): ReturnType<typeof instance>[] {
  return [
    instance(one, { tags: { PatchGroup: "prod-auto", Environment: "prod" } }),
    instance(two, { tags: { PatchGroup: "prod-auto", Environment: "nonprod" } }),
    instance(three, { os: "windows-server", release: "2022", tags: { PatchGroup: "jump-log", Environment: "prod" } }),
  ];
}

async function send(ssm: SSM, given: Partial<SendCommandCommandInput>, line = "true"): Promise<string> {
  const { Command } = await ssm.sendCommand({
    DocumentName: "AWS-RunShellScript",
    Parameters: { commands: [line] },
    ...given,
  });
  const id = Command?.CommandId ?? "";
  await untilEnded(ssm, id);
  return id;
}

async function reached(ssm: SSM, CommandId: string): Promise<(string | undefined)[]> {
  const found = await ssm.listCommandInvocations({ CommandId });
  return found.CommandInvocations?.map((invocation) => invocation.InstanceId) ?? [];
}

// https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-multiple.html
describe("embedded cloud: commands", () => {
  inFreshCloud(fleet());

  const targets: readonly [string, SendCommandCommandInput["Targets"], readonly string[]][] = [
    ["any value of one entry", [{ Key: "tag:PatchGroup", Values: ["prod-auto", "jump-log"] }], [one, two, three]],
    [
      "every one of two entries",
      [
        { Key: "tag:PatchGroup", Values: ["prod-auto"] },
        { Key: "tag:Environment", Values: ["prod"] },
      ],
      [one],
    ],
    ["a tag's key alone", [{ Key: "tag-key", Values: ["Environment"] }], [one, two, three]],
    ["ids", [{ Key: "InstanceIds", Values: [two] }], [two]],
    ["a key spelt otherwise", [{ Key: "tag:patchgroup", Values: ["prod-auto"] }], []],
  ];
  for (const [what, Targets, expected] of targets) {
    it(`reaches the nodes that match ${what}`, async () => {
      expect(await reached(ssm, await send(ssm, { Targets }))).to.deep.equal(expected);
    });
  }

  it("runs no step of another platform", async () => {
    const CommandId = await send(ssm, { InstanceIds: [three] }, "exit 1");
    const found = await ssm.getCommandInvocation({ CommandId, InstanceId: three });
    expect(found).to.include({ Status: "Success", ResponseCode: -1 });
  });

  it("reports a failing script by its exit code, and lists the command", async () => {
    const CommandId = await send(ssm, { InstanceIds: [one] }, "exit 7");
    const found = await ssm.getCommandInvocation({ CommandId, InstanceId: one });
    expect(found).to.include({ Status: "Failed", ResponseCode: 7, ExecutionStartDateTime: "2026-11-02T00:00:00Z" });
    const { Commands } = await ssm.listCommands({ CommandId });
    expect(Commands?.[0]).to.include({ Status: "Failed", TargetCount: 1, ErrorCount: 1, MaxConcurrency: "50" });
  });

  // https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-reboot.html; on Linux an exit status has
  // eight bits, in which 3010 is 194.
  for (const [node, line] of [
    [one, "exit 194"],
    [one, "exit 3010"],
    [three, "exit 3010"],
  ] as const) {
    it(`reboots ${node === one ? "Linux" : "Windows"} for ${line} and runs the script again`, async () => {
      const DocumentName = node === one ? "AWS-RunShellScript" : "AWS-RunPowerShellScript";
      const given = { DocumentName, InstanceIds: [node], Parameters: { commands: ["if first", line, "fi"] } };
      const CommandId = await send(ssm, given);
      const found = await ssm.getCommandInvocation({ CommandId, InstanceId: node });
      expect(found).to.include({ Status: "Success", ResponseCode: 0, ExecutionElapsedTime: "PT6M" });
      expect(cloud.journal.entries.map(({ kind }) => kind)).to.deep.equal(["boot"]);
    });
  }

  it("fails a script on Windows that ends with 194, which asks for a reboot on Linux only", async () => {
    const given = { DocumentName: "AWS-RunPowerShellScript", InstanceIds: [three] };
    const CommandId = await send(ssm, given, "exit 194");
    const found = await ssm.getCommandInvocation({ CommandId, InstanceId: three });
    expect(found).to.include({ Status: "Failed", ResponseCode: 194 });
    expect(cloud.journal.entries).to.have.length(0);
  });

  // https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-troubleshooting.html names the step and
  // its folder; the URL's form is that of the example of `aws ssm list-command-invocations`.
  it("patches in a step of the node's platform, and says where its output lies in S3", async () => {
    const given = {
      DocumentName: "AWS-RunPatchBaseline",
      Parameters: { Operation: ["Scan"] },
      OutputS3BucketName: "logs-bucket",
      OutputS3KeyPrefix: "logs",
    };
    for (const [node, plugin, step] of [
      [one, "awsrunShellScript", "PatchLinux"],
      [three, "awsrunPowerShellScript", "PatchWindows"],
    ] as const) {
      const CommandId = await send(ssm, { ...given, InstanceIds: [node] });
      const folder = `logs/${CommandId}/${node}/${plugin}`;
      const url = `https://s3.eu-west-1.amazonaws.com/logs-bucket/${folder}/${step}`;
      const urls = { StandardOutputUrl: `${url}/stdout`, StandardErrorUrl: `${url}/stderr` };
      const output = { OutputS3Region: "eu-west-1", OutputS3BucketName: "logs-bucket", OutputS3KeyPrefix: folder };
      const { CommandInvocations } = await ssm.listCommandInvocations({ CommandId, Details: true });
      expect(CommandInvocations?.[0]).to.include(urls);
      expect(CommandInvocations?.[0]?.CommandPlugins).to.have.length(1);
      expect(CommandInvocations?.[0]?.CommandPlugins?.[0]).to.include({ Name: step, ...urls, ...output });
      const got = await ssm.getCommandInvocation({ CommandId, InstanceId: node, PluginName: step });
      expect(got).to.include({ PluginName: step, ...urls });
      const authorization = "AWS4-HMAC-SHA256 Credential=test/20261102/eu-west-1/s3/aws4_request, Signature=0";
      const stdout = await fetch(`${cloud.url}/logs-bucket/${folder}/${step}/stdout`, { headers: { authorization } });
      expect(await stdout.text()).to.equal(got.StandardOutputContent);
    }
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CommandFilter.html: ListCommands only
  it("lists commands by their stage, which is over when the clock has passed their end", async () => {
    await send(ssm, { InstanceIds: [one] });
    await ssm.sendCommand({
      DocumentName: "AWS-RunShellScript",
      Parameters: { commands: ["true"] },
      InstanceIds: [one],
    });
    const count = async (value: string): Promise<number | undefined> =>
      (await ssm.listCommands({ Filters: [{ key: "ExecutionStage", value }] })).Commands?.length;
    expect([await count("Complete"), await count("Executing")]).to.deep.equal([1, 1]);
    const Filters = [{ key: "ExecutionStage" as const, value: "Complete" }];
    const call = ssm.listCommandInvocations({ Filters });
    expect((await refusal(call)).name).to.equal("InvalidFilterKey");
  });

  it("leaves the URLs empty without a bucket", async () => {
    const CommandId = await send(ssm, { InstanceIds: [one] });
    const got = await ssm.getCommandInvocation({ CommandId, InstanceId: one });
    expect(got).to.include({ StandardOutputUrl: "", StandardErrorUrl: "" });
  });

  const refused: readonly [string, Partial<SendCommandCommandInput>, string][] = [
    ["an id that is no node's", { InstanceIds: ["i-00000000000000009"] }, "InvalidInstanceId"],
    ["the same id twice", { InstanceIds: [one, one] }, "DuplicateInstanceId"],
    [
      "ids and targets together",
      { InstanceIds: [one], Targets: [{ Key: "tag-key", Values: ["a"] }] },
      "ValidationException",
    ],
    ["neither ids nor targets", {}, "ValidationException"],
    ["a target key that there is not", { Targets: [{ Key: "PatchGroup", Values: ["a"] }] }, "ValidationException"],
    ["a document that there is not", { InstanceIds: [one], DocumentName: "nothing" }, "InvalidDocument"],
    ["a concurrency of 0", { InstanceIds: [one], MaxConcurrency: "0" }, "ValidationException"],
  ];
  for (const [what, given, name] of refused) {
    it(`refuses ${what}`, async () => {
      expect((await refusal(send(ssm, given))).name).to.equal(name);
    });
  }

  it("answers an invocation that there is not with InvocationDoesNotExist", async () => {
    const CommandId = await send(ssm, { InstanceIds: [one] });
    const call = ssm.getCommandInvocation({ CommandId, InstanceId: two });
    expect((await refusal(call)).name).to.equal("InvocationDoesNotExist");
  });
});
