import { DeleteActivationCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expectRejections } from "../harness/rejections.ts";
import { described, engineFixture } from "./engineFixture.ts";
import { documentedCommand, nodeIds, resourcesOf, scriptRuns, vmId } from "./onboardedVms.ts";

const names = ["app-1", "app-2", "app-3", "app-4"];

const patchplane = join(import.meta.dirname, "../../scripts/patchplane.ts");

describe("VMs that were onboarded before, on the real engine", function () {
  this.timeout(600_000);
  const fixture = engineFixture({ plane: "onboardingFixture" });
  let nodes: Readonly<Record<string, string>>;

  before(async () => {
    await fixture.up();
    nodes = await nodeIds(fixture.client);
    expect(Object.keys(nodes)).to.deep.equal(names);
  });

  it("are written to no more where a newer azure-native goes by another API version", async () => {
    const exported = await fixture.stack.exportStack();
    const text = JSON.stringify(exported);
    const older = text.replaceAll('"azureApiVersion":"2024-11-01"', '"azureApiVersion":"2024-07-01"');
    expect(older).to.not.equal(text);
    await fixture.stack.importStack(JSON.parse(older) as typeof exported);
    expect(described(await fixture.preview())).to.deep.equal([]);
    await fixture.stack.importStack(exported);
  });

  describe("when somebody deletes an activation", () => {
    it("keep their node, and a preview shows nothing", async () => {
      const [activation] = await resourcesOf(fixture, /::apps\/rg-apps\/app-1-activation$/);
      await fixture.client.send(new DeleteActivationCommand({ ActivationId: activation?.id ?? "" }));
      expect(await nodeIds(fixture.client)).to.deep.equal(nodes);
      expect(described(await fixture.preview())).to.deep.equal([]);
    });

    it("get a new one after a refresh, report alreadyRegistered and keep their id", async () => {
      expect(described(await fixture.refresh())).to.deep.equal(["delete Activation apps/rg-apps/app-1-activation"]);
      expect(described(await fixture.up())).to.deep.equal([
        "create Activation apps/rg-apps/app-1-activation",
        "update VirtualMachineExtension apps/rg-apps/app-1-extension [protectedSettings]",
      ]);
      expect(scriptRuns(fixture).slice(names.length)).to.deep.equal(["app-1 alreadyRegistered 0"]);
      expect(await nodeIds(fixture.client)).to.deep.equal(nodes);
    });
  });

  describe("when AWS has purged their expired activations", () => {
    before(async () => {
      await fixture.cloud.advanceTo(new Date("2026-12-02T07:00:00Z"));
      expect(fixture.cloud.purgeActivations()).to.equal(names.length);
    });

    it("are left alone by the documented refresh, which does not read activations", async () => {
      const runs = scriptRuns(fixture).length;
      const command = await documentedCommand("pulumi refresh");
      const refresh = await fixture.shell(`${command} --yes --non-interactive`);
      expect(refresh).to.include({ status: 0 });
      expect(refresh.text).to.contain("VirtualMachineExtension apps/rg-apps/app-1-extension refreshing");
      expect(refresh.text).to.not.contain("app-1-activation");
      expect(described(await fixture.preview())).to.deep.equal([]);
      expect(scriptRuns(fixture)).to.have.length(runs);
    });

    it("all get new ones after a plain refresh: one run each, one failure for a VM that is stopped", async () => {
      expectRejections(/failed to register/);
      expect(described(await fixture.refresh())).to.deep.equal(
        names.map((name) => `delete Activation apps/rg-apps/${name}-activation`),
      );
      const runs = scriptRuns(fixture).length;
      fixture.cloud.stopMachine(vmId("app-4"));
      const { steps, text } = await fixture.failingUp();
      expect(described(steps)).to.deep.equal([
        ...names.map((name) => `create Activation apps/rg-apps/${name}-activation`),
        "update VirtualMachineExtension apps/rg-apps/app-1-extension [protectedSettings]",
        "update VirtualMachineExtension apps/rg-apps/app-2-extension [protectedSettings]",
        "update VirtualMachineExtension apps/rg-apps/app-4-extension [protectedSettings]",
        "update VirtualMachineRunCommandByVirtualMachine apps/rg-apps/app-3-run-command [parameters[0].value, protectedParameters[0].value]",
      ]);
      expect(text).to.contain("Cannot modify extensions in the VM when the VM is not running.");
      expect(text).not.to.match(/Unhandled exception|^ +at /m);
      const expected = ["app-1 alreadyRegistered 0", "app-2 alreadyRegistered 0", "app-3 alreadyRegistered 0"];
      expect(scriptRuns(fixture).slice(runs)).to.have.members(expected);
    });

    it("are clean again after one more up with the stopped VM running, and kept their ids all the time", async () => {
      fixture.cloud.startMachine(vmId("app-4"));
      expect(described(await fixture.up())).to.deep.equal([
        "update VirtualMachineExtension apps/rg-apps/app-4-extension [protectedSettings]",
      ]);
      expect(await nodeIds(fixture.client)).to.deep.equal(nodes);
    });
  });

  // azure-native looks before it creates, and refuses what it finds.
  describe("when their rows were removed and come back", () => {
    it("are refused by azure-native, which adopts nothing; parent and activation are made", async () => {
      expectRejections(/failed to register/);
      const rows = await readFile(join(fixture.root, "fleet/test.csv"), "utf8");
      await fixture.edit("fleet/test.csv", /^.*,app-[13],azure,.*\n/gm, "");
      await fixture.up();
      await fixture.write("fleet/test.csv", rows);
      const { steps, text } = await fixture.failingUp();
      await writeFile(join(fixture.sandbox.workDir, "up.log"), text);
      expect(
        text.match(/error: cannot create already existing resource '[^']*\/app-[13]\/[^']*'/g),
      ).to.have.length.above(1);
      expect(described(steps)).to.include("create Activation apps/rg-apps/app-1-activation");
    });

    it("are taken over by the documented commands, all at once, under the right parents and unprotected", async () => {
      const adopt = (await documentedCommand("npx patchplane adopt")).replace("npx patchplane", `node '${patchplane}'`);
      const importing = await documentedCommand("pulumi import --stack prod --file");
      for (const command of [`${adopt} --cwd '${fixture.root}'`, `${importing} --yes --non-interactive`]) {
        const run = await fixture.shell(command);
        expect(run.status, run.text).to.equal(0);
      }
      const imported = await resourcesOf(fixture, /app-[13]-(extension|run-command)$/);
      const parent = "urn:pulumi:test::patchplane::patchplane:azure:SubscriptionOnboarding$patchplane:azure:HybridVm";
      expect(imported.map((resource) => [resource.parent, resource.protect ?? false])).to.deep.equal([
        [`${parent}::apps/rg-apps/app-1`, false],
        [`${parent}::apps/rg-apps/app-3`, false],
      ]);
    });

    it("report alreadyRegistered at the next up, keep their ids, and are clean after it", async () => {
      const runs = scriptRuns(fixture).length;
      expect(described(await fixture.up())).to.deep.equal([
        "update VirtualMachineExtension apps/rg-apps/app-1-extension [protectedSettings]",
        "update VirtualMachineRunCommandByVirtualMachine apps/rg-apps/app-3-run-command [parameters[0].value, protectedParameters]",
      ]);
      expect(scriptRuns(fixture).slice(runs)).to.have.members([
        "app-1 alreadyRegistered 0",
        "app-3 alreadyRegistered 0",
      ]);
      expect(await nodeIds(fixture.client)).to.deep.equal(nodes);
      expect(described(await fixture.preview())).to.deep.equal([]);
    });
  });
});
