import { writeFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import { syncedFolder } from "../../domain/collection/layout.ts";
import type { RecordType } from "../../domain/collection/records.ts";
import { bucketName } from "../../domain/stack/awsNames.ts";
import { syncFolder } from "../../domain/stack/syncFolder.ts";
import { openStore } from "../../operations/store/openStore.ts";
import { collectDocument } from "../../render/collect/collectDocument.ts";
import { writers } from "../../render/writers/writers.ts";
import type { Cloud } from "../../simulator/index.ts";
import { group, location, samplePlane, server } from "../domain/samplePlane.ts";
import { startGateway } from "../engine/gateway.ts";
import { closeClouds, cloudWith, home, instance, ireland, ssmOf } from "../simulator/cloudFixture.ts";
import { baselineFor, group as app, patch, rule } from "../simulator/patchingFixture.ts";
import { collectPlace, makeInventory } from "./collectFixture.ts";
import { pointedAt } from "./reading.ts";

const tags = { PatchGroup: app };
const [web, db, windows] = ["i-00000000000000002", "i-00000000000000003", "i-00000000000000004"] as const;
const main = location("main", { accountId: home, region: ireland });
const bucket = bucketName("prod", "main", home);
const plane = samplePlane({
  locations: [main],
  groups: [group(app)],
  fleet: [
    server(2, { patchGroup: app }),
    server(3, { patchGroup: app, os: "amazon-linux", release: "2023" }),
    server(4, { patchGroup: app, os: "windows-server", release: "2022" }),
  ],
});
/** What the files tell beside the API, and what is made of it. */
const sharedTypes: readonly RecordType[] = [
  "AWS:Application",
  "AWS:InstanceInformation",
  "AWS:Tag",
  "AWS:ComplianceItem",
  "AWS:PatchSummary",
  "Patchplane:Missing",
  "Patchplane:Server",
  "Patchplane:Run",
];
const syncName = "patchplane-prod-inventory";
const perNode = new Set([
  "ListInventoryEntries",
  "DescribeInstancePatches",
  "ListComplianceItems",
  "ListTagsForResource",
]);

/** Instances of three systems, all scanned, with the stack's sync. */
async function syncedCloud(): Promise<Cloud> {
  const cloud = await cloudWith([
    instance(web, { tags }),
    instance(db, { tags, os: "amazon-linux", release: "2023" }),
    instance(windows, { tags, os: "windows-server", release: "2022" }),
  ]);
  const ssm = ssmOf(cloud);
  await ssm.createResourceDataSync({
    SyncName: syncName,
    S3Destination: { BucketName: bucket, Prefix: syncFolder, SyncFormat: "JsonSerDe", Region: ireland },
  });
  const linux = { ApproveAfterDays: 0, EnableNonSecurity: true };
  await baselineFor(ssm, "UBUNTU", [rule({ PRODUCT: ["*"] }, { EnableNonSecurity: true })]);
  await baselineFor(ssm, "AMAZON_LINUX_2023", [rule({ PRODUCT: ["*"] }, { ...linux, ComplianceLevel: "HIGH" })]);
  await baselineFor(ssm, "WINDOWS", [rule({ PRODUCT: ["*"] }, { ApproveAfterDays: 0 })]);
  await makeInventory(cloud, app);
  await cloud.advanceTo(new Date("2026-11-02T00:05:00Z"));
  await patch(ssm, [web, db, windows], { Operation: "Scan" });
  return cloud;
}

/** Registers a hybrid node as an agent does, one that has neither packages nor patches; tells its id. */
async function hybridNode(cloud: Cloud): Promise<string> {
  const ssm = ssmOf(cloud);
  const { ActivationId, ActivationCode } = await ssm.createActivation({ IamRole: "hybrid" });
  const key = { PublicKey: "A".repeat(392), PublicKeyType: "Rsa", Fingerprint: "11111111-2222-4333-8444-555555555555" };
  const response = await fetch(cloud.url, {
    method: "POST",
    headers: {
      "x-amz-target": "AmazonSSM.RegisterManagedInstance",
      "content-type": "application/x-amz-json-1.1",
      authorization: `AWS4-HMAC-SHA256 Credential=/20261102/${ireland}/ssm/aws4_request, Signature=0`,
    },
    body: JSON.stringify({ ActivationId, ActivationCode, ...key }),
  });
  const { InstanceId = "" } = (await response.json()) as { readonly InstanceId?: string };
  const Tags = Object.entries({ ...tags, Owner: "data" }).map(([Key, Value]) => ({ Key, Value }));
  await ssm.addTagsToResource({ ResourceType: "ManagedInstance", ResourceId: InstanceId, Tags });
  return InstanceId;
}

describe("a collection from synced files", () => {
  afterEach(closeClouds);

  /** Collects, and tells which calls of single nodes it took. */
  async function collected(cloud: Cloud, fromSync: boolean) {
    const between = await startGateway(cloud.url);
    const asked: string[] = [];
    between.before = ({ operation }) => {
      if (operation !== undefined && perNode.has(operation)) asked.push(operation);
      return undefined;
    };
    const at = await collectPlace();
    const made = await at.run(plane, cloud, { url: between.url, fromSync });
    await between.close();
    // All at one time: the nodes' last pings are the same.
    const rows = Object.fromEntries(
      await Promise.all(sharedTypes.map(async (type) => [type, await at.rows(type, made.collected, main)] as const)),
    );
    await at.close();
    return { made, asked, rows, synced: made.locations[0]?.synced };
  }

  it("has the rows that the API answers, and asks it of no node", async () => {
    const cloud = await syncedCloud();
    const byApi = await collected(cloud, false);
    const bySync = await collected(cloud, true);
    const items = new Set(bySync.rows["AWS:ComplianceItem"]?.map((row) => ("resourceId" in row ? row.resourceId : "")));
    expect([...items].sort()).to.deep.equal([web, db, windows]);
    for (const type of sharedTypes) expect(bySync.rows[type], type).to.deep.equal(byApi.rows[type]);
    expect(bySync.asked).to.deep.equal([]);
    expect(byApi.synced).to.equal(undefined);
    expect(byApi.asked.length).to.be.greaterThan(15);
    expect(bySync.synced).to.deep.equal({
      place: `s3://${bucket}/sync/`,
      filesRead: 9,
      callsSaved: byApi.asked.length,
      asked: [],
      gone: [],
    });
  });

  it("asks what the files do not tell, and says of what", async () => {
    const cloud = await syncedCloud();
    const hybrid = await hybridNode(cloud);
    const ssm = ssmOf(cloud);
    // The files end here: what it had written stays as it was.
    await ssm.deleteResourceDataSync({ SyncName: syncName });
    await patch(ssm, [web], { Operation: "Install", RebootOption: "NoReboot" });
    const late = await hybridNode(cloud);
    const byApi = await collected(cloud, false);
    const bySync = await collected(cloud, true);
    for (const type of sharedTypes) expect(bySync.rows[type], type).to.deep.equal(byApi.rows[type]);
    expect(bySync.synced?.asked).to.deep.equal(
      [
        { resourceId: web, lack: "no patches of the last scan in the files" },
        { resourceId: hybrid, lack: "no packages in the files" },
        { resourceId: late, lack: "no packages in the files" },
        { resourceId: late, lack: "no tags in the files" },
      ].toSorted((a, b) => (a.resourceId + a.lack < b.resourceId + b.lack ? -1 : 1)),
    );
    expect((bySync.synced?.callsSaved ?? 0) + bySync.asked.length).to.equal(byApi.asked.length);
    const text = writers.text([collectDocument("prod", bySync.made)], { all: true });
    expect(text).to.include(`main: ${String(bySync.synced?.filesRead)} files of s3://${bucket}/sync/ read`);
    expect(text).to.match(/packages gathered from 2026-11-02T00:0\S+Z to 2026-11-02T00:0\S+Z/);
    expect(text).to.include(`main: asked, because there were no patches of the last scan in the files: ${web}`);
  });

  it("takes no file for whole that is cut off, nor packages of a node that is gone", async () => {
    const cloud = await syncedCloud();
    const gone = await hybridNode(cloud);
    const ssm = ssmOf(cloud);
    await ssm.deleteResourceDataSync({ SyncName: syncName });
    await ssm.deregisterManagedInstance({ InstanceId: gone });
    const byApi = await collected(cloud, false);
    const files = await pointedAt(cloud.url, () => Promise.resolve(openStore(plane, `s3://${bucket}/${syncFolder}`)));
    const cut = async (type: string, id: string, keep: (text: string) => string): Promise<void> => {
      const path = `${syncedFolder(type, main)}/${id}.json`;
      const text = await buffer(await files.read(path));
      await files.write(path, (file) => writeFile(file, keep(text.toString("utf8"))));
    };
    await pointedAt(cloud.url, async () => {
      await cut("AWS:Application", web, (text) => text.slice(0, -20));
      // At the end of a line: what is there can be read.
      await cut("AWS:ComplianceItem", db, (text) => text.split("\n").slice(0, -4).join("\n"));
    });
    const bySync = await collected(cloud, true);
    for (const type of sharedTypes) expect(bySync.rows[type], type).to.deep.equal(byApi.rows[type]);
    expect(bySync.synced?.asked.map(({ resourceId }) => resourceId)).to.deep.equal([web, db]);
    expect(bySync.synced?.gone).to.deep.equal([gone]);
  });

  it("says that a location cannot be read whose files it may not list", async () => {
    const cloud = await syncedCloud();
    const between = await startGateway(cloud.url);
    between.before = ({ method, path }) => {
      if (method !== "GET" || !path.startsWith(`/${bucket}`)) return undefined;
      return { status: 403, body: "<Error><Code>AccessDenied</Code><Message>not that bucket</Message></Error>" };
    };
    const at = await collectPlace();
    const made = await at.run(plane, cloud, { url: between.url, fromSync: true });
    await between.close();
    await at.close();
    expect(made.locations[0]?.record).to.deep.include({ state: "unknown", reason: "not allowed: not that bucket" });
  });
});
