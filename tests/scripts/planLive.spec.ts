import { DeleteMaintenanceWindowCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import type { PlanReport } from "../../domain/plan/report.ts";
import type { Plane } from "../../domain/plane.ts";
import type { Cloud } from "../../simulator/index.ts";
import { windowName } from "../../domain/stack/awsNames.ts";
import { cloudOf, deployed, smallPlane, windowId } from "../operations/driftFixture.ts";
import { folderOfEach } from "../harness/folders.ts";
import { gate, patchplane, projectCopy, ssmOf, type Ended } from "./commandFixture.ts";

describe("patchplane plan --live, the command", function () {
  this.timeout(120_000);
  const folder = folderOfEach(projectCopy);
  let plane: Plane;
  let cloud: Cloud;
  const run = (url: string, ...args: readonly string[]): Promise<Ended> =>
    patchplane(folder(), url, ["plan", folder(), folder(), "--live", "--as-of", cloud.now().toISOString(), ...args]);

  beforeEach(async () => {
    plane = smallPlane();
    cloud = await cloudOf(plane);
    await deployed(cloud, plane);
  });

  afterEach(() => cloud.close());

  it("ends with 0 where the locations hold what the stack makes, and shows their limits", async () => {
    const ended = await run(cloud.url);
    expect(ended.code).to.equal(0);
    expect(ended.stdout).to.match(/In the clouds now:\n {2}euw1 \(\d{12}, eu-west-1\): as the base has it/);
    expect(ended.stdout).to.match(/maintenance windows +\d+ +0 +50 /);
  });

  it("names a window that somebody deleted", async () => {
    const client = ssmOf(cloud, plane, "use1");
    await client.send(
      new DeleteMaintenanceWindowCommand({
        WindowId: await windowId(client, windowName(plane.environment, "mw-prod-monthly", "")),
      }),
    );
    const ended = await run(cloud.url, "--format", "markdown");
    expect(ended.stdout).to.match(/- 🟡 `live-drift` .*mw-prod-monthly/);
  });

  it("ends with 3 where a location cannot be read, and still answers for the other, in JSON alone", async () => {
    const door = await gate(cloud, "eu-west-1");
    const ended = await run(door.url, "--json");
    await door.close();
    expect(ended.stderr).to.equal("");
    expect(ended.code).to.equal(3);
    const { plans } = JSON.parse(ended.stdout) as { readonly plans: readonly PlanReport[] };
    const rows = plans[0]?.live?.locations.map(({ name, failure, limits }) => [
      name,
      failure !== undefined,
      limits.length > 0,
    ]);
    expect(rows).to.deep.equal([
      ["euw1", true, false],
      ["use1", false, true],
    ]);
  });
});
