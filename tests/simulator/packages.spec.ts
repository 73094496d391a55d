import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "csv-parse/sync";
import type { MachineSpec } from "../../simulator/world/machineSpec.ts";
import { drawPackages, installRelease } from "../../simulator/world/packageState.ts";
import { packageTable } from "../../simulator/world/packageTable.ts";
import type { PackageTable } from "../../simulator/world/packageRow.ts";
import { traitsOf, usualTraits } from "../../simulator/world/traits.ts";
import type { MachineKind } from "../../simulator/world/traits.ts";
import { instance } from "./cloudFixture.ts";
import { dpkgOrder, rpmOrder } from "./versionOrder.ts";
import type { VersionOrder } from "./versionOrder.ts";

const apt: readonly (readonly [MachineSpec["os"], string])[] = [
  ["ubuntu", "20.04"],
  ["ubuntu", "22.04"],
  ["ubuntu", "24.04"],
  ["debian", "11"],
  ["debian", "12"],
];
const yum: typeof apt = [
  ["amazon-linux", "2"],
  ["amazon-linux", "2023"],
];
const windows: typeof apt = ["2016", "2019", "2022", "2025"].map((release) => ["windows-server", release]);

function kindOf([os, release]: (typeof apt)[number], given: Partial<MachineKind> = {}): MachineKind {
  return { os, release, arch: "x86_64", cloud: "aws", ...given };
}

/** Every table of a release: each cloud, each kernel, with and without Ubuntu Pro. */
function tablesOf(place: (typeof apt)[number]): PackageTable[] {
  const aws = kindOf(place);
  if (place[0] === "debian") return [packageTable(aws)];
  if (place[0] === "amazon-linux") {
    const kernels =
      place[1] === "2" ? [["kernel-5.10"], ["kernel-4.14"]] : [["kernel6.1", "livepatch"], ["kernel6.12"]];
    return kernels.map((kernel) => packageTable(aws, ["aws", ...kernel]));
  }
  return ["linux-aws", "linux-azure", "linux-generic"].flatMap((kernel) => [
    packageTable(aws, [kernel.replace("linux-", ""), kernel]),
    packageTable(aws, [kernel.replace("linux-", ""), kernel, "pro"]),
  ]);
}

type Row = Readonly<Record<string, string>>;

function data(file: string): Row[] {
  return parse<Row>(readFileSync(new URL(`../../simulator/data/${file}.csv`, import.meta.url), "utf8"), {
    columns: true,
  });
}

const priorities = ["required", "important", "standard", "optional", "extra"];
const now = new Date("2026-11-02T00:00:00Z");
const farAway = new Date("2031-06-01T00:00:00Z");

