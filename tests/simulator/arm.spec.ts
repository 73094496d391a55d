import { readFileSync } from "node:fs";
import { expect } from "chai";
import { loadOnboardingScripts } from "../../config/onboardingScripts.ts";
import { parseOnboardingResult } from "../../domain/onboarding/onboardingResult.ts";
import {
  linuxProtectedSettings,
  runCommandParameters,
  runCommandProtectedParameters,
  windowsProtectedSettings,
} from "../../domain/onboarding/payload.ts";
import type { ActivationDetails } from "../../domain/onboarding/payload.ts";
import type { Cloud, JournalEntry } from "../../simulator/index.ts";
import { azureVm, closeClouds, cloudWith, ireland, ssmOf, subscriptionId } from "./cloudFixture.ts";
import { cloud, inFreshCloud } from "./freshCloud.ts";

interface ArmBody {
  readonly error?: { readonly code: string; readonly message: string };
  readonly status?: string;
  readonly properties?: {
    readonly provisioningState?: string;
    readonly settings?: unknown;
    readonly protectedSettings?: unknown;
    readonly protectedParameters?: unknown;
    readonly instanceView?: {
      readonly statuses?: readonly { readonly code: string; readonly message?: string }[];
      readonly substatuses?: readonly { readonly code: string; readonly message: string }[];
      readonly executionState?: string;
      readonly output?: string;
      readonly exitCode?: number;
    };
  };
}

interface InstanceViewBody extends Omit<ArmBody, "status"> {
  readonly statuses?: readonly { readonly code: string }[];
  readonly extensions?: readonly { readonly name: string }[];
}

interface Reply {
  readonly status: number;
  readonly body: ArmBody;
  readonly operation: string | null;
}

function scripts(file: "linux.sh" | "windows.ps1"): string {
  return readFileSync(new URL(`../../components/azure/onboarding/v1/${file}`, import.meta.url), "utf8");
}

async function arm(cloud: Cloud, method: string, path: string, body?: object): Promise<Reply> {
  const vms = `/subscriptions/${subscriptionId}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines`;
  const query = path.includes("?") ? "&" : "?";
  const response = await fetch(`${cloud.url}${vms}/${path}${query}api-version=2024-11-01`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text === "" ? {} : (JSON.parse(text) as ArmBody),
    operation: response.headers.get("azure-asyncoperation"),
  };
}

/** Polls an operation to its end. */
async function settled(reply: Reply): Promise<ArmBody> {
  for (;;) {
    const body = (await (await fetch(reply.operation ?? "")).json()) as ArmBody;
    if (body.status !== "InProgress") return body;
  }
}

async function activation(cloud: Cloud): Promise<ActivationDetails> {
  const made = await ssmOf(cloud).createActivation({
    IamRole: "hybrid",
    Tags: [{ Key: "PatchGroup", Value: "prod-auto" }],
  });
  return { activationId: made.ActivationId ?? "", activationCode: made.ActivationCode ?? "", region: ireland };
}

function linuxExtension(details: ActivationDetails, attempt = 1): object {
  return {
    location: "westeurope",
    properties: {
      publisher: "Microsoft.Azure.Extensions",
      type: "CustomScript",
      typeHandlerVersion: "2.1",
      settings: { timestamp: attempt },
      protectedSettings: linuxProtectedSettings(scripts("linux.sh"), details),
    },
  };
}

async function nodes(cloud: Cloud): Promise<(string | undefined)[]> {
  const { InstanceInformationList } = await ssmOf(cloud).describeInstanceInformation({});
  return InstanceInformationList?.map((node) => node.InstanceId) ?? [];
}

function onboardings(cloud: Cloud): JournalEntry[] {
  return cloud.journal.entries.filter(({ kind }) => kind === "onboarding");
}

function shown(reply: Reply): ReturnType<typeof parseOnboardingResult> {
  const view = reply.body.properties?.instanceView;
  return parseOnboardingResult(view?.substatuses?.[0]?.message ?? view?.statuses?.[0]?.message ?? view?.output ?? "");
}

