import { reviewOf, type Review, type ScannedLocation, type ScannedServer } from "../../../domain/approvals/review.ts";
import type { AdvisoryRecord } from "../../../domain/advisories/advisory.ts";
import { advisoryIndex } from "../../../domain/advisories/join.ts";
import type { ComplianceItemRecord, MissingRecord, ServerRecord } from "../../../domain/collection/records.ts";
import type { Plane } from "../../../domain/plane.ts";
import { knownAdvisories } from "../../../domain/report/knownAdvisories.ts";
import { group, samplePlane, server, type SampleParts } from "../samplePlane.ts";

export const asOf = new Date("2026-12-01T12:00:00Z");
const lastScan = "2026-12-01T01:04:00Z";

/** A plane with one reviewed group, `app`, of two Ubuntu servers. */
export function reviewedPlane(more: SampleParts = {}): Plane {
  const fleet = [server(2), server(3)];
  return samplePlane({ groups: [group("app", { approval: "reviewed" })], fleet, ...more });
}

/** What was read of a server of the plane; `offered` is id, installed and offered version. */
export function scanned(
  line: number,
  offered: readonly (readonly [id: string, installed: string, version: string])[],
  more: Partial<ServerRecord> = {},
  since = lastScan,
): ScannedServer {
  const row = server(line);
  const record: ServerRecord = {
    resourceId: row.id,
    serverId: row.id,
    name: row.name,
    owner: row.owner,
    businessUnit: row.businessUnit,
    cloud: "aws",
    site: "main",
    location: "main",
    patchGroup: "app",
    approval: "reviewed",
    criticality: "high",
    os: row.os,
    release: row.release,
    arch: row.arch,
    state: "collected",
    reason: "",
    pingStatus: "Online",
    lastPing: "",
    agentVersion: "3.3.0.0",
    inventoryCaptured: "",
    versions: "",
    lastScan,
    ...more,
  };
  const patch = ([id, , version]: (typeof offered)[number]): ComplianceItemRecord => ({
    resourceId: row.id,
    Id: id,
    Title: id.startsWith("KB") ? version : `${id}:${version}`,
    Status: "NON_COMPLIANT",
    Severity: "CRITICAL",
    PatchState: "MISSING",
    PatchSeverity: "optional",
    Classification: "security",
    PatchGroup: "app",
    CVEIds: "",
    InstalledTime: "",
    ExecutionTime: record.lastScan,
    ExecutionId: "",
  });
  const patches = offered.map(patch);
  const missing = offered.map(([Id, installed], index): MissingRecord => {
    const Title = patches[index]?.Title ?? "";
    return { resourceId: row.id, serverId: row.id, Id, Title, since, titleSince: since, installed };
  });
  return { accountId: "111111111111", region: "eu-central-1", server: record, patches, missing };
}

/** A review of the group `app`. */
export function reviewed(
  plane: Plane,
  servers: readonly ScannedServer[],
  more: Partial<ScannedLocation> = {},
  advisories: readonly AdvisoryRecord[] = [],
): Review {
  const known = knownAdvisories(advisoryIndex(advisories), asOf);
  return reviewOf(plane, "app", [{ location: "main", servers, strangers: [], ...more }], known, asOf);
}