describe("embedded cloud: package data", () => {
  for (const family of ["apt", "yum"] as const) {
    it(`names every package and source of ${family} once, in order, and every package's source`, () => {
      const [packages, sources] = [data(`${family}Packages`), data(`${family}Sources`)];
      // Amazon Linux has one `kernel`, of several sources.
      const keys = packages.map(
        (row) => `${row["package"] ?? ""}${family === "yum" ? `,${row["source"] ?? ""},${row["where"] ?? ""}` : ""}`,
      );
      expect(new Set(keys).size).to.equal(keys.length);
      const names = packages.map((row) => row["package"] ?? "");
      expect(names).to.deep.equal([...names].sort());
      const known = sources.map((row) => row["source"] ?? "");
      expect(known).to.deep.equal([...new Set(known)].sort());
      expect(packages.filter((row) => !known.includes(row["source"] ?? ""))).to.deep.equal([]);
      expect(sources.filter((row) => row["follows"] !== "" && !known.includes(row["follows"] ?? ""))).to.deep.equal([]);
    });
  }

  it("gives every apt package one of Debian's priorities and a section", () => {
    for (const row of data("aptPackages")) {
      expect(priorities, row["package"]).to.include(row["priority"]);
      expect(row["section"], row["package"]).to.match(/^[a-z-]+$/);
    }
  });

  for (const place of [...apt, ...yum]) {
    it(`has 150 packages at least on ${place.join(" ")}, and what they need`, () => {
      for (const table of tablesOf(place)) {
        const names = table.rows.map((row) => row.name);
        expect(new Set(names).size).to.equal(names.length);
        expect(names.length).to.be.at.least(150);
        for (const row of table.rows) expect(row.needs.every((need) => table.rows[need] !== undefined)).to.equal(true);
      }
    });
  }

  it("needs nothing that no release of the package has", () => {
    for (const [family, places] of [
      ["apt", apt],
      ["yum", yum],
    ] as const) {
      const tables = places.flatMap(tablesOf);
      for (const { package: name = "", needs = "" } of data(`${family}Packages`)) {
        const inArch = (text: string): string => text.replace("{arch}", "amd64");
        const having = tables.filter(({ rows }) => rows.some((row) => row.name === inArch(name)));
        for (const need of needs.split(" ").filter((word) => word !== ""))
          expect(
            having.some(({ rows }) => rows.some((row) => row.name === inArch(need))),
            `${name} needs ${need}`,
          ).to.equal(true);
      }
    }
  });

  it("gives every source that is released again a version that grows", () => {
    for (const family of ["apt", "yum"]) {
      for (const { source, follows, component, days, ...columns } of data(`${family}Sources`)) {
        if (days === "" || follows !== "") continue;
        for (const [column, template] of Object.entries(columns).filter(([name]) => /\d$/.test(name))) {
          // Expanded maintenance counts universe's versions itself.
          if (template === "" || (component === "universe" && column.startsWith("ubuntu"))) continue;
          expect(template, `${String(source)} on ${column}`).to.match(/\[\d+(\+\d+)?\]|\{\d+\}/);
        }
      }
    }
  });

  it("has most of apt's packages as Optional, as the distributions do", () => {
    for (const place of apt) {
      const rows = packageTable(kindOf(place)).rows.map((row) => row.release(0).severity);
      const share = (severity: string): number => rows.filter((each) => each === severity).length / rows.length;
      expect(share("Optional")).to.be.within(0.6, 0.85);
      expect(share("Required") + share("Important")).to.be.within(0.1, 0.35);
    }
  });
});

describe("the specs' own order of versions", () => {
  // https://www.debian.org/doc/debian-policy/ch-controlfields.html#version
  const debian = ["1.0~~", "1.0~~a", "1.0~", "1.0", "1.0-1", "1.0-1ubuntu2.9", "1.0-1ubuntu2.10", "1.0a", "1.0+b1"];
  it("is dpkg's", () => {
    const more = ["2.0-1~deb12u1", "2.0-1", "2.0-1+esm1", "2.0-1+esm10", "10.0-1", "1:0.1-1"];
    const rising = [...debian, ...more];
    for (let index = 1; index < rising.length; index += 1)
      expect(dpkgOrder(rising[index - 1] ?? "", rising[index] ?? ""), rising[index]).to.equal(-1);
    expect(dpkgOrder("0:1.0-1", "1.0-1")).to.equal(0);
  });

  // https://rpm-software-management.github.io/rpm/man/rpm-version.7
  it("is rpm's", () => {
    const rising = ["0:1.0~rc1-1", "0:1.0-1.amzn2", "0:1.0-1.amzn2.0.1", "0:1.0-1.amzn2.0.10", "0:1.0a-1", "0:1.0.1-1"];
    for (let index = 1; index < rising.length; index += 1)
      expect(rpmOrder(rising[index - 1] ?? "", rising[index] ?? ""), rising[index]).to.equal(-1);
  });
});

