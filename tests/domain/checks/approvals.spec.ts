import { expect } from "chai";
import fc from "fast-check";
import { parse } from "yaml";
import {
  checkApproval,
  checkApprovedPatch,
  checkOverrideFileName,
  overrideList,
} from "../../../domain/checks/approvals.ts";
import type { Approval, ApprovedPatch } from "../../../domain/plane.ts";
import type { OperatingSystem } from "../../../domain/server.ts";

function approval(patches: Approval["patches"]): Approval {
  return {
    group: "prod-sensitive",
    file: "approvals/prod-sensitive/2026-12-01.yaml",
    scanId: "0a1b2c3d-0000-4000-8000-000000000000",
    note: "reviewed",
    expires: "2026-12-20T00:00:00Z",
    patches,
  };
}

describe("approvals", () => {
  it("become an install override list, sorted and quoted", () => {
    const text = overrideList(
      approval({
        WINDOWS: [{ id: "KB5034441" }],
        UBUNTU: [
          { id: "tzdata.amd64", title: "1.10" },
          { id: "openssl.amd64", title: "3.0.2-0ubuntu1.18" },
        ],
      }),
    );
    expect(text).to.equal(
      [
        "patches:",
        "  - id: 'KB5034441'",
        "  - id: 'openssl.amd64'",
        "    title: '3.0.2-0ubuntu1.18'",
        "  - id: 'tzdata.amd64'",
        "    title: '1.10'",
        "",
      ].join("\n"),
    );
  });

  it("name an entry once that two operating systems share", () => {
    const patch = { id: "curl.x86_64", title: "8.3.0-1.amzn2.0.7" };
    const text = overrideList(approval({ AMAZON_LINUX_2: [patch], AMAZON_LINUX_2023: [patch] }));
    expect(parse(text)).to.deep.equal({ patches: [patch] });
  });

  it("of nothing are a list of nothing", () => {
    expect(overrideList(approval({}))).to.equal("patches: []\n");
  });

  it("give back every id and title as text, whatever they look like, in any order", () => {
    const version = fc.oneof(
      fc.constantFrom("1.10", "1e3", "2026-12-01", "yes", "0x10", "1:2.3~rc1"),
      fc.stringMatching(/^[0-9a-z.:~+-]{1,12}$/),
    );
    const patch = fc.record({ id: fc.stringMatching(/^[a-z][a-z0-9+.-]{0,8}\.amd64$/), title: version });
    fc.assert(
      fc.property(
        fc.uniqueArray(patch, { selector: (each) => `${each.id} ${each.title}`, maxLength: 8 }),
        (patches) => {
          const text = overrideList(approval({ UBUNTU: patches }));
          expect((parse(text) as { patches: ApprovedPatch[] }).patches).to.have.deep.members(patches);
          expect(overrideList(approval({ UBUNTU: patches.toReversed() }))).to.equal(text);
        },
      ),
    );
  });

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
    ["AMAZON_LINUX_2", { id: "openssl.amd64", title: "1.0.2k" }, /names no architecture/],
    ["AMAZON_LINUX_2", { id: "openssl", title: "1.0.2k" }, /names no architecture/],
    ["AMAZON_LINUX_2", { id: "tzdata.all", title: "2026b" }, /matches nothing/],
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

  it("go into files whose names AWS takes", () => {
    expect(checkOverrideFileName("approvals/0123abcd.yaml")).to.equal(undefined);
    for (const character of ["`", "'", '"', "$"]) {
      expect(checkOverrideFileName(`a${character}b.yaml`)?.value).to.equal(`a${character}b.yaml`);
    }
  });
});
