import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { exitCodeAdvice, failedRun, meantExitCode } from "../../../domain/onboarding/exitCodes.ts";

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

  const raise = "raise onboarding_attempt in its row, then run pulumi up";
  for (const [exitCode, message, shown, todo] of [
    [
      31,
      "ssm.eu-west-1.amazonaws.com cannot be reached on 443 (curl 28): give the VM a route out",
      "ssm.eu-west-1.amazonaws.com cannot be reached on 443 (curl 28)",
      `give the VM a route to AWS on port 443; ${raise}`,
    ],
    [50, "the activation has expired: raise onboarding_attempt", "the activation has expired", raise],
    [13, "gpg and gpgv are missing: install gnupg", "gpg and gpgv are missing: install gnupg", raise],
    [
      32,
      "TLS to a.example fails: a proxy may be opening it, or the clock is wrong",
      "TLS to a.example fails: a proxy may be opening it, or the clock is wrong",
      `exempt the endpoints from TLS inspection, and look at the VM's clock; ${raise}`,
    ],
    // As a real installer and curl said it on a disk without room.
    [
      33,
      "https://amazon-ssm-us-east-1.s3.us-east-1.amazonaws.com/latest/debian_amd64/ssm-setup-cli cannot be downloaded (curl 23)",
      "https://amazon-ssm-us-east-1.s3.us-east-1.amazonaws.com/latest/debian_amd64/ssm-setup-cli cannot be downloaded (curl 23)",
      `make room on the VM's disk, about 300 MB below /var/lib; ${raise}`,
    ],
    [
      53,
      "ssm-setup-cli ended with status 1; see /var/log/amazon/ssm/ssm-setup-cli.log: [DownloadManager] failed to write destFile /var/lib/patchplane-onboarding.voyi2w/x",
      "ssm-setup-cli ended with status 1; see /var/log/amazon/ssm/ssm-setup-cli.log: [DownloadManager] failed to write destFile /var/lib/patchplane-onboarding.voyi2w/x",
      `make room on the VM's disk, about 300 MB below /var/lib; ${raise}`,
    ],
  ] as const) {
    it(`is said once of ${message}`, () => {
      expect(failedRun(exitCode, message)).to.deep.equal({ message: shown, todo });
    });
  }

  it("is said once of every message that the scripts end with", () => {
    const scripts = readdirSync("components/azure/onboarding", { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(sh|ps1)$/.test(name))
      .map((name) => readFileSync(`components/azure/onboarding/${name}`, "utf8"));
    const messages = scripts.flatMap((script) =>
      [...script.matchAll(/(?:[Ff]ail |reason=|\{ )(\d+),? (?:message=)?(['"])(.*?)\2/g)].map(
        ([, code, , message = ""]) => ({ code: Number(code), message }),
      ),
    );
    expect(messages.length).to.be.greaterThan(80);
    const twice = messages.filter(({ code, message }) => {
      const { message: shown, todo } = failedRun(code, message);
      const [, verb = "-"] = /: (deregister|give|install|let|name|raise|remove|unhold) [^:]*$/.exec(shown) ?? [];
      return todo !== exitCodeAdvice(54) && todo.includes(`${verb} `);
    });
    expect(twice).to.deep.equal([]);
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
