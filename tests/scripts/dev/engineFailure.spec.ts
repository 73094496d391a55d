import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { wayOut } from "../../../scripts/dev/engineFailure.ts";

const folder = ".patchplane/sandbox";
const run = { folder, stack: "nonprod", checkpoints: false };

/**
 * What the automation library's errors said when this was done to the engine 3.250.0 on the embedded cloud, on 29 November
 * 2026; paths were changed, and lines of progress and warnings taken out.
 */
const recorded = JSON.parse(readFileSync(join(import.meta.dirname, "engineFailures.json"), "utf8")) as Readonly<
  Record<string, string>
>;

/** The way out of each. */
const told: Readonly<Record<string, RegExp>> = {
  "an engine killed in mid-update": /does not know/,
  "the run after it": /npm run pulumi -- cancel --stack nonprod --yes/,
  "a state that was deleted": /the embedded cloud has what the state does not know/,
  "an empty state": /\.json\.bak/,
  "a state cut off in the middle": /\.json\.bak/,
  "a state without its last two characters": /\.json\.bak/,
  "a salt that is none": /take that line out/,
  "another state's salt": /take that line out/,
  "a salt of another version": /take that line out/,
};

describe("a failure of the engine in the sandbox", () => {
  it("is known for everything that was recorded", () => {
    expect(Object.keys(told)).to.have.members(Object.keys(recorded));
  });

  for (const [what, help] of Object.entries(told)) {
    it(`is told with the way out, after ${what}`, () => {
      const lines = wayOut(recorded[what] ?? "", run)?.split("\n") ?? [];
      expect(lines).to.have.length(2);
      expect(lines[0]).to.match(help);
      expect(lines[1]).to.equal(`To start anew, end the embedded cloud and delete ${folder}.`);
    });
  }

  it("is no loss where the state was written after every step", () => {
    const [line] = wayOut("the engine was killed with SIGKILL", { ...run, checkpoints: true })?.split("\n") ?? [];
    expect(line).to.contain("docs/recovery.md").and.not.contain("does not know");
  });

  it("gets no advice where nothing more is known", () => {
    expect(wayOut("error: 3 faults in Pulumi.prod.yaml and its files", run)).to.equal(undefined);
  });
});
