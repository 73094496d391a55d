import { expect } from "chai";
import type { Activation, ManagedNode } from "../../../domain/fleet/managedNode.ts";
import { onboardingStatus, type AzureView, type OnboardingEvidence } from "../../../domain/onboarding/state.ts";
import { vm as azureVm } from "../samplePlane.ts";

const vm = azureVm(2, {}, { onboardingAttempt: 2 });
const node: ManagedNode = { id: "mi-00000001", name: "vm", pingStatus: "Online" };
const code: Activation = {
  id: "a",
  description: "patchplane onboarding attempt 2",
  expired: false,
  registrations: 0,
  expiresAt: new Date("2026-12-02T12:00:00Z"),
  tags: {},
};
const raise = "raise onboarding_attempt in its row, then run pulumi up";

function ran(result: string, more: object = {}, state: "succeeded" | "failed" = "succeeded"): AzureView {
  const line = {
    patchplane: "onboarding",
    version: "v1",
    result,
    region: "eu-central-1",
    exitCode: 0,
    message: "m",
    ...more,
  };
  return { kind: "vm", powerState: "running", run: { state, output: `[stdout]\n${JSON.stringify(line)}\n[stderr]` } };
}

function judged(more: Partial<OnboardingEvidence>): string {
  const status = onboardingStatus({
    server: vm,
    location: "main",
    tagged: true,
    locationOfNode: (id) => ({ "mi-00000002": "second", "mi-00000003": "main" })[id],
    unreadLocations: [],
    ...more,
  });
  return [status.state, status.detail, ...(status.todo === undefined ? [] : [status.todo])].join("; ");
}

const idle: AzureView = { kind: "vm", powerState: "running" };
const stopped: AzureView = { kind: "vm", powerState: "deallocated" };
const silent = { ...node, pingStatus: "ConnectionLost" };

