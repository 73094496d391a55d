import type { InstanceInformation, SSM } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { faultKinds } from "../../simulator/world/faultKinds.ts";
import { azureVm, cloudWith, instance, ssmOf, subscriptionId, untilEnded } from "./cloudFixture.ts";
import { cloud, inFreshCloud, ssm } from "./freshCloud.ts";
import { baselineFor, group, installs, patch, patchesOf, rule, stateOf } from "./patchingFixture.ts";

const id = "i-0123456789abcdef0";
const server = instance(id, { tags: { PatchGroup: group } });
const everything = [rule({ PRODUCT: ["*"] }, { EnableNonSecurity: true })];

function at(text: string): Date {
  return new Date(`2026-11-${text}Z`);
}

async function node(ssm: SSM): Promise<InstanceInformation | undefined> {
  return (await ssm.describeInstanceInformation({})).InstanceInformationList?.[0];
}

async function details(ssm: SSM, CommandId: string): Promise<string | undefined> {
  const found = await ssm.listCommandInvocations({ CommandId });
  return found.CommandInvocations?.[0]?.StatusDetails;
}

describe("embedded cloud: faults in time", () => {
  inFreshCloud([server]);

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_InstanceInformation.html: the agent pings every
  // five minutes.
  it("shows a node as Online for five minutes of silence, then as ConnectionLost, and as Online when it is back", async () => {
    cloud.inject({ machine: id, kind: "offline", from: at("02T01:00:00"), until: at("02T03:00:00") });
    const lastPing = at("02T01:00:00");
    await cloud.advanceTo(at("02T01:05:00"));
    expect(await node(ssm)).to.deep.include({ PingStatus: "Online", LastPingDateTime: lastPing });
    await cloud.advanceTo(at("02T01:05:01"));
    expect(await node(ssm)).to.deep.include({ PingStatus: "ConnectionLost", LastPingDateTime: lastPing });
    await cloud.advanceTo(at("02T03:00:00"));
    expect(await node(ssm)).to.deep.include({ PingStatus: "Online", LastPingDateTime: at("02T03:00:00") });
  });

  it("shows a node that is away from the beginning as ConnectionLost at once", async () => {
    const ssm = ssmOf(await cloudWith([{ ...server, failure: "offline" }]));
    expect((await node(ssm))?.PingStatus).to.equal("ConnectionLost");
  });

  it("takes silences that follow one another as one", async () => {
    cloud.inject({ machine: id, kind: "offline", from: at("02T01:00:00"), until: at("02T02:00:00") });
    cloud.inject({ machine: id, kind: "noRouteToAws", from: at("02T02:00:00") });
    await cloud.advanceTo(at("02T02:01:00"));
    expect(await node(ssm)).to.deep.include({ LastPingDateTime: at("02T01:00:00") });
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html: TimeoutSeconds is how long a
  // command waits for its node.
  it("delivers a command to a node that comes back within the time-out, and not to one that comes later", async () => {
    cloud.inject({ machine: id, kind: "offline", until: at("02T00:30:00") });
    const late = { DocumentName: "AWS-RunPatchBaseline", InstanceIds: [id], TimeoutSeconds: 600 };
    const sent = await ssm.sendCommand({ ...late, Parameters: { Operation: ["Scan"] } });
    const { CommandId = "" } = sent.Command ?? {};
    expect(await details(ssm, CommandId)).to.equal("Pending");
    await untilEnded(ssm, CommandId);
    expect(cloud.now()).to.deep.equal(at("02T00:10:00"));
    expect(await details(ssm, CommandId)).to.equal("DeliveryTimedOut");
    expect(cloud.journal.entries.at(-1)).to.include({ outcome: "missed", missed: "unreachable", operation: "Scan" });
    expect(await details(ssm, await patch(ssm, [id], { Operation: "Scan" }))).to.equal("Success");
    expect((await stateOf(ssm, id))?.OperationStartTime).to.deep.equal(at("02T00:30:00"));
  });

  for (const kind of ["lockHeld", "repositoryUnreachable"] as const) {
    it(`fails an install while ${kind} lasts, and not before or after`, async () => {
      await baselineFor(ssm, "UBUNTU", everything);
      cloud.inject({ machine: id, kind, from: at("03T00:00:00"), until: at("04T00:00:00") });
      for (const day of ["02", "03", "04"]) {
        await cloud.advanceTo(at(`${day}T01:00:00`));
        await patch(ssm, [id], { Operation: "Install" });
      }
      expect(installs(cloud).map(({ outcome }) => outcome === "failed")).to.deep.equal([false, true, false]);
    });
  }

  it("loses a node that reboots while reboots hang, and has it back, booted, when somebody resets it", async () => {
    await baselineFor(ssm, "UBUNTU", everything);
    cloud.inject({ machine: id, kind: "rebootHang", until: at("02T20:00:00") });
    await patch(ssm, [id], { Operation: "Install" });
    expect(installs(cloud)[0]).to.include({ outcome: "patched", rebooted: false });
    await cloud.advanceTo(at("02T19:00:00"));
    expect((await node(ssm))?.PingStatus).to.equal("ConnectionLost");
    await cloud.advanceTo(at("02T20:00:00"));
    expect(cloud.journal.entries.at(-1)).to.deep.equal({ kind: "boot", at: at("02T20:00:00"), machine: id });
    await patch(ssm, [id], { Operation: "Scan" });
    expect(await stateOf(ssm, id)).to.include({ Operation: "Scan", InstalledPendingRebootCount: 0 });
  });

  it("stops and starts a machine, which boots it", async () => {
    await baselineFor(ssm, "UBUNTU", everything);
    await patch(ssm, [id], { Operation: "Install", RebootOption: "NoReboot" });
    await cloud.advanceTo(at("02T10:00:00"));
    cloud.stopMachine(id);
    await cloud.advanceTo(at("02T11:00:00"));
    // A stopped instance is not among the managed nodes.
    expect(await node(ssm)).to.equal(undefined);
    cloud.startMachine(id);
    expect((await node(ssm))?.PingStatus).to.equal("Online");
    await patch(ssm, [id], { Operation: "Scan" });
    expect(await stateOf(ssm, id)).to.include({ InstalledPendingRebootCount: 0 });
    const phases = cloud.journal.entries.flatMap((entry) => (entry.kind === "fault" ? [[entry.phase, entry.at]] : []));
    expect(phases).to.deep.equal([
      ["began", at("02T10:00:00")],
      ["ended", at("02T11:00:00")],
    ]);
  });

  it("shows a stopped VM as deallocated in ARM, and takes nothing from it until it runs", async () => {
    const cloud = await cloudWith([azureVm("vm1")]);
    const vm = `/subscriptions/${subscriptionId}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm1`;
    const power = async (): Promise<string> =>
      (await fetch(`${cloud.url}${vm}?api-version=2024-11-01&$expand=instanceView`)).text();
    cloud.stopMachine(azureVm("vm1").id.toUpperCase());
    expect(await power()).to.contain("PowerState/deallocated");
    const put = await fetch(`${cloud.url}${vm}/runCommands/x?api-version=2024-11-01`, {
      method: "PUT",
      body: JSON.stringify({ location: "westeurope", properties: { source: { script: "true" } } }),
    });
    expect(put.status).to.equal(409);
    cloud.startMachine(azureVm("vm1").id);
    expect(await power()).to.contain("PowerState/running");
  });
});

// https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-compliance-states.html: a patch that was
// installed outside Patch Manager is INSTALLED_PENDING_REBOOT until the node reboots.
describe("embedded cloud: servers patched by someone else", () => {
  inFreshCloud([server]);

  it("finds packages installed, pending a reboot, that were missing, and installs only the rest", async () => {
    await baselineFor(ssm, "UBUNTU", everything);
    await patch(ssm, [id], { Operation: "Scan" });
    const before = await patchesOf(ssm, id);
    const missing = before.filter((row) => row.State === "MISSING").map((row) => row.KBId);
    cloud.inject({ machine: id, kind: "patchedElsewhere", from: at("02T06:00:00") });
    await cloud.advanceTo(at("02T07:00:00"));
    const foreign = cloud.journal.entries.find((entry) => entry.kind === "foreignPatching");
    const names = foreign?.packages.map(({ name }) => `${name}.amd64`) ?? [];
    expect(names.length).to.be.greaterThan(0).and.lessThan(missing.length);
    expect(foreign?.at).to.deep.equal(at("02T06:00:00"));
    await patch(ssm, [id], { Operation: "Scan" });
    const after = await patchesOf(ssm, id);
    const inState = (State: string): (string | undefined)[] =>
      after.filter((row) => row.State === State).map((row) => row.KBId);
    expect(inState("INSTALLED_PENDING_REBOOT")).to.have.members(names);
    expect(inState("MISSING")).to.have.members(missing.filter((name) => !names.includes(name ?? "")));
    await patch(ssm, [id], { Operation: "Install" });
    const [install] = installs(cloud);
    expect(install?.packages.map(({ name }) => `${name}.amd64`)).to.have.members(inState("MISSING"));
  });

  it("is seen by the next scan only: what was reported before stays", async () => {
    await baselineFor(ssm, "UBUNTU", everything);
    await patch(ssm, [id], { Operation: "Scan" });
    const before = await stateOf(ssm, id);
    cloud.inject({ machine: id, kind: "patchedElsewhere", from: at("02T06:00:00") });
    await cloud.advanceTo(at("03T00:00:00"));
    expect(await stateOf(ssm, id)).to.deep.equal(before);
  });

  it("happens every day until the fault ends, on days when there is something to install", async () => {
    cloud.inject({ machine: id, kind: "patchedElsewhere", from: at("02T06:00:00"), until: at("20T06:00:00") });
    await cloud.advanceTo(at("30T00:00:00"));
    const days = cloud.journal.entries.flatMap((entry) =>
      entry.kind === "foreignPatching" ? [entry.at.toISOString().slice(5)] : [],
    );
    expect(days[0]).to.equal("11-02T06:00:00.000Z");
    expect(days.length).to.be.greaterThan(1);
    for (const day of days) expect(day).to.match(/^11-(0\d|1\d)T06:00:00\.000Z$/);
  });

  it("installs nothing while the machine is stopped", () => {
    cloud.stopMachine(id);
    cloud.inject({ machine: id, kind: "patchedElsewhere" });
    expect(cloud.journal.entries.filter(({ kind }) => kind === "foreignPatching")).to.deep.equal([]);
  });
});

describe("embedded cloud: control of faults", () => {
  inFreshCloud([server]);

  it("injects over HTTP by instance id, and lists what was injected", async () => {
    const faults = `${cloud.url}/_patchplane/faults`;
    const body = JSON.stringify({ machine: id, kind: "offline", until: "2026-11-02T12:00:00Z" });
    const response = await fetch(faults, { method: "POST", body });
    const fault = { machine: id, kind: "offline", from: "2026-11-02T00:00:00.000Z", until: "2026-11-02T12:00:00.000Z" };
    expect([response.status, await response.json()]).to.deep.equal([201, { ...fault, active: true }]);
    expect(await (await fetch(faults)).json()).to.deep.equal([{ ...fault, active: true }]);
    await cloud.advanceTo(at("02T12:00:00"));
    expect(await (await fetch(faults)).json()).to.deep.equal([{ ...fault, active: false }]);
  });

  const refused: readonly [string, object, number, string][] = [
    ["an unknown machine", { machine: "i-1", kind: "offline" }, 404, "no machine i-1; allowed: an instance id"],
    ["an unknown kind", { machine: id, kind: "slow" }, 400, `allowed: ${faultKinds.join(", ")}`],
    ["no kind", { machine: id }, 400, `allowed: ${faultKinds.join(", ")}`],
    ["no machine", { kind: "offline" }, 400, "machine is missing"],
    ["an unknown member", { machine: id, kind: "offline", to: "x" }, 400, "no member to; allowed: machine, kind"],
    ["a date that is none", { machine: id, kind: "offline", from: "soon" }, 400, 'from "soon" is no instant'],
    [
      "a beginning in the past",
      { machine: id, kind: "offline", from: "2026-11-01T00:00:00Z" },
      400,
      "lies in the past; allowed: 2026-11-02T00:00:00.000Z",
    ],
    [
      "an end before the beginning",
      { machine: id, kind: "offline", until: "2026-11-02T00:00:00Z" },
      400,
      "is not after from",
    ],
  ];
  for (const [what, body, status, words] of refused) {
    it(`refuses ${what}, and says what is allowed`, async () => {
      const response = await fetch(`${cloud.url}/_patchplane/faults`, { method: "POST", body: JSON.stringify(body) });
      const { error } = (await response.json()) as { error: string };
      expect(response.status).to.equal(status);
      expect(error).to.contain(words);
      expect(cloud.faults()).to.deep.equal([]);
    });
  }

  it("purges expired activations only", async () => {
    const cloud = await cloudWith([]);
    const ssm = ssmOf(cloud);
    await ssm.createActivation({ IamRole: "hybrid" });
    await cloud.advanceTo(at("03T00:00:00"));
    const { ActivationId } = await ssm.createActivation({ IamRole: "hybrid" });
    const purge = await fetch(`${cloud.url}/_patchplane/activations/purge`, { method: "POST" });
    expect(await purge.json()).to.deep.equal({ purged: 1 });
    const { ActivationList } = await ssm.describeActivations({});
    expect(ActivationList?.map((activation) => activation.ActivationId)).to.deep.equal([ActivationId]);
    expect(cloud.purgeActivations()).to.equal(0);
  });
});