describe("embedded cloud: version histories", () => {
  const families: readonly (readonly [string, typeof apt, VersionOrder])[] = [
    ["dpkg", apt, dpkgOrder],
    ["rpm", yum, rpmOrder],
  ];
  for (const [manager, places, order] of families)
    for (const place of places)
      it(`rises strictly by ${manager}'s order on ${place.join(" ")}, and in time`, () => {
        const faults: string[] = [];
        const compared = new Set<string>();
        for (const row of tablesOf(place).flatMap(({ rows }) => rows)) {
          for (let index = 1; index <= row.calendar.newest(farAway); index += 1) {
            const [before, after] = [row.release(index - 1), row.release(index)];
            // What has a new name may keep its version.
            const pair = row.renamed ? `${before.name} ${after.name}` : `${before.version} ${after.version}`;
            const rises =
              compared.has(pair) ||
              (row.renamed ? before.name !== after.name : order(before.version, after.version) < 0);
            compared.add(pair);
            if (!rises || before.releasedAt >= after.releasedAt) faults.push(`${row.name}: ${pair}`);
          }
        }
        expect(faults).to.deep.equal([]);
        expect(compared.size).to.be.greaterThan(1000);
      });

  it("brings revisions mostly and new upstream versions now and then", () => {
    const { rows } = packageTable(kindOf(["debian", "12"]));
    const openssl = rows.find(({ name }) => name === "openssl");
    const versions = Array.from({ length: 20 }, (_, index) => openssl?.release(index).version ?? "");
    expect(versions[0]).to.equal("3.0.11-1~deb12u1");
    for (const version of versions) expect(version).to.match(/^3\.0\.\d+-1~deb12u\d+$/);
    const upstream = new Set(versions.map((version) => version.split("-")[0]));
    expect(upstream.size).to.be.within(3, 12);
  });

  it("writes versions as the distributions do", () => {
    const first = (place: (typeof apt)[number], name: string): string | undefined =>
      packageTable(kindOf(place))
        .rows.find((row) => row.name === name)
        ?.release(0).version;
    expect(first(["ubuntu", "22.04"], "openssh-server")).to.equal("1:8.9p1-3ubuntu0.3");
    expect(first(["ubuntu", "22.04"], "linux-aws")).to.equal("6.8.0.1008.8~22.04.1");
    expect(first(["debian", "12"], "curl")).to.equal("7.88.1-10+deb12u1");
    expect(first(["amazon-linux", "2"], "openssl")).to.equal("1:1.0.2k-24.amzn2.0.7");
    expect(first(["amazon-linux", "2023"], "bind-libs")).to.equal("32:9.16.42-1.amzn2023.0.4");
  });

  it("shares version and date among the packages of a source", () => {
    const { rows } = packageTable(kindOf(["ubuntu", "24.04"]));
    const systemd = rows.filter(({ chain }) => chain === "ubuntu 24.04/systemd");
    expect(systemd.map(({ name }) => name)).to.include.members(["systemd", "libsystemd0", "udev", "libpam-systemd"]);
    for (let index = 0; index < 20; index += 1) {
      expect(new Set(systemd.map((row) => row.release(index).version)).size).to.equal(1);
      expect(new Set(systemd.map((row) => row.release(index).releasedAt.getTime())).size).to.equal(1);
    }
  });
});

describe("embedded cloud: release dates", () => {
  const dayLength = 86_400_000;
  const live = [...apt.filter(([, release]) => release !== "20.04"), ...yum, ...windows];

  for (const place of live) {
    it(`has something new before any date on ${place.join(" ")}: in 14 days always, in 7 and 3 mostly`, () => {
      const { rows } = packageTable(kindOf(place), [...usualTraits(kindOf(place)), "pro"]);
      const ages: number[] = [];
      for (let day = Date.UTC(2025, 5, 1); day < farAway.getTime(); day += 23 * dayLength) {
        const latest = rows.flatMap(({ calendar }) => {
          const newest = calendar.newest(new Date(day));
          return newest === 0 ? [] : [calendar.at(newest).getTime()];
        });
        ages.push((day - Math.max(...latest)) / dayLength);
      }
      const share = (age: number): number => ages.filter((each) => each < age).length / ages.length;
      expect(share(14)).to.equal(1);
      expect(share(7)).to.be.at.least(0.9);
      expect(share(3)).to.be.at.least(0.7);
    });
  }

  for (const place of [...apt, ...yum, ...windows]) {
    it(`offers on ${place.join(" ")} what is out, and never what is to come`, () => {
      for (const row of packageTable(kindOf(place)).rows) {
        const newest = row.calendar.newest(now);
        expect(row.release(newest).releasedAt <= now, row.name).to.equal(true);
        const later = row.calendar.newest(farAway);
        if (later > newest) expect(row.release(newest + 1).releasedAt > now, row.name).to.equal(true);
      }
    });
  }

  it("leaves a machine that was patched lately with some packages to upgrade", () => {
    for (const place of live) {
      const spec = instance("i-0123456789abcdef0", kindOf(place));
      const { table, installed } = drawPackages(spec, now, 1);
      const pending = table.rows.filter((row, index) => row.calendar.newest(now) > (installed[index] ?? 0));
      expect(pending, place.join(" ")).to.not.have.length(0);
    }
  });
});