// https://learn.microsoft.com/azure/virtual-machines/extensions/custom-script-linux
describe("embedded cloud: VM extensions", () => {
  inFreshCloud([azureVm("vm1")]);

  it("registers a Linux VM by the released script, and never shows protected settings", async () => {
    const put = await arm(cloud, "PUT", "vm1/extensions/onboard", linuxExtension(await activation(cloud)));
    expect(put.status).to.equal(201);
    expect(put.body.properties?.provisioningState).to.equal("Creating");
    expect(put.body.properties).to.not.have.property("protectedSettings");
    expect(await settled(put)).to.include({ status: "Succeeded" });
    const got = await arm(cloud, "GET", "vm1/extensions/onboard?$expand=instanceView");
    expect(got.body.properties).to.not.have.property("protectedSettings");
    expect(got.body.properties?.provisioningState).to.equal("Succeeded");
    const [nodeId] = await nodes(cloud);
    expect(shown(got)).to.include({ version: "v1", result: "registered", instanceId: nodeId, region: ireland });
  });

  // https://learn.microsoft.com/rest/api/compute/virtual-machines/instance-view
  it("shows a VM's instance view by itself: power state and extensions, and nothing that is asked of no VM", async () => {
    const cloud = await cloudWith([azureVm("vm1"), azureVm("vm2", { running: false })]);
    await settled(await arm(cloud, "PUT", "vm1/extensions/onboard", linuxExtension(await activation(cloud))));
    const view = (await arm(cloud, "GET", "vm1/instanceView")).body as InstanceViewBody;
    expect(view.statuses?.map(({ code }) => code)).to.deep.equal(["ProvisioningState/succeeded", "PowerState/running"]);
    expect(view.extensions?.map(({ name }) => name)).to.deep.equal(["onboard"]);
    const stopped = (await arm(cloud, "GET", "vm2/instanceView")).body as InstanceViewBody;
    expect(stopped.statuses?.[1]?.code).to.equal("PowerState/deallocated");
    expect((await arm(cloud, "GET", "vm3/instanceView")).status).to.equal(404);
    expect((await arm(cloud, "PUT", "vm1/instanceView", {})).status).to.equal(405);
  });

  it("registers a Windows VM by the released script", async () => {
    const cloud = await cloudWith([azureVm("win1", { os: "windows-server", release: "2022" })]);
    const properties = {
      publisher: "Microsoft.Compute",
      type: "CustomScriptExtension",
      typeHandlerVersion: "1.10",
      protectedSettings: windowsProtectedSettings({ windows: scripts("windows.ps1") }, await activation(cloud)),
    };
    await settled(await arm(cloud, "PUT", "win1/extensions/onboard", { location: "westeurope", properties }));
    const got = await arm(cloud, "GET", "win1/extensions/onboard?$expand=instanceView");
    expect(got.body.properties?.instanceView?.substatuses?.[0]?.code).to.equal("ComponentStatus/StdOut/succeeded");
    expect(shown(got)).to.include({ version: "v1", result: "registered", instanceId: (await nodes(cloud))[0] });
  });

  it("registers a Windows VM by a packed script", async () => {
    const cloud = await cloudWith([azureVm("win1", { os: "windows-server", release: "2022" })]);
    const released = loadOnboardingScripts(process.cwd())["v2"] ?? { windows: "" };
    const properties = {
      publisher: "Microsoft.Compute",
      type: "CustomScriptExtension",
      typeHandlerVersion: "1.10",
      protectedSettings: windowsProtectedSettings(released, await activation(cloud)),
    };
    await settled(await arm(cloud, "PUT", "win1/extensions/onboard", { location: "westeurope", properties }));
    const got = await arm(cloud, "GET", "win1/extensions/onboard?$expand=instanceView");
    expect(shown(got)).to.include({ version: "v2", result: "registered", instanceId: (await nodes(cloud))[0] });
  });

  it("lists a subscription's VMs with their ids", async () => {
    const cloud = await cloudWith([azureVm("vm1"), azureVm("vm2")]);
    const own = azureVm("vm1").azure?.subscriptionId ?? "";
    const list = await fetch(
      `${cloud.url}/subscriptions/${own}/providers/Microsoft.Compute/virtualMachines?api-version=2024-11-01`,
    );
    const { value } = (await list.json()) as {
      readonly value: readonly { readonly id: string; readonly properties: { readonly vmId: string } }[];
    };
    expect(value.map(({ id, properties: { vmId } }) => [id, vmId])).to.deep.equal(
      [azureVm("vm1"), azureVm("vm2")].map(({ id, azure }) => [id, azure?.vmId]),
    );
  });

  it("does not run unchanged settings again, and finds a registered VM registered when they change", async () => {
    const details = await activation(cloud);
    const put = async (attempt: number): Promise<Reply> => {
      await settled(await arm(cloud, "PUT", "vm1/extensions/onboard", linuxExtension(details, attempt)));
      return arm(cloud, "GET", "vm1/extensions/onboard?$expand=instanceView");
    };
    expect(shown(await put(1))?.result).to.equal("registered");
    expect(shown(await put(1))?.result).to.equal("registered");
    expect(onboardings(cloud)).to.have.length(1);
    expect(shown(await put(2))?.result).to.equal("alreadyRegistered");
    expect(onboardings(cloud)).to.have.length(2);
    expect(await nodes(cloud)).to.have.length(1);
  });

  it("fails the operation of a failing script, and does not retry it with the same settings", async () => {
    const cloud = await cloudWith([azureVm("vm1", { failure: "noRouteToAws" })]);
    const details = await activation(cloud);
    const put = (): Promise<Reply> => arm(cloud, "PUT", "vm1/extensions/onboard", linuxExtension(details));
    const ended = await settled(await put());
    expect(ended.status).to.equal("Failed");
    expect(ended.error?.code).to.equal("VMExtensionProvisioningError");
    expect(ended.error?.message).to.match(
      /^VM has reported a failure when processing extension 'onboard' \(publisher 'Microsoft\.Azure\.Extensions' and type 'CustomScript'\)\. Error message: 'Enable failed: .*exit status=31/,
    );
    expect(await settled(await put())).to.include({ status: "Failed" });
    expect(onboardings(cloud)).to.have.length(1);
    const got = await arm(cloud, "GET", "vm1/extensions/onboard?$expand=instanceView");
    expect(got.body.properties?.provisioningState).to.equal("Failed");
    expect(shown(got)).to.include({ result: "failed", exitCode: 31 });
  });

  it("reports an expired activation by the script's own exit code", async () => {
    const details = await activation(cloud);
    await cloud.advanceTo(new Date("2026-11-04T00:00:00Z"));
    await settled(await arm(cloud, "PUT", "vm1/extensions/onboard", linuxExtension(details)));
    const got = await arm(cloud, "GET", "vm1/extensions/onboard?$expand=instanceView");
    expect(shown(got)).to.include({ result: "failed", exitCode: 50 });
  });

  it("fails on a VM whose network is down, and works once it is back", async () => {
    const details = await activation(cloud);
    cloud.inject({ machine: azureVm("VM1").id, kind: "offline", until: new Date("2026-11-02T12:00:00Z") });
    await settled(await arm(cloud, "PUT", "vm1/extensions/onboard", linuxExtension(details)));
    const first = await arm(cloud, "GET", "vm1/extensions/onboard?$expand=instanceView");
    expect(shown(first)).to.include({ result: "failed", exitCode: 31 });
    await cloud.advanceTo(new Date("2026-11-02T12:00:00Z"));
    await settled(await arm(cloud, "PUT", "vm1/extensions/onboard", linuxExtension(details, 2)));
    const second = await arm(cloud, "GET", "vm1/extensions/onboard?$expand=instanceView");
    expect(shown(second)).to.include({ result: "registered", exitCode: 0 });
  });

  // https://github.com/MicrosoftDocs/azure-docs/issues/55085
  it("takes one CustomScript extension per VM", async () => {
    const extension = linuxExtension(await activation(cloud));
    await settled(await arm(cloud, "PUT", "vm1/extensions/landing-zone", extension));
    const second = await arm(cloud, "PUT", "vm1/extensions/onboard", extension);
    expect(second.status).to.equal(400);
    expect(second.body.error?.message).to.match(
      /^Multiple VMExtensions per handler not supported for OS type 'Linux'\. VMExtension 'landing-zone' with handler 'Microsoft\.Azure\.Extensions\.CustomScript' already added/,
    );
  });

  it("refuses to make or delete an extension while the VM is stopped", async () => {
    const cloud = await cloudWith([azureVm("vm1", { running: false })]);
    const put = await arm(cloud, "PUT", "vm1/extensions/onboard", linuxExtension(await activation(cloud)));
    expect(put.status).to.equal(409);
    expect(put.body.error).to.deep.equal({
      code: "OperationNotAllowed",
      message: "Cannot modify extensions in the VM when the VM is not running.",
    });
    expect(await nodes(cloud)).to.deep.equal([]);
  });

  // https://github.com/gravitational/teleport: what Azure answered, in the specs of its enrolment of VMs
  it("refuses extensions and run commands on a VM that takes none", async () => {
    const place = azureVm("vm1").azure;
    if (place === undefined) throw new Error("no VM");
    const cloud = await cloudWith([azureVm("vm1", { azure: { ...place, allowsExtensions: false } })]);
    for (const [path, body] of [
      ["vm1/extensions/onboard", linuxExtension(await activation(cloud))],
      ["vm1/runCommands/onboard", { location: "westeurope", properties: { source: { script: "true" } } }],
    ] as const) {
      const put = await arm(cloud, "PUT", path, body);
      expect([put.status, put.body.error?.code]).to.deep.equal([409, "OperationNotAllowed"]);
      expect(put.body.error?.message).to.contain("allowExtensionOperations property is true");
    }
    expect(await nodes(cloud)).to.deep.equal([]);
  });

  it("deletes an extension and keeps the node that it registered", async () => {
    await settled(await arm(cloud, "PUT", "vm1/extensions/onboard", linuxExtension(await activation(cloud))));
    const deleted = await arm(cloud, "DELETE", "vm1/extensions/onboard");
    expect(deleted.status).to.equal(202);
    expect(await settled(deleted)).to.include({ status: "Succeeded" });
    expect((await arm(cloud, "GET", "vm1/extensions/onboard")).status).to.equal(404);
    expect((await arm(cloud, "DELETE", "vm1/extensions/onboard")).status).to.equal(204);
    expect(await nodes(cloud)).to.have.length(1);
  });

  // Custom Script Extension 2.1.17 and later return success for a script that they could not decode.
  it("reports success for a script that the Linux handler cannot decode, without running it", async () => {
    const extension = linuxExtension(await activation(cloud)) as { properties: { protectedSettings: object } };
    extension.properties.protectedSettings = { script: "not base64!" };
    expect(await settled(await arm(cloud, "PUT", "vm1/extensions/onboard", extension))).to.include({
      status: "Succeeded",
    });
    expect(await nodes(cloud)).to.deep.equal([]);
  });

  it("answers in ARM's words for what is not there", async () => {
    const missing = await arm(cloud, "GET", "vm2");
    expect(missing.status).to.equal(404);
    expect(missing.body.error?.code).to.equal("ResourceNotFound");
    const response = await fetch(`${cloud.url}/subscriptions/${subscriptionId}/resourceGroups/rg`);
    expect(await response.json()).to.have.nested.property("error.code", "MissingApiVersionParameter");
    const strange = await fetch(`${cloud.url}/subscriptions/other/resourceGroups/rg?api-version=2024-11-01`);
    expect(await strange.json()).to.have.nested.property("error.code", "SubscriptionNotFound");
  });
});

