import { CreatePatchBaselineCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { baselineName } from "../../domain/stack/awsNames.ts";
import { emptyRuns } from "../../domain/status/fleetStatus.ts";
import { judgeFleet } from "../../domain/status/judgeFleet.ts";
import { readFleet } from "../../operations/status.ts";
import { group, location, samplePlane, server, window } from "../domain/samplePlane.ts";
import { gate } from "../scripts/commandFixture.ts";
import { closeClouds, cloudWith, home, instance, ireland, ssmOf } from "../simulator/cloudFixture.ts";
import { patch } from "../simulator/patchingFixture.ts";
import { pointedAt, quietly } from "./reading.ts";

describe("what is read for the status of a fleet", () => {
  afterEach(closeClouds);

  it("is each location's nodes, their groups where the fleet knows them, and every baseline of the stack's names", async () => {
    const asgTags = { PatchGroup: "app", "aws:autoscaling:groupName": "web" };
    const cloud = await cloudWith([
      instance("i-00000000000000002", { tags: { PatchGroup: "app" } }),
      instance("i-00000000000000003", { tags: { PatchGroup: "other" } }),
      instance("i-0000000000000000a", { tags: asgTags }),
      instance("i-0000000000000000f", { tags: { PatchGroup: "app" } }),
    ]);
    const request = { Name: baselineName("prod", "ubuntu-auto"), OperatingSystem: "UBUNTU" } as const;
    const made = [request, { ...request, ClientToken: "another" }].map((each) =>
      ssmOf(cloud).send(new CreatePatchBaselineCommand(each)),
    );
    const ids = (await Promise.all(made)).map(({ BaselineId = "" }) => BaselineId);
    const plane = samplePlane({
      locations: [location("main", { accountId: home, region: ireland })],
      groups: [group("app")],
      fleet: [server(2), server(3), server(4, { id: "asg:web", name: "web", size: 4 })],
    });
    const scope = { azure: { url: cloud.url, token: false }, runSteps: quietly, groups: ["app"] };
    const evidence = await pointedAt(cloud.url, () => readFleet(plane, scope, cloud.now()));
    expect(evidence).to.deep.include({ scope: { groups: ["app"] }, subscriptions: [] });
    const [main] = evidence.locations;
    if (main === undefined || "failure" in main) throw new Error("the location was not read");
    expect(main.facts.servers.map(({ server: row, node }) => [row.id, node?.id])).to.deep.equal([
      ["i-00000000000000002", "i-00000000000000002"],
      ["i-00000000000000003", "i-00000000000000003"],
      ["asg:web", "i-0000000000000000a"],
    ]);
    expect(main.facts.foreign.map(({ id }) => id)).to.deep.equal(["i-0000000000000000f"]);
    expect([...main.facts.groupByNode.keys()].sort()).to.deep.equal(
      ["2", "a", "f"].map((last) => `i-${last.padStart(17, "0")}`),
    );
    expect(main.baselines[request.Name]).to.have.members(ids);
    expect(main.states).to.deep.equal(new Map());
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html: "does not return
  // information for nodes that are either Stopped or Terminated"
  it("leaves a stopped instance unjudged, whatever its last scan said", async () => {
    const id = "i-00000000000000002";
    const cloud = await cloudWith([instance(id, { tags: { PatchGroup: "app" } })]);
    await patch(ssmOf(cloud), [id], { Operation: "Scan" });
    const plane = samplePlane({
      locations: [location("main", { accountId: home, region: ireland })],
      groups: [group("app")],
      fleet: [server(2)],
    });
    const scope = { azure: { url: cloud.url, token: false }, runSteps: quietly };
    const judged = async () => {
      const evidence = await pointedAt(cloud.url, () => readFleet(plane, scope, cloud.now()));
      return judgeFleet(plane, evidence, cloud.now()).servers.map(({ scan, judgement }) => [
        scan !== undefined,
        judgement.verdict,
        judgement.verdict === "unknown" ? judgement.reason : undefined,
      ]);
    };
    expect((await judged())[0]?.[0]).to.equal(true);
    cloud.stopMachine(id);
    expect(await judged()).to.deep.equal([[false, "unknown", "noNode"]]);
  });

  it("takes a node's report for unconfirmed until the node answered a patch command that the service sent", async () => {
    const [scanned, silent] = ["i-00000000000000002", "i-00000000000000003"] as const;
    const tags = { PatchGroup: "app" };
    const cloud = await cloudWith([instance(scanned, { tags }), instance(silent, { tags })]);
    const ssm = ssmOf(cloud);
    const plane = samplePlane({
      locations: [location("main", { accountId: home, region: ireland })],
      groups: [group("app")],
      fleet: [server(2), server(3)],
    });
    const scope = { azure: { url: cloud.url, token: false }, runSteps: quietly };
    const answered = async () => {
      const [main] = (await pointedAt(cloud.url, () => readFleet(plane, scope, cloud.now()))).locations;
      if (main === undefined || "failure" in main) throw new Error("the location was not read");
      return main.answered;
    };
    const shell = { DocumentName: "AWS-RunShellScript", Parameters: { commands: ["true"] } };
    await ssm.sendCommand({ ...shell, InstanceIds: [scanned, silent] });
    expect(await answered()).to.deep.equal(new Map());
    cloud.stopMachine(silent);
    const sentAt = cloud.now();
    await patch(ssm, [scanned, silent], { Operation: "Scan" });
    expect(await answered()).to.deep.equal(new Map([[scanned, sentAt]]));
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeMaintenanceWindowExecutions.html
  it("is the last ended run of each of the stack's windows, and whether it reached anybody", async () => {
    const cloud = await cloudWith([instance("i-00000000000000002", { tags: { PatchGroup: "app" } })]);
    const ssm = ssmOf(cloud);
    const make = async (name: string, tag: string): Promise<string> => {
      const { WindowId = "" } = await ssm.createMaintenanceWindow({
        Name: name,
        Schedule: "cron(0 2 * * ? *)",
        Duration: 3,
        Cutoff: 1,
        AllowUnassociatedTargets: false,
      });
      const Targets = [{ Key: "tag:PatchGroup", Values: [tag] }];
      const made = await ssm.registerTargetWithMaintenanceWindow({ WindowId, ResourceType: "INSTANCE", Targets });
      await ssm.registerTaskWithMaintenanceWindow({
        WindowId,
        TaskType: "RUN_COMMAND",
        TaskArn: "AWS-RunPatchBaseline",
        Targets: [{ Key: "WindowTargetIds", Values: [made.WindowTargetId ?? ""] }],
        MaxConcurrency: "30%",
        MaxErrors: "10%",
        TaskInvocationParameters: { RunCommand: { Parameters: { Operation: ["Scan"] } } },
      });
      return WindowId;
    };
    const day = await make("patchplane-prod-day", "app");
    const night = await make("patchplane-prod-night", "nobody");
    await make("patchplane-prod-of-somebody", "nobody");
    const plane = samplePlane({
      locations: [location("main", { accountId: home, region: ireland })],
      groups: [group("app")],
      windows: [window("night"), window("day"), window("never")],
      fleet: [server(2), server(3)],
    });
    const between = await gate(cloud);
    const scope = { azure: { url: cloud.url, token: false }, runSteps: quietly };
    const read = (asOf = cloud.now()) => pointedAt(between.url, () => readFleet(plane, scope, asOf));
    const runsOf = async (asOf?: Date) => {
      const [main] = (await read(asOf)).locations;
      return main === undefined || "failure" in main ? main : main.windows;
    };
    expect(await runsOf()).to.deep.equal({ runs: [], open: [], armed: [] });
    await cloud.advanceTo(new Date("2026-11-03T12:00:00Z"));
    const ran = { startedAt: new Date("2026-11-03T02:00:00Z"), status: "SUCCESS" };
    const ended = (minutes: number) => ({ endedAt: new Date(ran.startedAt.getTime() + minutes * 60_000) });
    const before = between.seen.length;
    const commands = [new Map([["i-00000000000000002", "Success"]])];
    expect(await runsOf()).to.deep.equal({
      runs: [
        { window: "patchplane-prod-day", windowId: day, ...ran, ...ended(2), reached: true, commands },
        { window: "patchplane-prod-night", windowId: night, ...ran, ...ended(0), reached: false, commands: [] },
      ],
      open: [],
      armed: [],
    });
    const ofRuns = /^(DescribeMaintenanceWindow|ListCommandInvocations)/;
    const asked = between.seen.slice(before).filter((operation) => ofRuns.test(operation));
    expect(asked.sort()).to.deep.equal([
      "DescribeMaintenanceWindowExecutionTaskInvocations",
      "DescribeMaintenanceWindowExecutionTaskInvocations",
      "DescribeMaintenanceWindowExecutionTasks",
      "DescribeMaintenanceWindowExecutionTasks",
      "DescribeMaintenanceWindowExecutions",
      "DescribeMaintenanceWindowExecutions",
      "DescribeMaintenanceWindows",
      // For the last run, and for both days' commands, whose answers confirm reports.
      "ListCommandInvocations",
      "ListCommandInvocations",
      "ListCommandInvocations",
    ]);
    expect(emptyRuns(judgeFleet(plane, await read(), cloud.now()))).to.deep.equal([
      { location: "main", window: "patchplane-prod-night", windowId: night, startedAt: ran.startedAt, servers: 2 },
    ]);
    expect(await runsOf(new Date("2026-12-20T00:00:00Z"))).to.deep.equal({ runs: [], open: [], armed: [] });
    // What is under way is not judged; once it has ended, it is the last.
    const begins = async (at: string) => {
      await cloud.advanceTo(new Date(at));
      const windows = await runsOf();
      return windows !== undefined && "runs" in windows ? windows.runs[0]?.startedAt.toISOString() : undefined;
    };
    expect(await begins("2026-11-04T02:00:05Z")).to.equal("2026-11-03T02:00:00.000Z");
    expect(await begins("2026-11-04T12:00:00Z")).to.equal("2026-11-04T02:00:00.000Z");
    await between.close();
    const refusing = await gate(cloud, undefined, "DescribeMaintenanceWindowExecutionTasks");
    const [refused] = (await pointedAt(refusing.url, () => readFleet(plane, scope, cloud.now()))).locations;
    await refusing.close();
    if (refused === undefined || "failure" in refused) throw new Error("the location was not read");
    expect(refused.windows).to.have.property("failure").that.includes("not allowed");
    expect(refused.facts.nodes).to.have.lengthOf(1);
  });
});
