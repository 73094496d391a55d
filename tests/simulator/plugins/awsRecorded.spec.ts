import { expect } from "chai";
import { home, ireland, other } from "../cloudFixture.ts";
import { cloud } from "../freshCloud.ts";
import { aws, withFreshAws } from "./freshCloud.ts";
import { configuredAws, failureOf, unknownText, type Json } from "./pluginClient.ts";

const types = {
  alarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
  alias: "aws:kms/alias:Alias",
  attachment: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  bucket: "aws:s3/bucket:Bucket",
  database: "aws:glue/catalogDatabase:CatalogDatabase",
  table: "aws:glue/catalogTable:CatalogTable",
  workgroup: "aws:athena/workgroup:Workgroup",
  namedQuery: "aws:athena/namedQuery:NamedQuery",
  bucketPolicy: "aws:s3/bucketPolicy:BucketPolicy",
  encryption: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  function: "aws:lambda/function:Function",
  invocation: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  key: "aws:kms/key:Key",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  permission: "aws:lambda/permission:Permission",
  lifecycle: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  object: "aws:s3/bucketObjectv2:BucketObjectv2",
  ownership: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  policy: "aws:iam/policy:Policy",
  publicAccess: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  queue: "aws:sqs/queue:Queue",
  queuePolicy: "aws:sqs/queuePolicy:QueuePolicy",
  role: "aws:iam/role:Role",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  rule: "aws:cloudwatch/eventRule:EventRule",
  subscription: "aws:sns/topicSubscription:TopicSubscription",
  target: "aws:cloudwatch/eventTarget:EventTarget",
  topic: "aws:sns/topic:Topic",
  topicPolicy: "aws:sns/topicPolicy:TopicPolicy",
  versioning: "aws:s3/bucketVersioning:BucketVersioning",
} as const;

type Kind = keyof typeof types;

const allow = { Effect: "Allow", Action: ["ssm:UpdateInstanceInformation", "ssm:PutInventory"], Resource: "*" };
const document = JSON.stringify({ Version: "2012-10-17", Statement: [allow] });
const turned = JSON.stringify({ Statement: [{ ...allow, Action: allow.Action.toReversed() }], Version: "2012-10-17" });
const another = JSON.stringify({ Version: "2012-10-17", Statement: [{ ...allow, Effect: "Deny" }] });
const bucketName = `patchplane-${home}`;
const topicArn = `arn:aws:sns:${ireland}:${home}:alarms`;
const queueArn = `arn:aws:sqs:${ireland}:${home}:results`;