// https://documentation.ubuntu.com/security/security-updates/esm/
describe("embedded cloud: Expanded Security Maintenance", () => {
  const plain = packageTable(kindOf(["ubuntu", "20.04"]));
  const pro = packageTable(kindOf(["ubuntu", "20.04"]), ["aws", "linux-aws", "pro"]);
  const end = new Date("2025-06-01T00:00:00Z");

  it("gives nothing new to a 20.04 machine without Ubuntu Pro after May 2025", () => {
    for (const { name, calendar } of plain.rows) {
      expect(calendar.newest(now), name).to.equal(calendar.newest(end));
      expect(calendar.at(calendar.newest(now)) < end, name).to.equal(true);
    }
  });

  it("gives one with Ubuntu Pro security updates alone, on top of the last ordinary version", () => {
    const curl = pro.rows.find(({ name }) => name === "curl");
    const last = curl?.calendar.newest(end) ?? 0;
    const ordinary = curl?.release(last).version ?? "";
    expect(curl?.release(last + 2).version).to.equal(`${ordinary}+esm2`);
    expect(curl?.calendar.newest(now)).to.be.greaterThan(last);
    for (const row of pro.rows)
      for (let index = row.calendar.newest(end) + 1; index <= row.calendar.newest(now); index += 1)
        expect(row.release(index).security, row.name).to.equal(true);
  });

  it("goes on counting kernels", () => {
    const kernel = pro.rows.find(({ name }) => name === "linux-aws");
    expect(kernel?.release(kernel.calendar.newest(now)).version).to.match(/^5\.15\.0\.\d+\.\d+~20\.04\.1$/);
  });

  it("keeps universe secure for Ubuntu Pro alone, on any release", () => {
    const kind = kindOf(["ubuntu", "22.04"]);
    const redis = (table: PackageTable): string[] => {
      const row = table.rows.find(({ name }) => name === "redis-server");
      return [0, 1, row?.calendar.newest(now) ?? 0].map((index) => row?.release(index).version ?? "");
    };
    const [first, second, newest] = redis(packageTable(kind, ["aws", "linux-aws", "pro"]));
    expect(first).to.equal("5:6.0.16-1ubuntu1");
    expect(second).to.equal("5:6.0.16-1ubuntu1+esm1");
    expect(newest).to.match(/\+esm\d+$/);
    expect(redis(packageTable(kind))[2]).to.equal(first);
  });
});

