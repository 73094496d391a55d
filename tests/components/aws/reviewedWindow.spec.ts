import { expect } from "chai";
import { approved, built, parametersOf, start, stop } from "./builtWindow.ts";
import { inventory } from "./inventory.ts";
import { sampleWindow } from "./samples.ts";

const window = sampleWindow({ name: "mw-install-sensitive", groups: ["prod-sensitive"] });

describe("PatchWindow of a reviewed group", () => {
  it("stands with its target but without any task and end while nothing is approved", async () => {
    const hooks = { before: [stop], after: [start], mustSucceed: false };
    const recorder = await built({ window: { ...window, hooks } });
    expect(inventory(recorder)).to.deep.equal(["MaintenanceWindow window", "MaintenanceWindowTarget window-no-reboot"]);
    expect(recorder.only("MaintenanceWindow").inputs).not.to.have.property("endDate");
  });

  it("installs only the published list, and ends when the approval does", async () => {
    const recorder = await built({ window, approved });
    expect(recorder.only("MaintenanceWindow").inputs["endDate"]).to.equal("2026-12-20T00:00:00Z");
    expect(parametersOf(recorder, "window-patch-no-reboot")).to.deep.equal({
      InstallOverrideList: ["s3://bucket/approvals/0123.yaml"],
      Operation: ["Install"],
      RebootOption: ["NoReboot"],
    });
  });

  it("hands the list to the document of the hooks too", async () => {
    const hooked = { ...window, hooks: { before: [stop], after: [], mustSucceed: true } };
    const recorder = await built({ window: hooked, approved, hookDocuments: { hooked: "doc" } });
    expect(parametersOf(recorder, "window-patch-no-reboot")["InstallOverrideList"]).to.deep.equal([
      "s3://bucket/approvals/0123.yaml",
    ]);
  });

  it("scans without an approval, and takes no list for a scan", async () => {
    const recorder = await built({ window: { ...window, operation: "scan" }, approved });
    expect(parametersOf(recorder, "window-patch-scan")).to.deep.equal({
      Operation: ["Scan"],
      RebootOption: ["NoReboot"],
    });
    expect(recorder.only("MaintenanceWindow").inputs).not.to.have.property("endDate");
  });
});
