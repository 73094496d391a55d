import { expect } from "chai";
import { claimOutcome, outcomeText, unfinished } from "../../demo/outcome.ts";
import { DemoFailed } from "../../demo/run.ts";
import type { GroupOutcome, SeedOutcome, WindowOutcome } from "../../domain/rehearsal/outcome.ts";
import { group, samplePlane, window } from "../domain/samplePlane.ts";

const late = { cutOff: 0, errorLimit: 0, earlierStep: 0, leftOut: 0, noWindow: 0, failed: 0, unreachable: 0 };
const untouched = { cutOff: 0, unreachable: 0, errorLimit: 0, earlierStep: 0 };

function outcome(
  more: {
    readonly group?: Partial<GroupOutcome>;
    readonly window?: Partial<WindowOutcome>;
  } & Partial<SeedOutcome> = {},
): SeedOutcome {
  const { group: ofGroup = {}, window: ofWindow = {}, ...rest } = more;
  return {
    seed: 1,
    servers: 3,
    groups: [
      {
        group: "app",
        os: "UBUNTU",
        approval: "automatic",
        servers: 3,
        onTime: 1200,
        late,
        open: 4,
        waits: [],
        overdueNow: 0,
        overdueEver: 0,
        overdue: [],
        neverClean: 0,
        longNonCompliant: 0,
        nonCompliant: [],
        longAwaitingReboot: 0,
        neverScanned: 0,
        ...ofGroup,
      },
    ],
    windows: [
      {
        window: "mw-install",
        location: "main",
        operation: "install",
        runs: 1,
        notRun: 0,
        overruns: 0,
        servers: 3,
        untouched,
        failed: 0,
        longestMinutes: 30,
        minutesToCutoff: 120,
        minutesOpen: 120,
        minutesUsed: 30,
        ...ofWindow,
      },
    ],
    breaches: [],
    ...rest,
  };
}

const plane = samplePlane();

describe("the outcome of the demo", () => {
  const claimed = (of: SeedOutcome, faults: number): readonly string[] => {
    const run = { claims: [], options: { seed: 1, faults, keep: false, pace: 0 } };
    claimOutcome(run, plane, of);
    return run.claims;
  };

  it("is claimed where nothing was wrong and everything was patched", () => {
    expect(claimed(outcome(), 0)).to.have.length(3);
    expect(claimed(outcome({ window: { failed: 1 } }), 0.05)).to.have.length(1);
  });

  const wrong: readonly (readonly [string, SeedOutcome])[] = [
    ["a server was cut off", outcome({ window: { untouched: { ...untouched, cutOff: 1 } } })],
    ["a server was not reached", outcome({ window: { untouched: { ...untouched, unreachable: 1 } } })],
    ["an installation failed", outcome({ window: { failed: 1 } })],
    ["a window ran over", outcome({ window: { overruns: 1 } })],
    ["a release is late", outcome({ group: { late: { ...late, noWindow: 1 } } })],
    [
      "a service was left stopped",
      outcome({ breaches: [{ kind: "leftStopped", server: "app-2", group: "app", at: "", what: "stopped" }] }),
    ],
  ];
  for (const [what, of] of wrong) {
    it(`fails in a world without faults when ${what}`, () => {
      expect(() => claimed(of, 0)).to.throw(DemoFailed, "not true");
    });
  }

  it("asks nothing of windows of reviewed groups, nor of scans", () => {
    const reviewed = samplePlane({ groups: [group("app", { approval: "reviewed" })], windows: [window("mw-install")] });
    expect(unfinished(reviewed, outcome({ window: { failed: 1 } }))).to.deep.equal([]);
    expect(unfinished(plane, outcome({ window: { failed: 1, operation: "scan" } }))).to.deep.equal([]);
    expect(unfinished(plane, outcome({ window: { failed: 1 } }))).to.deep.equal(["mw-install in main"]);
  });

  it("is told in words, worst reasons with their servers", () => {
    const overdue = { id: "i-2", reason: "errorLimit", daysOverdue: 2, now: true } as const;
    const text = outcomeText(
      outcome({ group: { late: { ...late, errorLimit: 2 }, overdue: [{ name: "app-2", ...overdue }] } }),
      {
        asOf: new Date("2026-12-14T08:00:00Z"),
        servers: [],
        approvedUntil: new Map(),
        installations: [],
        calendars: [],
        locations: [],
        unreadableSubscriptions: [],
        autoScaling: [],
        elsewhere: [],
      },
      0.05,
    );
    expect(text).to.include("on time: 1,200 security releases");
    expect(text).to.include(
      "overdue: 2 security releases on 1 server\n    errors of other servers stopped the run: app-2",
    );
  });
});
