import {
  DeleteMaintenanceWindowCommand,
  DescribeMaintenanceWindowExecutionsCommand,
  DescribeMaintenanceWindowsCommand,
  GetMaintenanceWindowCommand,
  UpdateMaintenanceWindowCommand,
  type MaintenanceWindowIdentity,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expectRejections } from "../harness/rejections.ts";
import { approvalText, described, engineFixture } from "./engineFixture.ts";

const file = "approvals/prod-sensitive/2026-11-20.yaml";
const expires = "2026-11-30T00:00:00Z";

describe("an approval that has expired, on the real engine", function () {
  this.timeout(600_000);
  const fixture = engineFixture();

  before(async () => {
    await mkdir(join(fixture.root, "approvals/prod-sensitive"), { recursive: true });
    await fixture.write(file, approvalText("1.1.1f-1ubuntu2.24", expires));
  });

  async function window(): Promise<MaintenanceWindowIdentity & { readonly WindowId: string }> {
    const byName = [{ Key: "Name", Values: ["patchplane-test-mw-install-sensitive"] }];
    const { WindowIdentities } = await fixture.client.send(new DescribeMaintenanceWindowsCommand({ Filters: byName }));
    const [found] = WindowIdentities ?? [];
    return { ...found, WindowId: found?.WindowId ?? "" };
  }

  // That AWS takes an EndDate in the past is in no document: docs/limits.md.
  it("makes the window of a new stack with its end in the past", async () => {
    const steps = described(await fixture.up());
    expect(steps).to.include("create MaintenanceWindowTask use1-mw-install-sensitive-patch-no-reboot");
    expect((await window()).EndDate).to.equal(expires);
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateMaintenanceWindow.html (EndDate)
  it("is installed by nobody, also when an operator opens the window", async () => {
    const { WindowId } = await window();
    await fixture.client.send(new UpdateMaintenanceWindowCommand({ WindowId, Schedule: "at(2026-12-01T22:00:00)" }));
    await fixture.cloud.advanceTo(new Date("2026-12-02T06:00:00Z"));
    const { WindowExecutions } = await fixture.client.send(
      new DescribeMaintenanceWindowExecutionsCommand({ WindowId }),
    );
    expect(WindowExecutions).to.deep.equal([]);
    expect((await fixture.client.send(new GetMaintenanceWindowCommand({ WindowId }))).NextExecutionTime).to.equal(
      undefined,
    );
    const patched = fixture.cloud.journal.entries.filter(
      (entry) => entry.kind === "patching" && entry.packages.length > 0 && entry.machine === "i-00000000000000003",
    );
    expect(patched).to.deep.equal([]);
  });

  it("fails on that window alone, and names it, should AWS refuse such an end", async () => {
    expectRejections(/failed to register/);
    await fixture.client.send(new DeleteMaintenanceWindowCommand({ WindowId: (await window()).WindowId }));
    await fixture.refresh();
    // No such refusal is documented; its words are made up.
    const refusal = { __type: "ValidationException", message: "EndDate must be in the future" };
    fixture.gateway.before = ({ operation = "", body }) =>
      operation === "CreateMaintenanceWindow" && body.includes(expires)
        ? { status: 400, body: JSON.stringify(refusal) }
        : undefined;
    const { steps, text } = await fixture.failingUp();
    expect(described(steps)).to.include("create MaintenanceWindow use1-mw-install-sensitive");
    expect(text).to.contain(
      "creating SSM Maintenance Window (patchplane-test-mw-install-sensitive): ValidationException: EndDate must be in the future",
    );
    expect(text).to.match(/^ +2 errored$/m);
  });

  it("is got rid of by removing its file: the window comes back without a task and without an end", async () => {
    await fixture.write(file, undefined);
    const steps = described(await fixture.up()).filter((step) => step.includes("use1"));
    expect(steps).to.include("create MaintenanceWindow use1-mw-install-sensitive");
    expect(steps.filter((step) => step.startsWith("create MaintenanceWindowTask"))).to.deep.equal([]);
    expect((await window()).EndDate ?? "").to.equal("");
    expect(described(await fixture.preview())).to.deep.equal([]);
  });
});