/** A function's code of one file, as the engine sends it; its hash is the name's, whatever the file holds. */
function codeOf(path: string, hash = "one"): Json {
  const asset = { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", path, hash };
  return {
    "4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7",
    assets: { "index.mjs": asset },
    hash,
  };
}

/** What each type is made of; parents come first. */
const inputs: Readonly<Record<Kind, Json>> = {
  role: { name: "hybrid", assumeRolePolicy: document, tags: { a: "b" } },
  policy: { name: "node", policy: document },
  rolePolicy: { name: "patch", role: "hybrid", policy: document },
  attachment: { role: "hybrid", policyArn: `arn:aws:iam::${home}:policy/node` },
  bucket: { bucket: bucketName, tags: { a: "b" } },
  bucketPolicy: { bucket: bucketName, policy: document },
  versioning: { bucket: bucketName, versioningConfiguration: { status: "Enabled" } },
  encryption: { bucket: bucketName, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
  publicAccess: { bucket: bucketName, blockPublicAcls: true },
  ownership: { bucket: bucketName, rule: { objectOwnership: "BucketOwnerEnforced" } },
  lifecycle: {
    bucket: bucketName,
    rules: [{ id: "logs", status: "Enabled", filter: { prefix: "logs/" }, expiration: { days: 90 } }],
  },
  object: {
    bucket: bucketName,
    key: "overrides/a.json",
    content: "{}",
    contentType: "application/json",
    tags: { a: "b" },
  },
  database: { name: "reports", description: "collections", tags: { a: "b" } },
  table: {
    databaseName: "reports",
    name: "runs",
    tableType: "EXTERNAL_TABLE",
    parameters: { "projection.enabled": "true" },
    partitionKeys: [{ name: "day", type: "string" }],
    storageDescriptor: {
      location: `s3://${bucketName}/runs/`,
      serDeInfo: { name: "json", serializationLibrary: "org.openx.data.jsonserde.JsonSerDe" },
      columns: [{ name: "id", type: "string" }],
    },
  },
  workgroup: {
    name: "reports",
    configuration: {
      bytesScannedCutoffPerQuery: 10_485_760,
      resultConfiguration: { outputLocation: `s3://${bucketName}/athena/` },
    },
    tags: { a: "b" },
  },
  namedQuery: { name: "servers", database: "reports", workgroup: "reports", query: "select 1" },
  alarm: {
    name: "errors",
    namespace: "AWS/Lambda",
    metricName: "Errors",
    dimensions: { FunctionName: "reporter" },
    statistic: "Sum",
    period: 300,
    evaluationPeriods: 1,
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0,
    alarmActions: [topicArn],
  },
  logGroup: { name: "/aws/lambda/reporter", retentionInDays: 90, tags: { a: "b" } },
  function: {
    name: "reporter",
    role: `arn:aws:iam::${home}:role/reporter`,
    handler: "index.handler",
    runtime: "nodejs24.x",
    code: codeOf(import.meta.filename),
    timeout: 900,
  },
  invocation: {
    functionName: "reporter",
    maximumRetryAttempts: 1,
    destinationConfig: { onFailure: { destination: queueArn } },
  },
  permission: {
    function: "reporter",
    statementId: "rule",
    action: "lambda:InvokeFunction",
    principal: "events.amazonaws.com",
  },
  key: { policy: document, enableKeyRotation: true, deletionWindowInDays: 30 },
  alias: { name: "alias/patchplane", targetKeyId: "" },
  topic: { name: "alarms", kmsMasterKeyId: "" },
  topicPolicy: { arn: topicArn, policy: document },
  subscription: { topic: topicArn, protocol: "email", endpoint: "patching@example.com" },
  queue: { name: "results", messageRetentionSeconds: 1_209_600, sqsManagedSseEnabled: true },
  queuePolicy: { queueUrl: `https://sqs.${ireland}.amazonaws.com/${home}/results`, policy: document },
  rule: { name: "failures", eventPattern: '{"source":["aws.ssm"]}' },
  target: { rule: "failures", targetId: "queue", arn: queueArn },
};

const parents: Readonly<Partial<Record<Kind, Kind>>> = {
  alias: "key",
  attachment: "role",
  bucketPolicy: "bucket",
  encryption: "bucket",
  invocation: "function",
  lifecycle: "bucket",
  namedQuery: "workgroup",
  object: "bucket",
  ownership: "bucket",
  permission: "function",
  publicAccess: "bucket",
  queuePolicy: "queue",
  rolePolicy: "role",
  subscription: "topic",
  table: "database",
  target: "rule",
  topicPolicy: "topic",
  versioning: "bucket",
};

async function inputsOf(kind: Kind): Promise<Json> {
  const parent = parents[kind];
  if (parent === undefined) return inputs[kind];
  const { id } = await aws.create(types[parent], inputs[parent]);
  return kind === "alias" ? { ...inputs[kind], targetKeyId: id } : inputs[kind];
}

describe("every type of the AWS stand-in that is kept as a record", () => {
  withFreshAws();

  for (const [name, type] of Object.entries(types)) {
    const kind = name as Kind;

    it(`shows no change right after it was made, and is gone once deleted: ${type}`, async () => {
      const wanted = await inputsOf(kind);
      const made = await aws.create(type, wanted);
      expect((await aws.diff(made, wanted)).changes).to.deep.equal([]);
      const refreshed = await aws.refresh(made);
      expect(refreshed?.inputs).to.deep.equal(made.inputs);
      expect(refreshed?.outputs).to.deep.equal(made.outputs);
      await aws.delete(made);
      expect(await aws.refresh(made)).to.equal(undefined);
    });

    it(`can be imported: ${type}`, async () => {
      const wanted = await inputsOf(kind);
      const { id } = await aws.create(type, wanted);
      const imported = await aws.import(type, id);
      // An imported object has no content in the state, as with the real provider.
      const expected = kind === "object" ? { bucket: bucketName, key: "overrides/a.json" } : wanted;
      expect(imported?.id).to.equal(id);
      expect((await aws.check(type, { ...imported?.inputs, ...wanted })).faults).to.deep.equal([]);
      expect(
        (await aws.diff({ type, id, inputs: {}, outputs: imported?.outputs ?? {} }, expected)).changes,
      ).to.deep.equal([]);
    });

    if (parents[kind] !== undefined) {
      it(`is refused without what it stands on: ${type}`, async () => {
        const { message } = await failureOf(
          aws.create(type, { ...inputs[kind], ...(kind === "alias" && { targetKeyId: "k" }) }),
        );
        expect(message).to.match(
          /NoSuchEntity|NoSuchBucket|NotFound|NonExistentQueue|ResourceNotFoundException|is not found/,
        );
      });
    }
  }
});

describe("IAM in the AWS stand-in", () => {
  withFreshAws();

  it("compares policies by meaning", async () => {
    const made = await aws.create(types.policy, inputs.policy);
    expect((await aws.diff(made, { ...inputs.policy, policy: turned })).changes).to.deep.equal([]);
    expect((await aws.diff(made, { ...inputs.policy, policy: another })).changes).to.deep.equal(["update policy"]);
  });

  it("replaces what was renamed, deleting first, and refuses a name twice", async () => {
    const made = await aws.create(types.role, inputs.role);
    expect(await aws.diff(made, { ...inputs.role, name: "other" })).to.deep.equal({
      changes: ["update-replace name"],
      replaces: ["name"],
      deleteBeforeReplace: true,
    });
    expect((await failureOf(aws.create(types.role, inputs.role))).message).to.equal(
      "EntityAlreadyExists: Role with name hybrid already exists.",
    );
  });

  it("always deletes an attachment before it replaces it", async () => {
    const made = await aws.create(types.attachment, await inputsOf("attachment"));
    const wanted = { ...inputs.attachment, policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" };
    expect(await aws.diff(made, wanted)).to.deep.include({ replaces: ["policyArn"], deleteBeforeReplace: true });
  });

  it("is one per account: another Region sees it, another account does not", async () => {
    const made = await aws.create(types.role, inputs.role);
    expect(await (await configuredAws(cloud, home, "us-east-1")).refresh(made)).to.not.equal(undefined);
    expect(await (await configuredAws(cloud, other)).refresh(made)).to.equal(undefined);
  });

  it("refuses documents over IAM's quotas", async () => {
    const long = (length: number): string =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ ...allow, Resource: `arn:aws:s3:::${"b".repeat(length)}` }],
      });
    expect((await failureOf(aws.create(types.policy, { name: "node", policy: long(6200) }))).message).to.equal(
      "LimitExceeded: Cannot exceed quota for PolicySize: 6144",
    );
    expect((await failureOf(aws.create(types.role, { name: "r", assumeRolePolicy: long(2100) }))).message).to.include(
      "2048",
    );
  });

  it("wants the name of a role, not its ARN", async () => {
    const { faults } = await aws.check(types.rolePolicy, { ...inputs.rolePolicy, role: `arn:aws:iam::${home}:role/x` });
    expect(faults).to.have.length(1);
  });

  it("keeps the unique id of an updated role", async () => {
    const made = await aws.create(types.role, inputs.role);
    const updated = await aws.update(made, { ...inputs.role, description: "new", tags: {} });
    expect(updated.outputs["uniqueId"]).to.equal(made.outputs["uniqueId"]);
    expect(updated.outputs["tagsAll"]).to.deep.equal({});
  });
});

