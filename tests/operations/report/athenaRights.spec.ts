import { rmSync } from "node:fs";
import { join } from "node:path";
import { STS } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { partitionFolder, recordTypes } from "../../../domain/collection/layout.ts";
import { openAthena } from "../../../operations/report/athena.ts";
import { collectionsIn } from "../../../operations/report/partitions.ts";
import { QueryFailed } from "../../../operations/report/queryFailed.ts";
import type { Cloud, KnownRole } from "../../../simulator/index.ts";
import { policiesOf } from "../../bootstrap/template.ts";
import { folderOfAll } from "../../harness/folders.ts";
import { cloudWithQueries, credentials, location, placeOf, storeOf } from "./athenaFixture.ts";
import { stamps, writeFixture } from "./fixture.ts";

const { accountId, region } = location;
const arn = (name: string): string => `arn:aws:iam::${accountId}:role/${name}`;
const reading = policiesOf("OperatorReadRole");
const roles: readonly KnownRole[] = [
  { arn: arn("patchplane-operator-read-prod"), policies: reading },
  { arn: arn("without-athena"), policies: reading.filter((policy) => !policy.includes("athena:StartQueryExecution")) },
];

describe("the rights that asking Athena needs", function () {
  this.timeout(300_000);
  const folder = folderOfAll();
  let cloud: Cloud;

  before(async () => {
    writeFixture(folder());
    for (const type of recordTypes) {
      const cut = { type, collected: stamps.after, accountId: "333344445555", region: "eu-west-1" };
      rmSync(join(folder(), partitionFolder(cut)), { recursive: true });
    }
    cloud = await cloudWithQueries(folder(), roles);
  });

  after(() => cloud.close());

  async function trend(role: string): Promise<number> {
    const sts = new STS({ endpoint: cloud.url, region, credentials });
    const { Credentials: given } = await sts.assumeRole({ RoleArn: arn(role), RoleSessionName: "spec" });
    sts.destroy();
    const keys = { accessKeyId: given?.AccessKeyId ?? "", secretAccessKey: given?.SecretAccessKey ?? "" };
    const { engine } = openAthena(await collectionsIn(storeOf(cloud, keys)), placeOf(cloud, keys));
    const rows = await engine.rows("trend", { since: "0", until: stamps.after });
    engine.close();
    return rows.length;
  }

  it("are the reading operators', from the listing of collections to the result", async () => {
    expect(await trend("patchplane-operator-read-prod")).to.equal(10);
  });

  it("are denied, by its name, to who has them not", async () => {
    let message = "";
    try {
      await trend("without-athena");
    } catch (error) {
      message = error instanceof QueryFailed ? "answered by Athena" : String(error);
    }
    expect(message).to.match(/AccessDeniedException: .*athena:StartQueryExecution/);
  });
});
