import { expect } from "chai";
import { summaryOf } from "./summary.ts";

const good = { name: "fine", code: 0, output: "\n  a\n    ✔ b\n\n\n  2 passing (3s)\n\n2 passed, 0 failed\n" };
const bad = {
  name: "faulty",
  code: 1,
  output:
    "\n  c\n    1) d\n\n\n\u001b[32m  1 passing\u001b[0m (2s)\n\u001b[31m  1 failing\u001b[0m\n\n  1) c\n       d:\n     Error: e\n\n1 specs were registered and never ran\n1 passed, 2 failed, 1 skipped\n",
};

describe("the summary of specs that ran in several processes", () => {
  it("is one line where all is well", () => {
    expect(summaryOf([good, good])).to.deep.equal({ text: "4 passed, 0 failed\n", failed: 0 });
  });

  it("says what failed, and counts once", () => {
    const { text, failed } = summaryOf([good, bad]);
    expect(text).to.equal(
      "faulty:\n\n1) c\n       d:\n     Error: e\n\n1 specs were registered and never ran\n\n3 passed, 2 failed, 1 skipped\n",
    );
    expect(failed).to.equal(2);
  });

  for (const [what, run, line] of [
    ["died without a count", { name: "dead", code: 134, output: "  x\n" }, "ended with 134 and without a count"],
    ["ends well and counts a failure", { ...bad, code: 0 }, "ended with 0"],
    ["ends badly and counts none", { ...good, code: 7 }, "ended with 7"],
  ] as const) {
    it(`counts a run as failed that ${what}`, () => {
      const { text, failed } = summaryOf([run]);
      expect(text).to.include(`${run.name}:\n\n${line}`);
      expect(failed).to.be.at.least(1);
    });
  }
});
