import { expect } from "chai";
import type { RunRecord } from "../../../domain/collection/records.ts";
import type { Comparison } from "../../../domain/packages/comparison.ts";
import { runOutcome, type RunEvidence } from "../../../domain/packages/outcome.ts";
import { patch, sent, summary } from "./records.ts";

const server: RunEvidence["server"] = {
  state: "collected",
  reason: "",
  pingStatus: "Online",
  lastPing: "2026-11-15T02:40:00Z",
};
const changed: Comparison = {
  basis: "inventory",
  changes: [{ name: "a", architecture: "x86_64", before: "1-1", after: "1-2", kind: "upgraded" }],
};
const unchanged: Comparison = { basis: "inventory", changes: [] };

function judged(more: Partial<RunEvidence> = {}): string {
  const evidence = { server, runs: [sent()], summary: summary(), patches: [], comparison: changed, ...more };
  const { outcome, reason } = runOutcome(evidence);
  return reason === "" ? outcome : `${outcome}: ${reason}`;
}

const withStatus = (status: string, statusDetails: string, more: Partial<RunRecord> = {}): string =>
  judged({ runs: [sent({ status, statusDetails, ...more })] });

describe("the outcome of a run on a server", () => {
  it("is patched, or nothing to do, by what changed", () => {
    expect(judged()).to.equal("patched");
    expect(judged({ comparison: unchanged })).to.equal("nothingToDo");
    const removed: Comparison = {
      basis: "inventory",
      changes: [{ name: "a", architecture: "x86_64", before: "1-1", kind: "removed" }],
    };
    expect(judged({ comparison: removed })).to.equal("nothingToDo");
    expect(judged({ runs: [sent({ operation: "Scan" })] })).to.equal("scanned");
  });

  it("is failed where a patch failed although the command succeeded, and names patches, not all of many", () => {
    const patches = ["d", "c", "b", "a"].map((name) => patch(`${name}.amd64 1-2`, "FAILED"));
    expect(judged({ patches })).to.equal("failed: 4 patches failed to install: a.amd64, b.amd64, c.amd64, and 1 more");
    expect(judged({ patches: patches.slice(3) })).to.equal("failed: 1 patch failed to install: a.amd64");
    // What an earlier operation failed at is not this run's.
    const before = summary({ OperationEndTime: "2026-11-08T02:30:00Z" });
    expect(judged({ patches, summary: before })).to.equal("patched");
  });

  it("is pending reboot before patched", () => {
    expect(judged({ summary: summary({ InstalledPendingRebootCount: "2" }) })).to.match(/^pendingReboot: /);
  });

  it("follows what Systems Manager says of the command, with the output's reason", () => {
    expect(withStatus("Failed", "Failed", { reason: "E: Unable to lock" })).to.equal(
      "failed: the command failed: E: Unable to lock",
    );
    expect(withStatus("TimedOut", "ExecutionTimedOut")).to.equal("failed: the command took longer than it may");
    const never = { ended: "" };
    expect(withStatus("TimedOut", "DeliveryTimedOut", never)).to.match(/^unreachable: its agent did not fetch/);
    expect(withStatus("Failed", "Undeliverable", never)).to.match(/^unreachable: the command could not be delivered/);
    // What has an end began: a server that does not come up after its reboot.
    expect(withStatus("TimedOut", "DeliveryTimedOut", { reason: "PatchLinux: TimedOut" })).to.equal(
      "failed: it began, and its agent has not answered since: look whether it has come up again: PatchLinux: TimedOut",
    );
    expect(withStatus("Cancelled", "Cancelled")).to.match(/^cutOff: cancelled, by the window's cutoff/);
    expect(withStatus("Cancelled", "Terminated")).to.match(/^cutOff: stopped before it began, because too many/);
    expect(withStatus("InProgress", "InProgress")).to.equal("unknown: not finished when it was collected: InProgress");
    expect(withStatus("SomethingNew", "SomethingNew")).to.match(/^unknown: /);
  });

  it("is the worst of several commands, hooks in tasks of their own left out", () => {
    const hook = sent({ documentName: "AWS-RunShellScript", operation: "", status: "Failed", statusDetails: "Failed" });
    expect(judged({ runs: [hook, sent()] })).to.equal("patched");
    const failed = sent({ status: "Failed", statusDetails: "Failed" });
    const cancelled = sent({ status: "Cancelled", statusDetails: "Cancelled" });
    expect(judged({ runs: [sent(), cancelled, failed] })).to.equal("failed: the command failed");
  });

  it("is unknown where a success is all that is known, and says what is missing", () => {
    expect(judged({ comparison: { basis: "none", reason: "agentTooOld" } })).to.equal(
      "unknown: the command succeeded, and what it installed is not known: its agent is too old for before and " +
        "after: it leaves out the release of its packages",
    );
  });

  it("tells apart why nothing was sent to a server that the window is for", () => {
    const without = (more: Partial<RunEvidence["server"]>): string =>
      judged({ runs: [], server: { ...server, ...more } });
    expect(without({})).to.equal("notReached: the run sent nothing to it");
    expect(without({ pingStatus: "ConnectionLost" })).to.equal(
      "unreachable: its agent is silent since 2026-11-15T02:40:00Z: ConnectionLost",
    );
    expect(without({ state: "notRegistered", reason: "no node has its id" })).to.equal(
      "unreachable: no node has its id",
    );
    expect(without({ state: "unknown", reason: "access denied" })).to.equal("unknown: access denied");
  });
});
