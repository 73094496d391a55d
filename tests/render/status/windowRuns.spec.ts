import { expect } from "chai";
import type { FleetStatus } from "../../../domain/status/fleetStatus.ts";
import { statusDocument } from "../../../render/status/statusDocument.ts";
import { statusJson } from "../../../render/status/statusJson.ts";
import { writers } from "../../../render/writers/writers.ts";
import { location } from "../../domain/samplePlane.ts";

const startedAt = new Date("2026-11-29T02:00:00Z");
const run = { window: "patchplane-prod-night", windowId: "mw-1", startedAt, status: "SUCCESS", servers: 3 };
const main = { location: location("main"), foreign: [], repeatedBaselines: [] };
const status: FleetStatus = {
  asOf: new Date("2026-11-29T12:00:00Z"),
  servers: [],
  approvedUntil: new Map(),
  installations: [],
  calendars: [],
  locations: [
    { ...main, windows: [{ ...run, reached: false }] },
    { ...main, location: location("half"), windows: [], windowsFailure: "not allowed" },
  ],
  unreadableSubscriptions: [],
  autoScaling: [],
  elsewhere: [],
};

describe("a window that ran and reached nobody, in a status", () => {
  const written = (format: keyof typeof writers): string =>
    writers[format]([statusDocument({ stack: "prod" }, status)], {});

  it("is told with its location, its time and what to look at", () => {
    const text = written("text");
    expect(text).to.include(
      "  patchplane-prod-night (mw-1) in main: ran at 2026-11-29T02:00:00.000Z and reached none of 3 servers\n",
    );
    expect(text)
      .to.include("npx patchplane tags --stack prod")
      .and.to.include("npx patchplane plan --stack prod --live");
    expect(text).to.include("  half, runs of maintenance windows: not allowed\n");
    expect(text).to.match(/\nfindings: 1 window that reached nobody\n$/);
  });

  it("is in every format", () => {
    expect(written("markdown")).to.include("`patchplane-prod-night` (`mw-1`) in `main`: ran at ");
    expect(written("html")).to.include("<code>patchplane-prod-night</code>");
    expect(written("csv")).to.include("patchplane-prod-night (mw-1) in main: ran at ");
  });

  it("is in the JSON by its fields, beside every window's last run", () => {
    const json = JSON.parse(JSON.stringify(statusJson("prod", status, 3))) as Record<string, unknown>;
    expect(json["findings"]).to.deep.include({ windows: 1 });
    const at = startedAt.toISOString();
    expect(json["emptyRuns"]).to.deep.equal([
      { location: "main", window: run.window, windowId: "mw-1", startedAt: at, servers: 3 },
    ]);
    const [first, second] = json["locations"] as readonly Record<string, unknown>[];
    expect(first).to.deep.include({
      windows: [
        { name: run.window, id: "mw-1", servers: 3, lastRun: { startedAt: at, status: "SUCCESS", reached: false } },
      ],
      windowsFailure: null,
    });
    expect(second).to.deep.include({ windows: [], windowsFailure: "not allowed" });
  });
});
