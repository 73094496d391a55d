import { expect } from "chai";
import { adoption } from "../../../domain/onboarding/adoption.ts";
import { samplePlane, vm as sampleVm } from "../samplePlane.ts";

describe("what an up was refused on VMs", () => {
  it("becomes one import file, with each thing once, by Azure's own spelling of its id", () => {
    const vm = sampleVm(2);
    const plane = samplePlane({ fleet: [vm] });
    const id = `${vm.id.replace("/resourcegroups/", "/resourceGroups/")}/extensions/patchplane-onboarding`;
    const refused = `error: cannot create already existing resource '${id}'`;
    const subscription = Object.values(plane.subscriptions)[0];
    const { file, unknown } = adoption(plane, "prod", `${refused}\n  ${refused}\nerror: another fault`);
    const [resource] = file.resources;
    expect(file.resources).to.have.length(1);
    expect(resource).to.include({ type: "azure-native:compute:VirtualMachineExtension", id });
    expect(resource?.name).to.equal(`${resource?.parent ?? ""}-extension`);
    expect(file.nameTable).to.deep.equal({
      [resource?.parent ?? ""]:
        `urn:pulumi:prod::patchplane::patchplane:azure:SubscriptionOnboarding$patchplane:azure:HybridVm::${resource?.parent ?? ""}`,
      [resource?.provider ?? ""]:
        `urn:pulumi:prod::patchplane::pulumi:providers:azure-native::azure-${subscription?.subscriptionId ?? ""}`,
    });
    expect(unknown).to.deep.equal([]);
  });

  it("is not placed where no row has the VM, or it is another's", () => {
    const vm = sampleVm(2);
    const ids = [`${vm.id}-2/extensions/patchplane-onboarding`, `${vm.id}/extensions/monitoring`];
    const output = ids.map((id) => `cannot create already existing resource '${id}'`).join("\n");
    const found = adoption(samplePlane({ fleet: [vm] }), "prod", output);
    expect(found.file.resources).to.deep.equal([]);
    expect(found.unknown).to.have.members(ids);
  });
});
