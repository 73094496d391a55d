import { expect } from "chai";
import { checkApproval, checkApprovedPatch } from "../../../domain/checks/approvals.ts";
import type { ApprovedPatch } from "../../../domain/plane.ts";
import type { OperatingSystem } from "../../../domain/server.ts";
import { approval } from "../samplePlane.ts";

describe("approvals", () => {
  const entries: readonly (readonly [OperatingSystem, ApprovedPatch, fault: RegExp | undefined])[] = [
    ["UBUNTU", { id: "openssl.amd64", title: "3.0.2-0ubuntu1.18" }, undefined],
    ["UBUNTU", { id: "libstdc++6.arm64", title: "12.3.0-1ubuntu1~22.04" }, undefined],
    ["UBUNTU", { id: "tzdata.all", title: "2026b-0" }, /matches nothing.*machine's architecture/],
    ["UBUNTU", { id: "openssl", title: "3.0.2" }, /names no architecture/],
    ["UBUNTU", { id: "libssl1.1", title: "1.1.1" }, /names no architecture/],
    ["UBUNTU", { id: "openssl.x86_64", title: "3.0.2" }, /names no architecture/],
    ["UBUNTU", { id: "lib*.amd64", title: "3.0.2" }, /wildcard would install/],
    ["UBUNTU", { id: "openssl.amd64" }, /no version/],
    ["UBUNTU", { id: "openssl.amd64", title: "" }, /no version/],
    ["UBUNTU", { id: "openssl.amd64", title: "3.0.*" }, /wildcard in the version/],
    ["UBUNTU", { id: "openssl.amd64", title: "3.0.2 or later" }, /not a package version/],
    ["UBUNTU", { id: "open ssl.amd64", title: "3.0.2" }, /not a package name/],
    ["AMAZON_LINUX_2", { id: "openssl.x86_64", title: "1:1.0.2k-24.amzn2.0.13" }, undefined],
    ["AMAZON_LINUX_2023", { id: "tzdata.noarch", title: "2026b-1.amzn2023.0.1" }, undefined],
    ["UBUNTU", { id: "openssl.amd64", title: "jammy-3.0.2" }, /not a package version/],
    ["AMAZON_LINUX_2", { id: "openssl.x86_64", title: "1.0.2k" }, /not a package version/],
    ["AMAZON_LINUX_2", { id: "openssl.amd64", title: "1.0.2k-24.amzn2" }, /names no architecture/],
    ["AMAZON_LINUX_2", { id: "openssl", title: "1.0.2k-24.amzn2" }, /names no architecture/],
    ["AMAZON_LINUX_2", { id: "tzdata.all", title: "2026b-1.amzn2" }, /matches nothing/],
    ["WINDOWS", { id: "KB5034441" }, undefined],
    ["WINDOWS", { id: "MS17-010" }, undefined],
    ["WINDOWS", { id: "5034441" }, /not a Microsoft patch id/],
    ["WINDOWS", { id: "KB5034441", title: "2026-12 Cumulative Update" }, /selects nothing on Windows/],
  ];
  for (const [os, patch, fault] of entries) {
    it(`${fault === undefined ? "take" : "refuse"} ${patch.id} ${patch.title ?? "without title"} on ${os}`, () => {
      const texts = checkApprovedPatch(os, patch).map((each) => `${each.message}; ${each.fix ?? ""}`);
      expect(texts).to.have.length(fault === undefined ? 0 : 1);
      if (fault !== undefined) {
        expect(texts[0]).to.match(fault);
      }
    });
  }

  it("are found with the file and the place of each entry", () => {
    const bad = approval({ UBUNTU: [{ id: "ok.amd64", title: "1" }, { id: "bash" }] });
    expect(checkApproval(bad).map((each) => [each.id, each.severity, each.file, each.path])).to.deep.equal([
      ["approval", "error", bad.file, "patches.UBUNTU[1]"],
      ["approval", "error", bad.file, "patches.UBUNTU[1]"],
    ]);
  });
});
