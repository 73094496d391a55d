import { expect } from "chai";
import { expectRejections } from "../harness/rejections.ts";
import { described, engineFixture, type Failure } from "./engineFixture.ts";
import { activationCodes, nodeIds, raiseAttempt, scriptRuns, vmId } from "./onboardedVms.ts";

/** A minute before the first codes expire. */
const routeAgain = new Date("2026-12-02T05:59:00Z");

/** What the engine says about one resource under "Diagnostics". */
function diagnosticsOf({ text }: Failure, name: string): string {
  const [, diagnostics = ""] = text.split("\nDiagnostics:\n");
  const blocks = diagnostics.split(/\n(?= {2}[a-z][^\n]*\):\n)/);
  return blocks.find((block) => block.split("\n", 1)[0]?.includes(`(${name})`)) ?? "nothing";
}

describe("VMs that fail on the real engine", function () {
  this.timeout(600_000);
  const fixture = engineFixture({ plane: "onboardingFixture" });
  let first: Failure;

  before(() => {
    fixture.cloud.stopMachine(vmId("app-2"));
    fixture.cloud.inject({ machine: vmId("app-3"), kind: "noRouteToAws", until: routeAgain });
    fixture.cloud.stopMachine(vmId("app-4"));
  });

  it("fail alone under --continue-on-error: everything else is made, and the others are registered", async () => {
    expectRejections(/failed to register/);
    first = await fixture.failingUp();
    expect(Object.keys(await nodeIds(fixture.client))).to.deep.equal(["app-1"]);
    expect(scriptRuns(fixture)).to.have.members(["app-1 registered 0", "app-3 failed 31"]);
    const made = first.steps.filter((step) => step.type === "MaintenanceWindowTask").map((step) => step.op);
    expect(new Set(made)).to.deep.equal(new Set(["create"]));
  });

  // 409: https://github.com/hashicorp/terraform-provider-azurerm/issues/6098
  it("are named with what Azure said, the script's exit code and its words", () => {
    const named = [...first.text.matchAll(/^ {2}(?:aws|azure-native):\S+ \((.*)\):$/gm)].map(([, name]) => name);
    expect(named.toSorted()).to.deep.equal([
      "apps/rg-apps/app-2-extension",
      "apps/rg-apps/app-3-run-command",
      "apps/rg-apps/app-4-extension",
    ]);
    for (const vm of ["app-2", "app-4"]) {
      expect(diagnosticsOf(first, `apps/rg-apps/${vm}-extension`))
        .to.contain("OperationNotAllowed")
        .and.contain("Cannot modify extensions in the VM when the VM is not running.");
    }
    expect(diagnosticsOf(first, "apps/rg-apps/app-3-run-command"))
      .to.contain("/virtualMachines/app-3/runCommands/patchplane-onboarding")
      .and.contain("exit code 31")
      .and.contain("ssm.us-east-1.amazonaws.com cannot be reached on 443");
  });

  it("have no activation code in their errors", async () => {
    const codes = await activationCodes(fixture);
    expect(codes).to.have.length(4);
    expect(codes.filter((code) => fixture.printed().includes(code))).to.deep.equal([]);
  });

  it("heal by the next up when they were stopped, while their code lives; a failed script is not run again", async () => {
    expectRejections(/failed to register/);
    await fixture.cloud.advanceTo(routeAgain);
    fixture.cloud.startMachine(vmId("app-2"));
    const second = await fixture.failingUp();
    expect(described(second.steps)).to.deep.equal([
      "create VirtualMachineExtension apps/rg-apps/app-2-extension",
      "create VirtualMachineExtension apps/rg-apps/app-4-extension",
      "update VirtualMachineRunCommandByVirtualMachine apps/rg-apps/app-3-run-command",
    ]);
    expect(Object.keys(await nodeIds(fixture.client))).to.deep.equal(["app-1", "app-2"]);
    // The same settings: the handler ignores them, and what it reported before still stands.
    expect(diagnosticsOf(second, "apps/rg-apps/app-3-run-command")).to.contain("exit code 31");
    expect(scriptRuns(fixture).filter((run) => run.startsWith("app-3"))).to.deep.equal(["app-3 failed 31"]);
  });

  it("do not heal by an up after 24 hours, and say that the activation has expired", async () => {
    expectRejections(/failed to register/);
    await fixture.cloud.advanceTo(new Date("2026-12-02T06:00:00Z"));
    fixture.cloud.startMachine(vmId("app-4"));
    const third = await fixture.failingUp();
    expect(diagnosticsOf(third, "apps/rg-apps/app-4-extension"))
      .to.contain("exit status=50")
      .and.contain("the activation has expired: raise onboarding_attempt");
    expect(Object.keys(await nodeIds(fixture.client))).to.deep.equal(["app-1", "app-2"]);
  });

  it("heal when their attempt is raised, and nothing else is touched", async () => {
    const before = await nodeIds(fixture.client);
    await raiseAttempt(fixture, "app-3", 1);
    await raiseAttempt(fixture, "app-4", 1);
    const steps = await fixture.up();
    expect(described(steps.filter((step) => step.type !== "Activation"))).to.deep.equal([
      "update VirtualMachineExtension apps/rg-apps/app-4-extension [protectedSettings, settings]",
      "update VirtualMachineRunCommandByVirtualMachine apps/rg-apps/app-3-run-command [parameters[0].value, protectedParameters[0].value]",
    ]);
    expect(scriptRuns(fixture).slice(-2)).to.have.members(["app-3 registered 0", "app-4 registered 0"]);
    expect(await nodeIds(fixture.client)).to.include(before);
    expect(Object.keys(await nodeIds(fixture.client))).to.deep.equal(["app-1", "app-2", "app-3", "app-4"]);
    expect(described(await fixture.preview())).to.deep.equal([]);
  });
});
