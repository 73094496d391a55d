import { expect } from "chai";
import { checkSuperseded } from "../../../domain/checks/superseded.ts";
import type { Finding } from "../../../domain/fault.ts";
import type { WindowSchedule } from "../../../domain/window.ts";
import { group, location, samplePlane, schedule, server, servers, window, windowsBaseline } from "../samplePlane.ts";

const rule = { filters: { CLASSIFICATION: ["SecurityUpdates"] }, complianceLevel: "CRITICAL", slaDays: 90 } as const;

function found(
  approveAfterDays: number,
  schedules: readonly WindowSchedule[],
  more: { readonly baseline?: string; readonly approval?: "automatic" | "reviewed" } = {},
): readonly Finding[] {
  const { baseline = "windows", approval = "automatic" } = more;
  return checkSuperseded(
    samplePlane({
      locations: [location("main"), location("other", { region: "eu-west-1" })],
      baselines: [windowsBaseline("windows", { rules: [{ ...rule, approveAfterDays }] })],
      groups: [group("app", { baselines: { WINDOWS: baseline }, approval })],
      windows: [window("mw", { schedules: [...schedules], locations: ["main", "other"] })],
      fleet: [
        ...servers(1, { os: "windows-server", release: "2022" }),
        server(3, { os: "windows-server", release: "2022", site: "other" }),
      ],
    }),
  );
}

const afterPatchTuesday = (days: number): WindowSchedule =>
  schedule("cron(0 22 ? * TUE#2 *)", days === 0 ? {} : { offsetDays: days });

describe("updates of Windows that the next month's replace", () => {
  it("are never installed by a monthly window that opens before their approval", () => {
    const [finding, ...others] = found(7, [afterPatchTuesday(5)]);
    expect(others).to.deep.equal([]);
    expect(finding).to.deep.include({
      id: "windows-superseded",
      severity: "error",
      path: "groups.app",
      value: 7,
      about: { group: "app" },
    });
    expect(finding?.message).to.equal(
      "2 servers (fleet lines 2, 3): windows approves a month's update 7 days after Patch Tuesday, " +
        "and their windows never open between that and the next one",
    );
  });

  it("are installed where the window comes after the approval, or the approval needs no time", () => {
    expect(found(5, [afterPatchTuesday(5)])).to.deep.equal([]);
    expect(found(0, [afterPatchTuesday(0)])).to.deep.equal([]);
    expect(found(7, [afterPatchTuesday(5), schedule("cron(0 22 ? * SUN#1 *)")])).to.deep.equal([]);
  });

  it("are installed by weekly windows up to a delay of three weeks, and hardly ever from four on", () => {
    const weekly = [schedule("cron(0 2 ? * SUN *)")];
    expect(found(21, weekly)).to.deep.equal([]);
    expect(found(28, weekly).map(({ message }) => message.split("their windows ").at(-1))).to.deep.equal([
      "open between that and the next one in 4 of 12 months only",
    ]);
    expect(found(40, weekly).map(({ message }) => message.split("their windows ").at(-1))).to.deep.equal([
      "never open between that and the next one",
    ]);
  });

  it("are the month's before on the morning of Patch Tuesday, which comes before their release", () => {
    expect(found(21, [schedule("cron(0 10 ? * TUE#2 *)")])).to.deep.equal([]);
    expect(found(21, [schedule("cron(0 20 ? * TUE#2 *)")])).to.have.length(1);
  });

  it("wait seven days by AWS's own baselines", () => {
    const baseline = "AWS-DefaultPatchBaseline";
    expect(found(0, [afterPatchTuesday(5)], { baseline }).map(({ value }) => value)).to.deep.equal([7]);
    expect(found(0, [schedule("cron(0 2 ? * SUN *)")], { baseline })).to.deep.equal([]);
  });

  it("are nobody's finding where it cannot be told: a rate, a reviewed group", () => {
    expect(found(40, [schedule("rate(30 days)")])).to.deep.equal([]);
    expect(found(40, [afterPatchTuesday(5)], { approval: "reviewed" })).to.deep.equal([]);
  });
});