describe("S3 in the AWS stand-in", () => {
  withFreshAws();

  it("says where a bucket is", async () => {
    const { outputs } = await aws.create(types.bucket, inputs.bucket);
    expect(outputs).to.deep.include({
      arn: `arn:aws:s3:::${bucketName}`,
      bucketDomainName: `${bucketName}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${bucketName}.s3.${ireland}.amazonaws.com`,
      bucketRegion: ireland,
    });
  });

  it("refuses the deprecated settings inside a bucket", async () => {
    const { faults } = await aws.check(types.bucket, {
      ...inputs.bucket,
      acl: "private",
      versioning: { enabled: true },
    });
    expect(faults.map((fault) => fault.split(":")[0])).to.have.members(["acl", "versioning"]);
  });

  it("stores an object where the nodes find it, and uploads other content", async () => {
    const made = await aws.create(types.object, await inputsOf("object"));
    const authorization = `AWS4-HMAC-SHA256 Credential=test/20261102/${ireland}/s3/aws4_request, Signature=0`;
    const get = async (): Promise<string> =>
      (await fetch(`${cloud.url}/${bucketName}/overrides/a.json`, { headers: { authorization } })).text();
    expect(await get()).to.equal("{}");
    const changed = { ...inputs.object, content: "[]" };
    expect((await aws.previewUpdate(made, changed))["versionId"]).to.equal(unknownText);
    const updated = await aws.update(made, changed);
    expect(await get()).to.equal("[]");
    expect(updated.outputs["versionId"]).to.not.equal(made.outputs["versionId"]);
    expect(updated.outputs["content"]).to.equal("[]");
  });

  it("sees metadata go with the object of somebody else, as the provider reads it off the object", async () => {
    const wanted = { ...(await inputsOf("object")), metadata: { "approvals-file": "approvals/a.yaml" } };
    const made = await aws.create(types.object, wanted);
    expect(made.outputs["metadata"]).to.deep.equal(wanted.metadata);
    await aws.create(types.object, inputs.object);
    const read = (await aws.refresh(made)) ?? made;
    expect(read.outputs["metadata"]).to.deep.equal({});
    expect((await aws.diff(read, wanted)).changes).to.include('add metadata["approvals-file"]');
  });

  it("forgets tags that were taken from an object", async () => {
    const made = await aws.create(types.object, await inputsOf("object"));
    const { tags, ...untagged } = inputs.object;
    const updated = await aws.update(made, untagged);
    expect(updated.outputs["tagsAll"]).to.deep.equal({});
    expect((await aws.diff(updated, untagged)).changes).to.deep.equal([]);
    expect(tags).to.deep.equal({ a: "b" });
  });

  it("replaces an object under another key, without deleting first: it is named by its key alone", async () => {
    const made = await aws.create(types.object, await inputsOf("object"));
    const difference = await aws.diff(made, { ...inputs.object, key: "overrides/b.json" });
    expect(difference).to.deep.include({ replaces: ["key"], deleteBeforeReplace: false });
  });

  it("refuses lifecycle rules that S3 refuses", async () => {
    const rule = { id: "a", status: "Enabled" };
    const idle = { bucket: bucketName, rules: [rule] };
    await aws.create(types.bucket, inputs.bucket);
    expect((await failureOf(aws.create(types.lifecycle, idle))).message).to.include("At least one action");
    const twice = { bucket: bucketName, rules: [1, 2].map((days) => ({ ...rule, expiration: { days } })) };
    expect((await failureOf(aws.create(types.lifecycle, twice))).message).to.include("unique");
    const both = { days: 1, date: "2027-01-01T00:00:00Z", storageClass: "GLACIER" };
    const { faults } = await aws.check(types.lifecycle, {
      bucket: bucketName,
      rules: [{ ...rule, transitions: [both] }],
    });
    expect(faults).to.deep.equal(["rules[0].transitions[0]: needs exactly one of date and days"]);
  });
});

