import { expect } from "chai";
import fc from "fast-check";
import { planChange, type PlanSide } from "../../domain/plan/planChange.ts";
import type { PlanReport } from "../../domain/plan/report.ts";
import { checkPlane } from "../../domain/checks/checkPlane.ts";
import type { Plane } from "../../domain/plane.ts";
import type { Server } from "../../domain/server.ts";
import { aptBaseline, group, location, samplePlane, schedule, server, window } from "../domain/samplePlane.ts";

const asOf = new Date("2026-12-01T12:00:00Z");
const groups = ["app", "db", "elsewhere", "unwatched", "nobody"] as const;

/** A server of a small fleet, which may be in any of the groups or not there at all. */
const row = (line: number): fc.Arbitrary<readonly Server[]> =>
  fc
    .record({
      there: fc.boolean(),
      patchGroup: fc.constantFrom(...groups),
      site: fc.constantFrom("main", "other"),
      owner: fc.constantFrom("a@example.com", "b@example.com"),
      environment: fc.constantFrom("prod", "staging"),
      size: fc.constantFrom(1, 1, 4),
      release: fc.constantFrom("22.04", "24.04"),
    })
    .map(({ there, ...more }) => (there ? [server(line, more)] : []));

const fleet = fc.tuple(...Array.from({ length: 12 }, (_, index) => row(index + 2))).map((rows) => rows.flat());

const plane: fc.Arbitrary<Plane> = fc
  .record({
    fleet,
    weekday: fc.constantFrom("SUN", "MON", "WED"),
    hours: fc.constantFrom(3, 4),
    groups: fc.constantFrom(["app"], ["app", "db"], ["db"]),
    reboot: fc.constantFrom("RebootIfNeeded" as const, "NoReboot" as const),
    rejected: fc.constantFrom([], ["linux-image-*"]),
  })
  .map(({ fleet: rows, weekday, hours, groups: reached, reboot, rejected }) =>
    samplePlane({
      fleet: rows,
      locations: [location("main"), location("other", { region: "eu-west-1" })],
      baselines: [aptBaseline("ubuntu-auto", { rejectedPatches: rejected })],
      groups: [
        group("app", { reboot }),
        group("db", { reboot: "NoReboot" }),
        group("unwatched"),
        { kind: "elsewhere", name: "elsewhere", patchedElsewhere: "by others" },
      ],
      windows: [
        window("mw-install", {
          groups: reached,
          locations: ["main", "other"],
          durationHours: hours,
          schedules: [schedule(`cron(0 22 ? * ${weekday} *)`)],
        }),
        window("mw-scan", { operation: "scan", groups: ["app", "db"], schedules: [schedule("cron(0 1 ? * * *)")] }),
      ],
    }),
  );

function side(of: Plane): PlanSide {
  return { label: "a version", others: [], state: "read", plane: of, findings: checkPlane(of), place: (each) => each };
}

function plan(base: Plane, head: Plane): PlanReport {
  return planChange({ stack: "prod", asOf, base: side(base), head: side(head), notes: [] });
}

function size(rows: readonly Server[]): number {
  return rows.reduce((sum, each) => sum + each.size, 0);
}

/** Ids of the servers in the sets of one kind. */
function ids(report: PlanReport, kind: "gained" | "lost" | "changed"): readonly string[] {
  return report.servers.sets
    .filter((set) => set.kind === kind)
    .flatMap(({ servers }) => servers.map(({ id }) => id))
    .sort();
}

describe("laws of a plan", () => {
  it("says nothing of a version and itself", () => {
    fc.assert(
      fc.property(plane, (only) => {
        const report = plan(only, structuredClone(only));
        expect(report.changed).to.equal(false);
        expect(report.servers.sets).to.deep.equal([]);
        expect(report.policy).to.deep.equal([]);
        expect(report.findings.new).to.equal(0);
        expect(report.findings.mended).to.deep.equal([]);
        expect(report.windows.map(({ state }) => state)).to.deep.equal(report.windows.map(() => "same"));
      }),
    );
  });

  it("swaps gains and losses when it is read backwards, and changes the same servers", () => {
    fc.assert(
      fc.property(plane, plane, (a, b) => {
        const [there, back] = [plan(a, b), plan(b, a)];
        expect(ids(back, "lost")).to.deep.equal(ids(there, "gained"));
        expect(ids(back, "gained")).to.deep.equal(ids(there, "lost"));
        expect(ids(back, "changed")).to.deep.equal(ids(there, "changed"));
        expect(back.changed).to.equal(there.changed);
      }),
    );
  });

  it("counts every server of either version once, and in no more than one set", () => {
    fc.assert(
      fc.property(plane, plane, (a, b) => {
        const { servers } = plan(a, b);
        const now = new Set(b.fleet.map(({ id }) => id));
        const all = [...b.fleet, ...a.fleet.filter(({ id }) => !now.has(id))];
        const { gained, lost, changed, same, unpatched } = servers.counts;
        expect(gained + lost + changed + same + unpatched).to.equal(size(all));
        const listed = servers.sets.flatMap((set) => set.servers.map(({ id }) => id));
        expect(new Set(listed).size).to.equal(listed.length);
        for (const kind of ["gained", "lost", "changed"] as const) {
          const sets = servers.sets.filter((set) => set.kind === kind);
          expect(sets.reduce((sum, set) => sum + set.count, 0)).to.equal(servers.counts[kind]);
        }
      }),
    );
  });

  it("calls a server gained or lost exactly when one version patches it and the other does not", () => {
    const patched = (of: Plane): ReadonlySet<string> =>
      new Set(
        of.fleet
          .filter(({ patchGroup }) =>
            Object.values(of.windows).some((each) => each.operation === "install" && each.groups.includes(patchGroup)),
          )
          .map(({ id }) => id),
      );
    fc.assert(
      fc.property(plane, plane, (a, b) => {
        const [was, is] = [patched(a), patched(b)];
        const report = plan(a, b);
        expect(ids(report, "gained")).to.deep.equal([...is].filter((id) => !was.has(id)).sort());
        expect(ids(report, "lost")).to.deep.equal([...was].filter((id) => !is.has(id)).sort());
      }),
    );
  });

  it("lists as new and as mended what only one version's checks find", () => {
    fc.assert(
      fc.property(plane, plane, (a, b) => {
        const [there, back] = [plan(a, b), plan(b, a)];
        // What a change itself brings about is neither version's.
        const ofChange = new Set(["patching-lost", "nodes-left", "tags-due", "identity", "fleet-shrinks", "weakened"]);
        const fresh = there.findings.items.filter((each) => each.isNew && !ofChange.has(each.id)).map(({ id }) => id);
        expect(back.findings.mended.map(({ id }) => id).sort()).to.deep.equal(fresh.sort());
      }),
    );
  });
});
