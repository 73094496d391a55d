import { expect } from "chai";
import fc from "fast-check";
import { countStatus, statusTable, totalStatus, type StatusRow } from "../../render/statusTable.ts";

const verdicts = ["compliant", "missing", "pendingReboot", "wrongBaseline", "neverSeen"] as const;
const row = fc.record<StatusRow>({
  group: fc.constantFrom("prod-auto", "jump-log"),
  os: fc.constantFrom("ubuntu 22.04", "windows-server 2022"),
  verdict: fc.constantFrom(...verdicts),
});

describe("the status table", () => {
  it("counts every server in exactly one column", () => {
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const total = totalStatus(countStatus(rows));
        expect(total.servers).to.equal(rows.length);
        expect(verdicts.reduce((sum, verdict) => sum + total[verdict], 0)).to.equal(rows.length);
      }),
    );
  });

  it("does not depend on the order of its rows", () => {
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        expect(countStatus(rows.toReversed())).to.deep.equal(countStatus(rows));
      }),
    );
  });

  it("prints groups in order, the total last, without trailing blanks", () => {
    const text = statusTable(
      countStatus([
        { group: "prod-auto", os: "ubuntu 22.04", verdict: "missing" },
        { group: "prod-auto", os: "ubuntu 22.04", verdict: "compliant" },
        { group: "jump-log", os: "amazon-linux 2", verdict: "neverSeen" },
      ]),
    );
    expect(text.split("\n")).to.deep.equal([
      "group      os              servers  compliant  missing security  pending reboot  wrong baseline  never seen",
      "jump-log   amazon-linux 2        1          0                 0               0               0           1",
      "prod-auto  ubuntu 22.04          2          1                 1               0               0           0",
      "total                            3          1                 1               0               0           1",
    ]);
  });
});
