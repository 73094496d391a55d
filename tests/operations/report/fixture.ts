import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { partitionFile, type Partition } from "../../../domain/collection/layout.ts";
import type {
  ApplicationRecord,
  CollectionRecords,
  ComplianceItemRecord,
  LocationRecord,
  MissingRecord,
  PatchSummaryRecord,
  RecordType,
  RunRecord,
  ServerRecord,
} from "../../../domain/collection/records.ts";

/*
 * Three weekly collections of a small fleet in which whatever is known to mislead a report happens once. `first` is there
 * for what happens twice between it and `last`.
 */

export const stamps = {
  first: "2026-11-01T060000Z",
  before: "2026-11-08T060000Z",
  after: "2026-11-15T060000Z",
} as const;
export type When = keyof typeof stamps;

/** When inventories were captured, and scans ended. */
const captured: Readonly<Record<When, string>> = {
  first: "2026-11-01T05:00:00Z",
  before: "2026-11-08T05:00:00Z",
  after: "2026-11-15T05:00:00Z",
};

const places = {
  euw1: { location: "prod-euw1", accountId: "011122223333", region: "eu-west-1" },
  use1: { location: "prod-use1", accountId: "222233334444", region: "us-east-1" },
  cut: { location: "shared-use1", accountId: "333344445555", region: "eu-west-1" },
  empty: { location: "empty", accountId: "444455556666", region: "eu-west-1" },
} as const;
type Place = keyof typeof places;

export const runId = "wexec-0001";
export const commandId = "cmd-0001";
/** Another window of the same night, and one that never began on the server. */
export const otherRunId = "wexec-0002";
export const undeliveredRunId = "wexec-0003";
/** On Windows the run that made the last report before the first collection; it ended after that. */
export const earlierRunId = "wexec-0004";
/** The day before, the same window met nobody in one location. */
export const emptyRunId = "wexec-0000";

/** One package of a node: name, version (`release` and `epoch` for rpm), architecture. */
interface Pack {
  readonly name: string;
  readonly version: string;
  readonly release?: string;
  readonly epoch?: string;
  readonly arch?: string;
}

interface Node {
  readonly id: string;
  readonly place: Place;
  readonly server: Partial<ServerRecord> & Pick<ServerRecord, "name" | "os">;
  /** What it has in each collection; nothing where a collection does not know the node. */
  readonly packs: Partial<Record<When, readonly Pack[]>>;
  readonly patches?: Partial<Record<When, readonly Partial<ComplianceItemRecord>[]>>;
  readonly missing?: Partial<Record<When, readonly Partial<MissingRecord>[]>>;
  readonly summary?: Partial<Record<When, Partial<PatchSummaryRecord>>>;
  readonly capturedAt?: Partial<Record<When, string>>;
  readonly renamed?: string;
}

const pack = (name: string, version: string, more: Partial<Pack> = {}): Pack => ({ name, version, ...more });
const base = [pack("bash", "5.1-6ubuntu1"), pack("openssl", "3.0.2-0ubuntu1.15")];

/** A name that a spreadsheet, a terminal or a page would act on. */
export const hostile = {
  pack: "=cmd|' /C calc'!A0",
  owner: "@SUM(1+1)*<script>alert(1)</script>",
  server: "\u001B[2Jweb-03",
};

const missingCurl = {
  Id: "curl.amd64",
  Title: "curl.amd64:7.81.0-1ubuntu1.20",
  since: captured.first,
  installed: "7.81.0-1ubuntu1.18",
};

