import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { FleetStatus, ServerStatus } from "../../../domain/status/fleetStatus.ts";
import type { Judgement } from "../../../domain/status/verdict.ts";
import { statusDocument } from "../../../render/status/statusDocument.ts";
import { writeText } from "../../../render/writers/text.ts";
import { location, server } from "../../domain/samplePlane.ts";

const asOf = new Date("2026-12-14T08:00:00Z");
const at = (text: string): Date => new Date(`${text}:00Z`);
const node = { id: "i-00000000000000003", name: "", pingStatus: "Online" };
const scan = {
  baselineId: "pb-1",
  operation: "Scan",
  endedAt: at("2026-12-09T03:00"),
  missing: 0,
  failed: 2,
  pendingReboot: 0,
  rejected: 0,
  availableSecurity: 0,
};

function entry(name: string, judgement: Judgement, more: Partial<ServerStatus> = {}): ServerStatus {
  const row = server(3, { name, patchGroup: "prod-sensitive", os: "windows-server", release: "2022" });
  const times = { freshSince: at("2026-12-13T03:00"), nextScan: at("2026-12-15T03:00") };
  return {
    server: row,
    patchGroupTag: row.patchGroup,
    location: "prod-use1",
    machines: 1,
    readable: true,
    judgement,
    ...times,
    ...more,
  };
}

const stale = { verdict: "unknown", reason: "stale" } as const;
const silent = entry("p-use1-db-001", stale, {
  scan,
  node: { ...node, pingStatus: "ConnectionLost", lastPingAt: at("2026-12-09T04:10") },
});
const late = entry(
  "p-use1-web-099",
  { verdict: "unknown", reason: "neverScanned" },
  {
    node: { ...node, registeredAt: at("2026-12-13T20:00") },
  },
);
const tidy = entry(
  "p-use1-web-001",
  { verdict: "compliant" },
  {
    server: server(4, { name: "p-use1-web-001", patchGroup: "prod-auto" }),
    patchGroupTag: "other",
    node,
    limits: { due: 1, overdue: 0, overdueDays: 0 },
  },
);
const window = { location: location("prod-use1"), repeatedBaselines: [], windows: [] };
const status: FleetStatus = {
  asOf,
  servers: [
    entry("p-use1-app-001", { verdict: "failed" }, { scan, node, limits: { due: 0, overdue: 2, overdueDays: 12 } }),
    silent,
    late,
    tidy,
  ],
  history: {
    place: "collections",
    collected: [{ location: "prod-use1", collected: "2026-12-13T060000Z" }],
    gaps: ["Severities and CVEs: there is no snapshot of advisories; npx patchplane advisories update makes one."],
  },
  calendars: [],
  approvedUntil: new Map(),
  installations: [
    {
      group: "prod-sensitive",
      window: "mw-install-sensitive",
      ordinary: true,
      reviewed: true,
      startedAt: at("2026-12-12T23:00"),
      ends: { done: 70, nothingToDo: 0, failed: 1, cutOff: 0, notReached: 1 },
      missed: [{ server: silent, end: "notReached", reason: "deliveryTimedOut" }],
      next: at("2027-01-09T23:00"),
    },
  ],
  locations: [
    {
      ...window,
      foreign: [
        { ...node, name: "jump-old", patchGroupTag: "prod-auto" },
        { ...node, id: "mi-0f" },
      ],
    },
  ],
  unreadableSubscriptions: [],
  autoScaling: [],
  elsewhere: [],
};

function written(width?: number, cwd?: string, shown = status): string {
  const place = { stack: "prod", ...(cwd === undefined ? {} : { cwd }) };
  return writeText(statusDocument(place, shown), width === undefined ? {} : { width });
}

describe("a status on a terminal", () => {
  it("fits 80 columns, wrapped between words, with a group's systems below it", () => {
    const text = written(80);
    expect(text).to.equal(readFileSync(join(import.meta.dirname, "golden", "status80.txt"), "utf8"));
    expect(text.split("\n").filter((line) => line.length > 80)).to.deep.equal([]);
  });

  it("does not say of a window that it did not run where its location could not be read", () => {
    const [installation] = status.installations;
    if (installation === undefined) throw new Error("the sample has no installation");
    const { startedAt: _startedAt, ends: _ends, ...never } = installation;
    const installations = [{ ...never, missed: [] }];
    const unread = status.locations.map((each) => ({ ...each, failure: "no AWS credentials" }));
    const rowOf = (shown: FleetStatus) =>
      /mw-install-sensitive +(\w+ ?\w*)/.exec(written(undefined, undefined, shown))?.[1];
    expect(rowOf({ ...status, installations })).to.match(/^none/);
    expect(rowOf({ ...status, installations, locations: unread })).to.equal("not known");
  });

  it("says in one line how to get what is due and overdue where nothing was collected, and which store cannot be read", () => {
    const { history: _history, ...bare } = status;
    const text = written(undefined, undefined, bare);
    expect(text).not.to.contain("Against the time limits");
    expect(text.split("\n")).to.include(
      "what is due and overdue is not known: nothing was collected before 2026-12-14T08:00:00Z; " +
        "npx patchplane collect --stack prod, every day, keeps since when patches are missing",
    );
    const failure = "collections: Patchplane:Server/… cannot be read (unexpected end of file)";
    const broken = written(undefined, undefined, { ...bare, history: { place: "", collected: [], gaps: [], failure } });
    expect(broken).to.contain(`Not readable:\n  collections: ${failure}\n`);
    expect(broken).not.to.contain("Against the time limits");
  });

  it("uses what a wider terminal has", () => {
    const lines = written(200).split("\n");
    expect(lines).to.include(
      "    mw-install-sensitive  2026-12-12 23:00    70              0       1        0            1  2027-01-09 23:00",
    );
    expect(Math.max(...lines.map((line) => line.length))).to.be.within(110, 200);
  });

  it("keeps commands whole, with the stack and the folder that they are about", () => {
    const text = written(30, "stacks/live one");
    expect(text.split("\n").some((line) => line.length > 30)).to.equal(true);
    expect(text).to.include("npx patchplane tags --cwd 'stacks/live one' --stack prod");
  });
});