describe("embedded cloud: machines of one release", () => {
  const ids = Array.from({ length: 400 }, (_, index) => `i-${String(index).padStart(17, "0")}`);

  function share(place: (typeof apt)[number], trait: string): number {
    const having = ids.filter((id) => traitsOf(instance(id, kindOf(place)), 1).includes(trait));
    return having.length / ids.length;
  }

  it("differ in kernel, Ubuntu Pro and live patching, by their ids", () => {
    expect(share(["ubuntu", "20.04"], "pro")).to.be.within(0.2, 0.4);
    expect(share(["ubuntu", "20.04"], "linux-generic")).to.be.within(0.05, 0.15);
    expect(share(["amazon-linux", "2"], "kernel-5.10")).to.be.within(0.7, 0.9);
    expect(share(["amazon-linux", "2023"], "kernel6.12")).to.be.within(0.15, 0.35);
    expect(share(["amazon-linux", "2023"], "livepatch")).to.be.within(0.08, 0.22);
    expect(share(["debian", "12"], "aws")).to.equal(1);
  });

  it("share one table when they have the same traits", () => {
    const spec = kindOf(["ubuntu", "22.04"]);
    expect(packageTable(spec)).to.equal(packageTable(spec, ["aws", "linux-aws"]));
    expect(packageTable(spec)).to.not.equal(packageTable({ ...spec, arch: "arm64" }));
  });

  it("have the kernel of their cloud", () => {
    const names = (cloud: "aws" | "azure"): string[] =>
      packageTable(kindOf(["ubuntu", "24.04"], { cloud })).rows.map((row) => row.release(0).name);
    const aws = ["linux-aws", "linux-image-aws", "linux-image-6.8.0-1008-aws", "linux-modules-6.8.0-1008-aws"];
    const azure = ["linux-azure", "linux-headers-azure", "linux-headers-6.8.0-1007-azure", "walinuxagent"];
    expect(names("aws")).to.include.members(aws);
    expect(names("azure")).to.include.members(azure);
    expect(names("azure")).to.not.include("linux-aws");
  });

  it("keep as many kernels of Amazon Linux side by side as dnf does", () => {
    const state = drawPackages(instance("i-0123456789abcdef0", kindOf(["amazon-linux", "2023"])), now, 1);
    const kernel = state.table.rows.findIndex(({ name }) => name.startsWith("kernel") && !name.includes("-"));
    const first = state.installed[kernel] ?? 0;
    for (const release of [first + 1, first + 2, first + 3]) installRelease(state, kernel, release, now);
    expect(state.installed[kernel]).to.equal(first + 3);
    expect(state.older.get(kernel)?.map(({ release }) => release)).to.deep.equal([first + 2, first + 1]);
  });
});

// https://alas.aws.amazon.com
describe("embedded cloud: notices of Amazon Linux", () => {
  for (const place of yum) {
    it(`have one id, date and severity for all packages of a source on ${place.join(" ")}, and no other's`, () => {
      const owners = new Map<string, string>();
      for (const row of packageTable(kindOf(place)).rows) {
        for (let index = 1; index <= row.calendar.newest(now); index += 1) {
          const release = row.release(index);
          if (release.advisory === "") continue;
          expect(release.advisory).to.match(/^ALAS(2|2023|[A-Z][A-Z0-9.-]*)-20\d\d-\d{3,5}$/);
          const own = [row.chain, index, release.releasedAt.toISOString(), release.severity, release.cves].join(" ");
          expect(owners.get(release.advisory) ?? own).to.equal(own);
          owners.set(release.advisory, own);
        }
      }
      expect(owners.size).to.be.greaterThan(200);
    });
  }

  it("have severity and CVE ids when they are about security, and neither when they mend bugs", () => {
    const severities = new Set<string>();
    for (const row of packageTable(kindOf(["amazon-linux", "2"])).rows)
      for (let index = 0; index <= row.calendar.newest(now); index += 1) {
        const { classification, severity, cves, advisory } = row.release(index);
        if (classification === "Security") severities.add(severity);
        expect(cves.length > 0).to.equal(classification === "Security");
        expect(severity !== "").to.equal(classification === "Security");
        expect(advisory !== "").to.equal(classification !== "");
      }
    expect([...severities].sort()).to.deep.equal(["Critical", "Important", "Low", "Medium"]);
  });

  it("have a series of their own in a topic of amazon-linux-extras", () => {
    const docker = packageTable(kindOf(["amazon-linux", "2"])).rows.find(({ name }) => name === "docker");
    const ids = Array.from({ length: 12 }, (_, index) => docker?.release(index).advisory ?? "");
    expect(ids.filter((id) => id !== "").every((id) => id.startsWith("ALASDOCKER-"))).to.equal(true);
    expect(ids.filter((id) => id !== "")).to.not.have.length(0);
  });
});
