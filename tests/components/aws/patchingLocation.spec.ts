import { expect } from "chai";
import { PatchingLocation } from "../../../components/aws/patchingLocation.ts";
import { approvalObject, drillObject } from "../../../domain/stack/publications.ts";
import { toBaselineOverride } from "../../../domain/stack/baselineOverride.ts";
import { contentKey } from "../../../domain/stack/awsNames.ts";
import type { Approval, Plane } from "../../../domain/plane.ts";
import { settled, startMocks, valueOf, type Recorder } from "../../harness/mocks.ts";
import { byName, server } from "../../domain/samplePlane.ts";
import { expectInherited, inventory } from "./inventory.ts";
import {
  awsOutputs,
  functions,
  sql,
  sampleGroup,
  samplePlane,
  sampleWindow,
  sensitive,
  ubuntuKernel,
  withProvider,
} from "./samples.ts";

const approval: Approval = {
  group: "prod-sensitive",
  file: "approvals/prod-sensitive/2026-12-01.yaml",
  blob: "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
  scanId: "0123",
  note: "libssl only",
  expires: "2026-12-20T00:00:00Z",
  patches: { UBUNTU: [{ id: "openssl.amd64", title: "3.0.2-0ubuntu1.18" }] },
};
const install = sampleWindow({ name: "mw-install-sensitive", groups: ["prod-sensitive"], onDemand: true });
const kernel = sampleWindow({ name: "mw-kernel", baselineOverride: ["ubuntu-kernel"] });
const calendar = sampleWindow({
  name: "mw-calendar",
  hooks: {
    before: [{ name: "stop", linux: ["true"], windows: [], timeoutSeconds: 60 }],
    after: [],
    mustSucceed: false,
  },
  schedules: ["2026-12-06", "2027-01-10"].map((suffix) => ({
    suffix,
    expression: `at(${suffix}T21:00:00)`,
    timezone: "UTC",
  })),
});

function plane(changes: Partial<Plane> = {}): Plane {
  return samplePlane({ windows: byName(sampleWindow(), install, kernel, calendar), ...changes });
}

async function built(changes: Partial<Plane> = {}): Promise<Recorder> {
  const recorder = await startMocks(awsOutputs);
  const whole = plane(changes);
  const location = whole.locations["main"];
  if (location === undefined) throw new Error("the sample plane has a location main");
  new PatchingLocation("main", { plane: whole, location, functions, sql }, withProvider());
  await settled();
  return recorder;
}

function parametersOf(recorder: Recorder, task: string): Record<string, readonly string[]> {
  const { taskInvocationParameters } = recorder.only("MaintenanceWindowTask", task).inputs as {
    taskInvocationParameters: { runCommandParameters: { parameters: { name: string; values: string[] }[] } };
  };
  return Object.fromEntries(taskInvocationParameters.runCommandParameters.parameters.map((p) => [p.name, p.values]));
}

