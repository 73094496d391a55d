import { expect } from "chai";
import { checkScalingReboot } from "../../../domain/checks/scalingReboot.ts";
import type { RebootOption, Window } from "../../../domain/window.ts";
import { group, samplePlane, server, window } from "../samplePlane.ts";

function found(reboot: RebootOption, more: Partial<Window> = {}, id = "asg:web"): readonly string[] {
  return checkScalingReboot(
    samplePlane({
      groups: [group("app", { reboot })],
      windows: [window("mw-install", more), window("mw-scan", { operation: "scan" })],
      fleet: [server(2), server(3, { id, size: 4 })],
    }),
  ).map(({ id: check, path, message }) => `${check} ${path}: ${message}`);
}

describe("Auto Scaling groups", () => {
  it("are a finding where a window restarts their servers", () => {
    expect(found("RebootIfNeeded")).to.deep.equal([
      "scaling-reboot groups.app.reboot: 4 servers (fleet line 3) of Auto Scaling groups restart after an installation",
    ]);
    expect(found("NoReboot", { reboot: "RebootIfNeeded" })).to.have.length(1);
  });

  it("are none where nothing restarts, or no window of installations reaches them", () => {
    expect(found("NoReboot")).to.deep.equal([]);
    expect(found("RebootIfNeeded", { reboot: "NoReboot" })).to.deep.equal([]);
    expect(found("RebootIfNeeded", { operation: "scan" })).to.deep.equal([]);
    expect(found("RebootIfNeeded", { locations: [] })).to.deep.equal([]);
    expect(found("RebootIfNeeded", {}, "i-00000000000000003")).to.deep.equal([]);
  });
});
