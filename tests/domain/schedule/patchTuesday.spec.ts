import { expect } from "chai";
import fc from "fast-check";
import { sincePatchTuesday } from "../../../domain/schedule/patchTuesday.ts";

describe("the distance to Patch Tuesday", () => {
  // Microsoft's dates: https://learn.microsoft.com/windows/deployment/update/release-cycle
  const rows = [
    ["2026-12-08", "2026-12-08", 0],
    ["2026-12-07", "2026-11-10", 27],
    ["2026-12-13", "2026-12-08", 5],
    ["2027-01-11", "2026-12-08", 34],
    ["2027-01-12", "2027-01-12", 0],
    ["2025-09-09", "2025-09-09", 0],
    ["2024-02-29", "2024-02-13", 16],
  ] as const;
  for (const [date, patchTuesday, days] of rows) {
    it(`is ${String(days)} days on ${date}`, () => {
      expect(sincePatchTuesday(date)).to.deep.equal({ patchTuesday, days });
    });
  }

  it("names a Tuesday from the 8th to the 14th, at most 35 days back", () => {
    const from = Date.UTC(2020, 0, 1) / 86_400_000;
    fc.assert(
      fc.property(fc.integer({ min: from, max: from + 20_000 }), (day) => {
        const date = new Date(day * 86_400_000).toISOString().slice(0, 10);
        const { patchTuesday, days } = sincePatchTuesday(date);
        expect(new Date(patchTuesday).getUTCDay()).to.equal(2);
        expect(Number(patchTuesday.slice(8))).to.be.within(8, 14);
        expect(days).to.be.within(0, 34);
        expect(new Date(Date.parse(patchTuesday) + days * 86_400_000).toISOString().slice(0, 10)).to.equal(date);
      }),
    );
  });
});