describe("PatchingLocation", () => {
  it("tags whatever takes tags with the stack file's and with its own, which nobody overrides", async () => {
    const { main } = plane().locations;
    if (main === undefined) throw new Error("the sample plane has a location main");
    const tags = { CostCenter: "4711", ManagedBy: "somebody" };
    const recorder = await built({ locations: byName({ ...main, tags }) });
    const tagged = recorder.resources.filter(({ inputs }) => inputs["tags"] !== undefined);
    expect(tagged.length).to.be.above(15);
    const own = { CostCenter: "4711", Environment: plane().environment, Location: "main", ManagedBy: "patchplane" };
    for (const { urn, inputs } of tagged) expect(inputs["tags"], urn).to.deep.equal(own);
  });

  it("composes a location, nothing more and nothing less", async () => {
    const recorder = await built();
    const own = inventory(recorder).filter((line) => !/ main-(notifications|access|reporter)-/.test(line));
    const key = contentKey("overrides", toBaselineOverride([ubuntuKernel]), "json");
    expect(own).to.deep.equal(
      [
        "Association main-associations-agent-update",
        "Association main-associations-inventory",
        "Association main-associations-scan-on-first-contact",
        "Bucket main-storage-bucket",
        "BucketLifecycleConfiguration main-storage-lifecycle",
        ...[key, drillObject().key].toSorted().map((each) => `BucketObjectv2 main-storage-${each}`),
        "BucketOwnershipControls main-storage-ownership",
        "BucketPolicy main-storage-policy",
        "BucketPublicAccessBlock main-storage-public-access",
        "BucketServerSideEncryptionConfiguration main-storage-encryption",
        "BucketVersioning main-storage-versioning",
        "DefaultPatchBaseline main-baselines-default-ubuntu",
        "Document main-mw-calendar-hooks-hooked",
        "Document main-mw-calendar-hooks-server",
        "Document main-operators-drill",
        "Document main-operators-readiness",
        "Document main-operators-reboot",
        "Document main-operators-scan",
        "EventRule main-alarms-failed-runs",
        "EventTarget main-alarms-failed-runs-target",
        "MaintenanceWindow main-mw-calendar-2026-12-06",
        "MaintenanceWindow main-mw-calendar-2027-01-10",
        "MaintenanceWindow main-mw-install-auto",
        "MaintenanceWindow main-mw-install-sensitive",
        "MaintenanceWindow main-mw-kernel",
        "MaintenanceWindowTarget main-mw-calendar-2026-12-06-reboot-if-needed",
        "MaintenanceWindowTarget main-mw-calendar-2027-01-10-reboot-if-needed",
        "MaintenanceWindowTarget main-mw-install-auto-reboot-if-needed",
        "MaintenanceWindowTarget main-mw-install-sensitive-no-reboot",
        "MaintenanceWindowTarget main-mw-kernel-reboot-if-needed",
        "MaintenanceWindowTask main-mw-calendar-2026-12-06-patch-reboot-if-needed",
        "MaintenanceWindowTask main-mw-calendar-2027-01-10-patch-reboot-if-needed",
        "MaintenanceWindowTask main-mw-install-auto-patch-reboot-if-needed",
        "MaintenanceWindowTask main-mw-kernel-patch-reboot-if-needed",
        "NodeAccess main-access",
        "NodeAssociations main-associations",
        "OperatorDocuments main-operators",
        "PatchBaseline main-baselines-ubuntu-auto",
        "PatchBaselines main-baselines",
        "PatchGroup main-baselines-prod-auto-ubuntu",
        "PatchGroup main-baselines-prod-sensitive-ubuntu",
        "PatchNotifications main-notifications",
        "PatchStorage main-storage",
        "PatchWindow main-mw-calendar-2026-12-06",
        "PatchWindow main-mw-calendar-2027-01-10",
        "PatchWindow main-mw-install-auto",
        "PatchWindow main-mw-install-sensitive",
        "PatchWindow main-mw-kernel",
        "ResourceDataSync main-storage-sync",
        "RunReporter main-reporter",
        "WindowAlarms main-alarms",
        "WindowHooks main-mw-calendar-hooks",
      ].sort(),
    );
    expectInherited(recorder);
  });

  it("hangs every component under itself", async () => {
    const recorder = await built();
    const { urn } = recorder.only("PatchingLocation");
    const inner = recorder.resources.filter((r) => r.type.startsWith("patchplane:") && r.urn !== urn);
    expect(inner).to.have.lengthOf(14);
    for (const child of inner) expect(child.parent, child.name).to.equal(urn);
  });

  it("publishes an approval, and points the one task of its window at the object, which comes first", async () => {
    const recorder = await built({ approvals: { "prod-sensitive": approval } });
    const { key, content } = approvalObject(approval);
    const object = recorder.only("BucketObjectv2", `main-storage-${key}`);
    const metadata = { "approvals-file": approval.file, "approvals-blob": approval.blob };
    expect(object.inputs).to.deep.include({ key, content, contentType: "application/yaml", metadata });
    const task = "main-mw-install-sensitive-patch-no-reboot";
    expect(parametersOf(recorder, task)["InstallOverrideList"]).to.deep.equal([
      `s3://patchplane-prod-main-111122223333/${key}`,
    ]);
    expect(recorder.only("MaintenanceWindowTask", task).dependsOn).to.include(object.urn);
    expect(recorder.only("MaintenanceWindow", "main-mw-install-sensitive").inputs["endDate"]).to.equal(
      approval.expires,
    );
  });

  it("treats an approvals file that names nothing as no approval", async () => {
    const recorder = await built({ approvals: { "prod-sensitive": { ...approval, patches: { UBUNTU: [] } } } });
    expect(recorder.ofType("MaintenanceWindowTask").map((task) => task.name)).not.to.include(
      "main-mw-install-sensitive-patch-no-reboot",
    );
    const keys = recorder.ofType("BucketObjectv2").map(({ inputs }) => String(inputs["key"]));
    expect(keys.filter((key) => key.startsWith("approvals/"))).to.deep.equal([]);
  });

  it("ignores an approval of a group that installs automatically", async () => {
    const recorder = await built({ approvals: { "prod-auto": { ...approval, group: "prod-auto" } } });
    expect(parametersOf(recorder, "main-mw-install-auto-patch-reboot-if-needed")).not.to.have.property(
      "InstallOverrideList",
    );
  });

  it("carries the kernel baseline as an override and never as a baseline of AWS", async () => {
    const recorder = await built();
    const key = contentKey("overrides", toBaselineOverride([ubuntuKernel]), "json");
    expect(recorder.only("BucketObjectv2", `main-storage-${key}`).inputs).to.deep.include({
      key,
      content: toBaselineOverride([ubuntuKernel]),
      contentType: "application/json",
    });
    expect(parametersOf(recorder, "main-mw-kernel-patch-reboot-if-needed")["BaselineOverride"]).to.deep.equal([
      `s3://patchplane-prod-main-111122223333/${key}`,
    ]);
    expect(recorder.ofType("PatchBaseline").map((b) => b.name)).not.to.include("main-baselines-ubuntu-kernel");
  });

  it("makes tasks wait for what their roles and the bucket's policy allow", async () => {
    const recorder = await built();
    const { dependsOn } = recorder.only("MaintenanceWindowTask", "main-mw-install-auto-patch-reboot-if-needed");
    expect(dependsOn).to.include.members([
      recorder.only("RolePolicy", "main-access-window-policy").urn,
      recorder.only("RolePolicy", "main-notifications-role-policy").urn,
      recorder.only("BucketPolicy").urn,
    ]);
  });

  it("leaves out windows of other locations, and groups that have neither windows nor servers here", async () => {
    const other = sampleWindow({ name: "mw-other", locations: ["elsewhere"], groups: ["prod-sensitive"] });
    const recorder = await built({ windows: byName(sampleWindow(), other) });
    expect(recorder.ofType("MaintenanceWindow").map((w) => w.name)).to.deep.equal(["main-mw-install-auto"]);
    expect(recorder.ofType("PatchGroup").map((g) => g.inputs["patchGroup"])).to.deep.equal(["prod-auto"]);
    expect(recorder.ofType("Policy").map((policy) => policy.name)).to.deep.equal(["main-access-node"]);
  });

  it("registers a group that has servers here but no window, on EC2 or in a subscription, and none that is patched elsewhere", async () => {
    const azure = server(3, { id: "/subscriptions/1/vm", cloud: "azure", site: "hub", patchGroup: "jump-log" });
    const foreign = server(4, { id: "i-2", patchGroup: "wellframe" });
    const recorder = await built({
      windows: {},
      fleet: [server(2, { patchGroup: "prod-sensitive" }), azure, foreign],
      subscriptions: { hub: { name: "hub", subscriptionId: "1", location: "main", onboarding: "customScript" } },
      groups: {
        ...byName(sampleGroup(), sensitive, sampleGroup({ name: "jump-log" })),
        wellframe: { kind: "elsewhere", name: "wellframe", patchedElsewhere: "container images" },
      },
    });
    expect(recorder.ofType("PatchGroup").map((g) => g.inputs["patchGroup"])).to.deep.equal([
      "jump-log",
      "prod-sensitive",
    ]);
  });

  it("answers what the stack exports and what onboarding needs", async () => {
    await startMocks(awsOutputs);
    const whole = plane();
    const location = whole.locations["main"];
    if (location === undefined) throw new Error("the sample plane has a location main");
    const main = new PatchingLocation("main", { plane: whole, location, functions, sql }, withProvider());
    expect(await valueOf(main.hybridRoleName)).to.equal("patchplane/prod/patchplane-prod-main-hybrid-node");
    expect(await valueOf(main.instancePolicyArn)).to.equal("arn:aws:mock:::main-access-node");
    expect(await valueOf(main.bucketName)).to.equal("patchplane-prod-main-111122223333");
    expect(await valueOf(main.topicArn)).to.equal("arn:aws:mock:::main-notifications-topic");
    expect(await valueOf(main.eventsQueueUrl)).to.equal("main-notifications-queue-id");
    expect(await valueOf(main.guardPolicyArn)).to.equal("arn:aws:mock:::main-access-guard");
    expect(await valueOf(main.baselineIds)).to.deep.equal({ "ubuntu-auto": "main-baselines-ubuntu-auto-id" });
    expect(await valueOf(main.windowIds)).to.deep.equal({
      "mw-calendar-2026-12-06": "main-mw-calendar-2026-12-06-id",
      "mw-calendar-2027-01-10": "main-mw-calendar-2027-01-10-id",
      "mw-install-auto": "main-mw-install-auto-id",
      "mw-install-sensitive": "main-mw-install-sensitive-id",
      "mw-kernel": "main-mw-kernel-id",
    });
  });
});
