import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { cloudWith, home, instance, ireland, other, refusal, ssmAs, ssmOf } from "./cloudFixture.ts";
import { cloud, inFreshCloud, ssm } from "./freshCloud.ts";

const signed = "AWS4-HMAC-SHA256 Credential=test/20261102/eu-west-1/ssm/aws4_request, SignedHeaders=host, Signature=0";

async function raw(url: string, operation: string, body: unknown, authorization = signed): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "x-amz-target": `AmazonSSM.${operation}`, ...(authorization === "" ? {} : { authorization }) },
    body: JSON.stringify(body),
  });
}

const window = {
  Name: "mw-one",
  Schedule: "rate(7 days)",
  Duration: 3,
  Cutoff: 1,
  AllowUnassociatedTargets: false,
} as const;

// https://docs.aws.amazon.com/systems-manager/latest/APIReference/CommonErrors.html
describe("embedded cloud: SSM protocol", () => {
  inFreshCloud();

  it("answers an operation that it does not have with UnknownOperationException", async () => {
    const { name } = await refusal(ssm.getParameter({ Name: "x" }));
    expect(name).to.equal("UnknownOperationException");
  });

  it("refuses a member that the API model does not know, by its path", async () => {
    const response = await raw(cloud.url, "CreatePatchBaseline", { Name: "base", Sourcez: [] });
    const answer = (await response.json()) as Record<string, string>;
    expect(response.status).to.equal(400);
    expect(answer["__type"]).to.equal("ValidationException");
    expect(answer["message"]).to.contain("at 'sourcez' failed to satisfy constraint");
  });

  it("lists every violation of the model at once, in AWS's words", async () => {
    const call = ssm.createMaintenanceWindow({ ...window, Name: "x", Duration: 25 });
    expect(await refusal(call)).to.deep.equal({
      name: "ValidationException",
      message:
        "3 validation errors detected: " +
        "Value 'x' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 3; " +
        "Value 'x' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9_\\-.]{3,128}$; " +
        "Value '25' at 'duration' failed to satisfy constraint: Member must have value less than or equal to 24",
    });
  });

  it("names a missing member and a value outside an enumeration", async () => {
    const response = await raw(cloud.url, "CreatePatchBaseline", { OperatingSystem: "UBUNTU22" });
    const { message } = (await response.json()) as { message: string };
    expect(message).to.contain("Value null at 'name' failed to satisfy constraint: Member must not be null");
    expect(message).to.contain(
      "Value 'UBUNTU22' at 'operatingSystem' failed to satisfy constraint: Member must satisfy enum value set: [WINDOWS,",
    );
  });

  it("answers a value of the wrong type with SerializationException", async () => {
    const response = await raw(cloud.url, "CreateMaintenanceWindow", { ...window, Duration: "three" });
    expect(await response.json()).to.have.property("__type", "SerializationException");
  });

  it("answers a body that is not JSON with SerializationException", async () => {
    const headers = { "x-amz-target": "AmazonSSM.ListCommands", authorization: signed };
    for (const body of ["{not json", "[]"]) {
      const response = await fetch(cloud.url, { method: "POST", headers, body });
      expect(response.status).to.equal(400);
      expect(await response.json()).to.have.property("__type", "SerializationException");
    }
  });

  it("refuses an unsigned call", async () => {
    const response = await raw(cloud.url, "DescribePatchGroups", {}, "");
    expect(await response.json()).to.have.property("__type", "MissingAuthenticationTokenException");
  });

  it("pages through a list and refuses a token it never gave out", async () => {
    const first = await ssm.describePatchBaselines({ MaxResults: 10 });
    const second = await ssm.describePatchBaselines({ MaxResults: 10, NextToken: first.NextToken });
    const names = [...(first.BaselineIdentities ?? []), ...(second.BaselineIdentities ?? [])].map(
      (b) => b.BaselineName,
    );
    expect(names).to.have.length(17);
    expect(new Set(names)).to.have.property("size", 17);
    expect(second.NextToken).to.equal(undefined);
    const invented = refusal(ssm.describeInstanceInformation({ NextToken: "invented" }));
    expect((await invented).name).to.equal("InvalidNextToken");
    const undeclared = refusal(ssm.describePatchBaselines({ NextToken: "invented" }));
    expect((await undeclared).name).to.equal("ValidationException");
  });

  it("answers a repeated client token once, and refuses it with other parameters", async () => {
    const first = await ssm.createMaintenanceWindow({ ...window, ClientToken: "token" });
    const again = await ssm.createMaintenanceWindow({ ...window, ClientToken: "token" });
    expect(again.WindowId).to.equal(first.WindowId);
    expect((await ssm.describeMaintenanceWindows({})).WindowIdentities).to.have.length(1);
    const changed = ssm.createMaintenanceWindow({ ...window, Cutoff: 0, ClientToken: "token" });
    expect((await refusal(changed)).name).to.equal("IdempotentParameterMismatch");
  });

  it("keeps accounts and Regions apart", async () => {
    const cloud = await cloudWith([instance("i-0123456789abcdef0")]);
    await ssmOf(cloud).createPatchBaseline({ Name: "mine" });
    const own = async (client: ReturnType<typeof ssmOf>): Promise<number | undefined> => {
      const filter = { Key: "OWNER", Values: ["Self"] };
      return (await client.describePatchBaselines({ Filters: [filter] })).BaselineIdentities?.length;
    };
    expect(await own(ssmOf(cloud))).to.equal(1);
    expect(await own(ssmOf(cloud, "eu-central-1"))).to.equal(0);
    expect(await own(await ssmAs(cloud, other))).to.equal(0);
    expect(await own(await ssmAs(cloud, home))).to.equal(1);
    const nodes = await (await ssmAs(cloud, other)).describeInstanceInformation({});
    expect(nodes.InstanceInformationList).to.deep.equal([]);
  });
});

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
describe("embedded cloud: STS", () => {
  inFreshCloud();

  it("hands out credentials that stand for the role's account", async () => {
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const sts = new STSClient({ endpoint: cloud.url, region: ireland, credentials });
    const RoleArn = `arn:aws:iam::${other}:role/path/deploy`;
    const assumed = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "spec" }));
    expect(assumed.AssumedRoleUser?.Arn).to.equal(`arn:aws:sts::${other}:assumed-role/deploy/spec`);
    const session = new STSClient({
      endpoint: cloud.url,
      region: ireland,
      credentials: {
        accessKeyId: assumed.Credentials?.AccessKeyId ?? "",
        secretAccessKey: assumed.Credentials?.SecretAccessKey ?? "",
      },
    });
    expect((await sts.send(new GetCallerIdentityCommand({}))).Account).to.equal(home);
    const { Account, Arn, UserId } = await session.send(new GetCallerIdentityCommand({}));
    expect([Account, Arn, UserId]).to.deep.equal([
      other,
      assumed.AssumedRoleUser?.Arn,
      assumed.AssumedRoleUser?.AssumedRoleId,
    ]);
  });

  for (const [what, RoleSessionName, constraint] of [
    ["one letter", "a", "Member must have length greater than or equal to 2"],
    ["65 letters", "a".repeat(65), "Member must have length less than or equal to 64"],
    ["a space in it", "a b", "Member must satisfy regular expression pattern"],
  ] as const) {
    it(`refuses a session name of ${what} for just that`, async () => {
      const credentials = { accessKeyId: "test", secretAccessKey: "test" };
      const sts = new STSClient({ endpoint: cloud.url, region: ireland, credentials });
      const RoleArn = `arn:aws:iam::${other}:role/deploy`;
      const fault = await refusal(sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName })));
      expect(fault.name).to.match(/^ValidationError/);
      expect(fault.message).to.contain(constraint);
    });
  }

  it("denies a role of an account that is not part of the world", async () => {
    const { name } = await refusal(ssmAs(cloud, "999999999999"));
    expect(name).to.equal("AccessDenied");
  });
});
