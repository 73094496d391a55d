import { expect } from "chai";
import {
  isJudged,
  newestInstalls,
  verifiedOutcome,
  verifyServer,
  type VerifyEvidence,
} from "../../../domain/approvals/verification.ts";
import { seenEntries } from "../../../domain/approvals/verifiedEntries.ts";
import type { ComplianceItemRecord, RunRecord, ServerRecord } from "../../../domain/collection/records.ts";
import type { Approval } from "../../../domain/plane.ts";
import { approval } from "../samplePlane.ts";
import { scanned } from "./samples.ts";

const since = new Date("2026-12-01T01:04:00Z");
const inForce: Approval = {
  ...approval({ UBUNTU: [{ id: "openssl.amd64", title: "3.19" }], WINDOWS: [{ id: "KB5060000" }] }),
  group: "app",
};
const run: RunRecord = {
  resourceId: "i-00000000000000002",
  runId: "e-1",
  window: "patchplane-prod-mw-app",
  commandId: "c-1",
  documentName: "AWS-RunPatchBaseline",
  operation: "Install",
  snapshotId: "e-1",
  started: "2026-12-01T22:00:00Z",
  ended: "2026-12-01T22:20:00Z",
  status: "Success",
  statusDetails: "Success",
  reason: "",
};
const inRun = "2026-12-01T22:10:00Z";

/** A row of a package: its state, and when it was installed. */
function row(id: string, version: string, state: string, at = ""): ComplianceItemRecord {
  const [base] = scanned(2, [[id, "", version]]).patches;
  if (base === undefined) throw new Error("no row");
  return { ...base, PatchState: state, InstalledTime: at };
}

function verified(
  patches: readonly ComplianceItemRecord[],
  more: Partial<VerifyEvidence> = {},
  server: Partial<ServerRecord> = {},
  approved: Approval | undefined = inForce,
) {
  const read = { ...scanned(2, [], { lastScan: "2026-12-01T22:30:00Z", ...server }), patches };
  return verifyServer({ scanned: read, run, ...more }, { approval: approved, isReviewed: true, since });
}

const installed = row("openssl.amd64", "3.19", "INSTALLED", inRun);

