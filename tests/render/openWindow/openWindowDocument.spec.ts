import { expect } from "chai";
import type { Opened } from "../../../domain/approvals/opened.ts";
import { openedDocument } from "../../../render/openWindow/openWindowDocument.ts";
import { writers } from "../../../render/writers/writers.ts";

const sent = {
  runId: "e-1",
  window: "patchplane-prod-mw-app",
  commandId: "c-1",
  documentName: "AWS-RunPatchBaseline",
  operation: "Install" as const,
  snapshotId: "e-1",
  started: "2026-12-01T22:00:00Z",
  ended: "2026-12-01T22:20:00Z",
};
const opened: Opened = {
  task: "open",
  window: "mw-app",
  group: "app",
  names: new Map([["i-2", "app-2"]]),
  at: new Date("2026-12-01T22:00:00Z"),
  closes: new Date("2026-12-02T02:00:00Z"),
  declined: false,
  why: "weekly",
  locations: [
    {
      location: { name: "main", accountId: "111122223333", region: "us-east-1" },
      windowId: "mw-1",
      outcome: "done",
      opens: new Date("2026-12-01T22:00:00Z"),
      followed: {
        kind: "ended",
        run: "e-1",
        status: "SUCCESS",
        records: [
          { ...sent, resourceId: "i-1", status: "Success", statusDetails: "Success", reason: "" },
          { ...sent, resourceId: "i-2", status: "Failed", statusDetails: "Failed", reason: "Could not get lock" },
          { ...sent, resourceId: "i-3", status: "Success", statusDetails: "Success", reason: "" },
        ],
      },
    },
  ],
  unkept: [],
};

describe("what open-window --watch says at the end", () => {
  it("counts who is done, names who is not, whatever AWS calls the run, and says what comes next", () => {
    const text = writers.text([openedDocument({ stack: "prod" }, opened, undefined)]);
    expect(
      text
        .trimEnd()
        .split("\n")
        .filter((line) => line !== ""),
    ).to.deep.equal([
      "stack prod: mw-app",
      "main (mw-1): opened 2026-12-01T22:00:00Z",
      "  3 servers: 2 done, 1 not (run e-1, which AWS calls SUCCESS)",
      "  app-2 (i-2): another package manager holds the lock: Could not get lock",
      "whether the servers have what was approved, and nothing else: npx patchplane verify --stack prod --group app",
    ]);
  });
});
