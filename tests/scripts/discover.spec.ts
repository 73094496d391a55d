import { readFileSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { z } from "zod";
import type { Plane } from "../../domain/plane.ts";
import { readFleet } from "../../fleet/read.ts";
import type { DiscoverJson } from "../../render/discover/discoverJson.ts";
import { startCloud, worldFromPlane, type Cloud, type MachineSpec } from "../../simulator/index.ts";
import { parameters, policiesOf } from "../bootstrap/template.ts";
import { startGateway } from "../engine/gateway.ts";
import { onboard, patchplane, planeOf, projectCopy, type Ended } from "./commandFixture.ts";

const discovered = z.fromJSONSchema(
  JSON.parse(
    readFileSync(join(import.meta.dirname, "..", "..", "schemas", "discover.schema.json"), "utf8"),
  ) as Parameters<typeof z.fromJSONSchema>[0],
);
const reader = "patchplane-operator-read-test";
const subscription = "/subscriptions/00000000-0000-4000-8000-00000000000a";
const vmPath = (name: string): string =>
  `${subscription}/resourcegroups/rg-apps/providers/microsoft.compute/virtualmachines/${name}`;
const guid = (last: string): string => `10000000-0000-4000-8000-0000000000${last}`;

/** What the world has beside the fixture's fleet, and what is amiss with it. */
function world(plane: Plane) {
  const drawn = worldFromPlane(plane, { seed: 1, failureShare: 0 });
  const first = drawn.machines.find(({ name }) => name === "web-1");
  if (first === undefined) throw new Error("no machine");
  const ec2 = (digit: string, tags: Record<string, string>, more: Partial<MachineSpec> = {}): MachineSpec => {
    return { ...first, id: `i-0000000000000000${digit}`, name: tags["Name"] ?? digit, tags, ...more };
  };
  const group = "aws:autoscaling:groupName";
  const machines = drawn.machines
    // web-2 is gone, db-1 was upgraded in its place.
    .filter(({ name }) => name !== "web-2")
    .map((each) => (each.name === "db-1" ? { ...each, release: "22.04" } : each))
    .map((each) =>
      each.name === "app-2" && each.azure !== undefined
        ? { ...each, azure: { ...each.azure, patchMode: "AutomaticByPlatform" as const } }
        : each,
    );
  const vm = machines.find(({ name }) => name === "app-1");
  if (vm?.azure === undefined) throw new Error("no VM");
  const azure = { ...vm.azure, vmName: "app-9", vmId: guid("09"), guestAgentReady: false, allowsExtensions: false };
  return {
    ...drawn,
    machines: [
      ...machines,
      ec2("a", { Name: "web-9", PatchGroup: "prod-auto", Owner: "web@example.com" }, { agentVersion: "3.0.100.0" }),
      ec2("b", { Name: "bare", "Patch Group": "prod-auto" }, { managed: false }),
      ec2("c", { Name: "golden", PatchGroup: "prod-auto" }, { managed: false, imageName: "golden-7" }),
      ec2("d", { Name: "untagged" }),
      ec2("e", { Name: "misspelled", PatchGroup: "prod-atuo" }),
      ec2("f", { PatchGroup: "prod-auto", [group]: "web" }),
      { ...ec2("f", { PatchGroup: "prod-auto", [group]: "web" }), id: "i-000000000000000f0" },
      { ...vm, id: vmPath("app-9"), name: "app-9", tags: { PatchGroup: "prod-auto" }, azure },
    ],
  };
}

describe("patchplane discover, the command", function () {
  this.timeout(300_000);
  let folder: string;
  let plane: Plane;
  let cloud: Cloud;
  let file: string;
  let text: string;

  before(async () => {
    folder = await projectCopy();
    plane = planeOf(folder);
    file = join(folder, "fleet", "test.csv");
    text = await readFile(file, "utf8");
    const roles = Object.values(plane.locations).map(({ accountId }) => ({
      arn: `arn:aws:iam::${accountId}:role/${reader}`,
      policies: policiesOf("OperatorReadRole", { ...parameters, "AWS::AccountId": accountId, Environment: "test" }),
    }));
    cloud = await startCloud({ world: world(plane), now: new Date("2026-12-01T12:00:00Z"), seed: 1, roles });
    const app = plane.fleet.find(({ name }) => name === "app-1");
    if (app === undefined) throw new Error("no row");
    await onboard(cloud, plane, app);
  });
  after(async () => {
    await cloud.close();
    await rm(folder, { recursive: true });
  });
  afterEach(() => writeFile(file, text));

  function discover(args: readonly string[] = [], url = cloud.url): Promise<Ended> {
    return patchplane(folder, url, ["discover", "--as-of", "2026-12-01T12:00:00Z", ...args], {
      env: { PATCHPLANE_ROLE_NAME: reader },
    });
  }

  async function asJson(args: readonly string[] = [], url = cloud.url): Promise<DiscoverJson> {
    const ended = await discover(["--json", ...args], url);
    expect(ended.stderr).to.equal("");
    const answer = discovered.parse(JSON.parse(ended.stdout)) as DiscoverJson;
    expect(ended.code).to.equal(answer.exitCode);
    return answer;
  }

  const found = ({ findings }: DiscoverJson): readonly string[] =>
    findings.map(({ id, name }) => `${id} ${name}`).sort();

  it("proposes what is new, gone and changed, and says what is amiss, with the reading role's rights", async () => {
    const answer = await asJson();
    expect([answer.exitCode, answer.written, answer.kept]).to.deep.equal([1, false, 5]);
    expect(answer.added.map(({ name, os, release, size }) => `${name} ${os} ${release} ${String(size)}`)).to.deep.equal(
      ["web-9 ubuntu 22.04 1", "bare ubuntu 22.04 1", "web ubuntu 22.04 2", "app-9 ubuntu 22.04 1"],
    );
    expect(answer.gone.map(({ name }) => name)).to.deep.equal(["web-2"]);
    expect(answer.changed.map(({ name, columns }) => [name, columns])).to.deep.equal([
      ["db-1", [{ column: "release", is: "20.04", becomes: "22.04" }]],
    ]);
    expect(found(answer)).to.deep.equal([
      "agent-missing bare",
      "agent-old web-9",
      "azure-patches app-2",
      "extensions-refused app-9",
      "guest-agent-not-ready app-9",
      "os-unsupported golden",
      "patch-group-missing untagged",
      "patch-group-spelling bare",
      "patch-group-unknown misspelled",
      "vendor-support amazon-linux 2",
    ]);
    expect(answer.findings.find(({ id }) => id === "patch-group-unknown")?.detail).to.contain("prod-auto");
  });

  it("writes Markdown for a pull request, with the line that writes the file", async () => {
    const { code, stdout } = await discover(["--format", "markdown"]);
    expect(code).to.equal(1);
    expect(stdout).to.contain("`web-9`").and.to.contain("npx patchplane discover --stack test --write");
  });

  it("writes those rows and no other byte, and has nothing to propose after", async () => {
    const answer = await asJson(["--write"]);
    expect([answer.exitCode, answer.written]).to.deep.equal([1, true]);
    const after = await readFile(file, "utf8");
    const before = text.trimEnd().split("\n");
    const lines = after.trimEnd().split("\n");
    expect(before.filter((line) => !lines.includes(line)).map((line) => line.split(",")[1])).to.deep.equal([
      "web-2",
      "db-1",
    ]);
    const context = {
      locations: new Map(Object.entries(plane.locations)),
      subscriptions: new Map(Object.entries(plane.subscriptions)),
    };
    const { servers, faults } = readFleet(after, "fleet/test.csv", context);
    expect(faults).to.deep.equal([]);
    const owners = servers.map(({ name, owner }) => `${name} ${owner}`);
    expect(owners).to.include.members(["db-1 ops@example.com", "web-9 web@example.com", "bare "]);
    expect(servers.find(({ name }) => name === "app-9")?.azure).to.deep.include({
      vmId: guid("09"),
      onboardingScript: "v2",
      onboardingAttempt: 1,
    });
    const again = await asJson();
    expect([again.added, again.gone, again.changed]).to.deep.equal([[], [], []]);
  });

  it("keeps the rows of an account that refuses the role and of a subscription that cannot be read, and ends with 3", async () => {
    const gateway = await startGateway(cloud.url);
    try {
      let throttled = 0;
      gateway.before = ({ path, region, service, body }) => {
        if (region === "eu-west-1" && service === "ec2") {
          const fault = "<Error><Code>UnauthorizedOperation</Code><Message>not allowed</Message></Error>";
          return { status: 403, body: `<Response><Errors>${fault}</Errors><RequestID>1</RequestID></Response>` };
        }
        if (service === "ec2" && body.includes("DescribeInstances") && (throttled += 1) < 3) {
          const fault = "<Error><Code>RequestLimitExceeded</Code><Message>slow down</Message></Error>";
          return { status: 503, body: `<Response><Errors>${fault}</Errors><RequestID>1</RequestID></Response>` };
        }
        if (path.includes("ResourceGraph") && body.includes("00000000000d")) {
          const details = [{ code: "NoValidSubscriptionsInQueryRequest", message: "none" }];
          return { status: 400, body: JSON.stringify({ error: { code: "BadRequest", message: "support", details } }) };
        }
        return undefined;
      };
      const answer = await asJson(["--write"], gateway.url);
      expect([answer.exitCode, throttled]).to.deep.equal([3, 3]);
      expect(answer.places.map(({ name, failure }) => [name, failure?.slice(0, 11) ?? null])).to.deep.equal([
        ["euw1", "not allowed"],
        ["use1", null],
        ["apps", null],
        ["data", "not allowed"],
      ]);
      const after = await readFile(file, "utf8");
      for (const name of ["web-3", "data-1"])
        expect(after).to.contain(text.split("\n").find((line) => line.includes(name)) ?? "-");
      expect(after).to.contain("web-9").and.not.to.contain("web-2,");
    } finally {
      await gateway.close();
    }
  });

  it("keeps the rows of a place that has suddenly lost most of them, until it is told to", async () => {
    const few = world(plane);
    const empty = await startCloud({
      world: { ...few, machines: few.machines.filter(({ region }) => region !== "us-east-1") },
      now: new Date("2026-12-01T12:00:00Z"),
      seed: 1,
    });
    try {
      const answer = await asJson([], empty.url);
      expect([answer.gone, found(answer).filter((each) => each.startsWith("mass"))]).to.deep.equal([
        [],
        ["mass-loss use1"],
      ]);
      const told = await asJson(["--accept-loss", "use1"], empty.url);
      expect(told.gone.map(({ name }) => name)).to.deep.equal(["web-1", "web-2", "db-1"]);
    } finally {
      await empty.close();
    }
  });

  it("asks Azure itself before a row goes that Resource Graph does not show", async () => {
    const gateway = await startGateway(cloud.url);
    try {
      const nothing = { totalRecords: 0, count: 0, data: [], facets: [], resultTruncated: "false" };
      gateway.before = ({ path }) =>
        path.includes("ResourceGraph") ? { status: 200, body: JSON.stringify(nothing) } : undefined;
      const answer = await asJson(["--location", "use1"], gateway.url);
      expect(found(answer)).to.include.members(["not-in-resource-graph app-1", "not-in-resource-graph app-2"]);
      expect(answer.gone.map(({ name }) => name)).to.deep.equal(["web-2"]);
    } finally {
      await gateway.close();
    }
  });

  it("names a site that it does not know, and reads nothing", async () => {
    const { code, stderr } = await discover(["--accept-loss", "use2"]);
    expect(code).to.equal(2);
    expect(stderr).to.contain('"use2"').and.to.contain("use1");
  });
});
