import { SSM } from "@aws-sdk/client-ssm";
import { STS } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { startCloud, type Cloud, type KnownRole } from "../../../simulator/index.ts";
import { unsignedAuthorization, type AccessKeys } from "../../../simulator/plugins/aws/authorization.ts";

const account = "111122223333";
const region = "us-east-1";
const arn = (name: string): string => `arn:aws:iam::${account}:role/${name}`;

function policy(...statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements.map((each) => ({ Effect: "Allow", ...each })) });
}

const reader: KnownRole = {
  arn: arn("reader"),
  policies: [
    policy(
      { Action: "ssm:DescribeActivations", Resource: "*" },
      { Action: "s3:GetObject", Resource: "arn:aws:s3:::b/open/*" },
      {
        Action: ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"],
        Resource: `arn:aws:kms:${region}:${account}:key/*`,
        Condition: { StringEquals: { "aws:ResourceTag/Team": "ours" } },
      },
    ),
  ],
};
const bound: KnownRole = {
  arn: arn("bound"),
  policies: [policy({ Action: "*", Resource: "*" })],
  boundary: policy({ Action: "ssm:Describe*", Resource: "*" }),
};

describe("the rights that the embedded cloud enforces", () => {
  let cloud: Cloud;

  beforeEach(async () => {
    const world = {
      homeAccountId: account,
      homeRegion: region,
      accountIds: [account],
      predefinedBaselines: {},
      subscriptionIds: [],
      machines: [],
    };
    cloud = await startCloud({ world, now: new Date("2026-12-01T06:00:00Z"), seed: 1, roles: [reader, bound] });
  });

  afterEach(() => cloud.close());

  async function keysOf(name: string): Promise<AccessKeys> {
    const sts = new STS({
      endpoint: cloud.url,
      region,
      credentials: { accessKeyId: "AKIATEST", secretAccessKey: "x" },
    });
    const { Credentials: given } = await sts.assumeRole({ RoleArn: arn(name), RoleSessionName: "spec" });
    sts.destroy();
    return {
      accessKeyId: given?.AccessKeyId ?? "",
      secretAccessKey: given?.SecretAccessKey ?? "",
      sessionToken: given?.SessionToken ?? "",
    };
  }

  async function denied(call: (ssm: SSM) => Promise<unknown>, name: string): Promise<string> {
    const ssm = new SSM({ endpoint: cloud.url, region, credentials: await keysOf(name) });
    const said = await call(ssm).then(
      () => "",
      (error: unknown) => String(error),
    );
    ssm.destroy();
    return said;
  }

  async function fetched(name: string, service: string, path: string, init: RequestInit = {}): Promise<Response> {
    const authorization = unsignedAuthorization(await keysOf(name), region, service);
    return fetch(new URL(path, cloud.url), { ...init, headers: { authorization } });
  }

  it("are a known role's policies on SSM, in AWS's words", async () => {
    expect(await denied((ssm) => ssm.describeActivations({}), "reader")).to.equal("");
    expect(await denied((ssm) => ssm.createActivation({ IamRole: "node" }), "reader")).to.equal(
      `AccessDeniedException: User: arn:aws:sts::${account}:assumed-role/reader/spec is not authorized to perform: ssm:CreateActivation on resource: * because no identity-based policy allows the ssm:CreateActivation action`,
    );
  });

  it("end at a role's boundary", async () => {
    expect(await denied((ssm) => ssm.describeActivations({}), "bound")).to.equal("");
    expect(await denied((ssm) => ssm.createActivation({ IamRole: "node" }), "bound")).to.contain(
      "ssm:CreateActivation",
    );
  });

  it("are nobody's else: an unknown role may do everything", async () => {
    expect(await denied((ssm) => ssm.createActivation({ IamRole: "node" }), "stranger")).to.equal("");
  });

  it("hold for objects, and by a bucket's policy", async () => {
    for (const key of ["open/a", "shut/a", "open/b"]) {
      expect((await fetched("stranger", "s3", `/b/${key}`, { method: "PUT", body: "x" })).status).to.equal(200);
    }
    expect((await fetched("reader", "s3", "/b/open/a")).status).to.equal(200);
    const refused = await fetched("reader", "s3", "/b/shut/a");
    expect(refused.status).to.equal(403);
    expect(await refused.text())
      .to.contain("<Code>AccessDenied</Code>")
      .and.contain("s3:GetObject");
    const denying = { Effect: "Deny", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/open/b" };
    const record = JSON.stringify({ bucket: "b", policy: policy(denying) });
    const at = `/_patchplane/records/${account}/${region}/s3-bucket-policy/b`;
    await fetch(new URL(at, cloud.url), { method: "PUT", body: record });
    expect((await fetched("reader", "s3", "/b/open/b")).status).to.equal(403);
    expect((await fetched("reader", "s3", "/b/open/a")).status).to.equal(200);
  });

  it("count a key's tags five minutes after it was made", async () => {
    const at = `/_patchplane/records/${account}/${region}/kms-key/1234`;
    const root = { Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "kms:*", Resource: "*" };
    const record = JSON.stringify({ tags: { Team: "ours" }, policy: policy(root) });
    await fetch(new URL(at, cloud.url), { method: "PUT", body: record });
    const early = await fetched("reader", "kms", at);
    expect(early.status).to.equal(403);
    expect(await early.text()).to.contain("kms:DescribeKey");
    await cloud.advanceTo(new Date("2026-12-01T06:05:00Z"));
    expect((await fetched("reader", "kms", at)).status).to.equal(200);
    const removal = await fetched("reader", "kms", at, { method: "DELETE" });
    expect(await removal.text()).to.contain("kms:ScheduleKeyDeletion");
  });
});
