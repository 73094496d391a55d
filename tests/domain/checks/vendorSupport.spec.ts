import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import fc from "fast-check";
import { isDate } from "../../../domain/schedule/calendarDates.ts";
import type { Finding } from "../../../domain/fault.ts";
import { releasesByOs, type OsName, type Server } from "../../../domain/server.ts";
import { supportVerdict, vendorSupportFindings, vendorTableAge } from "../../../domain/checks/vendorSupport.ts";
import {
  vendorSupportCheckedOn,
  vendorSupportTable,
  type ReleaseSupport,
  type SupportPhase,
} from "../../../domain/checks/vendorSupportTable.ts";
import { group, samplePlane, server, servers } from "../samplePlane.ts";

const day = 86_400_000;
const table = Object.entries(vendorSupportTable) as [OsName, Readonly<Record<string, ReleaseSupport>>][];
const releases = table.flatMap(([os, byRelease]) =>
  Object.entries(byRelease).map(([release, support]) => ({ os, release, support })),
);

function at(date: string, shift = 0, time = "12:00:00"): Date {
  return new Date(Date.parse(`${date}T${time}Z`) + shift * day);
}

function found(more: Partial<Server>, asOf: Date): readonly Finding[] {
  return vendorSupportFindings(samplePlane({ fleet: servers(2, more) }), asOf).filter(
    (each) => each.id === "vendor-support",
  );
}

const al2 = { os: "amazon-linux", release: "2" } as const;
const focal = { os: "ubuntu", release: "20.04" } as const;

