import { join } from "node:path";
import { expect } from "chai";
import { isConfirmed } from "../../domain/rehearsal/outcome.ts";
import { day, hour } from "../../domain/time.ts";
import { outcomeOf } from "../../rehearsal/outcome.ts";
import { play } from "../../rehearsal/play.ts";
import type { Played } from "../../rehearsal/truth.ts";
import type { JournalEntry, PatchingEntry } from "../../simulator/index.ts";
import { root } from "../config/sources.ts";
import { doctored, groupIn, lateIn, planeOf, windowIn } from "./played.ts";

const plane = planeOf(join(root, "tests", "engine", "fixture"), "test");
const begin = new Date("2026-12-01T12:00:00Z");
const web1 = "i-00000000000000001";
const web3 = "i-00000000000000004";

function installsOn(machine: string): (operation: PatchingEntry) => boolean {
  return (operation) =>
    operation.machine === machine && operation.operation === "Install" && operation.baselineOverride === undefined;
}

function missed(missed: NonNullable<PatchingEntry["missed"]>): (operation: PatchingEntry) => PatchingEntry {
  return ({ counts, ...operation }) => ({
    ...operation,
    ...(counts === undefined ? {} : {}),
    outcome: "missed",
    missed,
    packages: [],
    rebooted: false,
  });
}

/** Runs on a server before an instant missed it, and the first one after installed what they had. */
function postponed(played: Played, machine: string, until: Date, why: NonNullable<PatchingEntry["missed"]>): Played {
  const installs = played.journal.filter((entry) => entry.kind === "patching" && installsOn(machine)(entry));
  const before = installs.filter(({ at }) => at < until);
  const packages = before.flatMap((entry) => ("packages" in entry ? entry.packages : []));
  const next = installs.find(({ at }) => at >= until);
  return doctored(played, installsOn(machine), (operation) => {
    if (operation.at < until) return missed(why)(operation);
    return operation === next ? { ...operation, packages: [...packages, ...operation.packages] } : operation;
  });
}

