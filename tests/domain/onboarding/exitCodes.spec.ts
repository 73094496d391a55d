import { expect } from "chai";
import { readFileSync } from "node:fs";
import { exitCodeAdvice, meantExitCode } from "../../../domain/onboarding/exitCodes.ts";

const documented = [...readFileSync("docs/onboarding.md", "utf8").matchAll(/^\| (\d+) +\| .* \| (.*?) *\|$/gm)].map(
  ([, code, todo = ""]) => ({ code: Number(code), todo }),
);

describe("what to do about an exit code", () => {
  for (const { code, todo } of documented.filter(({ todo: text }) => /raise the attempt/.test(text))) {
    it(`ends with a raised attempt for ${String(code)}, as the docs have it: ${todo.slice(0, 60)}`, () => {
      expect(exitCodeAdvice(code)).to.match(/raise onboarding_attempt in its row, then run pulumi up$/);
    });
  }

  it("does not send anybody to raise attempts for ever where the account is full", () => {
    expect(exitCodeAdvice(55)).to.match(/^a new attempt alone does not help: deregister nodes that are gone/);
  });

  it("sends to a registration by hand where no attempt helps", () => {
    expect(exitCodeAdvice(54)).to.equal("register it anew by hand (docs/onboarding.md)");
  });

  for (const [exitCode, output, meant] of [
    [52, "RegistrationLimitExceeded: Registration limit of 1000 reached for SSM On-prem managed instances.", 55],
    [52, "RegistrationLimitExceeded: ", 52],
    [53, "Registration limit of 1000 reached", 53],
  ] as const) {
    it(`takes ${String(exitCode)} for ${String(meant)} where the installer said ${JSON.stringify(output)}`, () => {
      expect(meantExitCode(exitCode, output)).to.equal(meant);
    });
  }
});
