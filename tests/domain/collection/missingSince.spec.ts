import { expect } from "chai";
import { carriedOn, missingPatches, missingSince, type ScannedNode } from "../../../domain/collection/missingSince.ts";
import type { ApplicationRecord, ComplianceItemRecord, MissingRecord } from "../../../domain/collection/records.ts";

const node = "mi-00000000000000001";
const [first, second, third] = ["2026-11-01T04:00:00Z", "2026-11-08T04:00:00Z", "2026-11-15T04:00:00Z"] as const;

function application(Name: string, Version: string, more: Partial<ApplicationRecord> = {}): ApplicationRecord {
  const rest = { Publisher: "", Architecture: "x86_64", ApplicationType: "", captureTime: first };
  return { resourceId: node, Name, Version, ...rest, ...more };
}

function item(Id: string, version: string, ExecutionTime: string, PatchState = "MISSING"): ComplianceItemRecord {
  const empty = { Severity: "", PatchSeverity: "", Classification: "", PatchGroup: "", CVEIds: "", InstalledTime: "" };
  const rest = { Status: "NON_COMPLIANT", ExecutionId: "", PatchState, ...empty } as const;
  return { resourceId: node, Id, Title: version === "" ? Id : `${Id}:${version}`, ExecutionTime, ...rest };
}

/** What is known after collections one after another, as `id since titleSince`. */
function after(...collections: readonly Partial<ScannedNode>[]): readonly string[] {
  let known: readonly MissingRecord[] = [];
  for (const each of collections) {
    const scanned = { resourceId: node, serverId: "vm", applications: [], complianceItems: [], ...each };
    known = missingSince(scanned, missingPatches(known));
  }
  return known.map(({ Id, since, titleSince }) => `${Id} ${since.slice(8, 10)} ${titleSince.slice(8, 10)}`);
}

describe("since when a patch is missing", () => {
  it("counts from the end of the scan that first found it", () => {
    const items = (at: string) => ({ complianceItems: [item("curl.amd64", "8.1", at)] });
    expect(after(items(first))).to.deep.equal(["curl.amd64 01 01"]);
    expect(after(items(first), items(second), items(third))).to.deep.equal(["curl.amd64 01 01"]);
  });

  it("goes on counting when a newer version takes the place of one that was never installed", () => {
    const offered = (version: string, at: string) => ({
      applications: [application("curl", "8.0")],
      complianceItems: [item("curl.amd64", version, at)],
    });
    expect(after(offered("8.1", first), offered("8.2", second), offered("8.2", third))).to.deep.equal([
      "curl.amd64 01 08",
    ]);
  });

  it("begins anew when the package was updated between two collections that both found one missing", () => {
    const state = (installed: string, offered: string, at: string) => ({
      applications: [application("curl", installed), application("curl", "1.0", { Architecture: "i386" })],
      complianceItems: [item("curl.amd64", offered, at)],
    });
    expect(after(state("8.0", "8.1", first), state("8.1", "8.2", second))).to.deep.equal(["curl.amd64 08 08"]);
  });

  it("sees an rpm that was rebuilt, and a package for any architecture", () => {
    const rebuilt = (Release: string, at: string) => ({
      applications: [
        application("glibc", "2.26", { Release }),
        application("tzdata", "2026a", { Architecture: "noarch" }),
      ],
      complianceItems: [item("glibc.x86_64", "2.26-64", at), item("tzdata.x86_64", "2026b", at)],
    });
    expect(after(rebuilt("62.amzn2", first), rebuilt("63.amzn2", second))).to.deep.equal([
      "glibc.x86_64 08 08",
      "tzdata.x86_64 01 01",
    ]);
  });

  it("ends when it is installed, and what failed to install is missing still", () => {
    const state = (PatchState: string, at: string) => ({ complianceItems: [item("KB5030001", "", at, PatchState)] });
    expect(after(state("MISSING", first), state("FAILED", second))).to.deep.equal(["KB5030001 01 01"]);
    expect(after(state("MISSING", first), state("INSTALLED", second), state("MISSING", third))).to.deep.equal([
      "KB5030001 15 15",
    ]);
    expect(after(state("AVAILABLE_SECURITY_UPDATE", first))).to.deep.equal([]);
  });

  it("follows a VM that is registered anew, not a machine of a group that was replaced", () => {
    const items = (at: string) => ({ complianceItems: [item("curl.amd64", "8.1", at)] });
    const anew = { resourceId: "mi-00000000000000002" };
    expect(after(items(first), { ...items(second), ...anew })).to.deep.equal(["curl.amd64 01 01"]);
    const unnamed = { serverId: "" };
    expect(after({ ...items(first), ...unnamed }, { ...items(second), ...unnamed, ...anew })).to.deep.equal([
      "curl.amd64 08 08",
    ]);
  });

  it("is carried on as it was for servers that could not be read", () => {
    const scanned = { resourceId: node, serverId: "vm", applications: [] };
    const known = missingPatches(
      missingSince({ ...scanned, complianceItems: [item("a.amd64", "1", first)] }, new Map()),
    );
    expect(carriedOn(known, ({ serverId }) => serverId === "vm")).to.deep.equal([...known.values()]);
    expect(carriedOn(known, () => false)).to.deep.equal([]);
  });
});