describe("messages and events in the AWS stand-in", () => {
  withFreshAws();

  it("leave a mail subscription pending, and confirm a queue's", async () => {
    const mail = await aws.create(types.subscription, await inputsOf("subscription"));
    expect(mail.outputs["pendingConfirmation"]).to.equal(true);
    const queue = await aws.create(types.subscription, { topic: topicArn, protocol: "sqs", endpoint: queueArn });
    expect(queue.outputs["pendingConfirmation"]).to.equal(false);
  });

  it("take a topic's subscriptions and policy with it, and keep a rule that has targets", async () => {
    const made = await aws.create(types.topic, inputs.topic);
    const standing = [
      await aws.create(types.topicPolicy, inputs.topicPolicy),
      await aws.create(types.subscription, inputs.subscription),
    ];
    await aws.delete(made);
    for (const each of standing) expect(await aws.refresh(each)).to.equal(undefined);
    const rule = await aws.create(types.rule, inputs.rule);
    const target = await aws.create(types.target, inputs.target);
    const { message } = await failureOf(aws.delete(rule));
    expect(message).to.contain("ValidationException: Rule can't be deleted since it has targets.");
    await aws.delete(target);
    await aws.delete(rule);
    expect(await aws.refresh(rule)).to.equal(undefined);
  });

  it("take key id and key ARN of one key for the same", async () => {
    const made = await aws.create(types.alias, await inputsOf("alias"));
    const arn = made.outputs["targetKeyArn"];
    expect((await aws.diff(made, { ...made.inputs, targetKeyId: arn })).changes).to.deep.equal([]);
  });

  it("want a pattern or a schedule in a rule, and compare patterns by meaning", async () => {
    expect((await aws.check(types.rule, { name: "r" })).faults).to.have.length(1);
    const made = await aws.create(types.rule, inputs.rule);
    expect((await aws.diff(made, { ...inputs.rule, eventPattern: '{ "source": ["aws.ssm"] }' })).changes).to.deep.equal(
      [],
    );
  });

  it("keep a queue's two encryptions apart", async () => {
    const { faults } = await aws.check(types.queue, { ...inputs.queue, kmsMasterKeyId: "alias/x" });
    expect(faults).to.deep.equal(["kmsMasterKeyId: excludes sqsManagedSseEnabled"]);
  });
});