describe("how a VM's onboarding stands", () => {
  const table: Readonly<Record<string, readonly [Partial<OnboardingEvidence>, string]>> = {
    registered: [{ node }, "registered; mi-00000001 is online"],
    "tagged otherwise": [
      { node, tagged: false },
      "tagsDiffer; mi-00000001 does not carry PatchGroup app; npx patchplane tags --apply",
    ],
    "silent because it is stopped": [
      { node: silent, azure: stopped },
      "connectionLost; the connection of mi-00000001 is lost: the VM is deallocated; start the VM",
    ],
    "silent although it runs": [
      { node: silent, azure: idle },
      "connectionLost; the connection of mi-00000001 is lost; look at the SSM Agent's service and log on the VM",
    ],
    "failed by the script's own word": [
      { azure: ran("failed", { exitCode: 31, message: "no route" }, "failed") },
      `failed; exit code 31: no route; give the VM a route to AWS on port 443; ${raise}`,
    ],
    "refused because the account is full, which the first script took for a used-up activation": [
      {
        azure: {
          kind: "vm",
          powerState: "running",
          run: {
            state: "failed",
            output: `{"patchplane":"onboarding","version":"v1","result":"failed","region":"eu-central-1","exitCode":52,"message":"the activation is used up: raise onboarding_attempt"}\npatchplane: RegistrationLimitExceeded: Registration limit of 1000 reached for SSM On-prem managed instances.`,
          },
        },
      },
      `failed; exit code 55: the account has no room for another hybrid node; a new attempt alone does not help: deregister nodes that are gone, or set instanceTier: advanced; then ${raise}`,
    ],
    "another VM than the row's": [
      { node: silent, azure: { ...idle, vmId: "v-2" } },
      "otherVm; its vm_id is aaaa, and Azure's is v-2: the VM was made anew, or the row is wrong; set vm_id to v-2 and raise onboarding_attempt in its row, then run pulumi up",
    ],
    "the row's VM": [
      { azure: { ...idle, vmId: "AAAA" }, activation: code },
      "notDeployed; its code is unused, and Azure shows no run; " +
        "run pulumi up: where Azure refuses the VM, its error says why (docs/onboarding.md)",
    ],
    "failed by its handler": [
      { azure: { ...idle, run: { state: "failed", output: "no  space\nleft" } } },
      `failed; no space left; mend that (docs/onboarding.md), ${raise}`,
    ],
    "not proved by a handler's success": [
      { azure: { ...idle, run: { state: "succeeded", output: "done" } }, activation: code },
      `failed; Azure reports success, and the script reported nothing; ${raise}`,
    ],
    "registered in another location": [
      { azure: ran("alreadyRegistered", { instanceId: "mi-00000002" }) },
      `registeredElsewhere; registered as mi-00000002 in second, not in main; deregister it in second, ${raise}`,
    ],
    "a clone of another server": [
      { azure: ran("alreadyRegistered", { instanceId: "mi-00000003" }) },
      "registeredElsewhere; its agent says it is mi-00000003, which is another server's node; " +
        "register it anew by hand: the machine is a clone (docs/onboarding.md)",
    ],
    "registered in nobody's account": [
      { azure: ran("alreadyRegistered", { instanceId: "mi-0000000f" }) },
      "registeredElsewhere; its agent is mi-0000000f in eu-central-1, which is in no account of this stack; " +
        "deregister it there, or register it anew by hand (docs/onboarding.md)",
    ],
    "registered where nobody looked": [
      { azure: ran("alreadyRegistered", { instanceId: "mi-0000000f" }), unreadLocations: ["second"] },
      "registeredElsewhere; its agent is mi-0000000f in eu-central-1, which is in no account that was read (not second); " +
        "deregister it there, or register it anew by hand (docs/onboarding.md)",
    ],
    "deregistered after its script had registered it": [
      { azure: ran("registered", { instanceId: "mi-0000000f" }) },
      "deregistered; it was registered as mi-0000000f, which Systems Manager no longer has; " +
        "register it anew by hand (docs/onboarding.md)",
    ],
    "deregistered by its spent code": [
      { azure: idle, activation: { ...code, registrations: 1 } },
      "deregistered; its activation was used, and Systems Manager has no node of it; " +
        "register it anew by hand (docs/onboarding.md)",
    ],
    "stopped with a good code": [
      { azure: stopped, activation: code },
      "stopped; the VM is deallocated; its code is good until 2026-12-02T12:00:00.000Z; start the VM, then run pulumi up",
    ],
    "stopped with an expired code": [
      { azure: stopped, activation: { ...code, expired: true } },
      `stopped; the VM is deallocated; its code is no longer good; start the VM, ${raise}`,
    ],
    "not registered before its code expired": [
      { azure: idle, activation: { ...code, expired: true } },
      `codeExpired; its code expired unused; ${raise}`,
    ],
    "not registered because its guest agent is down": [
      { azure: { ...idle, guestAgent: "Not Ready" }, activation: { ...code, expired: true } },
      "codeExpired; its code expired unused; Azure's guest agent is Not Ready; " +
        `get it running on the VM, with a way to 168.63.129.16, ${raise}`,
    ],
    "on its way to a guest agent that is down": [
      { azure: { ...idle, guestAgent: "Not Ready", run: { state: "running", output: "" } }, activation: code },
      "notDeployed; the onboarding script is on its way; Azure's guest agent is Not Ready; " +
        "get it running on the VM, with a way to 168.63.129.16, and look again; Azure gives up after 90 minutes",
    ],
    "running on a VM whose guest agent answers": [
      { azure: { ...idle, guestAgent: "Ready", run: { state: "running", output: "" } }, activation: code },
      "notDeployed; the onboarding script is running; look again in some minutes",
    ],
    "refused by a VM that takes no extensions": [
      { azure: { ...idle, takesExtensions: false }, activation: code },
      "notDeployed; its code is unused, and Azure shows no run; the VM takes no extensions " +
        "(osProfile.allowExtensionOperations is false); az vm update --set osProfile.allowExtensionOperations=true, " +
        "run pulumi up: where Azure refuses the VM, its error says why (docs/onboarding.md)",
    ],
    "not deployed at the raised attempt": [
      { azure: stopped, activation: { ...code, expired: true, description: "patchplane onboarding attempt 1" } },
      "notDeployed; onboarding_attempt is 2, and attempt 1 is deployed; run pulumi up",
    ],
    "not deployed at all": [{ azure: idle }, "notDeployed; it has no activation and no extension; run pulumi up"],
    "gone from Azure": [{ azure: { kind: "noVm" } }, "noVm; Azure has no such VM; remove its row, or correct its id"],
    unreadable: [
      { azure: { kind: "unreadable", reason: "not allowed" } },
      "unreadable; Azure is not readable: not allowed",
    ],
  };
  for (const [name, [evidence, expected]] of Object.entries(table)) {
    it(`is ${name}`, () => {
      expect(judged(evidence)).to.equal(expected);
    });
  }
});