const nodes: readonly Node[] = [
  {
    id: "i-00000000000000001",
    place: "euw1",
    server: { name: "web-01", os: "ubuntu", release: "22.04", patchGroup: "prod-auto", owner: "team-web" },
    packs: {
      first: [
        ...base,
        pack("curl", "7.81.0-1ubuntu1.16"),
        pack("nginx", "1.18.0-6ubuntu14.4"),
        pack("sudo", "1.9.9-1ubuntu2.4"),
      ],
      before: [
        ...base,
        pack("curl", "7.81.0-1ubuntu1.18"),
        pack("nginx", "1.18.0-6ubuntu14.4"),
        pack("sudo", "1.9.9-1ubuntu2.4"),
        pack("libc6", "2.35-0ubuntu3.6"),
        pack("libc6", "2.35-0ubuntu3.6", { arch: "i386" }),
        pack("tzdata", "2026a-0ubuntu0.22.04"),
      ],
      after: [
        ...base,
        pack("curl", "7.81.0-1ubuntu1.20"),
        pack("htop", "3.0.5-7build2"),
        pack("sudo", "1.9.9-1ubuntu2.3"),
        pack("libc6", "2.35-0ubuntu3.8"),
        pack("libc6", "2.35-0ubuntu3.6", { arch: "i386" }),
        pack("tzdata", "2026a-0ubuntu00.22.04"),
      ],
    },
    missing: {
      before: [missingCurl],
      after: [
        { Id: "bash.amd64", Title: "bash.amd64:5.1-6ubuntu1.1", since: captured.before, installed: "5.1-6ubuntu1" },
      ],
    },
    patches: {
      before: [
        { Id: "curl.amd64", Title: "curl.amd64:7.81.0-1ubuntu1.20", PatchState: "MISSING", Severity: "CRITICAL" },
      ],
      after: [
        { Id: "bash.amd64", Title: "bash.amd64:5.1-6ubuntu1.1", PatchState: "Missing", Severity: "CRITICAL" },
        { Id: "curl.amd64", Title: "curl.amd64:7.81.0-1ubuntu1.20", PatchState: "INSTALLED", Status: "COMPLIANT" },
      ],
    },
    summary: { before: { MissingCount: "1" }, after: { MissingCount: "1", OperationType: "Install" } },
  },
  {
    id: "i-00000000000000002",
    place: "euw1",
    server: { name: "web-02", os: "ubuntu", release: "22.04", patchGroup: "prod-auto", owner: "team-web" },
    packs: {
      first: [...base, pack("curl", "7.81.0-1ubuntu1.9")],
      before: [...base, pack("curl", "7.81.0-1ubuntu1.10")],
      after: [...base, pack("curl", "7.81.0-1ubuntu1.20")],
    },
    summary: { after: { InstalledPendingRebootCount: "2", OperationType: "Install" } },
  },
  {
    id: "i-00000000000000003",
    place: "euw1",
    server: { name: hostile.server, os: "ubuntu", release: "22.04", patchGroup: "prod-auto", owner: hostile.owner },
    packs: { before: [...base, pack(hostile.pack, "1.0")], after: [...base, pack(hostile.pack, "1.1")] },
    summary: { after: {} },
  },
  // The same name and row, another machine: nothing of the old one is "removed", nothing of the new one "installed".
  {
    id: "i-0000000000000000a",
    place: "euw1",
    server: { name: "db-01", os: "ubuntu", serverId: "asg:db" },
    packs: { before: [...base, pack("postgresql-14", "14.9-1")] },
  },
  {
    id: "i-0000000000000000b",
    place: "euw1",
    server: { name: "db-01", os: "ubuntu", serverId: "asg:db" },
    packs: { after: [...base, pack("postgresql-14", "14.12-1")] },
  },
  // One VM that is registered in two locations.
  ...(["euw1", "use1"] as const).map((place): Node => ({
    id: place === "euw1" ? "mi-0000000000000000d" : "mi-0000000000000000e",
    place,
    server: {
      name: "vm-twice",
      os: "ubuntu",
      serverId: "/subscriptions/1/vm-twice",
      cloud: "azure",
      patchGroup: "prod-reviewed",
      approval: "reviewed",
    },
    packs: { before: [...base, pack("jq", "1.6-1")], after: [...base, pack("jq", "1.6-2")] },
  })),
  {
    id: "i-00000000000000004",
    place: "use1",
    server: { name: "app-old-name", os: "debian", release: "12", patchGroup: "prod-auto" },
    renamed: "app-01",
    packs: { before: [...base, pack("rsync", "3.2.7-1~bpo1")], after: [...base, pack("rsync", "3.2.7-1")] },
    summary: { after: { FailedCount: "1", OperationType: "Install" } },
  },
  {
    id: "i-00000000000000005",
    place: "use1",
    server: { name: "clock-ahead", os: "ubuntu" },
    packs: { before: base, after: [...base, pack("wget", "1.21.2")] },
    capturedAt: { after: "2026-11-17T05:00:00Z" },
  },
  {
    id: "i-00000000000000006",
    place: "use1",
    server: { name: "al-01", os: "amazon-linux", release: "2", patchGroup: "prod-auto" },
    packs: {
      before: [
        // The new one lies between these two as texts do: the lowest and the highest stay.
        pack("kernel", "5.10.10", { release: "1.amzn2" }),
        pack("kernel", "5.10.9", { release: "1.amzn2" }),
        pack("glibc", "2.26", { release: "63.amzn2" }),
        pack("bind-libs", "9.11.4", { release: "26.P2.amzn2", epoch: "32" }),
      ],
      after: [
        pack("kernel", "5.10.9", { release: "1.amzn2" }),
        pack("kernel", "5.10.10", { release: "1.amzn2" }),
        pack("kernel", "5.10.11", { release: "1.amzn2" }),
        pack("glibc", "2.26", { release: "64.amzn2" }),
        pack("bind-libs", "9.11.4", { release: "26.P2.amzn2", epoch: "(none)" }),
      ],
    },
  },
  {
    id: "i-00000000000000007",
    place: "use1",
    server: { name: "al-old-agent", os: "amazon-linux", release: "2" },
    packs: { before: [pack("glibc", "2.26")], after: [pack("glibc", "2.26")] },
  },
  {
    id: "i-00000000000000008",
    place: "use1",
    server: { name: "win-01", os: "windows-server", release: "2022", patchGroup: "prod-auto" },
    packs: { before: [pack("7-Zip 23", "23.01.00.0")], after: [pack("7-Zip 24", "24.00.00.0")] },
    // Its list of programs is older than the run, which its updates do not depend on.
    capturedAt: { after: "2026-11-14T05:00:00Z" },
    // The second supersedes the first, which Windows then lists no more.
    patches: {
      before: [{ Id: "KB5031364", Title: "Cumulative update, October", PatchState: "INSTALLED", Status: "COMPLIANT" }],
      after: [{ Id: "KB5032198", Title: "Cumulative update, November", PatchState: "INSTALLED", Status: "COMPLIANT" }],
    },
  },
  // Its inventory is of the week before: "nothing changed" would be a lie.
  {
    id: "i-00000000000000009",
    place: "use1",
    server: { name: "stale-inventory", os: "ubuntu" },
    packs: { before: base, after: base },
    capturedAt: { after: captured.before },
  },
  // Its inventory was captured between the two collections, and before the run: only the run's own report has what it did.
  {
    id: "i-0000000000000000f",
    place: "use1",
    server: { name: "late-inventory", os: "ubuntu", patchGroup: "prod-auto" },
    packs: {
      before: [...base, pack("curl", "7.81.0-1ubuntu1.18")],
      after: [...base, pack("curl", "7.81.0-1ubuntu1.18")],
    },
    capturedAt: { after: "2026-11-10T05:00:00Z" },
    patches: {
      after: [
        { Id: "curl.amd64", Title: "curl.amd64:7.81.0-1ubuntu1.20", PatchState: "INSTALLED_PENDING_REBOOT" },
        { Id: "bash.amd64", Title: "bash.amd64:5.1-6ubuntu1", PatchState: "INSTALLED", Status: "COMPLIANT" },
        { Id: "jq.amd64", Title: "jq.amd64:1.6-3", PatchState: "MISSING" },
      ],
    },
    summary: { after: { OperationType: "Install" } },
  },
  {
    id: "i-0000000000000000c",
    place: "cut",
    server: { name: "cut-off-01", os: "ubuntu" },
    packs: { before: base, after: [pack("bash", "9")] },
  },
];

