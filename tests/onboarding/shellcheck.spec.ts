import { expect } from "chai";
import { loadOnboardingScripts } from "../../config/onboardingScripts.ts";
import { linuxProtectedSettings } from "../../domain/onboarding/payload.ts";
import { activation } from "./linuxMachine.ts";
import { shellcheck } from "./shellcheck.ts";

describe("ShellCheck", () => {
  for (const [version, { linux }] of Object.entries(loadOnboardingScripts(process.cwd()))) {
    it(`finds nothing in the released Linux script ${version}`, () => {
      expect(shellcheck(linux)).to.deep.equal([]);
    });

    it(`finds nothing but the inputs set in front of ${version} as it goes to a VM`, () => {
      const payload = Buffer.from(linuxProtectedSettings(linux, activation).script, "base64").toString("utf8");
      // SC1128: the script's own first line is a comment there.
      expect(shellcheck(payload).filter(({ code }) => code !== 1128)).to.deep.equal([]);
    });
  }

  it("would find an unquoted variable", () => {
    expect(shellcheck("#!/bin/bash\nrm -rf $1\n").map(({ code }) => code)).to.deep.equal([2086]);
  });
});
