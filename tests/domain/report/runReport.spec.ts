import { expect } from "chai";
import { isInstallOf, tellsOfRun } from "../../../domain/report/runReport.ts";
import type { WindowRunFacts } from "../../../domain/report/runFacts.ts";
import { patch, summary } from "../packages/records.ts";

const run = { started: "2026-12-05T22:00:00Z", ended: "2026-12-06T00:30:00Z" } as WindowRunFacts;

function tells(id: string, InstalledTime: string, state = "INSTALLED"): boolean {
  return tellsOfRun(run, patch(id, state, { InstalledTime }));
}

describe("what a node reports of a run", () => {
  it("is what was installed since the run began, also where its clock is a little behind", () => {
    expect(tells("curl.amd64 1-2", "2026-12-05T22:10:00Z")).to.equal(true);
    expect(tells("curl.amd64 1-2", "2026-12-05T21:58:00Z")).to.equal(true);
    expect(tells("curl.amd64 1-2", "2026-12-05T21:30:00Z")).to.equal(false);
    expect(tells("curl.amd64 1-2", "")).to.equal(false);
    expect(tells("curl.amd64 1-2", "", "FAILED")).to.equal(true);
    const operation = { OperationType: "Install", OperationStartTime: "2026-12-05T21:58:00Z" };
    expect(isInstallOf(run, summary(operation))).to.equal(true);
    expect(isInstallOf(run, summary({ ...operation, OperationStartTime: "2026-12-05T09:00:00Z" }))).to.equal(false);
  });

  it("is on Windows, which tells the day alone, what was installed on the day, in the server's zone, on which the run began", () => {
    for (const midnight of ["2026-12-05T00:00:00Z", "2026-12-05T05:00:00Z", "2026-12-06T00:00:00Z"])
      expect(tells("KB5060000", midnight), midnight).to.equal(true);
    expect(tells("KB5060000", "2026-12-04T05:00:00Z")).to.equal(false);
  });
});
