import { expect } from "chai";
import type { ComplianceItemRecord, MissingRecord, ServerRecord } from "../../../domain/collection/records.ts";
import { isOpen } from "../../../domain/report/locationHistory.ts";
import { timeLimits, type CollectedHistory } from "../../../domain/status/timeLimits.ts";
import { nothingMended } from "../../../domain/report/comparedServers.ts";
import type { Verdict } from "../../../domain/status/verdict.ts";
import { aptBaseline, group, location, samplePlane, schedule, server, window } from "../samplePlane.ts";

const asOf = new Date("2026-11-15T12:00:00Z");
const rule = { filters: { PRODUCT: ["*"] }, enableNonSecurity: false } as const;
const plane = samplePlane({
  locations: [location("main")],
  baselines: [
    aptBaseline("ubuntu-auto", {
      rules: [
        { ...rule, complianceLevel: "CRITICAL", slaDays: 30 },
        { ...rule, complianceLevel: "LOW", slaDays: 90 },
      ],
    }),
  ],
  groups: [group("app")],
  windows: [window("sundays", { schedules: [schedule("cron(0 22 ? * SUN *)")] })],
  fleet: [server(1), server(2), server(3), server(4)],
});

function record(row: ReturnType<typeof server>, more: Partial<ServerRecord> = {}): ServerRecord {
  const empty = { reason: "", pingStatus: "Online", lastPing: "", agentVersion: "", inventoryCaptured: "" };
  return {
    ...{ ...empty, serverId: row.id, resourceId: row.id, name: row.name, owner: row.owner },
    ...{ businessUnit: row.businessUnit, cloud: row.cloud, site: row.site, location: "main" },
    ...{ patchGroup: row.patchGroup, approval: "automatic", criticality: "low", os: row.os, release: row.release },
    ...{ arch: row.arch, state: "collected", versions: "whole", lastScan: "2026-11-15T05:00:00Z" },
    ...more,
  };
}

function missing(row: ReturnType<typeof server>, Id: string, since: string): MissingRecord {
  return {
    resourceId: row.id,
    serverId: row.id,
    Id,
    Title: `${Id}:2.0-1`,
    since,
    titleSince: since,
    installed: "1.0-1",
  };
}

function item(row: ReturnType<typeof server>, Id: string, more: Partial<ComplianceItemRecord>): ComplianceItemRecord {
  const empty = { PatchSeverity: "", Classification: "", PatchGroup: "app", CVEIds: "", InstalledTime: "" };
  const scanned = { ExecutionTime: "2026-11-15T05:00:00Z", ExecutionId: "" };
  const state = { Status: "NON_COMPLIANT", Severity: "LOW", PatchState: "MISSING" } as const;
  return { resourceId: row.id, Id, Title: `${Id}:2.0-1`, ...state, ...empty, ...scanned, ...more };
}

const [first, second, third, fourth] = [server(1), server(2), server(3), server(4)];

/** Of `first` one patch is 36 days old and one 10, of `second` one is due before two Sundays have come; `third` lacks none. */
const missingRecords = [
  missing(first, "curl.amd64", "2026-10-10T00:00:00Z"),
  missing(first, "bash.amd64", "2026-11-05T00:00:00Z"),
  missing(second, "curl.amd64", "2026-10-22T00:00:00Z"),
];
const items = [
  item(first, "curl.amd64", {}),
  item(first, "bash.amd64", {}),
  item(second, "curl.amd64", {}),
  item(third, "linux-image-aws.amd64", { PatchState: "INSTALLED_REJECTED" }),
];

/** A history in which a snapshot says of `severity`, or nothing. */
function history(severity: "unknown" | "low" = "unknown"): CollectedHistory {
  const servers = [first, second, third].map((row) => record(row));
  const known = { accountId: "111111111111", region: "eu-central-1", collected: "2026-11-15T060000Z" };
  return {
    place: "collections",
    locations: [{ ...known, servers, missing: missingRecords, items: items.filter(isOpen) }],
    advisories: { offeredBy: () => ({ ...nothingMended, severity }), gaps: (of) => [...of] },
  };
}

function limits(given: CollectedHistory | undefined, row: ReturnType<typeof server>, verdict: Verdict = "missing") {
  const judgement = verdict === "unknown" ? ({ verdict, reason: "noNode" } as const) : { verdict };
  return timeLimits(plane, given, asOf).of({ server: row, judgement });
}

describe("time limits of a status", () => {
  it("count what is due and overdue, and by how many days; an unknown severity is critical", () => {
    expect(limits(history(), first)).to.deep.equal({ due: 0, overdue: 1, overdueDays: 6 });
    expect(limits(history(), second)).to.deep.equal({ due: 1, overdue: 0, overdueDays: 0 });
    expect(limits(history(), third)).to.deep.equal({ due: 0, overdue: 0, overdueDays: 0 });
  });

  it("are 90 days where somebody says that it is not critical", () => {
    expect(limits(history("low"), first)).to.deep.equal({ due: 0, overdue: 0, overdueDays: 0 });
  });

  it("count nothing of a server that a fresh scan found patched since, and all of one that is stopped", () => {
    expect(limits(history(), first, "compliant")).to.deep.equal({ due: 0, overdue: 0, overdueDays: 0 });
    expect(limits(history(), first, "pendingReboot")).to.deep.equal({ due: 0, overdue: 0, overdueDays: 0 });
    expect(limits(history(), first, "unknown")).to.deep.equal({ due: 0, overdue: 1, overdueDays: 6 });
  });

  it("are unknown, not none, of a server that no collection knows, and where there is none or none can be read", () => {
    expect(limits(history(), fourth)).to.equal(undefined);
    expect(limits(undefined, first)).to.equal(undefined);
    const broken = { place: "collections", failure: "it is damaged" };
    expect(limits(broken, first)).to.equal(undefined);
    expect(timeLimits(plane, broken, asOf).history).to.include({ failure: "it is damaged" });
    expect(timeLimits(plane, undefined, asOf)).not.to.have.property("history");
  });

  it("say which collections they are by, and of which systems nobody says how bad it is", () => {
    const { history: by } = timeLimits(plane, history(), asOf);
    expect(by).to.deep.include({ collected: [{ location: "main", collected: "2026-11-15T060000Z" }] });
    expect(new Set(by?.gaps)).to.deep.equal(new Set(["ubuntu"]));
    expect(timeLimits(plane, history("low"), asOf).history?.gaps).to.deep.equal([]);
  });
});
