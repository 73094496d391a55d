import { expect } from "chai";
import { engineFailure } from "../../../scripts/dev/engineFailure.ts";

function message(stderr: string): string {
  return `code: 255\n stdout: \n stderr: ${stderr}\n err?: \n`;
}

/** What the engine says, and what has to be said beside it. */
const cases: readonly (readonly [stderr: string, wayOut: RegExp | undefined])[] = [
  ["error: the stack is currently locked by 1 lock(s).", /state\/\.pulumi\/locks/],
  ["error: the current deployment has 1 resource(s) with pending operations:", /docs\/recovery\.md/],
  ["error: incorrect passphrase, please set PULUMI_CONFIG_PASSPHRASE to the correct passphrase", /encryptionsalt/],
  ["error: could not deserialize deployment: unexpected end of JSON input", /\.bak beside it/],
  ["error: 3 faults in Pulumi.prod.yaml and its files", undefined],
];

describe("a failure of the engine in the sandbox", () => {
  for (const [stderr, wayOut] of cases) {
    it(`is told in the engine's words, with the way out where there is one: ${stderr}`, () => {
      const told = engineFailure(message(stderr), ".patchplane/sandbox");
      expect(told.split("\n")[0]).to.equal(stderr);
      if (wayOut === undefined) expect(told).to.equal(stderr);
      else expect(told).to.match(wayOut).and.contain("delete .patchplane/sandbox");
    });
  }
});
