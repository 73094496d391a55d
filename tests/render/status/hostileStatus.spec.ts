import type { ManagedNode, PatchState } from "../../../domain/fleet/managedNode.ts";
import type { OnboardingState } from "../../../domain/onboarding/state.ts";
import type { Server } from "../../../domain/server.ts";
import type { FleetStatus, ServerStatus } from "../../../domain/status/fleetStatus.ts";
import type { TagDrift } from "../../../domain/status/tagDrift.ts";
import { runEnds } from "../../../domain/status/installations.ts";
import { unknownReasons, verdicts, type Judgement } from "../../../domain/status/verdict.ts";
import { statusDocument } from "../../../render/status/statusDocument.ts";
import { tagsDocument } from "../../../render/status/tagsDocument.ts";
import { location, server } from "../../domain/samplePlane.ts";
import { withHostileTexts } from "../hostileTexts.ts";
import { keepsTheLaws } from "../writerLaws.ts";

const asOf = new Date("2026-12-01T12:00:00Z");
const node: ManagedNode = { id: "mi-1", name: "node", pingStatus: "Online" };
const scan: PatchState = {
  baselineId: "pb-1",
  operation: "Scan",
  missing: 1,
  failed: 1,
  pendingReboot: 1,
  rejected: 1,
  availableSecurity: 0,
};
const states: Readonly<Record<OnboardingState, true>> = {
  registered: true,
  tagsDiffer: true,
  connectionLost: true,
  otherVm: true,
  failed: true,
  registeredElsewhere: true,
  deregistered: true,
  codeExpired: true,
  stopped: true,
  noVm: true,
  notDeployed: true,
  unreadable: true,
};
const group = server(9, { id: "asg:web", name: "web", size: 4 });

function entry(row: Server, judgement: Judgement, more: Partial<ServerStatus> = {}): ServerStatus {
  return { server: row, location: "main", machines: 1, readable: true, judgement, freshSince: asOf, ...more };
}

/** Something of all that can be said. */
const status: FleetStatus = {
  asOf,
  servers: [
    ...verdicts.flatMap((verdict) => (verdict === "unknown" ? [] : [entry(server(2), { verdict }, { scan, node })])),
    ...unknownReasons.map((reason) => entry(server(3), { verdict: "unknown", reason })),
    ...Object.keys(states).map((state) =>
      entry(
        server(4),
        { verdict: "compliant" },
        { onboarding: { state: state as OnboardingState, detail: "seen", todo: "do" } },
      ),
    ),
    entry(group, { verdict: "failed" }, { scan, node, patchGroupTag: "other" }),
    entry(server(5), { verdict: "missing" }, { limits: { due: 1, overdue: 1, overdueDays: 3 } }),
  ],
  history: { place: "collections", collected: [{ location: "main", collected: "2026-12-01" }], gaps: ["unknown"] },
  calendars: [],
  approvedUntil: new Map(),
  installations: [
    {
      group: "app",
      window: "night",
      ordinary: true,
      reviewed: true,
      startedAt: asOf,
      ends: { done: 1, nothingToDo: 0, failed: 1, cutOff: 0, notReached: 0 },
      missed: [{ server: entry(server(2), { verdict: "missing" }), end: "failed", reason: "failed" }],
      next: asOf,
    },
  ],
  locations: [
    {
      location: location("main"),
      foreign: [{ ...node, patchGroupTag: "app" }],
      repeatedBaselines: ["twice"],
      windows: [
        {
          window: "patchplane-prod-night",
          windowId: "mw-1",
          startedAt: asOf,
          status: "SUCCESS",
          reached: false,
          servers: 2,
        },
      ],
    },
    { location: location("shut"), failure: "not allowed", foreign: [], repeatedBaselines: [], windows: [] },
    { location: location("half"), foreign: [], repeatedBaselines: [], windows: [], windowsFailure: "not allowed" },
  ],
  unreadableSubscriptions: [{ name: "azure-1", failure: "not allowed" }],
  autoScaling: [{ server: group, location: "main", nodes: 2 }],
  elsewhere: [{ group: "k8s", servers: 3, by: "images" }],
};

const drift: TagDrift = {
  nodes: [true, false].map((repairable) => ({
    server: server(2),
    location: "main",
    nodeId: repairable ? "mi-1" : "i-1",
    repairable,
    differences: [
      { key: "PatchGroup", is: "was", wanted: "app" },
      { key: "Owner", wanted: "team" },
    ],
  })),
  checked: 3,
  withoutNode: 1,
  locations: [{ location: location("main") }, { location: location("shut"), failure: "not allowed" }],
  unreadableSubscriptions: [{ name: "azure-1", failure: "not allowed" }],
  repairs: [{ server: server(2), location: "main", nodeId: "mi-1", failure: "refused" }],
};

const decided: ReadonlySet<string> = new Set([...runEnds, ...verdicts, ...unknownReasons, ...Object.keys(states)]);

describe("a hostile text in a status", () => {
  keepsTheLaws(
    (text) => [
      statusDocument(
        { stack: `test${text}` },
        withHostileTexts(status, text, (word) => decided.has(word)),
      ),
    ],
    100,
  );
});

describe("a hostile text in the drift of tags", () => {
  keepsTheLaws(
    (text) =>
      [false, true].map((apply) => tagsDocument({ stack: `test${text}` }, withHostileTexts(drift, text), apply)),
    100,
  );
});
