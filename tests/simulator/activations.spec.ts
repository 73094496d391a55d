import type { CreateActivationCommandInput, SSM } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import type { Cloud } from "../../simulator/index.ts";
import { home, refusal, ssmAs } from "./cloudFixture.ts";
import { cloud, inFreshCloud, ssm } from "./freshCloud.ts";

interface AgentAnswer {
  readonly __type?: string;
  readonly InstanceId?: string;
  readonly AccessKeyId?: string;
}

const fingerprint = "11111111-2222-4333-8444-555555555555";

/** Calls as the SSM Agent does; registration is unsigned, everything else signed by the node. */
async function agent(cloud: Cloud, operation: string, body: object, keyId?: string): Promise<AgentAnswer> {
  const scope = `AWS4-HMAC-SHA256 Credential=${keyId ?? ""}/20261102/eu-west-1/ssm/aws4_request, Signature=0`;
  const response = await fetch(cloud.url, {
    method: "POST",
    headers: {
      "x-amz-target": `AmazonSSM.${operation}`,
      "content-type": "application/x-amz-json-1.1",
      ...(keyId === undefined ? {} : { authorization: scope }),
    },
    body: JSON.stringify(body),
  });
  return (await response.json()) as AgentAnswer;
}

async function register(cloud: Cloud, ActivationId: string, ActivationCode: string): Promise<AgentAnswer> {
  const key = { PublicKey: "A".repeat(392), PublicKeyType: "Rsa", Fingerprint: fingerprint };
  return agent(cloud, "RegisterManagedInstance", { ActivationId, ActivationCode, ...key });
}

async function activate(
  ssm: SSM,
  more: Partial<CreateActivationCommandInput> = {},
): Promise<[id: string, code: string]> {
  const made = await ssm.createActivation({ IamRole: "hybrid", ...more });
  return [made.ActivationId ?? "", made.ActivationCode ?? ""];
}

