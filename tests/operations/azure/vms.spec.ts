import { createServer } from "node:http";
import { expect } from "chai";
import { readAzureVms } from "../../../operations/azure/vms.ts";
import { samplePlane, vm } from "../../domain/samplePlane.ts";

const subscription = { name: "hub", subscriptionId: "s", location: "main", onboarding: "customScript" } as const;

/** What is read of one VM whose answer is this. */
async function viewOf(properties: object) {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ id: "/vm", properties }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${String(typeof address === "object" && address !== null ? address.port : 0)}`;
  const plane = { ...samplePlane(), subscriptions: { hub: subscription } };
  try {
    const [answer] = await readAzureVms(plane, [vm(2)], { url, token: false }, async (steps) =>
      Promise.all(steps.map(async ({ act }) => (await act(() => undefined)).value)),
    );
    return [...(answer?.views.values() ?? [])];
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe("what is read of an Azure VM", () => {
  // As https://learn.microsoft.com/rest/api/compute/virtual-machines/get shows a VM with its instance view.
  it("has what keeps Azure from running a script there: its guest agent's word, and whether it takes extensions", async () => {
    const status = { code: "ProvisioningState/Unavailable", level: "Warning", displayStatus: "Not Ready" };
    expect(
      await viewOf({
        vmId: "aaaa",
        osProfile: { allowExtensionOperations: false },
        instanceView: {
          vmAgent: { vmAgentVersion: "Unknown", statuses: [status] },
          statuses: [{ code: "PowerState/running" }],
        },
      }),
    ).to.deep.equal([
      { kind: "vm", powerState: "running", vmId: "aaaa", guestAgent: "Not Ready", takesExtensions: false },
    ]);
  });

  it("leaves out what Azure does not say", async () => {
    expect(await viewOf({})).to.deep.equal([{ kind: "vm", powerState: "" }]);
  });
});
