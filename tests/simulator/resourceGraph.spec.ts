import { ResourceGraphClient } from "@azure/arm-resourcegraph";
import { expect } from "chai";
import type { Cloud } from "../../simulator/index.ts";
import { azureVm, closeClouds, cloudWith, subscriptionId } from "./cloudFixture.ts";

const vms = "resources | where type =~ 'Microsoft.Compute/virtualMachines'";
const fleet = ["a", "b", "c"].map((name, index) =>
  azureVm(name, {
    arch: name === "b" ? "arm64" : "x86_64",
    azure: {
      subscriptionId,
      resourceGroup: "rg",
      vmName: name,
      vmId: `aaaaaaaa-0000-4000-8000-00000000000${String(index)}`,
      ...(name === "c" ? { guestAgentReady: false, patchMode: "AutomaticByPlatform" } : {}),
    },
  }),
);

// https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources
describe("embedded cloud: Resource Graph", () => {
  afterEach(closeClouds);

  function graphOf(cloud: Cloud): ResourceGraphClient {
    const options = { endpoint: cloud.url, allowInsecureConnection: true, retryOptions: { maxRetries: 0 } };
    const client = new ResourceGraphClient({ getToken: () => Promise.resolve(null) }, options);
    client.pipeline.removePolicy({ name: "bearerTokenAuthenticationPolicy" });
    return client;
  }

  async function refusal(call: Promise<unknown>): Promise<string> {
    const error = await call.then(
      () => new Error("the query was answered"),
      (reason: unknown) => reason as Error & { readonly details?: object },
    );
    return JSON.stringify("details" in error ? error.details : error.message);
  }

  it("pages the rows of a query by tokens, which are good for that query alone", async () => {
    const graph = graphOf(await cloudWith(fleet));
    const query = `${vms} | project id, name, vmId = tostring(properties.vmId) | order by id asc`;
    const subscriptions = [subscriptionId.toUpperCase()];
    const first = await graph.resources({ query, subscriptions, options: { top: 2 } });
    const rows = (data: unknown): unknown => (data as { name: string }[]).map(({ name }) => name);
    expect([rows(first.data), first.totalRecords, first.resultTruncated]).to.deep.equal([["a", "b"], 3, "true"]);
    const { skipToken = "" } = first;
    const second = await graph.resources({ query, subscriptions, options: { top: 2, skipToken } });
    expect([rows(second.data), second.skipToken]).to.deep.equal([["c"], undefined]);
    expect((second.data as object[])[0]).to.have.property("vmId", "aaaaaaaa-0000-4000-8000-000000000002");
    const other = graph.resources({ query: `${vms} | project id`, subscriptions, options: { top: 2, skipToken } });
    expect(await refusal(other)).to.contain("InvalidSkipToken");
    const withoutId = await graph.resources({ query: `${vms} | project name`, subscriptions, options: { top: 2 } });
    expect([withoutId.skipToken, withoutId.resultTruncated]).to.deep.equal([undefined, "true"]);
  });

  it("shows what the platform knows of a running VM, and the guest agent's word only while that answers", async () => {
    const cloud = await cloudWith(fleet);
    const [, b] = fleet;
    cloud.stopMachine(b?.id ?? "");
    const query = `${vms} | project id, properties | order by id asc`;
    const answer = await graphOf(cloud).resources({ query, subscriptions: [subscriptionId] });
    type Row = { properties: { extended: { instanceView: object }; hardwareProfile: object; osProfile: object } };
    const [first, second, third] = (answer.data as Row[]).map(({ properties }) => properties);
    expect(first?.extended.instanceView).to.deep.include({ osName: "ubuntu", osVersion: "22.04" });
    expect(second?.extended.instanceView).to.have.nested.property("powerState.code", "PowerState/deallocated");
    expect(second?.extended.instanceView).to.not.have.property("osName");
    expect(second?.hardwareProfile).to.deep.equal({ vmSize: "Standard_D2ps_v5" });
    expect(third?.extended.instanceView).to.not.have.property("osName");
    expect(third?.osProfile).to.have.nested.property(
      "linuxConfiguration.patchSettings.patchMode",
      "AutomaticByPlatform",
    );
  });

  it("refuses subscriptions of which the caller may read none, and what it cannot answer whole", async () => {
    const graph = graphOf(await cloudWith(fleet));
    const none = { query: vms, subscriptions: ["00000000-0000-4000-8000-000000000000"] };
    expect(await refusal(graph.resources(none))).to.contain("NoValidSubscriptionsInQueryRequest");
    const subscriptions = [subscriptionId];
    for (const query of [
      `${vms} | summarize count()`,
      "resourcecontainers | project id",
      `${vms} and tags['a'] =~ 'b'`,
      `${vms} | project id, strcat(name, 'x')`,
    ])
      expect(await refusal(graph.resources({ query, subscriptions })), query).to.contain("NotCovered");
    for (const options of [{ skip: 1 }, { resultFormat: "table" as const }])
      expect(await refusal(graph.resources({ query: vms, subscriptions, options }))).to.contain("NotCovered");
    expect(await refusal(graph.resources({ query: vms }))).to.contain("NotCovered");
  });
});
