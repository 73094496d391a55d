import { expect } from "chai";
import { withoutSubjects } from "../../domain/fault.ts";
import type { PlanReport } from "../../domain/plan/report.ts";
import { plansIn } from "../../scripts/commands/planJson.ts";
import { planCases } from "../plan/cases.ts";
import { reportOf } from "../plan/golden.ts";

/** A report as `plan --json` writes it. */
function written(report: PlanReport): unknown {
  return JSON.parse(JSON.stringify([report], withoutSubjects));
}

describe("the plan's JSON, as the comment reads it", () => {
  for (const planCase of planCases) {
    it(`is taken word for word: ${planCase.name}`, () => {
      const json = written(reportOf(planCase));
      expect(plansIn(json)).to.deep.equal(json);
    });
  }
});
