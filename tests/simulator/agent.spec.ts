import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { linuxProtectedSettings } from "../../domain/onboarding/payload.ts";
import { agentFingerprint, agentPublicKey } from "../../simulator/services/arm/agent.ts";
import type { Cloud } from "../../simulator/index.ts";
import { azureVm, closeClouds, cloudWith, ireland, ssmOf } from "./cloudFixture.ts";

const script = readFileSync(new URL("../../components/azure/onboarding/v1/linux.sh", import.meta.url), "utf8");

/** Puts the onboarding extension on VMs, with one activation for all of them. */
async function onboard(cloud: Cloud, names: readonly string[], RegistrationLimit = names.length): Promise<void> {
  const made = await ssmOf(cloud).createActivation({ IamRole: "hybrid", RegistrationLimit });
  const activation = {
    activationId: made.ActivationId ?? "",
    activationCode: made.ActivationCode ?? "",
    region: ireland,
  };
  const properties = {
    publisher: "Microsoft.Azure.Extensions",
    type: "CustomScript",
    typeHandlerVersion: "2.1",
    protectedSettings: linuxProtectedSettings(script, activation),
  };
  for (const name of names) {
    const path = `${azureVm(name).id}/extensions/onboard?api-version=2024-11-01`;
    const body = JSON.stringify({ location: "westeurope", properties });
    await fetch(`${cloud.url}${path}`, { method: "PUT", body });
  }
}

// https://github.com/aws/amazon-ssm-agent: agent/agent_parser.go registers, agent/ssm/service.go reports.
describe("embedded cloud: the agent of a simulated VM", () => {
  afterEach(closeClouds);

  it("has a public key in the form of an RSA key of 2,048 bits, its own and always the same", () => {
    const key = agentPublicKey(1, "vm1");
    expect(key).to.have.length(392);
    const read = createPublicKey({ key: Buffer.from(key, "base64"), format: "der", type: "spki" });
    expect(read.asymmetricKeyType).to.equal("rsa");
    expect(read.asymmetricKeyDetails).to.deep.equal({ modulusLength: 2048, publicExponent: 65_537n });
    expect(agentPublicKey(1, "vm1")).to.equal(key);
    expect(new Set([key, agentPublicKey(1, "vm2"), agentPublicKey(2, "vm1")]).size).to.equal(3);
    expect(agentFingerprint(1, "vm1")).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("registers by its own calls, and describes itself in the last one", async () => {
    const cloud = await cloudWith([azureVm("vm1", { release: "24.04" })]);
    await onboard(cloud, ["vm1"]);
    const ssm = ssmOf(cloud);
    const { InstanceInformationList } = await ssm.describeInstanceInformation({});
    expect(InstanceInformationList).to.have.length(1);
    expect(InstanceInformationList?.[0]).to.include({
      PingStatus: "Online",
      PlatformType: "Linux",
      PlatformName: "Ubuntu",
      PlatformVersion: "24.04",
      ComputerName: "vm1",
      AgentVersion: "3.3.3050.0",
      ResourceType: "ManagedInstance",
      IamRole: "hybrid",
    });
    const { ActivationList } = await ssm.describeActivations({});
    expect(ActivationList?.[0]?.RegistrationsCount).to.equal(1);
  });

  it("is refused by a used-up activation, and the script says so", async () => {
    const cloud = await cloudWith([azureVm("vm1"), azureVm("vm2")]);
    await onboard(cloud, ["vm1", "vm2"], 1);
    const results = cloud.journal.entries.map((entry) => (entry.kind === "onboarding" ? entry.exitCode : undefined));
    expect(results).to.deep.equal([0, 52]);
  });

  it("leaves the same nodes in the same world", async () => {
    const ids = async (): Promise<unknown> => {
      const cloud = await cloudWith([azureVm("vm1"), azureVm("vm2")]);
      await onboard(cloud, ["vm1", "vm2"]);
      return cloud.journal.entries;
    };
    expect(await ids()).to.deep.equal(await ids());
  });
});
