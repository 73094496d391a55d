import { expect } from "chai";
import { managerOf } from "../../../simulator/nodes/lines.ts";
import { sharedVerdicts, turnsBetween } from "../../../simulator/nodes/verdictCache.ts";
import { emptyContent, withContent } from "../../../simulator/services/ssm/baselineRules.ts";
import { packageTable } from "../../../simulator/world/packageTable.ts";

const hour = 3_600_000;
const begin = Date.UTC(2026, 9, 1);
const kinds = [
  { os: "ubuntu", release: "22.04", arch: "x86_64", cloud: "aws" },
  // Its standard support has ended: much is never released again.
  { os: "ubuntu", release: "20.04", arch: "x86_64", cloud: "aws" },
  { os: "amazon-linux", release: "2", arch: "x86_64", cloud: "aws" },
  { os: "windows-server", release: "2019", arch: "x86_64", cloud: "aws" },
] as const;

describe("embedded cloud: verdicts that machines share", () => {
  for (const kind of kinds) {
    it(`are at any time those that ${kind.os} ${kind.release} would come to alone, whatever was asked before`, () => {
      const table = packageTable(kind);
      const rules = [0, 3, 10].map((ApproveAfterDays) => ({
        ApproveAfterDays,
        ...(kind.os === "windows-server" ? {} : { EnableNonSecurity: ApproveAfterDays === 10 }),
        PatchFilterGroup: { PatchFilters: [{ Key: "PRODUCT" as const, Values: ["*"] }] },
      }));
      const baseline = withContent(emptyContent(table.os), { ApprovalRules: { PatchRules: rules } });
      const manager = managerOf(table.os);
      let changes = 0;
      let before = "";
      // Seven hours go through all times of the day, and forty of them through releases and the ends of delays.
      for (let step = 0; step < 40; step += 1) {
        const now = new Date(begin + ((step * 17) % 40) * 7 * hour);
        const shared = sharedVerdicts(manager, table, baseline, now);
        const rows = table.rows.map((row, index) => {
          const installed = Math.max(0, row.calendar.newest(new Date(begin)) - 1);
          expect(shared(index, installed)).to.deep.equal(manager.verdicts({ table, row, installed, baseline, now }));
          return shared(index, installed);
        });
        if (JSON.stringify(rows) !== before) changes += 1;
        before = JSON.stringify(rows);
      }
      expect(changes > 1).to.equal(kind.release !== "20.04");
    });
  }

  it("change for the rows that are said to turn, at the very instant of a release", () => {
    for (const kind of kinds) {
      const table = packageTable(kind);
      const rules = [
        { ApproveAfterDays: 0, PatchFilterGroup: { PatchFilters: [{ Key: "PRODUCT" as const, Values: ["*"] }] } },
      ];
      const baseline = withContent(emptyContent(table.os), { ApprovalRules: { PatchRules: rules } });
      const start = new Date(begin);
      expect(turnsBetween(table, baseline, start, start)).to.not.equal(undefined);
      for (const [index, row] of table.rows.entries()) {
        if (row.optional) continue;
        const next = row.calendar.newest(start) + 1;
        const at = row.calendar.at(next);
        const isOffered = row.calendar.newest(at) === next;
        const just = new Date(at.getTime() - 1);
        if (!isOffered || just < start) continue;
        expect(turnsBetween(table, baseline, just, at)?.has(index), row.name).to.equal(true);
        expect(turnsBetween(table, baseline, start, just)?.has(index), row.name).to.equal(false);
      }
    }
  });
});