describe("verifying a server", () => {
  it("looks at what is named, waits for a reboot or was installed since, and at nothing else that is installed", () => {
    const judged = [
      row("openssl.amd64", "3.18", "INSTALLED", "2026-11-01T00:00:00Z"),
      row("linux-image.amd64", "6.1", "INSTALLED_PENDING_REBOOT", "2026-11-01T00:00:00Z"),
      row("curl.amd64", "8.5", "INSTALLED_OTHER", inRun),
    ];
    const old = row("bash.amd64", "5.1", "INSTALLED_OTHER", "2026-11-01T00:00:00Z");
    const looked = isJudged({ approval: inForce, isReviewed: true, since });
    expect([...judged, old].filter(looked)).to.deep.equal(judged);
    for (const patch of judged) expect(verified([patch, old])).to.deep.equal(verified([patch]));
  });

  it("calls it patched where everything approved is there", () => {
    const { verdict, reasons, entries, changes } = verified([installed]);
    expect([verdict, reasons, changes]).to.deep.equal(["patched", [], []]);
    expect(entries).to.deep.equal([{ id: "openssl.amd64", version: "3.19", state: "installed", instead: "" }]);
  });

  it("calls it failed where an approved patch is offered and not installed, although the run ended with success", () => {
    const { verdict, reasons } = verified([row("openssl.amd64", "3.19", "MISSING")]);
    expect([verdict, reasons]).to.deep.equal(["failed", ["approved, offered and not installed: openssl.amd64 3.19"]]);
  });

  it("says in words why the run failed, and which patches did", () => {
    const result = {
      location: "main",
      node: run.resourceId,
      outcome: "failed" as const,
      reason: "another package manager holds the lock: E: Could not get lock",
      command: "c-1",
    };
    const { verdict, reasons } = verified([row("openssl.amd64", "3.19", "FAILED")], { result });
    expect(verdict).to.equal("failed");
    expect(reasons).to.deep.equal([result.reason, "1 patch failed to install: openssl.amd64 3.19"]);
  });

  it("wants a look where an approved version has left the repository, and says what is offered instead", () => {
    const { verdict, reasons, entries } = verified([row("openssl.amd64", "3.20", "MISSING")]);
    expect([verdict, reasons]).to.deep.equal(["look", ["approved and no longer offered: openssl.amd64 3.19"]]);
    expect(entries[0]).to.include({ state: "notOffered", instead: "3.20" });
  });

  it("wants no look where another release's version of the same package was approved, or nothing of it was lacking", () => {
    const entries = ["2.4.41", "2.4.52", "2.4.58"].map((title) => ({ id: "nginx.amd64", title }));
    const several = { ...approval({ UBUNTU: entries }), group: "app" };
    const of = (release: string, patches: readonly ComplianceItemRecord[]): VerifyEvidence => ({
      scanned: { ...scanned(2, [], { lastScan: "2026-12-01T22:30:00Z", release }), patches },
      run,
    });
    const before = "2026-11-01T00:00:00Z";
    const evidence = [
      of("20.04", [row("nginx.amd64", "2.4.41", "INSTALLED", inRun)]),
      of("22.04", [row("nginx.amd64", "2.4.52", "INSTALLED", inRun)]),
      // Offered a newer one than was approved for its release.
      of("22.04", [row("nginx.amd64", "2.4.53", "MISSING")]),
      // Of a release that lacked nothing of it, and one that is offered what nobody has seen yet.
      of("18.04", [row("nginx.amd64", "1.18", "INSTALLED_OTHER", before)]),
      of("18.04", [row("nginx.amd64", "1.19", "MISSING")]),
    ];
    const seen = seenEntries(evidence.slice(0, 2), several);
    const question = {
      approval: { ...several, patches: { UBUNTU: entries.slice(0, 2) } },
      isReviewed: true,
      since,
      seen,
    };
    expect(
      evidence.map((each) => {
        const { verdict, entries: found } = verifyServer(each, question);
        return [verdict, ...found.map(({ version, state, instead }) => `${version} ${state} ${instead}`)];
      }),
    ).to.deep.equal([
      ["patched", "2.4.41 installed "],
      ["patched", "2.4.52 installed "],
      ["look", "2.4.52 notOffered 2.4.53"],
      ["nothingToDo"],
      ["nothingToDo"],
    ]);
    // One that no server shows any more has left the repository of all.
    const gone = verifyServer(of("24.04", [row("nginx.amd64", "2.4.57", "INSTALLED_OTHER", before)]), {
      ...question,
      approval: several,
    });
    expect([gone.verdict, gone.entries[0]?.version]).to.deep.equal(["look", "2.4.58"]);
  });

  it("takes what came in the same run as an approved patch for its dependency", () => {
    const { verdict, changes } = verified([installed, row("libssl3.amd64", "3.19", "INSTALLED_OTHER", inRun)]);
    expect(verdict).to.equal("patched");
    expect(changes).to.deep.equal([{ id: "libssl3.amd64", version: "3.19", kind: "dependency", at: inRun }]);
  });

  it("calls python3-apt Patch Manager's own, at a scan and in a run, where apt is", () => {
    const at = "2026-12-01T15:00:00Z";
    const { verdict, changes } = verified([installed, row("python3-apt.amd64", "2.4.0", "INSTALLED", at)]);
    expect(verdict).to.equal("patched");
    expect(changes).to.deep.equal([{ id: "python3-apt.amd64", version: "2.4.0", kind: "patchManager", at }]);
    const amazon = { os: "amazon-linux", release: "2023" };
    const other = verified([row("python3-apt.x86_64", "2.4.0", "INSTALLED", at)], {}, amazon);
    expect(other.changes.map(({ kind }) => kind)).to.deep.equal(["unapproved"]);
    const alike = verified([row("python3-aptitude.amd64", "1", "INSTALLED", at)]);
    expect(alike.changes.map(({ kind }) => kind)).to.deep.equal(["unapproved"]);
  });

  it("names what was installed without approval: outside of the run, without an approved one, or in another version", () => {
    const kinds = (rows: readonly ComplianceItemRecord[], more: Partial<VerifyEvidence> = {}) =>
      verified(rows, more).changes.map(({ id, kind }) => [id, kind]);
    const byHand = row("vim.amd64", "9", "INSTALLED_OTHER", "2026-12-01T15:00:00Z");
    expect(kinds([installed, byHand])).to.deep.equal([["vim.amd64", "unapproved"]]);
    expect(verified([installed, byHand])).to.deep.include({
      verdict: "look",
      reasons: ["installed without approval: vim.amd64 9"],
    });
    // Nothing of the list was installed, so nothing could need it.
    expect(kinds([row("vim.amd64", "9", "INSTALLED", inRun)])).to.deep.equal([["vim.amd64", "unapproved"]]);
    expect(kinds([row("openssl.amd64", "3.20", "INSTALLED", inRun)])).to.deep.equal([["openssl.amd64", "unapproved"]]);
    const before = row("vim.amd64", "9", "INSTALLED", "2026-11-30T15:00:00Z");
    expect(kinds([installed, before])).to.deep.equal([]);
  });

  it("knows which command installed something by its time, and on Windows by its day", () => {
    const earlier = { ...run, commandId: "earlier", started: "2026-12-01T14:00:00Z", ended: "2026-12-01T16:00:00Z" };
    const commands = (id: string, at: string, server: Partial<ServerRecord> = {}) =>
      verified([row(id, "9", "INSTALLED", at)], { installs: [earlier, run] }, server).changes.map(
        (each) => each.command,
      );
    expect(commands("vim.amd64", "2026-12-01T15:00:00Z")).to.deep.equal(["earlier"]);
    expect(commands("vim.amd64", inRun)).to.deep.equal([run.commandId]);
    expect(commands("vim.amd64", "2026-12-01T17:00:00Z")).to.deep.equal([undefined]);
    const windows = { os: "windows-server", release: "2022" };
    expect(commands("KB5060009", "2026-12-01T00:00:00Z", windows)).to.deep.equal([run.commandId]);
    expect(commands("KB5060009", "2026-12-02T00:00:00Z", windows)).to.deep.equal([undefined]);
  });

  it("counts everything as unapproved where no approvals file is in force, and nothing in an automatic group", () => {
    const read = { ...scanned(2, [], { lastScan: "2026-12-01T22:30:00Z" }), patches: [installed] };
    const none = verifyServer({ scanned: read, run }, { approval: undefined, isReviewed: true, since });
    expect([none.verdict, none.changes.map(({ kind }) => kind)]).to.deep.equal(["look", ["unapproved"]]);
    const automatic = verifyServer({ scanned: read, run }, { approval: undefined, isReviewed: false, since });
    expect([automatic.verdict, automatic.changes]).to.deep.equal(["patched", []]);
  });

  it("knows no dependencies on Windows, and takes the day for the time", () => {
    const server = { os: "windows-server", release: "2022" };
    const kb = (id: string, at: string) => ({ ...row(id, "", "INSTALLED", at), Title: "An update" });
    const { entries, changes, verdict } = verified(
      [kb("KB5060000", "2026-12-01T00:00:00Z"), kb("KB5060009", "2026-12-01T00:00:00Z")],
      {},
      server,
    );
    expect(entries.map(({ state }) => state)).to.deep.equal(["installed"]);
    expect([verdict, changes.map(({ id, kind }) => [id, kind])]).to.deep.equal(["look", [["KB5060009", "unapproved"]]]);
  });

  it("waits for a reboot before it calls it patched", () => {
    const { verdict } = verified([row("openssl.amd64", "3.19", "INSTALLED_PENDING_REBOOT", inRun)]);
    expect(verdict).to.equal("pendingReboot");
  });

  it("says nothing of a server that is silent, unread, never scanned, or has not reported since the run", () => {
    const look = (server: Partial<ServerRecord>, more: Partial<VerifyEvidence> = {}) => {
      const { verdict, reasons } = verified([installed], more, server);
      return [verdict, reasons[0]?.split(":")[0]];
    };
    expect(look({ pingStatus: "ConnectionLost" })).to.deep.equal(["look", "its agent is silent"]);
    expect(look({ state: "unknown", reason: "denied" })).to.deep.equal(["look", "it could not be read"]);
    expect(look({ lastScan: "" })).to.deep.equal(["look", "it was never scanned"]);
    expect(look({ lastScan: "2026-12-01T22:19:59Z" })[1]).to.contain("its last report, of 2026-12-01T22");
    expect(look({}, { scanFailure: "no agent" })).to.deep.equal(["look", "the new scan failed"]);
    expect(look({ os: "" })).to.deep.equal(["look", "its operating system is not known"]);
  });
});

describe("a verification", () => {
  it("looks at the newest installation of each node, and at no scan", () => {
    const later = { ...run, runId: "e-2", started: "2026-12-02T22:00:00Z" };
    const scan = { ...run, runId: "e-3", started: "2026-12-03T04:00:00Z", operation: "Scan" };
    expect([...newestInstalls([later, run, scan])].map(([, { runId }]) => runId)).to.deep.equal(["e-2"]);
  });

  it("ends well where every server is patched or had nothing to do, and is unreadable where a location is", () => {
    const fine = verified([installed]);
    const pending = verified([row("openssl.amd64", "3.19", "INSTALLED_PENDING_REBOOT", inRun)]);
    expect([verifiedOutcome([fine], 0), verifiedOutcome([fine, pending], 0), verifiedOutcome([fine], 1)]).to.deep.equal(
      ["fine", "findings", "unreadable"],
    );
  });
});
