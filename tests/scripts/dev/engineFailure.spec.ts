import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { engineFailure } from "../../../scripts/dev/engineFailure.ts";

const folder = ".patchplane/sandbox";

/**
 * What the automation library's errors said when this was done to the engine 3.250.0 on the embedded cloud, on 29 November
 * 2026; paths were changed, and lines of progress and warnings taken out.
 */
const recorded = JSON.parse(readFileSync(join(import.meta.dirname, "engineFailures.json"), "utf8")) as Readonly<
  Record<string, string>
>;

/** The engine's words that must be told, and the way out. */
const told: Readonly<Record<string, readonly [words: RegExp, wayOut: RegExp]>> = {
  "an engine killed in mid-update": [/^Command was killed with SIGKILL \(Forced termination\)$/, /does not know/],
  "the run after it": [
    /^error: the stack is currently locked by 1 lock\(s\)\..*\n {2}file:.*created by ops@desk \(pid \d+\)/,
    /sandbox\/state\/\.pulumi\/locks/,
  ],
  "a state that was deleted": [
    /^error: BucketAlreadyOwnedByYou: Your previous request/m,
    /the embedded cloud has what the state does not know/,
  ],
  "an empty state": [/^error: failed to load checkpoint: place 1: unexpected end of JSON input$/, /\.json\.bak/],
  "a state cut off in the middle": [/^error: failed to load checkpoint: place 1: /, /\.json\.bak/],
  "a state without its last two characters": [/^error: failed to load checkpoint: place 1: /, /\.json\.bak/],
  "a salt that is none": [/secrets manager: malformed state value$/, /take that line out/],
  "another state's salt": [/secrets manager: incorrect passphrase$/, /take that line out/],
  "a salt of another version": [/secrets manager: unknown state version$/, /take that line out/],
};

describe("a failure of the engine in the sandbox", () => {
  it("is known for everything that was recorded", () => {
    expect(Object.keys(told)).to.have.members(Object.keys(recorded));
  });

  for (const [what, [words, wayOut]] of Object.entries(told)) {
    it(`is told in the engine's words alone, with the way out, after ${what}`, () => {
      const text = engineFailure(recorded[what] ?? "", folder);
      const lines = text.split("\n");
      expect(lines.slice(0, -2).join("\n"))
        .to.match(words)
        .and.not.match(/--exec-kind|err\?:|Previewing/);
      expect(lines.at(-2)).to.match(wayOut);
      expect(lines.at(-1)).to.equal(`To start anew, end the embedded cloud and delete ${folder}.`);
    });
  }

  it("is told as it is where nothing more is known", () => {
    const fault = "error: 3 faults in Pulumi.prod.yaml and its files";
    expect(engineFailure(`code: 255\n stdout: \n stderr: ${fault}\n err?: \n`, folder)).to.equal(fault);
  });
});
