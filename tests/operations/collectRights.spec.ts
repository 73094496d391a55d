import { CreateAssociationCommand, CreateResourceDataSyncCommand } from "@aws-sdk/client-ssm";
import { writeFile } from "node:fs/promises";
import { expect } from "chai";
import { syncedFolder } from "../../domain/collection/layout.ts";
import { bucketName } from "../../domain/stack/awsNames.ts";
import { syncFolder } from "../../domain/stack/syncFolder.ts";
import { openStore } from "../../operations/store/openStore.ts";
import { readRecords } from "../../operations/store/records.ts";
import { startCloud, type Cloud } from "../../simulator/index.ts";
import { account, parameters, policiesOf } from "../bootstrap/template.ts";
import { group, location, samplePlane, server } from "../domain/samplePlane.ts";
import { assumedClient } from "../engine/clients.ts";
import { startGateway } from "../engine/gateway.ts";
import { azureVm, instance, ireland, worldOf } from "../simulator/cloudFixture.ts";
import { collectPlace, type CollectPlace } from "./collectFixture.ts";
import { pointedAt } from "./reading.ts";

const id = "i-00000000000000002";
const tags = { PatchGroup: "app" };

/** The operators' roles, and the nightly reports', as the bootstrap makes them; who else asks may do everything. */
const roles = ["OperatorReadRole", "OperatorRole", "ReportsRole"].map((role) => ({
  arn: `arn:aws:iam::${account}:role/${role}`,
  policies: policiesOf(role, { ...parameters, Environment: "prod" }),
}));

function planeAs(role: string) {
  return samplePlane({
    locations: [
      location("main", { accountId: account, region: ireland, roleArn: `arn:aws:iam::${account}:role/${role}` }),
    ],
    groups: [group("app")],
    fleet: [server(2)],
  });
}

describe("the rights that collecting needs", () => {
  let at: CollectPlace;
  let cloud: Cloud;

  beforeEach(async () => {
    at = await collectPlace();
    const world = worldOf(instance(id, { accountId: account, tags }), azureVm("data"));
    const now = new Date("2026-11-02T00:00:00Z");
    cloud = await startCloud({
      world: { ...world, homeAccountId: account, accountIds: [account] },
      now,
      seed: 1,
      roles,
    });
    await assumedClient(cloud.url, ireland, account).send(
      new CreateAssociationCommand({
        Name: "AWS-GatherSoftwareInventory",
        AssociationName: "patchplane-prod-inventory",
        Targets: [{ Key: "tag:PatchGroup", Values: ["app"] }],
        Tags: Object.entries({ ManagedBy: "patchplane", Environment: "prod" }).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    await cloud.advanceTo(new Date("2026-11-02T00:10:00Z"));
  });
  afterEach(async () => {
    await cloud.close();
    await at.close();
  });

  it("are those of the operators' reading role, which can refresh nothing", async () => {
    const plane = planeAs("OperatorReadRole");
    const made = await at.run(plane, cloud);
    expect(made.locations.map(({ record }) => [record.state, record.reason, record.nodes])).to.deep.equal([
      ["collected", "", "1"],
    ]);
    expect(
      (await at.rows("AWS:Application", made.collected, plane.locations["main"] ?? location("main"))).length,
    ).to.be.greaterThan(100);
    const refused = await at.run(plane, cloud, { refresh: { minutes: 1 }, fresh: true });
    expect(refused.locations[0]?.record.reason).to.match(/^not allowed .*ssm:StartAssociationsOnce/);
  });

  for (const role of ["OperatorReadRole", "OperatorRole"])
    it(`are those of ${role} for files that were synced, and for no others`, async () => {
      const bucket = bucketName("prod", "main", account);
      const S3Destination = {
        BucketName: bucket,
        Prefix: syncFolder,
        SyncFormat: "JsonSerDe",
        Region: ireland,
      } as const;
      await assumedClient(cloud.url, ireland, account).send(
        new CreateResourceDataSyncCommand({ SyncName: "patchplane-prod-inventory", S3Destination }),
      );
      const plane = planeAs(role);
      const made = await at.run(plane, cloud, { fromSync: true });
      const [read] = made.locations;
      expect([read?.record.state, read?.record.reason]).to.deep.equal(["collected", ""]);
      expect([read?.synced?.filesRead, read?.synced?.asked]).to.deep.equal([1, []]);
      const store = await pointedAt(cloud.url, () => Promise.resolve(openStore(plane, `s3://${bucket}`)));
      const path = `${syncFolder}/${syncedFolder("AWS:Application", { accountId: account, region: ireland })}/${id}.json`;
      const foreign = path.replace(account, "999900001111");
      for (const [what, act] of [
        ["s3:PutObject", () => store.write(path, (file) => writeFile(file, ""))],
        ["s3:DeleteObject", () => store.remove(path)],
        ["s3:GetObject", () => store.read(foreign)],
      ] as const) {
        const refusal = await pointedAt(cloud.url, async () => act()).catch((error: unknown) => error);
        expect((refusal as Error).name, what).to.equal("AccessDenied");
      }
    });

  it("are with the other role enough to refresh, and to keep collections in the stack's own bucket", async () => {
    const plane = planeAs("OperatorRole");
    const between = await startGateway(cloud.url);
    between.after = async ({ operation }) => {
      if (operation === "DescribeAssociationExecutions")
        await cloud.advanceTo(new Date(cloud.now().getTime() + 60_000));
    };
    const bucket = `s3://${bucketName("prod", "main", account)}`;
    const [own, elsewhere] = await pointedAt(cloud.url, () =>
      Promise.resolve([openStore(plane, `${bucket}/collections`), openStore(plane, `${bucket}/approvals`)] as const),
    );
    const refresh = { minutes: 5, everySeconds: 0 };
    const made = await at.run(plane, cloud, { url: between.url, refresh, store: own });
    expect(made.locations.map(({ record, refresh: told }) => [record.reason, told])).to.deep.equal([["", undefined]]);
    const kept = await pointedAt(cloud.url, () => own.paths("Patchplane:Location"));
    expect(kept).to.have.lengthOf(1);
    const nightly = await pointedAt(cloud.url, () =>
      Promise.resolve(openStore(planeAs("ReportsRole"), `${bucket}/collections`)),
    );
    await pointedAt(cloud.url, async () => {
      const paths = await nightly.paths("");
      expect(paths.filter((path) => path.startsWith("AWS:Application/"))).to.have.lengthOf(1);
      for (const path of paths) expect(await Array.fromAsync(readRecords(nightly, path))).to.be.an("array");
      const unwritten = await nightly.remove(paths[0] ?? "").catch((error: unknown) => error);
      expect((unwritten as Error).name).to.equal("AccessDenied");
    });
    const refusal = await pointedAt(cloud.url, () => elsewhere.remove("a")).catch((error: unknown) => error);
    expect((refusal as Error).name).to.equal("AccessDenied");
    await between.close();
  });
});
