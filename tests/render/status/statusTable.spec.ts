import { expect } from "chai";
import fc from "fast-check";
import { verdicts } from "../../../domain/status/verdict.ts";
import { countStatus, statusTable, totalCounts, type StatusRow } from "../../../render/status/statusTable.ts";
import { writeText } from "../../../render/writers/text.ts";

const row = fc.record<StatusRow>({
  location: fc.constantFrom("main", "second"),
  group: fc.constantFrom("prod-auto", "jump-log"),
  os: fc.constantFrom("ubuntu 22.04", "windows-server 2022"),
  verdict: fc.constantFrom(...verdicts),
  machines: fc.integer({ min: 1, max: 9 }),
});

describe("the status table", () => {
  it("counts every server in exactly one column", () => {
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const total = totalCounts(rows);
        const machines = rows.reduce((sum, each) => sum + each.machines, 0);
        expect(total.servers).to.equal(machines);
        expect(verdicts.reduce((sum, verdict) => sum + total[verdict], 0)).to.equal(machines);
      }),
    );
  });

  it("does not depend on the order of its rows", () => {
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        expect(countStatus(rows.toReversed(), ["group", "os"])).to.deep.equal(countStatus(rows, ["group", "os"]));
      }),
    );
  });

  it("prints the worst first, then groups in order, the total last, without trailing blanks", () => {
    const entry = (group: string, os: string, verdict: StatusRow["verdict"], machines = 1): StatusRow => ({
      location: "main",
      group,
      os,
      verdict,
      machines,
    });
    const rows = [
      entry("prod-auto", "ubuntu 22.04", "missing"),
      entry("prod-auto", "ubuntu 22.04", "compliant"),
      entry("jump-log", "ubuntu 24.04", "pendingReboot"),
      entry("jump-log", "amazon-linux 2", "unknown", 3),
      entry("web", "ubuntu 22.04", "failed"),
    ];
    expect(
      writeText({ blocks: statusTable(rows, ["group", "os"]) })
        .trimEnd()
        .split("\n"),
    ).to.deep.equal([
      "group      os              servers  compliant  missing security  pending reboot  failed  unknown",
      "web        ubuntu 22.04          1          0                 0               0       1        0",
      "jump-log   amazon-linux 2        3          0                 0               0       0        3",
      "jump-log   ubuntu 24.04          1          0                 0               1       0        0",
      "prod-auto  ubuntu 22.04          2          1                 1               0       0        0",
      "total                            7          1                 1               1       1        3",
    ]);
  });
});
