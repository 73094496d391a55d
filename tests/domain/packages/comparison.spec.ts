import { expect } from "chai";
import type { ApplicationRecord, ComplianceItemRecord } from "../../../domain/collection/records.ts";
import { packageChanges } from "../../../domain/packages/changes.ts";
import {
  compareCollected,
  compareWhatever,
  type CollectedNode,
  type Comparison,
} from "../../../domain/packages/comparison.ts";
import { installedPackages } from "../../../domain/packages/installed.ts";
import type { OsName } from "../../../domain/server.ts";
import { application, patch, rpm } from "./records.ts";

const run = { started: new Date("2026-11-15T02:00:00Z"), ended: new Date("2026-11-15T02:31:00Z") };
const early = "2026-11-15T01:00:00Z";
const late = "2026-11-15T02:45:00Z";

function collected(
  at: string,
  applications: readonly ApplicationRecord[],
  patches: readonly ComplianceItemRecord[] = [],
): CollectedNode {
  return {
    collectedAt: new Date(Date.parse(at) + 60_000),
    state: "collected",
    applications: applications.map((row) => ({ ...row, captureTime: at })),
    patches,
  };
}

/** `kind name.architecture before after`, a line a change. */
function lines(comparison: Comparison): readonly string[] {
  if (comparison.basis === "none") return [comparison.reason];
  return comparison.changes.map(
    ({ kind, name, architecture, before = "-", after = "-" }) => `${kind} ${name}.${architecture} ${before} ${after}`,
  );
}

function compared(os: OsName, before: readonly ApplicationRecord[], after: readonly ApplicationRecord[]) {
  return lines(compareCollected(os, collected(early, before), collected(late, after), run));
}