describe("vendor support", () => {
  it("has a table of every release the fleet file may name, with real dates in order and a page for each", () => {
    expect(table.map(([os, byRelease]) => [os, Object.keys(byRelease).sort()])).to.deep.equal(
      Object.entries(releasesByOs).map(([os, names]) => [os, [...names].sort()]),
    );
    expect(isDate(vendorSupportCheckedOn)).to.equal(true);
    for (const { os, release, support } of releases) {
      const ends = support.map((phase) => phase.ends);
      expect(ends.every(isDate), `${os} ${release}`).to.equal(true);
      expect(ends.toSorted(), `${os} ${release}`).to.deep.equal(ends);
      expect(support[0].access, `${os} ${release}`).to.equal("included");
      for (const phase of support) expect(URL.parse(phase.source)?.protocol).to.equal("https:");
    }
  });

  it("says nothing 181 days before the end, and counts the days from 180 on", () => {
    expect(found(al2, at("2026-06-30", -181, "23:59:59"))).to.deep.equal([]);
    const [finding] = found(al2, at("2026-06-30", -180, "00:00:00"));
    expect(finding?.severity).to.equal("warning");
    expect(finding?.message).to.contain("support ends in 180 days, on 2026-06-30");
  });

  it("still supports a release on its last day, whatever the hour, and no more the day after", () => {
    expect(found(al2, at("2026-06-30", -1))[0]?.message).to.contain("ends in 1 day, on");
    for (const time of ["00:00:00", "23:59:59"]) {
      expect(found(al2, at("2026-06-30", 0, time))[0]?.message).to.contain("support ends today, on 2026-06-30");
    }
    expect(found(al2, at("2026-06-30", 1, "00:00:00"))[0]?.message).to.contain("support ended on 2026-06-30");
    expect(found(al2, at("2026-06-30", 1))[0]?.message).to.contain("no security updates any more");
  });

  it("goes by the last phase that everybody gets: the end of mainstream support or of standard support is none", () => {
    const inExtended = found({ os: "windows-server", release: "2022" }, at("2026-10-14"));
    const inMaintenance = found({ os: "amazon-linux", release: "2023" }, at("2027-07-01"));
    const inLts = found({ os: "debian", release: "12" }, at("2026-07-12"));
    expect([...inExtended, ...inMaintenance, ...inLts]).to.deep.equal([]);
  });

  it("tells Ubuntu Pro apart: updates come with it only, and without it reports show nothing missing", () => {
    const [finding] = found(focal, at("2026-12-01"));
    expect(finding?.message).to.equal(
      "Ubuntu 20.04, 2 servers (fleet lines 2, 3) of group app: standard support ended on 2025-05-31; security " +
        "updates come now with Ubuntu Pro (ESM) only, until 2030-04-23 (day unconfirmed); without it nothing is " +
        "missing in reports",
    );
    expect(finding?.fix).to.contain("enrol them in Ubuntu Pro (ESM)");
    expect(finding?.fix).to.contain("https://ubuntu.com/about/release-cycle");
  });

  it("follows Ubuntu through Pro, the Legacy add-on, and the end of both", () => {
    const words = (asOf: Date) => found(focal, asOf)[0]?.message ?? "";
    expect(words(at("2030-04-23", -181))).to.contain("Ubuntu Pro (ESM) only, until 2030-04-23");
    expect(words(at("2030-04-23", -180))).to.contain("which ends in 180 days, on 2030-04-23");
    expect(words(at("2030-04-23"))).to.contain("Ubuntu Pro (ESM) only, which ends today");
    expect(words(at("2030-04-23", 1))).to.contain("Ubuntu Pro with the Legacy add-on only, until 2035-04-23");
    expect(words(at("2035-04-23", 1))).to.contain("and Ubuntu Pro with the Legacy add-on on 2035-04-23");
    expect(words(at("2035-04-23", 1))).to.contain("no security updates any more");
  });

  it("names Extended Security Updates before Windows Server 2016 ends", () => {
    const [finding] = found({ os: "windows-server", release: "2016" }, at("2026-12-01"));
    expect(finding?.message).to.contain(
      "extended support ends in 42 days, on 2027-01-12; security updates come after that with Extended Security " +
        "Updates only",
    );
  });

  it("is one finding per release, with all its servers and groups, and leaves servers patched elsewhere out", () => {
    const plane = samplePlane({
      groups: [group("app"), group("db"), { kind: "elsewhere", name: "k8s", patchedElsewhere: "images" }],
      fleet: [
        server(2, al2),
        server(3, { ...al2, patchGroup: "db" }),
        server(4, { ...al2, patchGroup: "k8s" }),
        server(5, { ...al2, size: 5 }),
        server(6, focal),
        server(7, { os: "windows-server", release: "2025" }),
      ],
    });
    const findings = vendorSupportFindings(plane, at("2026-12-01"));
    expect(findings.map((each) => each.path)).to.deep.equal(["fleet.amazon-linux 2", "fleet.ubuntu 20.04"]);
    expect(findings[0]?.message).to.contain("7 servers (fleet lines 2, 3, 5) of groups app, db:");
  });

  it("finds its own table too old after 180 days, not on the 180th, and never before it was checked", () => {
    const ages = [-1, 0, 180, 181].map((shift) => {
      const asOf = at(vendorSupportCheckedOn, shift);
      const plane = samplePlane({ fleet: [server(2, { os: "windows-server", release: "2025" })] });
      return [vendorTableAge(asOf), vendorSupportFindings(plane, asOf).map((each) => each.id)];
    });
    expect(ages).to.deep.equal([
      [-1, []],
      [0, []],
      [180, []],
      [181, ["vendor-table-age"]],
    ]);
  });

  it("is a finding from 180 days before the last included day on and for ever, whatever the phases", () => {
    const phase = fc.record({
      name: fc.constantFrom("a", "b"),
      access: fc.constantFrom("included", "separate"),
      ends: fc.integer({ min: 15_000, max: 25_000 }),
    });
    const asPhase = ({ ends, ...rest }: { name: string; access: SupportPhase["access"]; ends: number }) => ({
      ...rest,
      ends: new Date(ends * day).toISOString().slice(0, 10),
      source: "https://example.com",
    });
    fc.assert(
      fc.property(
        fc.array(phase, { maxLength: 4 }),
        fc.integer({ min: 15_000, max: 25_000 }),
        fc.integer({ min: 14_000, max: 26_000 }),
        fc.integer({ min: 0, max: day - 1 }),
        (phases, first, today, time) => {
          const sorted = [{ name: "first", access: "included" as const, ends: first }, ...phases].toSorted(
            (a, b) => a.ends - b.ends,
          );
          const [head, ...tail] = sorted.map(asPhase);
          if (head === undefined) return;
          const last = Math.max(...sorted.filter((each) => each.access === "included").map((each) => each.ends));
          const verdict = supportVerdict("debian", [head, ...tail], new Date(today * day + time));
          expect(verdict !== undefined).to.equal(last - today <= 180);
          if (verdict !== undefined) expect(verdict.message.includes(" ended on ")).to.equal(today > last);
        },
      ),
    );
  });
});

describe("the nightly look at the table of vendor support", () => {
  const script = join(import.meta.dirname, "..", "..", "..", "scripts", "dev", "vendorSupport.ts");

  async function ended(asOf: string): Promise<{ code: number; stdout: string }> {
    const args = [script, "--as-of", asOf];
    try {
      return { code: 0, stdout: (await promisify(execFile)(process.execPath, args)).stdout };
    } catch (error) {
      const { code, stdout } = error as { code: number; stdout: string };
      return { code, stdout };
    }
  }

  it("ends with 0 while the table is fresh, and with 1 when it is too old", async () => {
    const [fresh, old] = await Promise.all(
      [180, 181].map((shift) => ended(at(vendorSupportCheckedOn, shift).toISOString())),
    );
    expect(fresh?.code).to.equal(0);
    expect(fresh?.stdout).to.equal(
      `vendor support: checked on ${vendorSupportCheckedOn}, 180 days ago, at most 180 are allowed\n`,
    );
    expect(old?.code).to.equal(1);
    expect(old?.stdout).to.contain("181 days ago");
    expect(old?.stdout).to.contain("compare domain/checks/vendorSupportTable.ts");
  });

  it("ends with 2 for an instant that is none", async () => {
    expect(await ended("tomorrow")).to.deep.equal({ code: 2, stdout: "" });
  });
});