// https://docs.aws.amazon.com/systems-manager/latest/userguide/hybrid-activation-managed-nodes.html
describe("embedded cloud: hybrid activations", () => {
  inFreshCloud();

  it("gives the code once, one registration and 24 hours when nothing else is asked for", async () => {
    const [id, code] = await activate(ssm, { DefaultInstanceName: "db-1" });
    expect(code).to.match(/^[A-Za-z0-9+/]{20}$/);
    const Filters = [{ FilterKey: "ActivationIds" as const, FilterValues: [id] }];
    const { ActivationList } = await ssm.describeActivations({ Filters });
    expect(ActivationList).to.deep.equal([
      {
        ActivationId: id,
        DefaultInstanceName: "db-1",
        IamRole: "hybrid",
        RegistrationLimit: 1,
        RegistrationsCount: 0,
        ExpirationDate: new Date("2026-11-03T00:00:00Z"),
        Expired: false,
        CreatedDate: new Date("2026-11-02T00:00:00Z"),
        Tags: [],
      },
    ]);
  });

  it("is used up by its one registration", async () => {
    const [id, code] = await activate(ssm);
    expect((await register(cloud, id, code)).InstanceId).to.match(/^mi-[0-9a-f]{17}$/);
    expect(await register(cloud, id, code)).to.deep.equal({ __type: "RegistrationLimitExceeded" });
  });

  it("expires by the virtual clock, and its nodes stay", async () => {
    const [id, code] = await activate(ssm, { RegistrationLimit: 2 });
    await register(cloud, id, code);
    await cloud.advanceTo(new Date("2026-11-03T00:00:00Z"));
    expect(await register(cloud, id, code)).to.deep.equal({ __type: "ActivationExpired" });
    const listed = await ssm.describeActivations({});
    expect(listed.ActivationList?.[0]).to.include({ Expired: true, RegistrationsCount: 1 });
    const nodes = await ssm.describeInstanceInformation({});
    expect(nodes.InstanceInformationList).to.have.length(1);
  });

  it("is invalid with another code, and once it is deleted, which leaves its nodes", async () => {
    const [id, code] = await activate(ssm, { RegistrationLimit: 2 });
    await register(cloud, id, code);
    expect(await register(cloud, id, "0".repeat(20))).to.deep.equal({ __type: "InvalidActivation" });
    await ssm.deleteActivation({ ActivationId: id });
    expect(await register(cloud, id, code)).to.deep.equal({ __type: "InvalidActivation" });
    const again = await refusal(ssm.deleteActivation({ ActivationId: id }));
    expect(again.name).to.equal("InvalidActivation");
    expect((await ssm.describeInstanceInformation({})).InstanceInformationList).to.have.length(1);
  });

  it("copies its tags and its name to the node once", async () => {
    const Tags = [{ Key: "PatchGroup", Value: "prod-sensitive" }];
    const [id, code] = await activate(ssm, { Tags, DefaultInstanceName: "db-1" });
    const ResourceId = (await register(cloud, id, code)).InstanceId ?? "";
    const added = [{ Key: "Owner", Value: "data" }];
    await ssm.addTagsToResource({ ResourceType: "ManagedInstance", ResourceId, Tags: added });
    const own = await ssm.listTagsForResource({ ResourceType: "ManagedInstance", ResourceId });
    expect(own.TagList).to.deep.equal([...Tags, ...added]);
    const { ActivationList } = await ssm.describeActivations({});
    expect(ActivationList?.[0]?.Tags).to.deep.equal(Tags);
    const nodes = await ssm.describeInstanceInformation({});
    expect(nodes.InstanceInformationList?.[0]).to.include({
      Name: "db-1",
      ActivationId: id,
      ResourceType: "ManagedInstance",
    });
  });

  const refused: readonly [string, Partial<CreateActivationCommandInput>, string][] = [
    ["an ARN as role", { IamRole: "arn:aws:iam::111111111111:role/hybrid" }, "ValidationException"],
    ["an expiry more than 30 days ahead", { ExpirationDate: new Date("2026-12-03T00:00:00Z") }, "InvalidParameters"],
    ["an expiry in the past", { ExpirationDate: new Date("2026-11-01T00:00:00Z") }, "InvalidParameters"],
    ["more than 1,000 registrations", { RegistrationLimit: 1001 }, "ValidationException"],
  ];
  for (const [what, input, name] of refused) {
    it(`refuses ${what}`, async () => {
      expect((await refusal(activate(ssm, input))).name).to.equal(name);
    });
  }
});

// As a real SSM Agent was seen to call; none of it is in the public API reference.
describe("embedded cloud: what the SSM Agent calls", () => {
  inFreshCloud();

  it("hands the node role credentials of its account, and takes the node's own description", async () => {
    const nodeId = (await register(cloud, ...(await activate(ssm)))).InstanceId ?? "";
    const token = await agent(cloud, "RequestManagedInstanceRoleToken", { Fingerprint: fingerprint }, nodeId);
    const description = {
      ComputerName: "db-1",
      AgentVersion: "3.3.0.0",
      PlatformName: "Debian GNU/Linux",
      PlatformType: "Linux",
    };
    await agent(cloud, "UpdateInstanceInformation", { InstanceId: nodeId, ...description }, token.AccessKeyId);
    const nodes = await (await ssmAs(cloud, home)).describeInstanceInformation({});
    expect(nodes.InstanceInformationList?.[0]).to.include({ InstanceId: nodeId, PingStatus: "Online", ...description });
  });

  it("refuses a deregistered node", async () => {
    const InstanceId = (await register(cloud, ...(await activate(ssm)))).InstanceId ?? "";
    await ssm.deregisterManagedInstance({ InstanceId });
    const token = await agent(cloud, "RequestManagedInstanceRoleToken", { Fingerprint: fingerprint }, InstanceId);
    expect(token.__type).to.equal("InvalidInstanceId");
  });
});
