import { expect } from "chai";
import { agoOf, runState } from "../../../domain/runs/openRun.ts";
import { hasDiverged, mergedRecord, recordLines, runOf, type Run } from "../../../domain/runs/runRecord.ts";

const at = (time: string): string => `2026-12-01T${time}Z`;
const who = (arn: string): object => ({ arn, failure: null });
const first = {
  line: "begun",
  schema: "patchplane/run-record/1",
  at: at("03:00:00"),
  id: "2026-12-01T030000Z-prod-install-0a1b",
  stack: "prod",
  verb: "install",
  who: who("anna"),
  process: { host: "annas", pid: 7 },
  why: "",
  repeats: null,
  locations: [],
  targets: [],
  options: {},
};
const resumed = { line: "resumed", at: at("06:00:00"), who: who("ben"), process: { host: "bens", pid: 8 }, why: "" };
const result = (node: string, time: string): object => ({
  line: "result",
  at: at(time),
  location: "main",
  node,
  outcome: "done",
  reason: "",
  command: null,
});
const text = (lines: readonly object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join("");

function run(lines: readonly object[]): Run {
  const read = runOf(recordLines(text([first, ...lines])) ?? []);
  if (read === undefined) throw new Error("no run");
  return read;
}

describe("a run that may go on", () => {
  const ended = { line: "ended", at: at("05:00:00") };
  const interrupted = { line: "interrupted", at: at("05:00:00") };
  const there = (): boolean => false;

  for (const [what, lines, asOf, isGone, state] of [
    ["is open while it has no end", [], at("04:00:00"), there, "open"],
    [
      "is open a day after its last line, and not after its first",
      [result("a", "20:00:00")],
      "2026-12-02T19:59:59Z",
      there,
      "open",
    ],
    ["is silent once nothing was heard of it for a day", [], "2026-12-02T03:00:00Z", there, "silent"],
    [
      "is broken off where its process is gone",
      [],
      at("04:00:00"),
      (each: Run) => each.process?.host === "annas",
      "brokenOff",
    ],
    ["is broken off where it says so", [interrupted], at("05:00:01"), there, "brokenOff"],
    ["has ended", [ended], at("05:00:01"), there, "ended"],
    ["is open again once somebody has taken it up", [interrupted, resumed], at("06:00:01"), there, "open"],
  ] as const)
    it(what, () => {
      expect(runState(run(lines), new Date(asOf), isGone)).to.equal(state);
    });

  it("is whose who took it up last, and where", () => {
    const { who: begun, by, process, heard } = run([interrupted, resumed, result("a", "06:10:00")]);
    expect([begun.arn, by.arn, process?.host, heard]).to.deep.equal(["anna", "ben", "bens", at("06:10:00")]);
  });

  it("is told of by how long that is ago, in the largest unit", () => {
    const asOf = new Date("2026-12-03T03:00:00Z");
    const times = ["2026-12-03T02:59:59Z", "2026-12-03T02:01:00Z", "2026-12-03T01:00:00Z", at("02:00:00")];
    expect(times.map((time) => agoOf(time, asOf))).to.deep.equal([
      "1 second ago",
      "59 minutes ago",
      "2 hours ago",
      "2 days ago",
    ]);
  });
});

describe("the copies of a record", () => {
  const [a, b, c] = [result("a", "03:01:00"), result("b", "03:02:00"), result("c", "03:03:00")];

  it("are one record: the longest, where each is a beginning of it, without a line that was cut off", () => {
    const own = `${text([first, a])}{"line":"res`;
    expect(mergedRecord(own, [text([first]), text([first, a, b])])).to.equal(text([first, a, b]));
    expect(mergedRecord("", [text([first, a])])).to.equal(text([first, a]));
  });

  it("lose nothing where two went on without knowing of each other, and keep the order of the own one", () => {
    expect(mergedRecord(text([first, b]), [text([first, a, c])])).to.equal(text([first, b, a, c]));
  });

  it("have the newest of each server, wherever its line stands", () => {
    const older = { ...result("c", "03:00:30"), outcome: "failed" as const };
    const { results, heard } = run([b, c, older]);
    expect(results.map(({ node, outcome }) => [node, outcome])).to.deep.equal([
      ["b", "done"],
      ["c", "done"],
    ]);
    expect(heard).to.equal(at("03:03:00"));
  });

  it("have diverged where one has a line that the longest lacks, and not where one is a beginning of it", () => {
    const beginning = `${text([first])}{"line":"res`;
    expect(hasDiverged([beginning, text([first, a, b]), text([first, a])])).to.equal(false);
    expect(hasDiverged([text([first, a]), text([first, b, c])])).to.equal(true);
    expect(hasDiverged(["", text([first])])).to.equal(false);
  });
});
