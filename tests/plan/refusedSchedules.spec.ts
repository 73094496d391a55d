import { expect } from "chai";
import type { PlanReport } from "../../domain/plan/report.ts";
import { planDocument } from "../../render/plan/planDocument.ts";
import { writers } from "../../render/writers/writers.ts";
import { Edited, planOf } from "./project.ts";

const stackFile = "Pulumi.prod.yaml";

function having(schedule: string): Edited {
  return new Edited().replace(stackFile, "cron(0 23 ? * FRI *)", JSON.stringify(schedule));
}

/** The line on which the sample's stack file has the schedule. */
const line = new Edited().text(stackFile).split("\n").indexOf("      schedule: cron(0 23 ? * FRI *)") + 1;

function written(report: PlanReport): string {
  const documents = [planDocument(report)];
  return [JSON.stringify(report), ...Object.values(writers).map((write) => write(documents))].join("\n");
}

const refused = [
  "0 3 * * SAT",
  "0 3 * * 6",
  "every night",
  "",
  "cron()",
  "cron(0 3 * * SAT)",
  "cron(0 3 * * SAT *)",
  "cron(0 3 ? * ? *)",
  "cron(0 3 ? * TUE#6 *)",
  "cron(61 3 ? * TUE *)",
  "cron(0 0 30 2 ? *)",
  "cron(* 3 ? * TUE *)",
  "rate(1 week)",
  "rate(1 days)",
  "rate(0 days)",
  "rate(10000000000 days)",
  "at(2026-12-06 22:00)",
  "at(2026-02-30T22:00:00)",
  `cron(0 3 ? * TUE ${"2026,".repeat(60)}2027)`,
];

describe("the plan of a schedule that AWS refuses", () => {
  for (const schedule of refused) {
    const shown = JSON.stringify(schedule.slice(0, 40));

    it(`names the line of ${shown}, in every format`, () => {
      const report = planOf(having(schedule));
      expect(report.head.state).to.equal("unreadable");
      expect(report.head.faults.map((fault) => [fault.file, fault.line, fault.path])).to.deep.include([
        stackFile,
        line,
        "windows.mw-app.schedule",
      ]);
      expect(report.blocking).to.equal(true);
      expect(written(report)).to.include(`${stackFile}:${String(line)}`);
    });

    it(`is a plan of the change where only the base has ${shown}`, () => {
      const report = planOf(new Edited(), { base: having(schedule) });
      expect([report.base.state, report.head.state]).to.deep.equal(["unreadable", "read"]);
      expect(report.base.faults.map((fault) => [fault.file, fault.line])).to.deep.include([stackFile, line]);
      expect(report.windows.find(({ name }) => name === "mw-app")?.after?.runs).to.have.length(3);
      expect(report.findings.errors).to.equal(0);
      expect(report.blocking).to.equal(false);
      written(report);
    });

    it(`does not throw where both have ${shown}`, () => {
      const report = planOf(having(schedule), { base: having(schedule) });
      expect([report.base.state, report.head.state]).to.deep.equal(["unreadable", "unreadable"]);
      written(report);
    });
  }
});

describe("the plan of a schedule that AWS takes and that never comes", () => {
  for (const schedule of [
    "rate(2000000 days)",
    "rate(999999999 hours)",
    "at(9999-12-31T23:59:59)",
    "cron(0 3 1 1 ? 1970)",
  ]) {
    it(`says so of ${schedule}, with its line`, () => {
      const report = planOf(having(schedule), { base: having(schedule) });
      const found = report.findings.items.filter(({ id }) => id === "never-opens");
      expect(found.map((each) => [each.file, each.line])).to.deep.equal([[stackFile, line]]);
      expect(written(report)).to.include("never opens");
    });
  }
});
