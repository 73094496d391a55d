import {
  DescribePatchBaselinesCommand,
  GetDefaultPatchBaselineCommand,
  GetPatchBaselineCommand,
  GetPatchBaselineForPatchGroupCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { assumedClient } from "./clients.ts";
import { described, engineFixture } from "./engineFixture.ts";

const regions = { "us-east-1": "111122223333", "eu-west-1": "444455556666" } as const;
type Region = keyof typeof regions;

/** Operations after which another baseline may be in force. */
const mutations = /^(Create|Delete|Update|RegisterDefault|Register|Deregister).*PatchBaseline/;

const awsOwn = "AWS's own";

/** Name in AWS of a baseline of the stack file. */
function named(baselineName: string): string {
  return `patchplane-test-${baselineName}`;
}

async function nameOf(client: SSMClient, id = ""): Promise<string> {
  // AWS's own are named by ARN.
  if (!id.startsWith("pb-")) return awsOwn;
  return (await client.send(new GetPatchBaselineCommand({ BaselineId: id }))).Name ?? "";
}

/** What Ubuntu servers of the patch group prod-auto, and those without a group, are judged by now. */
async function baselinesInForce(client: SSMClient): Promise<{ readonly group: string; readonly default: string }> {
  const os = { OperatingSystem: "UBUNTU" } as const;
  const group = await client.send(new GetPatchBaselineForPatchGroupCommand({ PatchGroup: "prod-auto", ...os }));
  const standard = await client.send(new GetDefaultPatchBaselineCommand(os));
  return { group: await nameOf(client, group.BaselineId), default: await nameOf(client, standard.BaselineId) };
}

/** A baseline of Ubuntu or Debian, as a stack file has it on one line. */
function baseline(operatingSystem: string, standard = false): string {
  const filters = '{ PRODUCT: ["*"], PRIORITY: [Required, Important, Standard, Optional, Extra] }';
  const rules = `[{ filters: ${filters}, enableNonSecurity: false, complianceLevel: CRITICAL }]`;
  return `{ operatingSystem: ${operatingSystem}, description: web servers, default: ${String(standard)}, rules: ${rules} }`;
}

/** Which baselines were in force in a Region, one after another, while the engine worked. */
interface Watch {
  /** Of the patch group prod-auto on Ubuntu. */
  readonly group: string[];
  /** Of Ubuntu servers without a group. */
  readonly default: string[];
  /** Operations that changed something. */
  readonly requests: string[];
  /** Those after which the group had its OS's default in force. */
  readonly uncovered: string[];
}

function note(names: string[], name: string): void {
  if (names.at(-1) !== name) names.push(name);
}

describe("replaced baselines on the real engine", function () {
  this.timeout(600_000);
  const fixture = engineFixture();
  let clients: Readonly<Record<Region, SSMClient>>;

  before(async () => {
    const client = (region: Region): SSMClient => assumedClient(fixture.cloud.url, region, regions[region]);
    clients = { "us-east-1": client("us-east-1"), "eu-west-1": client("eu-west-1") };
    await fixture.edit("Pulumi.test.yaml", "  patchplane:groups:\n", "  patchplane:groups:\n    prod-auto: {}\n");
    await fixture.edit("Pulumi.test.yaml", "  patchplane:fleet", "  patchplane:baselines: {}\n  patchplane:fleet");
    await fixture.up();
  });

  after(() => {
    for (const client of Object.values(clients)) client.destroy();
  });

  /** Runs an `up` and asks AWS after every change what is in force. */
  async function watchedUp(): Promise<Readonly<Record<Region, Watch>>> {
    const watched: Record<Region, Watch> = {
      "us-east-1": { group: [], default: [], requests: [], uncovered: [] },
      "eu-west-1": { group: [], default: [], requests: [], uncovered: [] },
    };
    const look = async (region: Region, operation?: string): Promise<void> => {
      const { group, default: standard, requests, uncovered } = watched[region];
      const inForce = await baselinesInForce(clients[region]);
      note(group, inForce.group);
      note(standard, inForce.default);
      if (operation !== undefined) requests.push(operation);
      if (operation !== undefined && inForce.group === inForce.default) uncovered.push(operation);
    };
    for (const region of Object.keys(regions) as Region[]) await look(region);
    fixture.gateway.after = async ({ operation = "", region }) => {
      if (mutations.test(operation)) await look(region as Region, operation);
    };
    try {
      await fixture.up();
    } finally {
      fixture.gateway.after = () => undefined;
    }
    return watched;
  }

  it("leave a group its OS's default for one request when it gets another baseline", async () => {
    await fixture.edit("Pulumi.test.yaml", "prod-auto: {}", "prod-auto: { baselines: { UBUNTU: ubuntu-web } }");
    await fixture.edit("Pulumi.test.yaml", "baselines: {}", `baselines:\n    ubuntu-web: ${baseline("UBUNTU")}`);
    const { "us-east-1": owner, "eu-west-1": other } = await watchedUp();
    // AWS refuses a second baseline for a group and OS, so the first has to go before the second can come.
    for (const { requests, uncovered } of [owner, other]) {
      expect(requests).to.deep.equal([
        "CreatePatchBaseline",
        "DeregisterPatchBaselineForPatchGroup",
        "RegisterPatchBaselineForPatchGroup",
        "DeletePatchBaseline",
      ]);
      expect(uncovered).to.deep.equal(["DeregisterPatchBaselineForPatchGroup"]);
    }
    expect(owner.group).to.deep.equal([named("ubuntu-auto"), named("ubuntu-default"), named("ubuntu-web")]);
    expect(other.group).to.deep.equal([named("ubuntu-auto"), awsOwn, named("ubuntu-web")]);
    expect([owner.default, other.default]).to.deep.equal([[named("ubuntu-default")], [awsOwn]]);
  });

  it("never take an OS its default when that becomes another one; the old baseline stays in AWS", async () => {
    const renamed = `    ubuntu-default: null\n    ubuntu-base: ${baseline("UBUNTU", true)}\n    ubuntu-web:`;
    await fixture.edit("Pulumi.test.yaml", "    ubuntu-web:", renamed);
    const { "us-east-1": owner, "eu-west-1": other } = await watchedUp();
    expect(owner.requests).to.deep.equal(["CreatePatchBaseline", "RegisterDefaultPatchBaseline"]);
    expect(owner.default).to.deep.equal([named("ubuntu-default"), named("ubuntu-base")]);
    expect(owner.group).to.deep.equal([named("ubuntu-web")]);
    expect(other.requests).to.deep.equal([]);
    const { BaselineIdentities = [] } = await clients["us-east-1"].send(
      new DescribePatchBaselinesCommand({ Filters: [{ Key: "NAME_PREFIX", Values: [named("ubuntu-default")] }] }),
    );
    expect(BaselineIdentities.map(({ DefaultBaseline }) => DefaultBaseline)).to.deep.equal([false]);
  });

  it("go last when their operating system changes, so that no group waits for a new one to be made", async () => {
    await fixture.edit("Pulumi.test.yaml", "{ UBUNTU: ubuntu-web }", "{ UBUNTU: ubuntu-auto, DEBIAN: ubuntu-web }");
    await fixture.edit("Pulumi.test.yaml", `ubuntu-web: ${baseline("UBUNTU")}`, `ubuntu-web: ${baseline("DEBIAN")}`);
    const { "us-east-1": owner, "eu-west-1": other } = await watchedUp();
    for (const { requests, uncovered } of [owner, other]) {
      expect(requests.at(-1)).to.equal("DeletePatchBaseline");
      expect(uncovered).to.include("DeregisterPatchBaselineForPatchGroup").and.not.include("DeletePatchBaseline");
    }
    expect(owner.group).to.deep.equal([named("ubuntu-web"), named("ubuntu-base"), named("ubuntu-auto")]);
    expect(other.group).to.deep.equal([named("ubuntu-web"), awsOwn, named("ubuntu-auto")]);
    expect([owner.default, other.default]).to.deep.equal([[named("ubuntu-base")], [awsOwn]]);
    expect(described(await fixture.preview())).to.deep.equal([]);
  });
});