describe("a rehearsal's outcome", function () {
  this.timeout(300_000);
  let played: Played;

  before(async () => {
    played = await play(plane, { begin, weeks: 6, seed: 1, faults: 0 });
  });

  it("is the same journal and the same outcome when it is played twice", async () => {
    const again = await play(plane, { begin, weeks: 6, seed: 1, faults: 0 });
    expect(again.journal).to.deep.equal(played.journal);
    expect(outcomeOf(again)).to.deep.equal(outcomeOf(played));
  });

  it("has releases on time, and nothing late, overdue or forbidden, where nothing goes wrong", () => {
    const outcome = outcomeOf(played);
    const group = groupIn(outcome, "prod-auto", "AMAZON_LINUX_2");
    expect(group).to.include({ servers: 1, overdueNow: 0, overdueEver: 0, neverClean: 0, longNonCompliant: 0 });
    expect(group.onTime).to.be.greaterThan(20);
    expect(lateIn(group)).to.deep.equal({});
    expect(outcome.breaches).to.deep.equal([]);
    expect(windowIn(outcome, "mw-install-auto", "euw1")).to.include({ runs: 6, notRun: 0, overruns: 0, servers: 1 });
  });

  it("tells for whom no window opened: a reviewed group that nobody approves for", () => {
    const group = groupIn(outcomeOf(played), "prod-sensitive", "UBUNTU");
    expect(group.onTime).to.equal(0);
    expect(Object.keys(lateIn(group))).to.deep.equal(["noWindow"]);
    // Of the two, the one whose release still gets security releases without Ubuntu Pro.
    expect(group.overdue.map(({ name }) => name)).to.deep.equal(["data-1"]);
  });

  for (const [reason, late] of [
    ["cutoff", "cutOff"],
    ["errorLimit", "errorLimit"],
    ["earlierStep", "earlierStep"],
    ["unreachable", "unreachable"],
  ] as const) {
    it(`sees a server that every run missed, and why: ${reason}`, () => {
      const outcome = outcomeOf(doctored(played, installsOn(web3), missed(reason)));
      const group = groupIn(outcome, "prod-auto", "AMAZON_LINUX_2");
      expect(Object.keys(lateIn(group))).to.deep.equal([late]);
      expect(group).to.include({ onTime: 0, overdueNow: 1, overdueEver: 1 });
      expect(group.overdue).to.have.length(1);
      expect(group.overdue[0]).to.include({ name: "web-3", id: web3, reason: late, now: true });
      // Due from the start, 30 days to go, six weeks played.
      expect(group.overdue[0]?.daysOverdue).to.equal(12);
      const window = windowIn(outcome, "mw-install-auto", "euw1");
      expect(window.untouched[late]).to.equal(6);
      expect(window.overruns).to.equal(reason === "cutoff" ? 6 : 0);
    });
  }

  it("counts a server that was down once and cut off once as cut off, and one that was missed once not at all", () => {
    const once = postponed(played, web3, new Date(begin.getTime() + 7 * day), "cutoff");
    expect(lateIn(groupIn(outcomeOf(once), "prod-auto", "AMAZON_LINUX_2"))).to.deep.equal({});
    const never = doctored(
      once,
      (operation) => installsOn(web3)(operation) && operation.missed === undefined,
      missed("unreachable"),
    );
    // What came out after the night of the cutoff was never cut off.
    const reasons = Object.keys(lateIn(groupIn(outcomeOf(never), "prod-auto", "AMAZON_LINUX_2")));
    expect(reasons).to.deep.equal(["cutOff", "unreachable"]);
  });

  it("sees what came late though it came, and a run that lasted until its cutoff", () => {
    const late = postponed(played, web3, new Date(begin.getTime() + 35 * day), "unreachable");
    const group = groupIn(outcomeOf(late), "prod-auto", "AMAZON_LINUX_2");
    expect(group).to.include({ overdueNow: 0, overdueEver: 1 });
    const journal = played.journal.map((entry) =>
      entry.kind === "windowRun" && entry.windowName.endsWith("mw-install-auto")
        ? { ...entry, endsAt: new Date(entry.at.getTime() + 2 * hour) }
        : entry,
    );
    expect(windowIn(outcomeOf({ ...played, journal }), "mw-install-auto", "euw1")).to.include({
      overruns: 6,
      longestMinutes: 120,
      minutesUsed: 6 * 120,
    });
  });

  it("holds a run that lasted until its cutoff against nobody when it waited for a server that hangs in its reboot", () => {
    const runs = new Set(
      played.journal.flatMap((entry) =>
        entry.kind === "windowRun" && entry.windowName.endsWith("mw-install-auto") ? [entry.executionId] : [],
      ),
    );
    const until = (entry: JournalEntry): JournalEntry =>
      entry.kind === "windowRun" && runs.has(entry.executionId)
        ? { ...entry, endsAt: new Date(entry.at.getTime() + 2 * hour) }
        : entry;
    const hung = doctored(played, installsOn(web3), (operation) => ({ ...operation, hangs: true }));
    const window = windowIn(outcomeOf({ ...hung, journal: hung.journal.map(until) }), "mw-install-auto", "euw1");
    expect(window).to.include({ overruns: 0, longestMinutes: 120 });
    const never = doctored(hung, installsOn(web3), (operation) => ({ ...operation, packages: [] }));
    const late = lateIn(groupIn(outcomeOf(never), "prod-auto", "AMAZON_LINUX_2"));
    expect(Object.keys(late)).to.deep.equal(["unreachable"]);
    const cut = doctored(hung, installsOn(web3), missed("cutoff"));
    expect(windowIn(outcomeOf({ ...cut, journal: cut.journal.map(until) }), "mw-install-auto", "euw1")).to.include({
      overruns: 6,
    });
  });

  it("sees runs that did not begin", () => {
    const journal = played.journal.map((entry) =>
      entry.kind === "windowRun" && entry.windowName.endsWith("mw-install-auto")
        ? { ...entry, status: "SKIPPED_OVERLAPPING", nodes: 0, endsAt: entry.at }
        : entry,
    );
    expect(windowIn(outcomeOf({ ...played, journal }), "mw-install-auto", "euw1")).to.include({ runs: 0, notRun: 6 });
  });

  it("sees servers that no look ever found clean, for a month, and those that await a reboot as long", () => {
    const counted = (change: Partial<NonNullable<PatchingEntry["counts"]>>): Played =>
      doctored(
        played,
        ({ machine, counts }) => machine === web3 && counts !== undefined,
        ({ counts, ...operation }) => ({
          ...operation,
          ...(counts === undefined ? {} : { counts: { ...counts, missing: 0, failed: 0, ...change } }),
        }),
      );
    const of = (changed: Played) => groupIn(outcomeOf(changed), "prod-auto", "AMAZON_LINUX_2");
    expect(of(counted({ missing: 1 }))).to.include({ neverClean: 1, longNonCompliant: 1, longAwaitingReboot: 0 });
    expect(of(counted({ missing: 1 })).nonCompliant).to.deep.equal([{ name: "web-3", reason: "leftOut" }]);
    expect(of(counted({ pendingReboot: 1 }))).to.include({ neverClean: 0, longNonCompliant: 0, longAwaitingReboot: 1 });
  });

  it("has what was wrong with a server that stayed non-compliant, where the journal has it at every installing run", () => {
    const always = (entry: JournalEntry): JournalEntry =>
      entry.kind === "patching" && entry.machine === web3 && entry.counts !== undefined
        ? {
            ...entry,
            counts: { ...entry.counts, missing: 1 },
            ...(entry.operation === "Install" ? { outcome: "failed" } : {}),
          }
        : entry;
    const fault = (phase: "began" | "ended", days: number): JournalEntry => ({
      kind: "fault",
      at: new Date(begin.getTime() + days * day),
      machine: web3,
      fault: "lockHeld",
      phase,
    });
    const of = (...faults: readonly JournalEntry[]) => {
      const journal = [...faults, ...played.journal.map(always)];
      return groupIn(outcomeOf({ ...played, journal }), "prod-auto", "AMAZON_LINUX_2").nonCompliant;
    };
    const confirmed = { name: "web-3", reason: "failed", fault: "lockHeld" };
    expect(of(fault("began", 0))).to.deep.equal([confirmed]);
    expect(of(fault("began", 0), fault("ended", 41))).to.deep.equal([confirmed]);
    expect(isConfirmed(of(fault("began", 0))[0] ?? { name: "", reason: "cutOff" })).to.equal(true);
    for (const faults of [[], [fault("began", 12)], [fault("began", 0), fault("ended", 20)]]) {
      expect(of(...faults)).to.deep.equal([{ name: "web-3", reason: "failed" }]);
      expect(of(...faults).filter(isConfirmed)).to.deep.equal([]);
    }
    expect(isConfirmed({ ...confirmed, reason: "cutOff" })).to.equal(false);
  });

  it("sees a reboot where none is allowed, and packages that nobody approved", () => {
    const scan = played.journal.find((entry) => entry.kind === "patching" && entry.operation === "Scan");
    const outcome = outcomeOf(
      doctored(
        doctored(
          played,
          (operation) => operation === scan,
          (operation) => ({ ...operation, rebooted: true }),
        ),
        ({ machine, operation }) => machine === "i-00000000000000003" && operation === "Scan",
        (operation) => ({ ...operation, packages: [{ name: "curl", from: "1", to: "2" }] }),
      ),
    );
    expect(new Set(outcome.breaches.map(({ kind }) => kind))).to.deep.equal(new Set(["reboot", "unapproved"]));
    expect(outcome.breaches.find(({ kind }) => kind === "reboot")?.what).to.equal("a scan rebooted it");
    expect(outcome.breaches.find(({ kind }) => kind === "unapproved")).to.include({ server: "db-1" });
  });

  it("lets a window reboot where its own rule says so, whatever its group's", () => {
    const rebooted = doctored(
      played,
      ({ machine, operation, windowExecutionId, baselineOverride }) =>
        machine === web3 &&
        operation === "Install" &&
        windowExecutionId !== undefined &&
        baselineOverride === undefined,
      (operation) => ({ ...operation, rebooted: true }),
    );
    const kinds = (ofGroup: "NoReboot", ofWindow: "NoReboot" | "RebootIfNeeded"): readonly string[] => {
      const { scenario } = rebooted;
      const deployments = scenario.deployments.map(({ at, plane: deployed }) => {
        const groups = Object.values(deployed.groups).map((each) =>
          each.kind === "managed" ? { ...each, reboot: ofGroup } : each,
        );
        const windows = Object.values(deployed.windows).map((each) => ({ ...each, reboot: ofWindow }));
        const byName = <T extends { readonly name: string }>(all: readonly T[]): Record<string, T> =>
          Object.fromEntries(all.map((each) => [each.name, each]));
        return { at, plane: { ...deployed, groups: byName(groups), windows: byName(windows) } };
      });
      const { breaches } = outcomeOf({ ...rebooted, scenario: { ...scenario, deployments } });
      return breaches.filter(({ server }) => server === "web-3").map(({ kind }) => kind);
    };
    expect(kinds("NoReboot", "NoReboot")).to.include("reboot");
    expect(kinds("NoReboot", "RebootIfNeeded")).to.deep.equal([]);
  });

  it("sees services that were stopped and not started again, of the server where it happened", () => {
    const at = new Date(begin.getTime() + day);
    const service = (machine: string, change: "stopped" | "started", minutes: number): never =>
      ({ kind: "service", machine, change, at: new Date(at.getTime() + minutes * 60_000) }) as never;
    const journal = [
      ...played.journal,
      service(web1, "stopped", 0),
      service(web3, "stopped", 0),
      service(web1, "started", 5),
    ];
    const hangs = doctored({ ...played, journal }, installsOn(web3), (operation) => ({ ...operation, hangs: true }));
    expect(outcomeOf(hangs).breaches.filter(({ kind }) => kind === "leftStopped")).to.deep.equal([]);
    const reset = { kind: "boot", machine: web3, at: played.scenario.span.end } as const;
    expect(outcomeOf({ ...hangs, journal: [...hangs.journal, reset] }).breaches).to.deep.include({
      kind: "leftStopped",
      server: "web-3",
      group: "prod-auto",
      at: at.toISOString(),
      what: "its services were stopped and not started again",
    });
    expect(outcomeOf({ ...played, journal }).breaches).to.deep.equal([
      {
        kind: "leftStopped",
        server: "web-3",
        group: "prod-auto",
        at: at.toISOString(),
        what: "its services were stopped and not started again",
      },
    ]);
  });

  it("has the reviewed servers' releases on time when a reviewer approves, and nothing that was not", async () => {
    const reviewed = outcomeOf(await play(plane, { begin, weeks: 5, seed: 1, faults: 0, reviewerDays: 3 }));
    const group = groupIn(reviewed, "prod-sensitive", "UBUNTU");
    expect(group.onTime).to.be.greaterThan(20);
    expect(lateIn(group)).to.deep.equal({});
    expect(reviewed.breaches).to.deep.equal([]);
  });
});