describe("packages before and after", () => {
  it("are upgraded, installed, removed, downgraded, rebuilt; what is held or the same is not named", () => {
    const before = ["held 1.0-1", "new 1.9-1", "gone 2.0-1", "old 1:1.0-1", "same 1.0-1", "twice 1.0-1"];
    const after = ["held 1.0-1", "new 1.10-1", "added 3-1", "old 2.0-1", "same 1.0-1", "twice 1.0-3"];
    expect(
      compared(
        "ubuntu",
        before.map((text) => application(text)),
        after.map((text) => application(text)),
      ),
    ).to.deep.equal([
      "installed added.x86_64 - 3-1",
      "removed gone.x86_64 2.0-1 -",
      "upgraded new.x86_64 1.9-1 1.10-1",
      "downgraded old.x86_64 1:1.0-1 2.0-1",
      "upgraded twice.x86_64 1.0-1 1.0-3",
    ]);
    expect(compared("ubuntu", [application("a 1.0-1")], [application("a 1.00-1")])).to.deep.equal([
      "rebuilt a.x86_64 1.0-1 1.00-1",
    ]);
  });

  it("are told apart by architecture", () => {
    const i386 = { Architecture: "i386" };
    const before = [application("libc6 2.35-1"), application("libc6 2.35-1", i386)];
    const after = [application("libc6 2.35-2"), application("libc6 2.35-1", i386)];
    expect(compared("ubuntu", before, after)).to.deep.equal(["upgraded libc6.x86_64 2.35-1 2.35-2"]);
  });

  it("see on Amazon Linux a release that alone has changed, and read no epoch in three ways", () => {
    const before = [rpm("curl 8.3.0 1.amzn2.0.5", { Epoch: "(none)" }), rpm("bind 9.11 1", { Epoch: "32" })];
    const after = [rpm("curl 8.3.0 1.amzn2.0.6", { Epoch: "0" }), rpm("bind 9.11 2", { Epoch: "32" })];
    expect(compared("amazon-linux", before, after)).to.deep.equal([
      "upgraded bind.x86_64 32:9.11-1 32:9.11-2",
      "upgraded curl.x86_64 8.3.0-1.amzn2.0.5 8.3.0-1.amzn2.0.6",
    ]);
  });

  it("count the newest of kernels that lie beside each other, whatever their order", () => {
    const before = [rpm("kernel 5.10.9 1"), rpm("kernel 5.10.10 1")];
    const after = [rpm("kernel 5.10.11 1"), rpm("kernel 5.10.10 1"), rpm("kernel 5.10.9 1")];
    expect(compared("amazon-linux", before, after)).to.deep.equal(["upgraded kernel.x86_64 5.10.10-1 5.10.11-1"]);
    const patches = ["5.10.11-1", "5.10.9-1"].map((version) => patch(`kernel.x86_64 ${version}`, "INSTALLED"));
    const reported = { ...collected(early, before, patches), collectedAt: new Date(late) };
    expect(lines(compareCollected("amazon-linux", collected(early, before), reported, run))).to.deep.equal([
      "upgraded kernel.x86_64 5.10.10-1 5.10.11-1",
    ]);
  });

  it("are only changed where the versions have no order, as those of snaps", () => {
    const snap = { Architecture: "" };
    expect(compared("ubuntu", [application("lxd 5.9", snap)], [application("lxd 5.10", snap)])).to.deep.equal([
      "changed lxd. 5.9 5.10",
    ]);
  });

  it("cannot be compared, and say why", () => {
    const some = collected(early, [application("a 1-1")]);
    const all = collected(late, [application("a 1-2")]);
    const reason = (before: CollectedNode | undefined, after: CollectedNode | undefined, os: OsName = "ubuntu") =>
      lines(compareCollected(os, before, after, run)).join();
    expect(reason(some, all)).to.equal("upgraded a.x86_64 1-1 1-2");
    expect(reason(undefined, all)).to.equal("newServer");
    expect(reason({ ...some, state: "notRegistered" }, all)).to.equal("newServer");
    expect(reason({ ...some, state: "unknown" }, all)).to.equal("noDataBefore");
    expect(reason(some, undefined)).to.equal("noDataAfter");
    expect(reason(some, { ...all, applications: [] })).to.equal("noDataAfter");
    expect(reason(some, { ...all, state: "unknown" })).to.equal("noDataAfter");
    expect(reason(collected(early, [application("a 1")]), all, "amazon-linux")).to.equal("agentTooOld");
    expect(reason({ ...all, collectedAt: new Date(late) }, all)).to.equal("capturedAfterStart");
    expect(reason(some, { ...all, collectedAt: new Date("2026-11-15T02:39:00Z") })).to.equal("clockAhead");
  });

  it("captured before the run are not taken for after: the naive way would report nothing", () => {
    const rows = [application("a 1-1")];
    const stale = { ...collected(early, rows), collectedAt: new Date(late) };
    const installed = installedPackages("ubuntu", rows);
    expect(packageChanges("ubuntu", installed, installed)).to.deep.equal([]);
    expect(lines(compareCollected("ubuntu", collected(early, rows), stale))).to.deep.equal(["sameInventory"]);
    expect(lines(compareCollected("ubuntu", collected(early, rows), stale, run))).to.deep.equal(["capturedBeforeEnd"]);
  });

  it("are not all where the last installation ended after the inventory was captured, and nothing reported it", () => {
    const before = collected(early, [application("a 1-1"), application("b 1-1")]);
    const after = collected(late, [application("a 1-2"), application("b 1-1")]);
    const later = { started: new Date("2026-11-15T04:00:00Z"), ended: new Date("2026-11-15T04:30:00Z") };
    expect(compareWhatever("ubuntu", before, after, run)).to.not.have.property("incomplete");
    const incomplete = compareWhatever("ubuntu", before, after, later);
    expect(incomplete).to.include({ basis: "inventory", incomplete: "capturedBeforeInstall" });
    expect(lines(incomplete)).to.deep.equal(["upgraded a.x86_64 1-1 1-2"]);
    const reported = [patch("a.amd64 1-3", "INSTALLED", { ExecutionTime: "2026-11-15T04:29:00Z" })];
    const known = compareWhatever("ubuntu", before, { ...after, patches: reported }, later);
    expect(known).to.deep.include({ basis: "patches" });
    expect(lines(known)).to.deep.equal(["upgraded a.x86_64 1-1 1-3"]);
  });

  it("come from the run's own patch report where the inventory is older, under the inventory's architectures", () => {
    const rows = [
      application("libc6 2.35-1"),
      application("tzdata 2026a-1", { Architecture: "all" }),
      application("kept 1-1"),
      application("lacks 1-1"),
    ];
    const patches = [
      patch("libc6.amd64 2.35-2", "INSTALLED"),
      patch("tzdata.amd64 2026b-1", "INSTALLED_OTHER"),
      patch("libnew.amd64 0:1.0-1", "INSTALLED_PENDING_REBOOT"),
      patch("kept.amd64 1-1", "INSTALLED"),
      patch("lacks.amd64 1-2", "MISSING"),
    ];
    const after = { ...collected(early, rows, patches), collectedAt: new Date(late) };
    const comparison = compareCollected("ubuntu", collected(early, rows), after, run);
    expect(comparison.basis).to.equal("patches");
    expect(lines(comparison)).to.deep.equal([
      "upgraded libc6.x86_64 2.35-1 2.35-2",
      "installed libnew.x86_64 - 1.0-1",
      "upgraded tzdata.all 2026a-1 2026b-1",
    ]);
    const old = patches.map((each) => ({ ...each, ExecutionTime: "2026-11-14T02:30:00Z" }));
    expect(lines(compareCollected("ubuntu", collected(early, rows), { ...after, patches: old }, run))).to.deep.equal([
      "capturedBeforeEnd",
    ]);
  });

  it("are on Windows the updates that were not there before; a superseded one that is listed no more is not removed", () => {
    const kb = (Id: string, state: string): ComplianceItemRecord =>
      patch(Id, state, { Title: `Cumulative Update (${Id})` });
    const before = collected(early, [], [kb("KB5031364", "INSTALLED"), kb("KB5032198", "MISSING")]);
    const after = collected(late, [], [kb("KB5032198", "INSTALLED_PENDING_REBOOT"), kb("KB5032337", "FAILED")]);
    expect(lines(compareCollected("windows-server", before, after, run))).to.deep.equal([
      "installed KB5032198. - KB5032198",
    ]);
    const scanned = { ...after, patches: after.patches.map((each) => ({ ...each, ExecutionTime: early })) };
    expect(lines(compareCollected("windows-server", before, scanned, run))).to.deep.equal(["capturedBeforeEnd"]);
    expect(lines(compareCollected("windows-server", undefined, after, run))).to.deep.equal(["newServer"]);
    expect(lines(compareCollected("windows-server", { ...before, patches: [] }, after))).to.deep.equal([
      "noDataBefore",
    ]);
    expect(lines(compareCollected("windows-server", before, { ...after, state: "unknown" }))).to.deep.equal([
      "noDataAfter",
    ]);
  });
});
