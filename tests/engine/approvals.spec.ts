import {
  DescribeMaintenanceWindowExecutionsCommand,
  GetMaintenanceWindowCommand,
  UpdateMaintenanceWindowCommand,
} from "@aws-sdk/client-ssm";
import { HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { assumed } from "./clients.ts";
import { approvalText, described, engineFixture } from "./engineFixture.ts";

const file = "approvals/prod-sensitive/2026-12-01.yaml";
const newer = "approvals/prod-sensitive/2026-12-02.yaml";

describe("approvals on the real engine", function () {
  this.timeout(600_000);
  const fixture = engineFixture();
  let windowId = "";

  before(async () => {
    await fixture.up();
    const outputs = await fixture.stack.outputs();
    const locations = outputs["locations"]?.value as Record<string, { windowIds: Record<string, string> }>;
    windowId = locations["use1"]?.windowIds["mw-install-sensitive"] ?? "";
    await mkdir(join(fixture.root, "approvals/prod-sensitive"), { recursive: true });
  });

  const window = () => fixture.client.send(new GetMaintenanceWindowCommand({ WindowId: windowId }));

  const executions = async () =>
    (await fixture.client.send(new DescribeMaintenanceWindowExecutionsCommand({ WindowId: windowId })))
      .WindowExecutions ?? [];

  it("makes the install task, its list and the window's end only once a file names something", async () => {
    await fixture.write(file, approvalText("1.1.1f-1ubuntu2.24", "2026-12-20T00:00:00Z"));
    expect(described(await fixture.up()).filter((step) => step.includes("use1"))).to.deep.equal([
      "create BucketObjectv2 use1-storage-approvals/cee99e86ba051e05.yaml",
      "create MaintenanceWindowTask use1-mw-install-sensitive-patch-no-reboot",
      "update MaintenanceWindow use1-mw-install-sensitive [endDate]",
    ]);
    expect((await window()).EndDate).to.equal("2026-12-20T00:00:00Z");
    const outputs = await fixture.stack.outputs();
    const { bucketName } = (outputs["locations"]?.value as Record<string, { bucketName: string }>)["use1"] ?? {};
    const s3 = new S3Client({ ...assumed(fixture.cloud.url, "us-east-1", "111122223333"), forcePathStyle: true });
    const list = { Bucket: bucketName, Key: "approvals/cee99e86ba051e05.yaml" };
    const { Metadata } = await s3.send(new HeadObjectCommand(list));
    const blob = execFileSync("git", ["hash-object", "--no-filters", join(fixture.root, file)], { encoding: "utf8" });
    expect(Metadata).to.deep.equal({ "approvals-file": file, "approvals-blob": blob.trim() });
    expect(described(await fixture.preview())).to.deep.equal([]);
  });

  it("leaves a window alone that an operator has opened", async () => {
    const opened = "at(2026-12-01T22:00:00)";
    await fixture.client.send(new UpdateMaintenanceWindowCommand({ WindowId: windowId, Schedule: opened }));
    expect(described(await fixture.up())).to.deep.equal([]);
    expect((await window()).Schedule).to.equal(opened);
  });

  it("ends no run that is under way, also when it changes the window's task", async () => {
    await fixture.cloud.advanceTo(new Date("2026-12-01T22:00:00Z"));
    const running = await executions();
    expect(running).to.have.length(1);
    const changes: string[] = [];
    fixture.gateway.before = ({ operation = "", body }) => {
      if (body.includes(windowId) && !/^(Get|Describe|List)/.test(operation)) changes.push(operation);
      return undefined;
    };
    await fixture.edit(
      "Pulumi.test.yaml",
      "  patchplane:fleet",
      "  patchplane:windows:\n    mw-install-sensitive: { maxErrors: 20% }\n  patchplane:fleet",
    );
    expect(described(await fixture.up()).filter((step) => step.includes("use1"))).to.deep.equal([
      "update MaintenanceWindowTask use1-mw-install-sensitive-patch-no-reboot [maxErrors]",
    ]);
    expect(changes).to.deep.equal(["UpdateMaintenanceWindowTask"]);
    expect(await executions()).to.deep.equal(running);
    expect((await window()).Schedule).to.equal("at(2026-12-01T22:00:00)");
  });

  it("points the task at a new list when a newer file comes into force, and keeps what was opened after a refresh", async () => {
    await fixture.write(newer, approvalText("1.1.1f-1ubuntu2.25", "2026-12-21T00:00:00Z"));
    await fixture.refresh();
    const steps = described(await fixture.up()).filter((step) => step.includes("use1"));
    expect(steps).to.deep.equal([
      "create BucketObjectv2 use1-storage-approvals/6e82fd489dca7d3b.yaml",
      "delete BucketObjectv2 use1-storage-approvals/cee99e86ba051e05.yaml",
      "update MaintenanceWindow use1-mw-install-sensitive [endDate]",
      "update MaintenanceWindowTask use1-mw-install-sensitive-patch-no-reboot [taskInvocationParameters.runCommandParameters.parameters[0].values[0]]",
    ]);
    expect((await window()).Schedule).to.equal("at(2026-12-01T22:00:00)");
    expect((await window()).EndDate).to.equal("2026-12-21T00:00:00Z");
  });

  // docs/adr/0008: an update sends the whole window.
  it("disarms a window that was opened and has not begun when the approval changes without a refresh", async () => {
    const before = (await executions()).map(({ WindowExecutionId: id }) => id);
    await fixture.client.send(
      new UpdateMaintenanceWindowCommand({ WindowId: windowId, Schedule: "at(2026-12-03T22:00:00)" }),
    );
    await fixture.write(newer, approvalText("1.1.1f-1ubuntu2.25", "2026-12-22T00:00:00Z"));
    const steps = described(await fixture.up()).filter((step) => step.includes("use1"));
    expect(steps).to.deep.equal([
      'update BucketObjectv2 use1-storage-approvals/6e82fd489dca7d3b.yaml [etag, metadata["approvals-blob"], versionId]',
      "update MaintenanceWindow use1-mw-install-sensitive [endDate]",
    ]);
    // What the last refresh had read: a date that has passed.
    expect((await window()).Schedule).to.equal("at(2026-12-01T22:00:00)");
    await fixture.cloud.advanceTo(new Date("2026-12-04T06:00:00Z"));
    expect((await executions()).map(({ WindowExecutionId: id }) => id)).to.deep.equal(before);
  });

  it("takes the task away when no file is left", async () => {
    await fixture.write(file, undefined);
    await fixture.write(newer, undefined);
    const steps = described(await fixture.up()).filter((step) => step.includes("use1"));
    expect(steps).to.deep.equal([
      "delete BucketObjectv2 use1-storage-approvals/6e82fd489dca7d3b.yaml",
      "delete MaintenanceWindowTask use1-mw-install-sensitive-patch-no-reboot",
      "update MaintenanceWindow use1-mw-install-sensitive [endDate]",
    ]);
    expect((await window()).EndDate ?? "").to.equal("");
    expect(described(await fixture.preview())).to.deep.equal([]);
  });
});