function applicationsOf(node: Node, when: When): readonly ApplicationRecord[] {
  return (node.packs[when] ?? []).map(({ name, version, release, epoch, arch = "x86_64" }) => ({
    resourceId: node.id,
    Name: name,
    Publisher: "",
    Version: version,
    ...(release === undefined ? {} : { Release: release }),
    ...(epoch === undefined ? {} : { Epoch: epoch }),
    Architecture: node.server.os === "windows-server" ? "" : arch,
    ApplicationType: "",
    captureTime: node.capturedAt?.[when] ?? captured[when],
  }));
}

function serverOf(node: Node, when: When): ServerRecord {
  const { os } = node.server;
  const isRpm = os === "amazon-linux";
  return {
    resourceId: node.id,
    serverId: node.id,
    owner: "team-platform",
    businessUnit: "retail",
    cloud: "aws",
    site: node.place,
    location: places[node.place].location,
    patchGroup: "prod-auto",
    approval: "automatic",
    criticality: "medium",
    release: "22.04",
    arch: "x86_64",
    state: "collected",
    reason: "",
    pingStatus: "Online",
    lastPing: captured[when],
    agentVersion: "3.3.1611.0",
    inventoryCaptured: node.capturedAt?.[when] ?? captured[when],
    versions:
      isRpm && (node.packs[when] ?? []).some(({ release }) => release === undefined) ? "withoutRelease" : "whole",
    lastScan: captured[when],
    ...node.server,
    ...(when === "after" && node.renamed !== undefined ? { name: node.renamed } : {}),
  };
}

