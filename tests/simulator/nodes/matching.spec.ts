import { expect } from "chai";
import { aptForms, matchesAny, matchesEntry, rpmForms } from "../../../simulator/nodes/matching.ts";

// https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-approved-rejected-package-name-formats.html
describe("embedded cloud: entries of approved and rejected lists", () => {
  const kernel = rpmForms("kernel", "x86_64", "0:5.10.230-223.885.amzn2");
  const library = aptForms("libstdc++6", "amd64", "12.3.0-1ubuntu1~22.04");

  for (const entry of [
    "kernel",
    "KERNEL*",
    "kernel.x86_64",
    "kernel-5.10.230-223.885.amzn2.x86_64",
    "kernel-0:5.10.230-223.885.amzn2.x86_64",
    "kern?l",
    "k[aeiou]rnel",
    "k[!a]rnel",
  ])
    it(`match a kernel by ${entry}, alone and in a list`, () => {
      expect(matchesEntry(entry, kernel)).to.equal(true);
      expect(matchesAny(["bash", entry, "sudo"], kernel)).to.equal(true);
    });

  for (const entry of ["kernel-tools", "ernel", "kerne", "k[!e]rnel", "kernel-*.aarch64", "kernel.x86_64.kernel", ""])
    it(`match no kernel by ${JSON.stringify(entry)}, alone or in a list`, () => {
      expect(matchesEntry(entry, kernel)).to.equal(false);
      expect(matchesAny(["bash", entry, "sudo"], kernel)).to.equal(false);
    });

  it("take characters that mean something in an expression as they are", () => {
    expect(matchesAny(["libstdc++6"], library)).to.equal(true);
    expect(matchesAny(["libstdc++*"], library)).to.equal(true);
    expect(matchesAny(["libstdc.*6"], library)).to.equal(false);
    expect(matchesAny(["libstdc++6|x"], library)).to.equal(false);
  });

  it("match nothing without entries, and never across two forms", () => {
    expect(matchesAny([], kernel)).to.equal(false);
    expect(matchesAny(["kernel?kernel.x86_64", "kernel[!x]kernel.x86_64"], kernel)).to.equal(false);
  });
});
