import { expect } from "chai";
import type { Approval } from "../../../domain/plane.ts";
import { verdicts } from "../../../domain/status/verdict.ts";
import type { PatchingEntry } from "../../../simulator/index.ts";
import type { Evidence, Invariant } from "../evidence.ts";
import { runScenario } from "../runScenario.ts";
import { drawScenario } from "../scenario.ts";
import { invariants } from "./all.ts";
import { operationWhere, said, withEntry, withLastLook, type Known } from "./doctored.ts";
import { capacity } from "./capacity.ts";
import { ownFault, started } from "./hooks.ts";
import { oneVerdict, registrations } from "./identity.ts";
import { concurrency, cutoff, errors } from "./pace.ts";
import { approvedOnly, kernels, reboots } from "./packages.ts";
import { countsAreTrue, statusIsTrue } from "./status.ts";

/** A seed whose policy has everything that is doctored here. */
const seed = 8;
/** A seed whose windows have hooks on both sides. */
const hookedSeed = 9;
const minute = 60_000;

function later(date: Date, minutes: number): Date {
  return new Date(date.getTime() + minutes * minute);
}

describe("the simulation's invariants on a journal that was doctored", function () {
  this.timeout(300_000);
  let evidence: Evidence;

  before(async () => {
    evidence = await runScenario(drawScenario(seed));
  });

  function expectSaid(invariant: Invariant, doctored: Evidence, ...texts: readonly string[]): void {
    const lines = said(invariant, doctored);
    for (const text of texts) expect(lines.join("\n")).to.contain(text);
  }

  /** Changes every operation of which something holds. */
  function withOperations(holds: (entry: PatchingEntry) => boolean, change: Partial<PatchingEntry>): Evidence {
    const journal = evidence.journal.map((entry) =>
      entry.kind === "patching" && holds(entry) ? { ...entry, ...change } : entry,
    );
    return { ...evidence, journal };
  }

  /** Moves all operations of a task to one instant. */
  function allAtOnce({ operation }: Known): Evidence {
    const { windowExecutionId, windowTaskId, at, endsAt } = operation;
    return withOperations(
      (entry) => entry.windowExecutionId === windowExecutionId && entry.windowTaskId === windowTaskId,
      { at, endsAt },
    );
  }

  /** The approvals file of a group with a change, in every deployment. */
  function withApproval(group: string, change: Partial<Approval>): Evidence {
    const deployments = evidence.scenario.deployments.map((deployment) => {
      const approval = deployment.plane.approvals[group];
      if (approval === undefined) return deployment;
      const approvals = { ...deployment.plane.approvals, [group]: { ...approval, ...change } };
      return { ...deployment, plane: { ...deployment.plane, approvals } };
    });
    return { ...evidence, scenario: { ...evidence.scenario, deployments } };
  }

  function approvedInstall(): Known {
    return operationWhere(
      evidence,
      ({ operation, machine, truth }) =>
        operation.packages.length > 0 && truth.groupOf(machine)?.approval === "reviewed",
    );
  }

  it("all hold before it is", () => {
    for (const invariant of invariants) expect(said(invariant, evidence), invariant.id).to.deep.equal([]);
  });

  it("see more servers at once than max concurrency allows", () => {
    const crowded = operationWhere(evidence, ({ operation, opening, truth }) => {
      const most = opening?.window.maxConcurrency ?? "100%";
      return opening !== undefined && !["100%", "40"].includes(most) && truth.targets(operation, opening) > 8;
    });
    expectSaid(concurrency, allAtOnce(crowded), "servers at once; allowed: ");
  });

  it("see a server that starts after too many errors", () => {
    const failing = withOperations(({ outcome }) => outcome !== "missed", { detail: "it failed" });
    expectSaid(errors, failing, "starts after ", " errors in ", "; allowed: ");
  });

  it("see a server that starts after the cutoff, and a run that does not end at it", () => {
    const { operation, opening } = operationWhere(
      evidence,
      (known) => known.opening?.window.atCutoff === "cancel" && known.operation.outcome !== "missed",
    );
    if (opening === undefined) throw new Error("unreachable");
    const at = later(opening.cutoff, 1);
    expectSaid(cutoff, withEntry(evidence, operation, { at, endsAt: later(at, 2) }), "after its cutoff");
    expectSaid(cutoff, withEntry(evidence, opening.entry, { endsAt: at }), "after its cutoff");
  });

  it("see a run that was cut off and calls itself a success", () => {
    const { operation, opening } = operationWhere(evidence, (known) => known.opening?.window.atCutoff === "cancel");
    if (opening === undefined) throw new Error("unreachable");
    const endsAt = later(opening.cutoff, 10);
    const cut = withEntry(evidence, operation, { endsAt, outcome: "patched" });
    expectSaid(cutoff, withEntry(cut, opening.entry, { status: "SUCCESS" }), "was cut off, and its status is SUCCESS");
  });

  it("see a command that goes on over the cutoff but began after it", () => {
    const { opening } = operationWhere(evidence, (known) => known.opening?.window.atCutoff === "continue");
    if (opening === undefined) throw new Error("unreachable");
    const late = withOperations((entry) => entry.windowExecutionId === opening.entry.executionId, {
      at: later(opening.cutoff, 1),
      endsAt: later(opening.cutoff, 3),
    });
    expectSaid(cutoff, late, "after its cutoff");
  });

  it("see a window cut servers off of which the plan says that it fits", () => {
    const sound = { ...evidence, journal: evidence.journal.filter(({ kind }) => kind !== "fault") };
    const cut = sound.journal.map((entry) =>
      entry.kind === "patching" ? { ...entry, outcome: "missed" as const, missed: "cutoff" as const } : entry,
    );
    expectSaid(capacity, { ...sound, journal: cut }, " fits in ", " servers were cut off");
  });

  it("see a sound server that waits until the cutoff although nobody keeps its place", () => {
    const { operation, opening } = operationWhere(
      evidence,
      (known) =>
        known.opening?.window.atCutoff === "cancel" &&
        known.truth.targets(known.operation, known.opening) > 8 &&
        known.operation.outcome !== "missed",
    );
    const at = opening?.entry.at ?? operation.at;
    const cut = { at, endsAt: at, outcome: "missed", missed: "cutoff" } as const;
    const journal = evidence.journal.map((entry) =>
      entry.kind === "patching" && entry.windowTaskId === operation.windowTaskId ? { ...entry, ...cut } : entry,
    );
    expectSaid(ownFault, { ...evidence, journal }, "waits in ", " until its cutoff with ", " places taken");
  });

  it("see a service that a window's command stopped and did not start", async () => {
    const hooked = await runScenario(drawScenario(hookedSeed));
    expect(said(started, hooked)).to.deep.equal([]);
    const journal = hooked.journal.filter((entry) => entry.kind !== "service" || entry.change !== "started");
    expectSaid(started, { ...hooked, journal }, "leaves its service stopped, since ");
  });

  it("see a reviewed server install another package, or another version, than was approved", () => {
    const { operation, machine } = approvedInstall();
    const [first, ...rest] = operation.packages;
    if (first === undefined) throw new Error("unreachable");
    const other = { name: "unheard-of", from: "", to: "1.0-1" };
    const added = withEntry(evidence, operation, { packages: [...operation.packages, other] });
    expectSaid(approvedOnly, added, `${machine.spec.id} installs unheard-of 1.0-1`);
    const raised = withEntry(evidence, operation, { packages: [{ ...first, to: `${first.to}.1` }, ...rest] });
    expectSaid(approvedOnly, raised, `installs ${first.name} ${first.to}.1`);
  });

  it("see a reviewed server install before an approval, after its expiry, and outside a window", () => {
    const { operation, machine, opening } = approvedInstall();
    const bare = evidence.scenario.deployments.map((each) => ({ ...each, plane: { ...each.plane, approvals: {} } }));
    const unapproved = { ...evidence, scenario: { ...evidence.scenario, deployments: bare } };
    expectSaid(approvedOnly, unapproved, "installs without an approvals file");
    const expires = `${later(opening?.entry.at ?? operation.at, -1)
      .toISOString()
      .slice(0, 19)}Z`;
    expectSaid(approvedOnly, withApproval(machine.group, { expires }), "expired");
    const { windowExecutionId: _taken, ...outside } = operation;
    const journal = evidence.journal.map((entry) => (entry === operation ? outside : entry));
    expectSaid(approvedOnly, { ...evidence, journal }, "installs outside a window");
  });

  it("see a listed package come along in a version that the list does not name", () => {
    const { machine } = approvedInstall();
    const approval = evidence.scenario.deployments.map(({ plane }) => plane.approvals[machine.group]).find(Boolean);
    const patches = Object.fromEntries(
      Object.entries(approval?.patches ?? {}).map(([os, list]) => [
        os,
        list.map(({ id }) => ({ id, title: "0-other" })),
      ]),
    );
    expectSaid(approvedOnly, withApproval(machine.group, { patches }), "does not name");
  });

  it("see a reboot in a NoReboot group, of a Windows server, and by a scan", () => {
    const rebooting = operationWhere(evidence, ({ operation }) => operation.rebooted);
    const { group } = rebooting.machine;
    const deployments = evidence.scenario.deployments.map((each) => {
      const settings = each.plane.groups[group];
      if (settings?.kind !== "managed") throw new Error("unreachable");
      const groups = { ...each.plane.groups, [group]: { ...settings, reboot: "NoReboot" as const } };
      return { ...each, plane: { ...each.plane, groups } };
    });
    const forbidden = { ...evidence, scenario: { ...evidence.scenario, deployments } };
    expectSaid(reboots, forbidden, `group ${group} does not reboot`);
    const machines = evidence.scenario.world.machines.map((spec) =>
      spec === rebooting.machine.spec ? { ...spec, os: "windows-server" as const, release: "2022" } : spec,
    );
    const world = { ...evidence.scenario.world, machines };
    const windows = { ...evidence, scenario: { ...evidence.scenario, world } };
    expectSaid(reboots, windows, "Windows never reboots by itself");
    const scan = operationWhere(evidence, ({ operation }) => operation.operation === "Scan");
    expectSaid(reboots, withEntry(evidence, scan.operation, { rebooted: true }), "a scan reboots nothing");
  });

  it("see a kernel that an ordinary run installs by itself", () => {
    const { operation } = operationWhere(
      evidence,
      ({ operation: each, machine, truth }) =>
        each.packages.length > 0 &&
        machine.os !== "WINDOWS" &&
        each.baselineOverride === undefined &&
        truth.groupOf(machine)?.approval === "automatic",
    );
    const packages = ["kernel", "linux-image-aws"].map((name) => ({ name, from: "1", to: "2" }));
    expectSaid(kernels, withEntry(evidence, operation, { packages }), " 2 in an ordinary run");
  });

  it("see a VM that registers twice, a node of two VMs and an activation that is used again", () => {
    const entry = evidence.journal.find((each) => each.kind === "onboarding" && each.result === "registered");
    if (entry?.kind !== "onboarding") throw new Error("nothing was onboarded; take another seed");
    const twice = { ...evidence, journal: [...evidence.journal, { ...entry, nodeId: "mi-0123456789abcdef0" }] };
    expect(said(registrations, twice)).to.deep.equal([`${entry.machine} registers more than once`]);
    const stolen = { ...evidence, journal: [...evidence.journal, { ...entry, machine: "another" }] };
    expect(said(registrations, stolen)).to.deep.equal([`${entry.nodeId ?? ""} is the node of more than one VM`]);
    const again = withLastLook(evidence, { registrations: { "activation-1": 2 } });
    expect(said(registrations, again)).to.deep.equal(["activation-1 activation used 2 times"]);
  });

  it("see a server in no row, in two rows, in a row of its own and in a verdict nobody knows", () => {
    const servers = evidence.observations.at(-1)?.servers ?? [];
    const [first, ...rest] = servers;
    if (first === undefined) throw new Error("status has no server");
    const look = (changed: typeof servers) => said(oneVerdict, withLastLook(evidence, { servers: changed }));
    expect(look(rest)).to.deep.equal([`${first.id} stands in no row`]);
    expect(look([...servers, first])).to.deep.equal([`${first.id} stands in more than one row`]);
    expect(look([...servers, { ...first, id: "i-other" }])).to.deep.equal(["i-other stands in a row of its own"]);
    const fine = { id: first.id, verdict: "fine" } as unknown as typeof first;
    expect(look([...rest, fine])).to.deep.equal([`${first.id} has a verdict nobody knows: fine`]);
  });

  it("see every verdict that is not the journal's", () => {
    const servers = evidence.observations.at(-1)?.servers ?? [];
    const oneOfEach = [...Map.groupBy(servers, ({ verdict }) => verdict).values()].flatMap(([first]) => first ?? []);
    expect(oneOfEach.length).to.be.greaterThan(1);
    for (const server of oneOfEach) {
      for (const verdict of verdicts.filter((each) => each !== server.verdict)) {
        const changed = servers.map((each) => (each === server ? { id: server.id, verdict } : each));
        const [line, ...others] = said(statusIsTrue, withLastLook(evidence, { servers: changed }));
        expect(line).to.contain(`${server.id} status says ${verdict}`);
        expect(others).to.deep.equal([]);
      }
    }
  });

  it("see that status forgot an operation, or believes one that never was", () => {
    const judged = new Set(
      evidence.observations
        .at(-1)
        ?.servers.filter((each) => each.verdict !== "unknown")
        .map(({ id }) => id),
    );
    const { operation } = operationWhere(evidence, ({ operation: each }) => judged.has(each.machine));
    const changes: readonly (readonly [Partial<PatchingEntry>, reason: string])[] = [
      [{ baselineOverride: "s3://other/baseline.json" }, "neverScanned"],
      [{ baselineId: "pb-00000000000000000" }, "otherBaseline"],
      [{ endsAt: new Date(1) }, "stale"],
    ];
    for (const [change, reason] of changes) {
      const doctored = withOperations(({ machine }) => machine === operation.machine, change);
      expectSaid(statusIsTrue, doctored, `and the journal unknown (${reason})`);
    }
  });

  it("see counts that the packages do not bear out", () => {
    const counted = evidence.journal.findLast(
      (each) => each.kind === "patching" && each.counts !== undefined && each.baselineOverride === undefined,
    );
    if (counted?.kind !== "patching" || counted.counts === undefined) throw new Error("nothing was counted");
    for (const name of ["missing", "installedRejected", "pendingReboot", "availableSecurityUpdate"] as const) {
      const counts = { ...counted.counts, [name]: counted.counts[name] + 1 };
      expectSaid(countsAreTrue, withEntry(evidence, counted, { counts }), `${counted.machine} reported `);
    }
  });
});