function patchesOf(node: Node, when: When): readonly ComplianceItemRecord[] {
  return (node.patches?.[when] ?? []).map((patch) => ({
    resourceId: node.id,
    Id: "",
    Title: "",
    Status: "NON_COMPLIANT",
    Severity: "",
    PatchState: "",
    PatchSeverity: "",
    Classification: "Security",
    PatchGroup: "prod-auto",
    CVEIds: "",
    InstalledTime: "",
    ExecutionTime: captured[when],
    ExecutionId: "",
    ...patch,
  }));
}

function missingOf(node: Node, when: When): readonly MissingRecord[] {
  return (node.missing?.[when] ?? []).map((record) => ({
    resourceId: node.id,
    serverId: node.id,
    Id: "",
    Title: "",
    since: captured[when],
    titleSince: record.since ?? captured[when],
    installed: "",
    ...record,
  }));
}

function summaryOf(node: Node, when: When): readonly PatchSummaryRecord[] {
  const given = node.summary?.[when];
  if (given === undefined) return [];
  return [
    {
      resourceId: node.id,
      PatchGroup: "prod-auto",
      BaselineId: "pb-1",
      SnapshotId: "",
      OperationType: "Scan",
      OperationStartTime: captured[when],
      OperationEndTime: captured[when],
      RebootOption: "RebootIfNeeded",
      InstalledCount: "0",
      InstalledOtherCount: "0",
      InstalledPendingRebootCount: "0",
      InstalledRejectedCount: "0",
      MissingCount: "0",
      FailedCount: "0",
      CriticalNonCompliantCount: "0",
      SecurityNonCompliantCount: "0",
      OtherNonCompliantCount: "0",
      ...given,
    },
  ];
}

