import type { SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { newestInstallations } from "../../../operations/aws/commandHistory.ts";
import { cloudOf, justDeployed, smallPlane } from "../driftFixture.ts";
import { ssmOf } from "../../simulator/cloudFixture.ts";

/** A location's client, and the names of the operations it was asked for. */
function counted(client: SSMClient): { readonly client: SSMClient; readonly asked: string[] } {
  const asked: string[] = [];
  client.middlewareStack.add(
    (next, context) => (args) => {
      asked.push(context.commandName ?? "");
      return next(args);
    },
    { step: "initialize" },
  );
  return { client, asked };
}

describe("the newest installations of windows", function () {
  this.timeout(300_000);

  it("are of so many runs of each window, its newest, and the others cost no call", async () => {
    const plane = smallPlane();
    const cloud = await cloudOf(plane);
    try {
      await justDeployed(cloud, plane);
      const begin = cloud.now();
      // Four Saturdays of the weekly window, none of them forgotten yet.
      await cloud.advanceTo(new Date(begin.getTime() + 28 * 86_400_000));
      const weekly = "patchplane-test-mw-install-auto";
      const look = async (mostRuns: number) => {
        const { client, asked } = counted(ssmOf(cloud));
        const runs = await newestInstallations(client, [weekly], begin, mostRuns);
        const began = [...new Map(runs.map(({ runId, started }) => [runId, started])).values()].sort();
        return { began, calls: asked.filter((name) => name !== "DescribeMaintenanceWindowsCommand") };
      };
      const [all, newest] = [await look(100), await look(3)];
      expect(all.began).to.have.length(4);
      expect(newest.began).to.deep.equal(all.began.slice(-3));
      const executions = newest.calls.filter((name) => name.includes("ExecutionsCommand"));
      expect(newest.calls.length - executions.length).to.equal(((all.calls.length - executions.length) * 3) / 4);
    } finally {
      await cloud.close();
    }
  });
});