describe("Athena in the AWS stand-in", () => {
  withFreshAws();

  it("leaves the length of a saved query to the API, which refuses it", async () => {
    const long = { ...(await inputsOf("namedQuery")), query: "ä".repeat(131_073) };
    expect((await aws.check(types.namedQuery, long)).faults).to.deep.equal([]);
    const { message } = await failureOf(aws.create(types.namedQuery, long));
    expect(message).to.equal(
      "InvalidRequestException: queryString failed to satisfy constraint: Member must have length less than or equal to 262144",
    );
  });
});

describe("Lambda in the AWS stand-in", () => {
  withFreshAws();

  it("tells code by the engine's hash: neither its place nor what lies there is a change", async () => {
    const made = await aws.create(types.function, inputs.function);
    const moved = { ...inputs.function, code: codeOf("/elsewhere/index.mjs") };
    expect((await aws.diff(made, moved)).changes).to.deep.equal([]);
    const another = { ...inputs.function, code: codeOf(import.meta.filename, "two") };
    expect((await aws.diff(made, another)).changes).to.deep.equal(["update code"]);
  });

  it("keeps the files for itself: the state holds the archive, and no text of it", async () => {
    const { outputs } = await aws.create(types.function, inputs.function);
    expect(outputs).to.not.have.property("files");
    expect(outputs["arn"]).to.equal(`arn:aws:lambda:${ireland}:${home}:function:reporter`);
    expect(Number(outputs["sourceCodeSize"])).to.be.above(1000);
  });

  it("refuses what it does not run, and limits that Lambda does not have", async () => {
    for (const wrong of [
      { runtime: "python3.13" },
      { timeout: 901 },
      { memorySize: 64 },
      { layers: [] },
      { code: "x" },
    ])
      expect(
        (await aws.check(types.function, { ...inputs.function, ...wrong })).faults,
        JSON.stringify(wrong),
      ).to.have.length(1);
    const days = { ...inputs.logGroup, retentionInDays: 91 };
    expect((await aws.check(types.logGroup, days)).faults).to.have.length(1);
  });
});
