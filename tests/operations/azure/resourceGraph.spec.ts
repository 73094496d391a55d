import { readFileSync } from "node:fs";
import { expect } from "chai";
import { linuxProtectedSettings } from "../../../domain/onboarding/payload.ts";
import { openResourceGraph } from "../../../operations/azure/resourceGraph.ts";
import { azureVm, closeClouds, cloudWith, ireland, ssmOf, subscriptionId } from "../../simulator/cloudFixture.ts";

const script = new URL("../../../components/azure/onboarding/v1/linux.sh", import.meta.url);

describe("extensions in Resource Graph", () => {
  afterEach(closeClouds);

  it("are those for custom scripts, and those that have failed", async () => {
    const cloud = await cloudWith([azureVm("well"), azureVm("lost", { failure: "noRouteToAws" })]);
    const vms = `${cloud.url}/subscriptions/${subscriptionId}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines`;
    for (const vm of ["well", "lost"]) {
      const made = await ssmOf(cloud).createActivation({ IamRole: "hybrid" });
      const { ActivationId: activationId = "", ActivationCode: activationCode = "" } = made;
      const details = { activationId, activationCode, region: ireland };
      const properties = {
        publisher: "Microsoft.Azure.Extensions",
        type: "CustomScript",
        typeHandlerVersion: "2.1",
        protectedSettings: linuxProtectedSettings(readFileSync(script, "utf8"), details),
      };
      const body = JSON.stringify({ location: "westeurope", properties });
      const put = await fetch(`${vms}/${vm}/extensions/theirs?api-version=2024-11-01`, { method: "PUT", body });
      const operation = put.headers.get("azure-asyncoperation") ?? "";
      const hasEnded = async () =>
        ((await (await fetch(operation)).json()) as { status: string }).status !== "InProgress";
      while (!(await hasEnded()));
    }
    const subscription = { name: "apps", subscriptionId, location: "main", onboarding: "customScript" as const };
    const graph = await openResourceGraph(subscription, { url: cloud.url, token: false });
    const [scripts, failed] = [await graph.scriptExtensions(), await graph.failedExtensions()];
    expect(scripts.map(({ id, name }) => [/virtualMachines\/(\w+)/i.exec(id)?.[1], name])).to.deep.equal([
      ["lost", "theirs"],
      ["well", "theirs"],
    ]);
    expect(failed).to.deep.equal(scripts.slice(0, 1));
  });
});
