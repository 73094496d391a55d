import { expect } from "chai";
import type { PlanReport } from "../../../domain/plan/report.ts";
import { planDocument } from "../../../render/plan/planDocument.ts";
import { commentLimit, writeMarkdown } from "../../../render/writers/markdown.ts";
import { Edited, planOf } from "../../plan/project.ts";

/** The sample project with so many servers more, one after the other in two groups. */
function large(count: number, owner: string): Edited {
  const rows = Array.from({ length: count }, (_, index) => {
    const id = `i-${index.toString(16).padStart(17, "0")}`;
    return `${id},server-with-a-long-name-${String(index).padStart(5, "0")},aws,use1,us-east-1,ubuntu,24.04,x86_64,app,prod,,${owner},,,,,\n`;
  });
  return new Edited().append("fleet/prod.csv", rows.join(""));
}

function planMarkdown(report: PlanReport, limit?: number): string {
  return writeMarkdown(planDocument(report), limit);
}

describe("a plan as Markdown", () => {
  it("fits into a GitHub comment with 1,200 changed rows, and lists every one of them", () => {
    const text = planMarkdown(planOf(large(1200, "b@example.com"), { base: large(1200, "a@example.com") }));
    expect(text.length).to.be.below(commentLimit);
    for (let index = 0; index < 1200; index += 1) {
      expect(text).to.include(`\`server-with-a-long-name-${String(index).padStart(5, "0")}\``);
    }
  });

  it("counts what it has to leave out with 10,000 changed rows", () => {
    const report = planOf(large(10_000, "b@example.com"), { base: large(10_000, "a@example.com") });
    const text = planMarkdown(report);
    expect(text.length).to.be.at.most(commentLimit);
    expect(text).to.include("10000 servers change;");
    const shown = text.match(/`server-with-a-long-name-\d+`/g)?.length ?? 0;
    expect(text).to.include(`and ${String(10_000 - shown)} more servers (--json lists all)`);
  });

  it("never exceeds the limit it is given, and always has the summary", () => {
    const report = planOf(large(300, "b@example.com"), { base: large(300, "a@example.com") });
    for (const limit of [400, 2_000, 10_000, 40_000]) {
      const text = planMarkdown(report, limit);
      expect(text.length, String(limit)).to.be.at.most(limit);
      expect(text, String(limit)).to.include("300 servers change");
    }
  });

  it("closes what it opens, however much is cut", () => {
    const report = planOf(large(300, "b@example.com"), { base: large(300, "a@example.com") });
    for (const limit of [2_000, 5_000, 10_000, 60_000]) {
      const text = planMarkdown(report, limit);
      expect(text.match(/<details>/g)?.length, String(limit)).to.equal(text.match(/<\/details>/g)?.length);
    }
  });

  it("is the same text for the same report", () => {
    expect(planMarkdown(planOf(large(50, "b@example.com")))).to.equal(planMarkdown(planOf(large(50, "b@example.com"))));
  });
});
