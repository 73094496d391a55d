import { expect } from "chai";
import { outputCause } from "../../../domain/runs/outputCause.ts";

/** As the tools write it. */
const cases: readonly (readonly [string, string])[] = [
  [
    "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812 (unattended-upgr)",
    "another package manager holds the lock",
  ],
  [
    "Another app is currently holding the yum lock; waiting for it to exit...",
    "another package manager holds the lock",
  ],
  ["Waiting for process with pid 1734 to finish.", "another package manager holds the lock"],
  ["W: Failed to fetch http://archive.ubuntu.com/ubuntu/dists/jammy/InRelease", "the repository cannot be reached"],
  ["Cannot find a valid baseurl for repo: amzn2-core/2/x86_64", "the repository cannot be reached"],
  ["Exception from HRESULT: 0x80072EE2", "the repository cannot be reached"],
  ["E: You don't have enough free space in /var/cache/apt/archives/.", "the disk is full"],
  ["At least 118MB more space needed on the / filesystem.", "the disk is full"],
  ["Error: GPG check FAILED", "a signature cannot be verified"],
  [
    "The following signatures couldn't be verified because the public key is not available: NO_PUBKEY 3B4FE6ACC0B21F32",
    "a signature cannot be verified",
  ],
  ["E: Unable to correct problems, you have held broken packages.", "dependencies cannot be met"],
  [
    "E: dpkg was interrupted, you must manually run 'sudo dpkg --configure -a' to correct the problem.",
    "packages are half configured: the package manager was broken off before",
  ],
];

describe("the cause of a failure", () => {
  for (const [line, words] of cases)
    it(`is told by: ${line}`, () => {
      expect(outputCause(`Reading package lists...\n${line}\nfailed to run commands: exit status 1\n`)).to.equal(
        `${words}: ${line}`,
      );
    });

  it("is the last line where nothing known is in it, and empty where nothing was written", () => {
    expect(outputCause("one\nsomething else\n\n")).to.equal("something else");
    expect(outputCause("\n")).to.equal("");
  });
});
