import { expect } from "chai";
import type { Finding } from "../../../domain/fault.ts";
import { checkSchedules } from "../../../domain/checks/schedules.ts";
import { windowRunsBetween } from "../../../domain/schedule/windowRuns.ts";
import { group, samplePlane, schedule, window } from "../samplePlane.ts";

function found(more: Parameters<typeof window>[1], parts: Parameters<typeof samplePlane>[0] = {}): readonly Finding[] {
  return checkSchedules(samplePlane({ windows: [window("mw", more)], ...parts }));
}

describe("checks of schedules", () => {
  it("find nothing in a weekly window", () => {
    expect(found({})).to.deep.equal([]);
  });

  it("pass on what AWS refuses, with the offset, and look no further", () => {
    const findings = found({
      schedules: [schedule("cron(0 2 * * 0)"), schedule("rate(7 days)", { offsetDays: 2 })],
      cutoffHours: 4,
    });
    expect(findings.map((each) => [each.id, each.severity])).to.deep.equal(Array(2).fill(["schedule", "error"]));
  });

  it("pass on a State Manager schedule that AWS refuses", () => {
    const plane = samplePlane({ windows: [], nodes: { inventorySchedule: "rate(10 minutes)" } });
    expect(checkSchedules(plane).map((each) => [each.id, each.path])).to.deep.equal([
      ["schedule", "nodes.inventorySchedule"],
    ]);
  });

  it("find a cutoff that leaves no time", () => {
    expect(found({ cutoffHours: 4 })[0]).to.include({ id: "window-time", path: "windows.mw.cutoffHours", value: 4 });
  });

  it("find a window without a run to come, and none that has one", () => {
    const ids = (...expressions: string[]): string[] =>
      found({ schedules: expressions.map((expression) => schedule(expression)) }).map((each) => each.id);
    expect(ids("at(2025-12-31T23:59:59)")).to.deep.equal(["never-opens"]);
    expect(ids("cron(0 2 ? * SUN#1 2020)")).to.deep.equal(["never-opens"]);
    expect(ids("cron(0 2 29 2 ? 2026,2027)")).to.deep.equal(["never-opens"]);
    expect(ids("rate(2000000 days)")).to.deep.equal(["never-opens"]);
    expect(ids("at(9999-12-31T23:59:59)")).to.deep.equal(["never-opens"]);
    expect(ids("at(2020-01-05T00:00:00)", "at(2027-01-05T00:00:00)")).to.deep.equal([]);
  });

  it("count minutes between runs that are less than an hour apart", () => {
    const [overlap] = found({ schedules: [schedule("rate(10 minutes)")] });
    expect(overlap?.message).to.equal("runs 10 minutes apart, and is open for longer");
  });

  it("show the dates of a schedule on the third Tuesday and those that were meant", () => {
    const [slip] = found({ schedules: [schedule("cron(30 23 ? * TUE#3 *)", { offsetDays: 5 })] });
    expect(slip?.id).to.equal("patch-tuesday");
    expect(slip?.message).to.equal(
      "the third Tuesday is a week after Patch Tuesday: it hits 2026-01-25, 2026-02-22, 2026-03-22; " +
        "the Sunday after Patch Tuesday is 2026-01-18, 2026-02-15, 2026-03-15",
    );
  });

  it("find a nightly start that its zone's clocks skip", () => {
    const nightly = (expression: string, timezone: string): string[] =>
      found({ schedules: [schedule(expression, { timezone })] }).map((each) => `${each.id} ${each.message}`);
    expect(nightly("cron(30 2 * * ? *)", "Europe/Berlin")).to.deep.equal([
      "daylight-saving Europe/Berlin has no 02:00 to 03:00 when its clocks go forward, and a run falls into it, first on 2026-03-29",
    ]);
    expect(nightly("cron(0 2 * * ? *)", "Europe/Berlin")).to.have.length(1);
    expect(nightly("cron(0 3 * * ? *)", "Europe/Berlin")).to.deep.equal([]);
    expect(nightly("cron(59 1 * * ? *)", "Europe/Berlin")).to.deep.equal([]);
    expect(nightly("cron(30 2 * * ? *)", "UTC")).to.deep.equal([]);
    expect(nightly("cron(30 2 ? * MON *)", "Europe/Berlin")).to.deep.equal([]);
  });

  it("find a rare start in the gap, years ahead, through the offset", () => {
    const [gap] = found({
      schedules: [schedule("cron(30 2 ? * TUE#2 *)", { offsetDays: 5, timezone: "America/New_York" })],
    });
    expect(gap?.message).to.match(/first on 2027-03-14$/);
  });

  it("find a window that is still open when it begins again", () => {
    const ids = (expression: string, durationHours: number): string[] =>
      found({ schedules: [schedule(expression)], durationHours, cutoffHours: 0 }).map((each) => each.id);
    expect(ids("cron(0 0/4 * * ? *)", 4)).to.deep.equal([]);
    expect(ids("cron(0 0/4 * * ? *)", 5)).to.deep.equal(["window-overlaps-itself"]);
    expect(ids("rate(3 hours)", 4)).to.deep.equal(["window-overlaps-itself"]);
  });

  it("find an install in a freeze of its group, by the window's own dates", () => {
    const freeze = { from: "2026-12-20", to: "2027-01-03", skip: false, reason: "year end" };
    const timezone = "America/New_York";
    const late = { schedules: [schedule("cron(30 23 ? * SAT *)", { timezone })], timezone };
    const [first] = found(late, { freezes: [freeze] });
    expect(first?.id).to.equal("freeze");
    expect(first?.message).to.equal(
      "installs on app on 2026-12-19, 2026-12-26, 2027-01-02; the run of 2026-12-19 begins before it, inside freezes[0]: year end",
    );
    const short = { ...freeze, from: "2026-12-21", to: "2026-12-25" };
    expect(found(late, { freezes: [short] })).to.deep.equal([]);
    expect(found(late, { freezes: [{ ...freeze, groups: ["db"] }] })).to.deep.equal([]);
    expect(found({ ...late, operation: "scan" }, { freezes: [freeze] })).to.deep.equal([]);
  });

  describe("find an install that touches a freeze,", () => {
    const inside = ", inside freezes[0]: year end";
    const cases: readonly (readonly [
      what: string,
      zone: string,
      expression: string,
      from: string,
      to: string,
      message: string | undefined,
    ])[] = [
      [
        "on a freeze of one day, far in the west",
        "Pacific/Honolulu",
        "cron(0 22 ? * SAT *)",
        "2026-12-26",
        "2026-12-26",
        `installs on app on 2026-12-26${inside}`,
      ],
      [
        "on a freeze of one day, far in the east",
        "Pacific/Kiritimati",
        "cron(0 1 ? * SAT *)",
        "2026-12-26",
        "2026-12-26",
        `installs on app on 2026-12-26${inside}`,
      ],
      [
        "with several runs a day",
        "America/New_York",
        "cron(0 0/6 * * ? *)",
        "2026-12-26",
        "2026-12-26",
        `installs on app on 2026-12-26${inside}`,
      ],
      [
        "in the evening before, open until then",
        "Europe/Berlin",
        "cron(0 22 ? * FRI *)",
        "2026-12-26",
        "2026-12-27",
        `installs on app on 2026-12-25; the run of 2026-12-25 begins before it${inside}`,
      ],
      [
        "not in one that ends as it begins",
        "Europe/Berlin",
        "cron(0 20 ? * FRI *)",
        "2026-12-26",
        "2026-12-27",
        undefined,
      ],
      [
        "not in one that begins after its last day",
        "Europe/Berlin",
        "cron(0 0 ? * MON *)",
        "2026-12-26",
        "2026-12-27",
        undefined,
      ],
      [
        "after many runs outside",
        "UTC",
        "cron(0 0/1 * * ? *)",
        "2026-12-26",
        "2026-12-26",
        `installs on app on 2026-12-25, 2026-12-26; the run of 2026-12-25 begins before it${inside}`,
      ],
      [
        "by a rate that comes in any case",
        "Europe/Berlin",
        "rate(7 days)",
        "2026-12-20",
        "2026-12-27",
        `rate(7 days) counts from the window's creation, so it installs on app${inside}`,
      ],
      [
        "by a rate that may come",
        "Europe/Berlin",
        "rate(7 days)",
        "2026-12-26",
        "2026-12-26",
        `rate(7 days) counts from the window's creation, so it may install on app${inside}`,
      ],
    ];
    for (const [what, timezone, expression, from, to, message] of cases) {
      it(`${what}: ${expression}`, () => {
        const more = { schedules: [schedule(expression, { timezone })], timezone };
        const freezes = [{ from, to, skip: false, reason: "year end" }];
        const [first] = found(more, { freezes }).filter(({ id }) => id === "freeze");
        if (message === undefined) expect(first).to.equal(undefined);
        else expect(first?.message).to.include(message);
      });
    }

    it("and so does the list of dates of the same window", () => {
      for (const [, timezone, expression, from, to, message] of cases.filter(([, , text]) => text.startsWith("cron"))) {
        const freezes = [{ from, to, skip: false, reason: "year end" }];
        const plane = samplePlane({
          windows: [window("mw", { schedules: [schedule(expression, { timezone })], timezone })],
          freezes,
        });
        const [mw] = Object.values(plane.windows);
        if (mw === undefined) throw new Error("no window");
        const days = [Date.parse(from) - 3 * 86_400_000, Date.parse(to) + 3 * 86_400_000] as const;
        const runs = windowRunsBetween(plane, mw, new Date(days[0]), new Date(days[1]));
        expect(
          runs.some((run) => run.freeze !== undefined),
          expression,
        ).to.equal(message !== undefined);
      }
    });

    it("at once, however long the freeze is", () => {
      const more = { schedules: [schedule("cron(0 22 ? * FRI *)"), schedule("rate(5 minutes)")] };
      const began = process.cpuUsage();
      const freezes = [{ from: "2026-12-20", to: "9999-12-31", skip: false, reason: "for ever" }];
      const [first] = found(more, { freezes }).filter(({ id }) => id === "freeze");
      expect(first?.message).to.include("installs on app on 2026-12-25, 2027-01-01,");
      // Of a processor: another process may have it meanwhile.
      const { user, system } = process.cpuUsage(began);
      expect((user + system) / 1e6).to.be.below(2);
    });
  });

  it("find the sixth window that is open at once, and not the fifth", () => {
    const windows = Array.from({ length: 6 }, (_, index) =>
      window(`mw-${String(index)}`, { schedules: [schedule(`cron(${String(index * 10)} 22 ? * SUN *)`)] }),
    );
    const groups = [group("app")];
    expect(checkSchedules(samplePlane({ groups, windows: windows.slice(1) }))).to.deep.equal([]);
    const [crowd] = checkSchedules(samplePlane({ groups, windows }));
    expect(crowd?.id).to.equal("concurrent-windows");
    expect(crowd?.value).to.deep.equal(windows.map((each) => each.name));
  });

  it("do not count a sixth window that begins as five others end", () => {
    const windows = Array.from({ length: 6 }, (_, index) =>
      window(`mw-${String(index)}`, { schedules: [schedule(`cron(0 ${index === 5 ? "16" : "12"} ? * SUN *)`)] }),
    );
    expect(checkSchedules(samplePlane({ windows }))).to.deep.equal([]);
  });

  it("do not count windows that follow each other, nor on-demand ones", () => {
    const windows = Array.from({ length: 6 }, (_, index) =>
      window(`mw-${String(index)}`, { schedules: [schedule(`cron(0 ${String(index * 4)} ? * SUN *)`)] }),
    );
    expect(checkSchedules(samplePlane({ windows }))).to.deep.equal([]);
    const onDemand = windows.map((each) => ({
      ...each,
      onDemand: true,
      schedules: [schedule("at(2099-12-31T23:59:59)")],
    }));
    expect(checkSchedules(samplePlane({ windows: onDemand }))).to.deep.equal([]);
  });
});
