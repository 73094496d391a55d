import { expect } from "chai";
import fc from "fast-check";
import { timeZoneNames } from "../../../domain/schedule/timeZoneNames.ts";
import {
  clockGaps,
  instantOf,
  isTimeZone,
  localIso,
  nearestTimeZone,
  wallClock,
} from "../../../domain/schedule/timeZones.ts";

describe("time zones", () => {
  const gaps: readonly (readonly [zone: string, year: number, from: string, to: string])[] = [
    ["Europe/Berlin", 2026, "2026-03-29T02:00", "2026-03-29T03:00"],
    ["America/New_York", 2026, "2026-03-08T02:00", "2026-03-08T03:00"],
    ["America/New_York", 2027, "2027-03-14T02:00", "2027-03-14T03:00"],
    ["Australia/Lord_Howe", 2026, "2026-10-04T02:00", "2026-10-04T02:30"],
    ["America/Santiago", 2026, "2026-09-06T00:00", "2026-09-06T01:00"],
  ];
  for (const [zone, year, from, to] of gaps) {
    it(`finds the gap of ${zone} in ${String(year)}`, () => {
      const found = clockGaps(zone, year, 1).map((gap) =>
        [gap.from, gap.to].map((at) => at.toISOString().slice(0, 16)),
      );
      expect(found).to.deep.equal([[from, to]]);
    });
  }

  it("knows every name that JavaScript lists, and older ones", () => {
    const names = [
      ...Intl.supportedValuesOf("timeZone"),
      "UTC",
      "Etc/UTC",
      "Etc/GMT+5",
      "US/Eastern",
      "EST5EDT",
      "W-SU",
    ];
    expect(names.filter((name) => !isTimeZone(name))).to.deep.equal([]);
  });

  it("knows every name of the database, and only those, whatever JavaScript takes besides", () => {
    // Names that JavaScript takes come in any case; the database's letters are those of the table alone.
    expect(timeZoneNames.size).to.equal(597);
    expect([...timeZoneNames].filter((name) => !isTimeZone(name))).to.deep.equal([]);
    const others = [...timeZoneNames].flatMap((name) => [name.toLowerCase(), name.toUpperCase(), ` ${name}`]);
    const wrong = others.filter((name) => !timeZoneNames.has(name));
    expect(wrong.filter(isTimeZone)).to.deep.equal([]);
  });

  it("means the name that is near, and never another abbreviation", () => {
    expect(["europe/berlin", "Europe/Kyivv", "US/eastern", "BST", "IST"].map(nearestTimeZone)).to.deep.equal([
      "Europe/Berlin",
      "Europe/Kyiv",
      "US/Eastern",
      undefined,
      undefined,
    ]);
  });

  it("knows no offsets, and no names in letters of another case", () => {
    const names = [
      "+02:00",
      "",
      "local",
      "Europe/",
      "Mars/X",
      "EST5EDT2",
      "europe/berlin",
      "EUROPE/BERLIN",
      "America/new_York",
      "utc",
      "US/EASTERN",
      "Asia/CALCUTTA",
      "Gb",
      "Utc",
      "Factory",
      "GMT+2",
      "UTC+1",
      "constructor",
      "SystemV/PST8",
      "SystemV/EST5EDT",
      ..."ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST".split(
        " ",
      ),
    ];
    expect(names.filter(isTimeZone)).to.deep.equal([]);
  });

  for (const zone of ["UTC", "Asia/Kolkata", "America/Phoenix"]) {
    it(`finds no gap in ${zone}`, () => {
      expect(clockGaps(zone, 2026, 28)).to.deep.equal([]);
    });
  }

  const locals: readonly (readonly [local: string, zone: string, at: string, kind: string])[] = [
    ["2026-12-06T22:00", "Europe/Berlin", "2026-12-06T21:00", "exact"],
    ["2026-07-05T22:00", "Europe/Berlin", "2026-07-05T20:00", "exact"],
    ["2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30", "gap"],
    ["2026-03-29T01:59", "Europe/Berlin", "2026-03-29T00:59", "exact"],
    ["2026-03-29T03:00", "Europe/Berlin", "2026-03-29T01:00", "exact"],
    ["2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30", "overlap"],
    ["2026-10-25T03:00", "Europe/Berlin", "2026-10-25T02:00", "exact"],
    ["2026-11-01T01:30", "America/New_York", "2026-11-01T05:30", "overlap"],
    ["2026-06-01T12:00", "Asia/Kolkata", "2026-06-01T06:30", "exact"],
  ];
  for (const [local, zone, at, kind] of locals) {
    it(`reads ${local} in ${zone} as ${at} UTC (${kind})`, () => {
      const instant = instantOf(new Date(`${local}:00Z`), zone);
      expect([instant.at.toISOString().slice(0, 16), instant.kind]).to.deep.equal([at, kind]);
    });
  }

  it("shows an instant with its offset", () => {
    const at = new Date("2026-12-14T04:30:00Z");
    expect(["America/New_York", "Asia/Kolkata", "UTC"].map((zone) => localIso(at, zone))).to.deep.equal([
      "2026-12-13T23:30:00-05:00",
      "2026-12-14T10:00:00+05:30",
      "2026-12-14T04:30:00Z",
    ]);
  });

  it("goes from an instant to its wall clock and back, twice a year to the hour before", () => {
    const zones = fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe");
    const seconds = fc.integer({ min: Date.UTC(2020, 0, 1) / 1000, max: Date.UTC(2035, 0, 1) / 1000 });
    fc.assert(
      fc.property(zones, seconds, (zone, second) => {
        const at = new Date(second * 1000);
        const back = instantOf(wallClock(at, zone), zone);
        expect(back.kind).not.to.equal("gap");
        expect(wallClock(back.at, zone)).to.deep.equal(wallClock(at, zone));
        if (back.kind === "exact") {
          expect(back.at).to.deep.equal(at);
        } else {
          expect(back.at.getTime()).to.be.at.most(at.getTime());
        }
      }),
    );
  });
});
