import { join } from "node:path";
import { expect } from "chai";
import { resolveEngine } from "../../engine/resolve.ts";
import { expectRejections } from "../harness/rejections.ts";
import { inputChecks } from "./inputChecks.ts";
import { judgeRun } from "./judgeRun.ts";
import { queryAnswers } from "./queryTypes.ts";
import { readRecording } from "./recording.ts";
import { supportAnswers } from "./supportTypes.ts";

/** Folder of the stand-in plugins. */
const plugins = join(import.meta.dirname, "..", "..", "simulator", "plugins", "bin");

// The recording's `provider` says what it was made with; docs/simulator.md, "What judged it", says how.
describe("the stand-in for the AWS provider, beside the recorded real one", function () {
  this.timeout(600_000);
  const recording = readRecording();

  it("shows the same operations, changes and replacements in every step of the scenario", async () => {
    // Four resources cannot be updated, on purpose.
    expectRejections(/failed to register/);
    const steps = await judgeRun(await resolveEngine(() => undefined), plugins);
    expect(steps.map(({ step }) => step)).to.deep.equal(recording.steps.map(({ step }) => step));
    for (const [index, { step, operations }] of steps.entries()) {
      expect(operations, step).to.deep.equal(recording.steps[index]?.operations);
    }
  });

  it("refuses the same inputs, in a preview where the real one does, and takes the same", async () => {
    const shown = ({ title, refused }: { title: string; refused: string }): string => `${refused}: ${title}`;
    expect((await inputChecks(plugins)).map(shown)).to.deep.equal(recording.refusals.map(shown));
  });

  it("shows the same of the types that Athena's queries are made of", async () => {
    expect(await queryAnswers(plugins)).to.deep.equal(recording.queries);
  });

  it("shows the same of the types that stand around Systems Manager", async () => {
    expect(await supportAnswers(plugins)).to.deep.equal(recording.support);
  });
});
