import { expect } from "chai";
import { parsedByGithub } from "./githubParser.ts";
import { workflow, workflowNames, workflowText } from "./workflowFiles.ts";

describe("GitHub's own parser", () => {
  for (const name of workflowNames()) {
    it(`has nothing against ${name}, and reads its jobs and steps as they are meant`, async () => {
      const { steps, faults } = await parsedByGithub(name, workflowText(name));
      expect(faults).to.deep.equal([]);
      expect(steps).to.deep.equal(
        Object.fromEntries(Object.entries(workflow(name).jobs).map(([job, own]) => [job, own.steps.length])),
      );
    });
  }

  it("finds what GitHub would refuse", async () => {
    const text = workflowText("operate.yml");
    const wrong: readonly (readonly [from: string, to: string])[] = [
      ["      CLOSE:", "      CLOSE: ${{ nothing.close }}\n          CLOSED:"],
      ["inputs.action == 'install' &&", "inputs.action = 'install' &&"],
      ["format(inputs", "formatted(inputs"],
      ["type: environment", "type: environments"],
      ["timeout-minutes: 240", "timeout-minutes: long"],
      ["id-token: write", "id-token: all"],
      ["steps:", "stages:"],
    ];
    for (const [from, to] of wrong) {
      expect(text, from).to.contain(from);
      const { faults } = await parsedByGithub("operate.yml", text.replace(from, to));
      expect(faults, to).not.to.deep.equal([]);
    }
  });
});
