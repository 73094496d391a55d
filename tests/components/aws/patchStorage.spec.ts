import { expect } from "chai";
import { PatchStorage } from "../../../components/aws/patchStorage.ts";
import { valueOf, type Recorder } from "../../harness/mocks.ts";
import { builderOf } from "./builder.ts";
import { expectInherited, inventory, json } from "./inventory.ts";
import { locationWithoutRole, sampleLocation, tags } from "./samples.ts";

const bucket = "patchplane-prod-main-111122223333";
const list = { key: "approvals/0123456789abcdef.yaml", content: "patches: []\n", contentType: "application/yaml" };

const { built, made } = builderOf(PatchStorage, "storage", {
  environment: "prod",
  location: sampleLocation(),
  logRetentionDays: 90,
  syncInventory: true,
  queried: false,
  published: [list],
});

function statementIds(recorder: Recorder): readonly string[] {
  const policy = json(recorder.only("BucketPolicy"), "policy") as { Statement: { Sid: string }[] };
  return policy.Statement.map((statement) => statement.Sid);
}

const always = [
  "TlsOnly",
  "NodeRolesOnlyAddLogs",
  "NodeRolesDeleteNothing",
  "InstanceProfilesOnlyAddLogs",
  "InstanceProfilesDeleteNothing",
  "RunsStay",
  "RunsAreNotOverwritten",
];

describe("PatchStorage", () => {
  it("makes one closed, versioned, encrypted bucket with policy, lifecycle, sync and the published object", async () => {
    const recorder = await built();
    expect(inventory(recorder)).to.deep.equal([
      "Bucket storage-bucket",
      "BucketLifecycleConfiguration storage-lifecycle",
      "BucketObjectv2 storage-approvals/0123456789abcdef.yaml",
      "BucketOwnershipControls storage-ownership",
      "BucketPolicy storage-policy",
      "BucketPublicAccessBlock storage-public-access",
      "BucketServerSideEncryptionConfiguration storage-encryption",
      "BucketVersioning storage-versioning",
      "ResourceDataSync storage-sync",
    ]);
    expectInherited(recorder);
    const inputs = (type: string): unknown => recorder.only(type).inputs;
    expect(inputs("Bucket")).to.deep.equal({ bucket, tags });
    expect(inputs("BucketVersioning")).to.deep.equal({
      bucket,
      versioningConfiguration: { status: "Enabled" },
    });
    expect(inputs("BucketServerSideEncryptionConfiguration")).to.deep.equal({
      bucket,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    expect(inputs("BucketOwnershipControls")).to.deep.equal({
      bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    expect(inputs("BucketPublicAccessBlock")).to.deep.equal({
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
  });

  it("expires logs after the retention, keeps old versions of the rest as long, and drops abandoned uploads", async () => {
    const { inputs } = (await built({ logRetentionDays: 30 })).only("BucketLifecycleConfiguration");
    const kept = (folder: string): object => ({
      id: folder,
      status: "Enabled",
      filter: { prefix: `${folder}/` },
      noncurrentVersionExpiration: { noncurrentDays: 30 },
    });
    expect(inputs["rules"]).to.deep.equal([
      { ...kept("logs"), expiration: { days: 30 } },
      kept("approvals"),
      kept("overrides"),
      kept("sync"),
      {
        id: "abandoned-uploads",
        status: "Enabled",
        filter: { prefix: "" },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
    ]);
  });

  it("keeps Athena's results for a week only, and what replaces collections as long as logs, where it is queried", async () => {
    const { inputs } = (await built({ logRetentionDays: 30, queried: true })).only("BucketLifecycleConfiguration");
    const rules = (inputs["rules"] as readonly { readonly id: string }[]).filter(({ id }) =>
      ["athena", "collections"].includes(id),
    );
    expect(rules).to.deep.equal([
      {
        id: "athena",
        status: "Enabled",
        filter: { prefix: "athena/" },
        expiration: { days: 7 },
        noncurrentVersionExpiration: { noncurrentDays: 1 },
      },
      {
        id: "collections",
        status: "Enabled",
        filter: { prefix: "collections/" },
        noncurrentVersionExpiration: { noncurrentDays: 30 },
      },
    ]);
  });

  it("starts the data sync only after the bucket policy, and deletes it before it is replaced", async () => {
    const recorder = await built();
    const sync = recorder.only("ResourceDataSync");
    expect(sync.inputs).to.deep.equal({
      name: "patchplane-prod-inventory",
      s3Destination: { bucketName: bucket, prefix: "sync", region: "eu-central-1", syncFormat: "JsonSerDe" },
    });
    expect(sync.deleteBeforeReplace).to.equal(true);
    expect(sync.dependsOn).to.include(recorder.only("BucketPolicy").urn);
  });

  it("leaves sync and its statements out when inventory is not synced", async () => {
    const recorder = await built({ syncInventory: false });
    expect(recorder.ofType("ResourceDataSync")).to.be.empty;
    expect(statementIds(recorder)).to.deep.equal([...always, "OnlyDeployerPublishes"]);
  });

  it("has no rule for the deployer where its role is not known", async () => {
    const recorder = await built({ location: locationWithoutRole() });
    expect(statementIds(recorder)).to.deep.equal([...always, "DataSyncChecksBucket", "DataSyncWrites"]);
  });

  it("publishes an object under its key once, after the policy that protects it", async () => {
    const recorder = await built({ published: [list, { ...list }] });
    const object = recorder.only("BucketObjectv2");
    expect(object.inputs).to.deep.equal({
      bucket,
      key: list.key,
      content: list.content,
      contentType: "application/yaml",
      tags,
    });
    expect(object.dependsOn).to.include.members([
      recorder.only("BucketPolicy").urn,
      recorder.only("BucketVersioning").urn,
    ]);
  });

  it("orders policy after public access block, and lifecycle after versioning", async () => {
    const recorder = await built();
    expect(recorder.only("BucketPolicy").dependsOn).to.include(recorder.only("BucketPublicAccessBlock").urn);
    expect(recorder.only("BucketLifecycleConfiguration").dependsOn).to.include(recorder.only("BucketVersioning").urn);
  });

  it("never lets the bucket take back what resources of their own have set on it, as after a refresh", async () => {
    const recorder = await built();
    const ignored = recorder.only("Bucket").ignoreChanges;
    expect(ignored).to.include.members(["lifecycleRules", "serverSideEncryptionConfiguration", "versioning"]);
    expect(Object.keys(recorder.only("Bucket").inputs).filter((input) => ignored.includes(input))).to.deep.equal([]);
  });

  it("answers the bucket's name and the objects' URLs", async () => {
    const { bucketName, urls } = await made();
    expect(await valueOf(bucketName)).to.equal(bucket);
    const url = urls[list.key];
    expect(url === undefined ? undefined : await valueOf(url)).to.equal(`s3://${bucket}/${list.key}`);
  });
});
