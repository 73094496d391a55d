import { expect } from "chai";
import { recordLines, runOf, type Run } from "../../../domain/runs/runRecord.ts";
import { toResume, windowsToEnable } from "../../../domain/runs/stopRecord.ts";

const at = "2026-12-01T03:00:00Z";
const who = { arn: "arn:aws:iam::111111111111:user/ops", failure: null };
const about = (action: string, id: string): object => ({ at, location: "main", action, id, name: `name-${id}` });
const asked = (action: string, id: string): object => ({ line: "asked", ...about(action, id) });
const answered = (action: string, id: string, outcome: string): object => {
  const failure = outcome === "done" ? null : "why";
  return { line: "answered", ...about(action, id), outcome, failure };
};

function begun(id: string, begunAt: string, lines: readonly object[]): Run {
  const rest = { who, why: "storage", repeats: null, targets: [], options: {} };
  const locations = [{ name: "main", accountId: "111111111111", region: "eu-central-1" }];
  const schema = "patchplane/run-record/1";
  const first = { line: "begun", schema, at: begunAt, id, stack: "prod", verb: "stop", ...rest, locations };

  const text = [first, ...lines].map((line) => `${JSON.stringify(line)}\n`).join("");
  const run = runOf(recordLines(text) ?? []);
  if (run === undefined) throw new Error("no stop");
  return run;
}

const ids = (all: readonly { readonly id: string }[]): readonly string[] => all.map(({ id }) => id);

describe("the record of a stop", () => {
  const disabled = ["a", "b"].flatMap((id) => [asked("disableWindow", id), answered("disableWindow", id, "done")]);

  it("has its windows enabled that were disabled or may have been, and not those that AWS refused", () => {
    const run = begun("first", at, [
      ...disabled,
      asked("disableWindow", "refused"),
      answered("disableWindow", "refused", "refused"),
      asked("disableWindow", "no-answer"),
      answered("disableWindow", "no-answer", "unknown"),
      asked("disableWindow", "killed"),
      asked("cancelRun", "run"),
      answered("cancelRun", "run", "done"),
    ]);
    expect(ids(windowsToEnable(run))).to.deep.equal(["a", "b", "no-answer", "killed"]);
  });

  it("is closed window by window, and stays open where enabling one was refused", () => {
    const run = begun("first", at, [
      ...disabled,
      answered("enableWindow", "a", "done"),
      answered("enableWindow", "b", "refused"),
    ]);
    expect(ids(windowsToEnable(run))).to.deep.equal(["b"]);
  });

  it("leaves a window to a later stop that disabled it too, until that is resumed", () => {
    const first = begun("first", at, disabled);
    const lines = [asked("disableWindow", "b"), answered("disableWindow", "b", "done")];
    const later = begun("later", "2026-12-01T04:00:00Z", lines);
    const held = toResume(first, [first, later]);
    expect([ids(held.windows), held.held.map(({ id, by }) => [id, by])]).to.deep.equal([["a"], [["b", "later"]]]);
    expect(ids(toResume(later, [first, later]).windows)).to.deep.equal(["b"]);
    const resumed = begun("later", "2026-12-01T04:00:00Z", [...lines, answered("enableWindow", "b", "done")]);
    expect(ids(toResume(first, [first, resumed]).windows)).to.deep.equal(["a", "b"]);
  });

  it("lacks a line that was cut off, and is none with a line that is another's", () => {
    const text = `${JSON.stringify({ line: "ended", at })}\n{"line":"ans\n`;
    expect(recordLines(text)).to.deep.equal([{ line: "ended", at }]);
    expect(recordLines(`${text}{"line":"other"}\n`)).to.equal(undefined);
  });
});
