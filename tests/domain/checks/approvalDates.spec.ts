import { expect } from "chai";
import { approvalDateFindings } from "../../../domain/checks/approvalDates.ts";
import { group, samplePlane, servers, yumBaseline } from "../samplePlane.ts";

const rule = { filters: {}, enableNonSecurity: false, complianceLevel: "CRITICAL", slaDays: 30 } as const;

function found(asOf: string, baselines = { AMAZON_LINUX_2: "al2" }): readonly object[] {
  const plane = samplePlane({
    baselines: [yumBaseline("al2", { rules: [{ ...rule, approveUntilDate: "2026-10-31" }] })],
    groups: [group("app", { baselines })],
    fleet: servers(1, { os: "amazon-linux", release: "2" }),
  });
  return approvalDateFindings(plane, new Date(asOf));
}

describe("approvals up to a date", () => {
  it("are a finding once what came out since is over the rule's time limit", () => {
    expect(found("2026-12-01T23:59:59Z")).to.deep.equal([]);
    expect(found("2026-12-02T00:00:00Z")[0]).to.deep.include({
      id: "approval-date-over",
      severity: "error",
      path: "baselines.al2.rules[0].approveUntilDate",
      value: "2026-10-31",
      about: { baseline: "al2" },
    });
  });

  it("of a baseline that nothing goes by are none", () => {
    expect(found("2027-06-01T00:00:00Z", { AMAZON_LINUX_2: "another" })).to.deep.equal([]);
  });
});
