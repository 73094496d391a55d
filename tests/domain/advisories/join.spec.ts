import { expect } from "chai";
import type { AdvisoryRecord } from "../../../domain/advisories/advisory.ts";
import { advisoryIndex, mendedBy, type PackageUpdate } from "../../../domain/advisories/join.ts";

const asOf = new Date("2026-11-29T12:00:00Z");

function advisory(fixed: string, cve: string, more: Partial<AdvisoryRecord> = {}): AdvisoryRecord {
  return {
    os_family: "ubuntu",
    release: "22.04",
    package: "openssl",
    fixed_version: fixed,
    advisory: "USN-1-1",
    cve,
    severity: "medium",
    severity_source: "Ubuntu",
    kev: "",
    published: "2026-11-01T00:00:00Z",
    retrieved: "2026-11-28T00:00:00Z",
    ...more,
  };
}

const update: PackageUpdate = {
  os: "ubuntu",
  release: "22.04",
  name: "openssl",
  architecture: "x86_64",
  before: "3.0.2-0ubuntu1.9",
  after: "3.0.2-0ubuntu1.11",
};

function mended(records: readonly AdvisoryRecord[], more: Partial<PackageUpdate> = {}): unknown {
  return mendedBy(advisoryIndex(records), { ...update, ...more }, asOf);
}

describe("what an update mends", () => {
  it("is what is fixed above the version before and not above the one after, by dpkg's order and not the text's", () => {
    const records = [
      advisory("3.0.2-0ubuntu1.9", "CVE-2026-0001"),
      advisory("3.0.2-0ubuntu1.10", "CVE-2026-0003", {
        advisory: "USN-2-1",
        severity: "high",
        severity_source: "CVSS 3.1: 7.5",
      }),
      advisory("3.0.2-0ubuntu1.10", "CVE-2026-0002", { severity: "low" }),
      advisory("3.0.2-0ubuntu1.11", "CVE-2026-0002", { advisory: "USN-3-1", kev: "2026-11-05" }),
      advisory("3.0.2-0ubuntu1.12", "CVE-2026-0004", { severity: "critical" }),
      advisory("3.0.2-0ubuntu1.10", "CVE-2026-0005", { release: "24.04", severity: "critical" }),
      advisory("3.0.2-0ubuntu1.10", "CVE-2026-0006", { package: "openssl-other", severity: "critical" }),
      advisory("3.0.2-0ubuntu1.10", "CVE-2026-0007", { os_family: "amazon-linux", severity: "critical" }),
    ];
    expect(mended(records)).to.deep.equal({
      kind: "known",
      advisories: ["USN-1-1", "USN-2-1", "USN-3-1"],
      cves: ["CVE-2026-0002", "CVE-2026-0003"],
      severity: "high",
      source: "CVSS 3.1: 7.5",
      exploited: ["CVE-2026-0002"],
    });
  });

  it("is told apart by architecture where the notice does, and may name no CVE", () => {
    const records = [
      advisory("3.0.2-0ubuntu1.10", "", { architecture: "aarch64" }),
      advisory("3.0.2-0ubuntu1.11", "", { architecture: "x86_64", advisory: "USN-2-1" }),
    ];
    expect(mended(records)).to.deep.include({ advisories: ["USN-2-1"], cves: [] });
  });

  it("is unknown, with its reason, where the snapshot cannot know it", () => {
    const some = [advisory("3.0.2-0ubuntu1.10", "CVE-2026-0001")];
    const unknown = (reason: string): object => ({ kind: "unknown", reason });
    expect(mended([])).to.deep.equal(unknown("noSnapshot"));
    expect(mended(some, { name: "curl" })).to.deep.equal(unknown("noSnapshot"));
    expect(mended(some, { release: "20.04" })).to.deep.equal(unknown("noSnapshot"));
    expect(mended(some, { before: "3.0.2-0ubuntu1.10" })).to.deep.equal(unknown("noAdvisory"));
    expect(mended(some, { after: "3.0.2-0ubuntu1.9" })).to.deep.equal(unknown("noAdvisory"));
    const { before, ...installed } = update;
    expect(before).to.be.a("string");
    expect(mendedBy(advisoryIndex(some), installed, asOf)).to.deep.equal(unknown("notUpdated"));
    const old = [advisory("3.0.2-0ubuntu1.10", "CVE-2026-0001", { retrieved: "2026-11-15T11:00:00Z" })];
    expect(mended(old)).to.deep.equal(unknown("oldSnapshot"));
    // A version that is none has no place between two others.
    expect(mended(some, { before: "a:1" })).to.deep.equal(unknown("noAdvisory"));
  });
});