// https://learn.microsoft.com/azure/virtual-machines/linux/run-command-managed
describe("embedded cloud: managed Run Commands", () => {
  afterEach(closeClouds);

  function runCommand(details: ActivationDetails, more: object = {}): object {
    return {
      location: "westeurope",
      properties: {
        source: { script: scripts("linux.sh") },
        parameters: runCommandParameters(false, details),
        protectedParameters: runCommandProtectedParameters(false, details.activationCode),
        ...more,
      },
    };
  }

  it("registers a VM whose CustomScript slot is taken, and never shows protected parameters", async () => {
    const cloud = await cloudWith([azureVm("vm1")]);
    await settled(await arm(cloud, "PUT", "vm1/runCommands/onboard", runCommand(await activation(cloud))));
    const got = await arm(cloud, "GET", "vm1/runCommands/onboard?$expand=instanceView");
    expect(got.body.properties).to.not.have.property("protectedParameters");
    expect(got.body.properties?.instanceView).to.include({ executionState: "Succeeded", exitCode: 0 });
    expect(shown(got)).to.include({ result: "registered", instanceId: (await nodes(cloud))[0] });
  });

  it("fails the deployment of a failing script only when it is asked to", async () => {
    const cloud = await cloudWith([azureVm("vm1", { failure: "noRouteToAws" })]);
    const details = await activation(cloud);
    const quiet = await settled(await arm(cloud, "PUT", "vm1/runCommands/quiet", runCommand(details)));
    expect(quiet.status).to.equal("Succeeded");
    const got = await arm(cloud, "GET", "vm1/runCommands/quiet?$expand=instanceView");
    expect(got.body.properties?.instanceView).to.include({ executionState: "Failed", exitCode: 31 });
    const strict = runCommand(details, { treatFailureAsDeploymentFailure: true });
    expect((await settled(await arm(cloud, "PUT", "vm1/runCommands/strict", strict))).status).to.equal("Failed");
  });
});
