import { expect } from "chai";
import { reachBlocks } from "../../../render/plan/planWindows.ts";
import { writeMarkdown } from "../../../render/writers/markdown.ts";

describe("how long a patch may take, in a plan", () => {
  it("is said as a sum, with what makes it longer on Windows, or why it has no bound", () => {
    const common = { approval: "automatic", servers: 1, intervalDays: 7 } as const;
    const reach = [
      { ...common, group: "never", days: null, delayDays: 42 },
      { ...common, group: "anew", days: 21, delayDays: 7 },
      { ...common, group: "plain", days: 10, delayDays: 3 },
      { ...common, group: "once", days: null, intervalDays: null, delayDays: 3 },
      { ...common, group: "reviewed", approval: "reviewed", days: null, delayDays: 3 } as const,
    ];
    const text = writeMarkdown({ title: [], blocks: reachBlocks({ reach }) });
    const rows = text.split("\n").filter((line) => line.startsWith("| `"));
    expect(rows).to.deep.equal([
      "| `never` | 1 | no bound | up to 7 between runs, up to 42 until it is approved: no run comes between that and the next Patch Tuesday |",
      "| `anew` | 1 | 21 | up to 7 between runs, up to 7 until it is approved, which every Patch Tuesday starts anew |",
      "| `plain` | 1 | 10 | up to 7 between runs, up to 3 until it is approved |",
      "| `once` | 1 | no bound | no run follows another |",
      "| `reviewed` | 1 | no bound | when somebody approves it; up to 7 between runs |",
    ]);
  });
});