function runsOf(node: Node, when: When): readonly RunRecord[] {
  if (when !== "after" || node.server.patchGroup !== "prod-auto") return [];
  const record: RunRecord = {
    resourceId: node.id,
    runId,
    window: "patchplane-prod-mw-install-auto",
    commandId,
    documentName: "AWS-RunPatchBaseline",
    operation: "Install",
    snapshotId: "snap-1",
    started: "2026-11-14T22:00:00Z",
    ended: "2026-11-14T23:10:00Z",
    status: "Success",
    statusDetails: "Success",
    reason: "",
  };
  const other = (id: string, from: string, to: string, more: Partial<RunRecord> = {}): RunRecord => {
    return { ...record, runId: id, window: `window of ${id}`, commandId: id, started: from, ended: to, ...more };
  };
  const undelivered = { status: "TimedOut", statusDetails: "DeliveryTimedOut" };
  const others: Readonly<Record<string, readonly RunRecord[]>> = {
    "web-02": [
      other(otherRunId, "2026-11-14T23:30:00Z", "2026-11-15T00:10:00Z"),
      other(undeliveredRunId, "2026-11-14T20:00:00Z", "", undelivered),
    ],
    "win-01": [other(earlierRunId, "2026-11-08T04:30:00Z", "2026-11-08T05:02:00Z")],
  };
  return [record, ...(others[node.server.name] ?? [])];
}

function emptyRunsOf(place: Place, when: When): readonly RunRecord[] {
  if (when !== "after" || place !== "euw1") return [];
  return [
    {
      resourceId: "",
      runId: emptyRunId,
      window: "patchplane-prod-mw-install-auto",
      commandId: "",
      documentName: "",
      operation: "Install",
      snapshotId: "",
      started: "2026-11-13T22:00:00Z",
      ended: "2026-11-13T22:00:05Z",
      status: "SUCCESS",
      statusDetails: "",
      reason: "it sent no command to any node",
    },
  ];
}

/** What one collection holds of one place. */
type PlaceRecords = { readonly [Name in RecordType]: readonly CollectionRecords[Name][] };

/** The records of a collection in a place. */
export function recordsOf(place: Place, when: When): PlaceRecords {
  const own = nodes.filter((node) => node.place === place && node.packs[when] !== undefined);
  const location: LocationRecord = {
    ...places[place],
    state: "collected",
    reason: "",
    started: captured[when],
    ended: captured[when],
    nodes: String(own.length),
    apiCalls: "12",
  };
  return {
    "AWS:Application": own.flatMap((node) => applicationsOf(node, when)),
    "AWS:InstanceInformation": [],
    "AWS:Tag": [],
    "AWS:ComplianceItem": own.flatMap((node) => patchesOf(node, when)),
    "AWS:PatchSummary": own.flatMap((node) => summaryOf(node, when)),
    "Patchplane:Missing": own.flatMap((node) => missingOf(node, when)),
    "Patchplane:Server": own.map((node) => serverOf(node, when)),
    "Patchplane:Run": [...own.flatMap((node) => runsOf(node, when)), ...emptyRunsOf(place, when)],
    "Patchplane:Location": [location],
  };
}

export const placeNames = Object.keys(places) as readonly Place[];

/** Every record of a type in a collection, of the places that can be read. */
export function allRecords<Name extends RecordType>(type: Name, when: When): readonly CollectionRecords[Name][] {
  const readable = placeNames.filter((place) => place !== "cut" || when !== "after");
  return readable.flatMap((place): readonly CollectionRecords[Name][] => recordsOf(place, when)[type]);
}

function write(folder: string, partition: Partition, text: string): void {
  const path = join(folder, partitionFile(partition));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, gzipSync(text));
}

/** Writes the store; the newest upload of `cut` breaks off in the middle of its applications. */
export function writeFixture(folder: string): void {
  for (const when of ["first", "before", "after"] as const) {
    for (const place of placeNames) {
      for (const [type, records] of Object.entries(recordsOf(place, when))) {
        const { accountId, region } = places[place];
        const partition = { type: type as RecordType, collected: stamps[when], accountId, region };
        write(folder, partition, records.map((record: object) => `${JSON.stringify(record)}\n`).join(""));
      }
    }
  }
  const cut = join(folder, partitionFile({ type: "AWS:Application", collected: stamps.after, ...places.cut }));
  const whole = readFileSync(cut);
  writeFileSync(cut, whole.subarray(0, whole.length - 12));
}
