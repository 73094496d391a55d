import {
  DeleteMaintenanceWindowCommand,
  DeletePatchBaselineCommand,
  DeregisterPatchBaselineForPatchGroupCommand,
  RegisterPatchBaselineForPatchGroupCommand,
  SendCommandCommand,
  UpdateServiceSettingCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { formatFault } from "../../domain/fault.ts";
import { windowName } from "../../domain/stack/awsNames.ts";
import type { Plane } from "../../domain/plane.ts";
import { startCloud, type Cloud } from "../../simulator/index.ts";
import { gate, ssmOf } from "../scripts/commandFixture.ts";
import { drawScenario } from "../simulation/scenario.ts";
import {
  baselineId,
  cloudOf,
  deployed,
  foreignWindow,
  found,
  justDeployed,
  looked,
  rowOf,
  smallPlane,
  windowId,
} from "./driftFixture.ts";
import { handMade } from "./driftCases.ts";

/** Ids that the cloud draws say nothing. */
function anonymous(finding: string): string {
  return finding.replaceAll(/(mw|pb)-[0-9a-f]{17}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<id>");
}

/** A plane with more windows, copies of one that it has. */
function withWindows(plane: Plane, names: readonly string[]): Plane {
  const model = plane.windows["mw-prod-monthly"];
  if (model === undefined) throw new Error("no such window");
  const more = names.map((name) => [name, { ...model, name }] as const);
  return { ...plane, windows: { ...plane.windows, ...Object.fromEntries(more) } };
}

describe("what only the cloud knows of a plane", function () {
  let plane: Plane;
  let cloud: Cloud;
  let client: SSMClient;

  before(async () => {
    plane = smallPlane();
    cloud = await cloudOf(plane);
    await deployed(cloud, plane);
    client = ssmOf(cloud, plane, "use1");
  });

  after(() => cloud.close());

  it("is nothing when everything is as it was deployed, and is plain JSON", async () => {
    const plan = await looked(cloud, plane);
    expect(found(plan)).to.deep.equal([]);
    expect(plan.locations.map(({ name, deployed: there }) => [name, there])).to.deep.equal([
      ["euw1", true],
      ["use1", true],
    ]);
    expect(JSON.parse(JSON.stringify(plan))).to.deep.equal(plan);
  });

  for (const [what, [change, expected]] of Object.entries(handMade)) {
    it(`${expected.length === 0 ? "says nothing of" : "finds"} ${what}`, async () => {
      const undo = await change(client);
      try {
        expect(found(await looked(cloud, plane)).map(anonymous)).to.deep.equal(expected);
      } finally {
        await undo();
      }
    });
  }

  it("says field by field what is there and what the stack has", async () => {
    const said = async (name: string) => {
      const [change] = handMade[name] ?? [];
      const undo = await change?.(client);
      const [finding] = rowOf(await looked(cloud, plane), "use1").findings;
      await undo?.();
      return finding === undefined ? "" : formatFault(finding);
    };
    const fix = "pulumi up puts the stack's back; to keep it, change the stack file";
    expect(await said("a window that is switched off")).to.equal(
      `windows.mw-scan-all.enabled: is not as the stack has it in location use1, got false; allowed: true; ${fix}`,
    );
    expect(await said("a rejected package")).to.equal(
      "baselines.ubuntu-auto.rejectedPatches: is not as the stack has it (AWS has nginx more; AWS lacks linux-aws*, " +
        `linux-azure*, linux-generic*, linux-headers-*, linux-image-*, linux-modules-*) in location use1; ${fix}`,
    );
  });

  it("names servers and document of what somebody else patches", async () => {
    const id = await foreignWindow(client, "nightly", { key: "tag:Name", values: ["web-1", "web-2"] });
    const [finding] = rowOf(await looked(cloud, plane), "use1").findings;
    await client.send(new DeleteMaintenanceWindowCommand({ WindowId: id }));
    expect(finding?.message).to.equal(
      "somebody's maintenance window nightly patches 2 servers (fleet lines 2, 3) of the stack in location use1",
    );
    expect(finding?.value).to.equal("AWS-RunPatchBaseline");
  });

  it("finds servers that went by another baseline the last time, once their group has its own again", async () => {
    const PatchGroup = "prod-auto";
    const own = await baselineId(client, "patchplane-test-al2023-auto");
    const other = await baselineId(client, "patchplane-test-al2023-sensitive");
    const exchange = async (from: string, to: string): Promise<void> => {
      await client.send(new DeregisterPatchBaselineForPatchGroupCommand({ BaselineId: from, PatchGroup }));
      await client.send(new RegisterPatchBaselineForPatchGroupCommand({ BaselineId: to, PatchGroup }));
    };
    const scan = async (): Promise<void> => {
      await client.send(
        new SendCommandCommand({
          DocumentName: "AWS-RunPatchBaseline",
          InstanceIds: ["i-00000000000000002"],
          Parameters: { Operation: ["Scan"] },
        }),
      );
      await cloud.advanceTo(new Date(cloud.now().getTime() + 3_600_000));
    };
    await exchange(own, other);
    await scan();
    await exchange(other, own);
    const { findings } = rowOf(await looked(cloud, plane), "use1");
    await scan();
    expect(findings.map(({ id, path, message }) => [id, path, message])).to.deep.equal([
      [
        "live-baseline",
        "groups.prod-auto.baselines.AMAZON_LINUX_2023",
        "1 server (fleet line 3) went by another baseline the last time in location use1",
      ],
    ]);
    expect(findings[0]?.value).to.contain("al2023-sensitive");
    expect(found(await looked(cloud, plane))).to.deep.equal([]);
  });

  it("keeps to a scope: locations that are asked, groups whose baselines are looked at", async () => {
    const PatchGroup = "prod-windows";
    const BaselineId = await baselineId(client, "patchplane-test-windows-auto");
    await client.send(new DeregisterPatchBaselineForPatchGroupCommand({ BaselineId, PatchGroup }));
    const look = async (scope: { locations?: readonly string[]; groups?: readonly string[] }) =>
      found(await looked(cloud, plane, { scope }));
    const seen = [
      await look({}),
      await look({ groups: ["prod-windows"] }),
      await look({ groups: ["prod-auto"] }),
      await look({ locations: ["euw1"] }),
    ];
    await client.send(new RegisterPatchBaselineForPatchGroupCommand({ BaselineId, PatchGroup }));
    const finding = ["live-baseline groups.prod-windows.baselines.WINDOWS"];
    expect(seen).to.deep.equal([finding, finding, [], []]);
  });

  it("counts what Lambda keeps for functions without executions of their own, where the stack that comes reserves some", async () => {
    const coming = { ...plane, reports: { ...plane.reports, reservedConcurrency: true } };
    const row = rowOf(await looked(cloud, plane, { coming }), "use1");
    expect(row.findings).to.deep.equal([]);
    expect(row.limits.at(-1)).to.deep.equal({
      name: "reserved executions of Lambda",
      used: 0,
      adds: 1,
      granted: 900,
      left: 899,
      note: "of 1000 that the account has, 100 stay for functions without any",
    });
  });

  it("says that a quota is unknown where Service Quotas may not be asked, and finds nothing in that", async () => {
    const between = await gate(cloud, undefined, "ListServiceQuotas");
    const row = rowOf(await looked(cloud, plane, { url: between.url }), "use1");
    await between.close();
    expect(row.failure).to.equal(undefined);
    expect(row.findings).to.deep.equal([]);
    expect(row.limits[0]).to.deep.equal({
      name: "maintenance windows",
      used: 5,
      adds: 0,
      note: "quota unknown: not allowed (role arn:aws:iam::111122223333:role/patchplane-deploy): not authorized to perform it",
    });
    expect(row.limits.find(({ name }) => name === "hybrid nodes")?.granted).to.equal(1000);
  });

  it("shows a location that cannot be read as a row with the reason, and the others as ever", async () => {
    const between = await gate(cloud, "eu-west-1");
    const plan = await looked(cloud, plane, { url: between.url });
    await between.close();
    expect(rowOf(plan, "euw1").failure).to.contain("not allowed");
    expect(rowOf(plan, "euw1").limits).to.deep.equal([]);
    expect(rowOf(plan, "use1").failure).to.equal(undefined);
    expect(rowOf(plan, "use1").limits).to.have.length(9);
  });

  it("judges limits, and what somebody else patches, for what comes next, and drift by what is deployed", async () => {
    const names = Array.from({ length: 44 }, (_, index) => `their-${String(index)}`);
    const ids = await Promise.all(names.map((name) => foreignWindow(client, name)));
    const theirs = await foreignWindow(client, "theirs", { key: "tag:PatchGroup", values: ["batch"] });
    const fits = await looked(cloud, plane, { coming: plane });
    const added = withWindows(plane, ["mw-more"]);
    const server = plane.fleet.find(({ name }) => name === "web-1");
    if (server === undefined) throw new Error("no such server");
    const coming = {
      ...added,
      fleet: added.fleet.map((each) => (each === server ? { ...each, patchGroup: "batch" } : each)),
    };
    const plan = await looked(cloud, plane, { coming });
    await Promise.all(
      [theirs, ...ids].map((WindowId) => client.send(new DeleteMaintenanceWindowCommand({ WindowId }))),
    );
    expect(found(fits)).to.deep.equal([]);
    expect(found(plan).map(anonymous)).to.deep.equal(["live-foreign <id>", "live-quota locations.use1"]);
    const quota = rowOf(plan, "use1").findings[1];
    expect([quota?.severity, quota?.value, quota?.allowed]).to.deep.equal(["error", "50 used, 1 added", "at most 50"]);
    expect(rowOf(plan, "use1").limits[0]).to.deep.equal({
      name: "maintenance windows",
      used: 50,
      adds: 1,
      granted: 50,
      left: -1,
    });
  });

  it("has no number for hybrid nodes on the advanced tier, and says why", async () => {
    const SettingId = "/ssm/managed-instance/activation-tier";
    await client.send(new UpdateServiceSettingCommand({ SettingId, SettingValue: "advanced" }));
    const row = rowOf(await looked(cloud, plane), "use1").limits.find(({ name }) => name === "hybrid nodes");
    await client.send(new UpdateServiceSettingCommand({ SettingId, SettingValue: "standard" }));
    expect(row).to.deep.equal({
      name: "hybrid nodes",
      used: 2,
      adds: 0,
      note: "advanced tier: no limit, billed per node-hour",
    });
  });

  it("asks as often as its page says, and never for a server", async () => {
    const between = await gate(cloud);
    await looked(cloud, plane, { url: between.url, scope: { locations: ["use1"] } });
    await between.close();
    const counts = Map.groupBy(between.seen, (operation) => operation);
    expect(Object.fromEntries([...counts].map(([name, calls]) => [name, calls.length]).sort())).to.deep.equal({
      // One of all nodes, and one for each of three groups.
      DescribeInstanceInformation: 4,
      DescribeActivations: 1,
      DescribeInstancePatchStates: 1,
      DescribePatchBaselines: 1,
      GetPatchBaseline: 13,
      DescribePatchGroups: 1,
      GetPatchBaselineForPatchGroup: 8,
      GetDefaultPatchBaseline: 5,
      DescribeMaintenanceWindows: 1,
      DescribeMaintenanceWindowTargets: 5,
      DescribeMaintenanceWindowTasks: 5,
      // The reviewed window has no task without an approval.
      GetMaintenanceWindowTask: 4,
      ListAssociations: 1,
      DescribeAssociation: 3,
      ListResourceDataSync: 1,
      ListServiceQuotas: 1,
      GetServiceSetting: 1,
      // One for each of the two clients.
      "POST /": 2,
      // One for each subscription whose VMs register there.
      "GET /subscriptions/00000000-0000-4000-8000-00000000000a/providers/Microsoft.Compute/virtualMachines": 1,
    });
  });
});

describe("what only the cloud knows of a plane, in a cloud that was changed for good", function () {
  const clouds: Cloud[] = [];

  async function newCloud(plane: Plane, stopped: readonly string[] = []): Promise<Cloud> {
    const cloud = await cloudOf(plane, stopped);
    clouds.push(cloud);
    return cloud;
  }

  afterEach(async () => {
    await Promise.all(clouds.splice(0).map((cloud) => cloud.close()));
  });

  it("is one finding per location where nothing of the stack is deployed", async () => {
    const plane = smallPlane();
    const plan = await looked(await newCloud(plane), plane);
    expect(found(plan)).to.deep.equal(["live-drift locations.euw1", "live-drift locations.use1"]);
    expect(plan.locations.map(({ deployed: there }) => there)).to.deep.equal([false, false]);
    expect(rowOf(plan, "use1").limits[0]).to.include({ used: 0, adds: 5, left: 45 });
    expect(rowOf(plan, "use1").activations).to.deep.equal({ pending: 0, expired: 0, none: 2 });
  });

  it("finds what was deleted by hand, and the baseline that its group has fallen back on", async () => {
    const plane = smallPlane();
    const cloud = await newCloud(plane);
    await deployed(cloud, plane);
    const client = ssmOf(cloud, plane, "euw1");
    const PatchGroup = "prod-auto";
    const BaselineId = await baselineId(client, "patchplane-test-ubuntu-auto");
    const WindowId = await windowId(client, windowName(plane.environment, "mw-install-auto", ""));
    await client.send(new DeregisterPatchBaselineForPatchGroupCommand({ BaselineId, PatchGroup }));
    await client.send(new DeletePatchBaselineCommand({ BaselineId }));
    await client.send(new DeleteMaintenanceWindowCommand({ WindowId }));
    const { findings, limits } = rowOf(await looked(cloud, plane), "euw1");
    expect(findings.map(({ id, path }) => `${id} ${path}`)).to.deep.equal([
      "live-drift windows.mw-install-auto",
      "live-drift baselines.ubuntu-auto",
      "live-baseline groups.prod-auto.baselines.UBUNTU",
    ]);
    expect(limits[0]).to.include({ used: 4, adds: 1 });
  });

  it("finds activations that nobody has used: first as waiting, a day later as run out", async () => {
    const plane = smallPlane();
    const cloud = await newCloud(plane, ["data-1"]);
    await justDeployed(cloud, plane);
    const waiting = rowOf(await looked(cloud, plane), "euw1");
    await cloud.advanceTo(new Date(cloud.now().getTime() + 86_400_000));
    const over = rowOf(await looked(cloud, plane), "euw1");
    expect([waiting, over].map(({ findings }) => findings.map(({ id, message }) => [id, message]))).to.deep.equal([
      [
        [
          "live-activation",
          "1 server (fleet line 8) did not register: the activation waits, and its code is good in location euw1",
        ],
      ],
      [["live-activation", "1 server (fleet line 8) did not register: the activation ran out unused in location euw1"]],
    ]);
    expect([waiting, over].map(({ activations }) => activations)).to.deep.equal([
      { pending: 1, expired: 0, none: 0 },
      { pending: 0, expired: 1, none: 0 },
    ]);
  });

  it("finds rows whose vm_id is not Azure's, and says when Azure does not say it", async () => {
    const plane = smallPlane();
    const cloud = await newCloud(plane);
    await justDeployed(cloud, plane);
    const turned = (guid: string, pattern: RegExp, text: string): Plane => ({
      ...plane,
      fleet: plane.fleet.map((row) =>
        row.azure?.vmId === guid ? { ...row, azure: { ...row.azure, vmId: guid.replace(pattern, text) } } : row,
      ),
    });
    const coming = turned("10000000-0000-4000-8000-000000000003", /^10000000-0000-4000/, "00000010-0000-0040");
    const path = "fleet";
    const [finding] = rowOf(await looked(cloud, plane, { coming }), "euw1").findings.filter(
      ({ id }) => id === "live-vm-id",
    );
    expect(finding).to.include({ path, line: 8, value: "00000010-0000-0040-8000-000000000003" });
    expect(finding?.message).to.equal("the vm_id of data-1 is Azure's in another byte order in location euw1");
    expect(finding?.about).to.include({
      location: "euw1",
      subscription: "data",
      server: coming.fleet.find(({ name }) => name === "data-1")?.id,
    });
    const azure = { url: "http://127.0.0.1:9", token: false };
    const unread = rowOf(await looked(cloud, plane, { scope: { azure } }), "euw1").findings;
    expect(unread.filter(({ id }) => id === "live-vm-id").map(({ message }) => message)).to.match(
      /^the vm_id of 1 row is not compared, because Azure cannot be read: .*in location euw1$/,
    );
  });

  // Seeds whose policies have hooks that must succeed, approvals in force, lists of dates and two locations.
  for (const seed of [4, 8, 17]) {
    it(`has no drift after the deployment of a policy drawn from seed ${String(seed)}`, async () => {
      const { world, deployments, span } = drawScenario(seed);
      const [deployment] = deployments;
      if (deployment === undefined) throw new Error("nothing to deploy");
      const cloud = await startCloud({ world, now: span.start, seed });
      clouds.push(cloud);
      await justDeployed(cloud, deployment.plane);
      const plan = await looked(cloud, deployment.plane);
      expect(found(plan).filter((finding) => !finding.startsWith("live-activation "))).to.deep.equal([]);
      expect(plan.locations.every(({ deployed: there }) => there)).to.equal(true);
    });
  }
});
