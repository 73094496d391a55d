import { expect } from "chai";
import type { RehearsalReport } from "../../domain/rehearsal/report.ts";
import { rehearsalIn } from "../../scripts/commands/rehearsalJson.ts";
import { sampleReport } from "../render/rehearsal/sampleReport.ts";

/** A report as `rehearse --json` writes it, or with something else in it. */
function written(report: RehearsalReport, change: (json: Record<string, never>) => void = () => undefined): unknown {
  const text = JSON.stringify({ schema: "patchplane/rehearse/1", exitCode: 1, ...report });
  const json = JSON.parse(text) as Record<string, never>;
  change(json);
  return json;
}

interface Loose {
  stack: unknown;
  extra: unknown;
  terms: Record<string, unknown>;
  base: Record<string, unknown>;
  head: { label: unknown; groups: Record<string, unknown>[]; breaches: Record<string, unknown>[] };
  limits: Record<string, unknown>;
}

const limits = { onTimePercent: 99.5, overruns: 0, cutOffServers: 3 };

describe("a rehearsal's JSON, as the comment reads it", () => {
  it("is taken word for word, with and without a base and limits", () => {
    const { base, ...alone } = sampleReport(0);
    expect(base?.label).to.equal("main (0123456789)");
    for (const report of [sampleReport(2), sampleReport(5, { groups: 3, limits }), { ...alone, worse: [] }]) {
      expect(rehearsalIn(written(report))).to.deep.equal(report);
    }
  });

  it("says what is worse and which limits are passed by its figures, not by its own word", () => {
    const honest = sampleReport(5, { limits });
    expect([honest.worse.length, honest.passed.length]).to.deep.equal([7, 3]);
    const silent = rehearsalIn(written({ ...honest, worse: [], passed: [] }));
    expect(silent).to.deep.equal(honest);
  });

  const forgeries: Readonly<Record<string, (json: Loose) => void>> = {
    "an unknown key": (json) => (json.extra = "x"),
    "an unknown key of a group": ({ head }) => Object.assign(head.groups[0] ?? {}, { note: "x" }),
    "an unknown reason": ({ head }) => Object.assign(head.groups[0] ?? {}, { overdue: [{ reason: "x" }] }),
    "an unknown operating system": ({ head }) => Object.assign(head.groups[0] ?? {}, { os: "# x" }),
    "an unknown breach": ({ head }) => Object.assign(head.breaches[0] ?? {}, { kind: "__proto__" }),
    "a date that is none": ({ head }) => Object.assign(head.breaches[0] ?? {}, { at: "soon" }),
    "a negative figure": ({ head }) => Object.assign(head.groups[0] ?? {}, { onTime: -1 }),
    "a text for a figure": ({ head }) => Object.assign(head.groups[0] ?? {}, { servers: "40" }),
    "a name longer than any": ({ head }) => (head.label = "x".repeat(1_001)),
    "a stack that no file can have": (json) => (json.stack = "../prod"),
    "more weeks than can be played": ({ terms }) => (terms["weeks"] = 54),
    "an unknown limit": (json) => (json.limits["everything"] = 1),
    "a base without figures": ({ base }) => delete base["windows"],
  };
  for (const [what, forge] of Object.entries(forgeries)) {
    it(`is refused with ${what}`, () => {
      expect(
        rehearsalIn(
          written(sampleReport(1, { limits }), (json) => {
            forge(json as unknown as Loose);
          }),
        ),
      ).to.equal(undefined);
    });
  }

  it("is refused where it is something else", () => {
    for (const value of [undefined, null, [], "x", {}, { schema: "patchplane/rehearse/1" }])
      expect(rehearsalIn(value)).to.equal(undefined);
  });
});
