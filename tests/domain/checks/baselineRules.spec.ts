import { expect } from "chai";
import fc from "fast-check";
import { approvesSecurity, checkBaseline } from "../../../domain/checks/baselineRules.ts";
import { kernelPackages, patchFilterKeys, productNames } from "../../../domain/stack/baselineFilters.ts";
import { toBaselineOverride } from "../../../domain/stack/baselineOverride.ts";
import type { Baseline } from "../../../domain/baseline.ts";
import { operatingSystems, releasesByOs, type OperatingSystem, type OsName } from "../../../domain/server.ts";
import { aptBaseline, windowsBaseline, yumBaseline } from "../samplePlane.ts";

type Filters = Readonly<Record<string, readonly string[]>>;

/** Baselines whose filters the types would not let through, as a stack file may hold them before it is checked. */
function withFilters(baseline: Baseline, filters: Filters): Baseline {
  return { ...baseline, rules: baseline.rules.map((rule) => ({ ...rule, filters })) } as Baseline;
}

function found(baseline: Baseline, use?: "compliance" | "override"): string[] {
  return checkBaseline(baseline, use).map((each) => `${each.id} ${each.path.replace(/^baselines\.[^.]*\.?/, "")}`);
}

const allPriorities = ["Required", "Important", "Standard", "Optional", "Extra"];

describe("baseline rules", () => {
  for (const baseline of [aptBaseline("ubuntu-auto"), yumBaseline("al2-auto"), windowsBaseline("windows-auto")]) {
    it(`find nothing in an ordinary ${baseline.operatingSystem} baseline`, () => {
      expect(checkBaseline(baseline)).to.deep.equal([]);
    });
  }

  describe("on filters", () => {
    const right: readonly (readonly [Baseline, Filters])[] = [
      [aptBaseline("a-b"), { PRODUCT: ["Ubuntu22.04", "Ubuntu24.04"], PRIORITY: allPriorities, SECTION: ["libs"] }],
      [aptBaseline("a-b"), { PRIORITY: ["*"] }],
      [yumBaseline("a-b"), { PRODUCT: ["AmazonLinux2"], CLASSIFICATION: ["Bugfix"], SEVERITY: ["Medium", "Low"] }],
      [
        windowsBaseline("a-b"),
        { PRODUCT_FAMILY: ["Windows"], MSRC_SEVERITY: ["Critical"], PATCH_SET: ["OS"], CLASSIFICATION: ["Updates"] },
      ],
    ];
    for (const [baseline, filters] of right) {
      it(`take ${JSON.stringify(filters)} on ${baseline.operatingSystem}`, () => {
        expect(found(withFilters(baseline, filters))).to.deep.equal([]);
      });
    }

    const wrong: readonly (readonly [Baseline, Filters, message: RegExp])[] = [
      [yumBaseline("a-b"), { PRODUCT: ["All"] }, /All is the console's label.*write \*/],
      [yumBaseline("a-b"), { SEVERITY: ["Moderate"] }, /no such value.*write Medium/],
      [windowsBaseline("a-b"), { MSRC_SEVERITY: ["Medium"] }, /no such value/],
      [windowsBaseline("a-b"), { CLASSIFICATION: ["Security"] }, /no such value/],
      [aptBaseline("a-b"), { PRODUCT: ["Ubuntu*"] }, /no such value/],
      [
        windowsBaseline("a-b"),
        { PRODUCT: ["*"], PRODUCT_FAMILY: ["*"], CLASSIFICATION: ["*"], MSRC_SEVERITY: ["*"], PATCH_SET: ["OS"] },
        /too many filters in one rule/,
      ],
    ];
    for (const [baseline, filters, message] of wrong) {
      it(`refuse ${JSON.stringify(filters).slice(0, 60)} on ${baseline.operatingSystem}`, () => {
        const texts = checkBaseline(withFilters(baseline, filters)).map((each) => `${each.message}; ${each.fix ?? ""}`);
        expect(texts).to.have.length(1);
        expect(texts[0]).to.match(message);
      });
    }

    const known: readonly (readonly [Baseline, Filters])[] = [
      [aptBaseline("a-b"), { PRODUCT: ["*"], SECTION: ["universe/libs", "non-free-firmware/kernel", "*"] }],
      [yumBaseline("a-b"), { PRODUCT: ["AmazonLinux2.0"] }],
      [windowsBaseline("a-b"), { PRODUCT: ["WindowsServer2012R2", "Windows10", "MicrosoftDefenderAntivirus"] }],
      [windowsBaseline("a-b"), { PRODUCT: ["Office 2016"], PRODUCT_FAMILY: ["Office"], PATCH_SET: ["APPLICATION"] }],
      [windowsBaseline("a-b"), { PRODUCT: ["SQL Server 2019"], PRODUCT_FAMILY: ["SQL Server"], PATCH_SET: ["*"] }],
    ];
    for (const [baseline, filters] of known) {
      it(`know ${JSON.stringify(filters)} on ${baseline.operatingSystem}`, () => {
        expect(found(withFilters(baseline, filters))).to.deep.equal([]);
      });
    }

    const unknown: readonly (readonly [Baseline, key: string, value: string, says: RegExp, fix: RegExp])[] = [
      [
        aptBaseline("a-b"),
        "PRODUCT",
        "Debian13",
        /no product of UBUNTU/,
        /--operating-system UBUNTU --property PRODUCT/,
      ],
      [aptBaseline("a-b"), "PRODUCT", "Windows10", /no product of UBUNTU, but of WINDOWS/, /describe-patch-properties/],
      [aptBaseline("a-b"), "PRODUCT", "AmazonLinux2023", /but of AMAZON_LINUX_2023/, /describe-patch-properties/],
      [aptBaseline("a-b"), "PRODUCT", "ubuntu22.04", /no product of UBUNTU/, /did you mean "Ubuntu22.04"/],
      [aptBaseline("a-b"), "PRODUCT", "Ubuntu 22.04", /no product of UBUNTU/, /did you mean "Ubuntu22.04"/],
      [aptBaseline("a-b"), "SECTION", "lib", /no section/, /did you mean "libs"/],
      [aptBaseline("a-b"), "SECTION", "universe/lbs", /no section/, /did you mean "universe\/libs"/],
      [aptBaseline("a-b"), "SECTION", "universal/libs", /no section/, /take a section/],
      [yumBaseline("a-b"), "PRODUCT", "AmazonLinux2023", /but of AMAZON_LINUX_2023/, /AMAZON_LINUX_2 --/],
      [windowsBaseline("a-b"), "PRODUCT", "Windows Server 2019", /no product/, /did you mean "WindowsServer2019"/],
      [windowsBaseline("a-b"), "PRODUCT", "Office 2016", /no product/, /PATCH_SET.*APPLICATION/],
      [windowsBaseline("a-b"), "PRODUCT_FAMILY", "Window", /no product family/, /did you mean "Windows"/],
    ];
    for (const [baseline, key, value, says, fix] of unknown) {
      it(`do not know ${key} ${value} on ${baseline.operatingSystem}, and say what to do`, () => {
        const findings = checkBaseline(withFilters(baseline, { [key]: ["*", value] }));
        expect(findings).to.have.lengthOf(1);
        expect(findings[0]).to.deep.include({ id: "unknown-filter-value", severity: "error", value });
        expect(findings[0]?.path).to.equal(`baselines.${baseline.name}.rules[0].filters.${key}[1]`);
        expect(findings[0]?.message).to.match(says);
        expect(findings[0]?.fix).to.match(fix);
      });
    }

    it("know the products of every release that a fleet row may name", () => {
      const systemsOf: Readonly<Record<OsName, (release: string) => OperatingSystem>> = {
        "amazon-linux": (release) => (release === "2" ? "AMAZON_LINUX_2" : "AMAZON_LINUX_2023"),
        debian: () => "DEBIAN",
        ubuntu: () => "UBUNTU",
        "windows-server": () => "WINDOWS",
      };
      for (const os of Object.keys(releasesByOs) as OsName[]) {
        for (const release of releasesByOs[os]) {
          const system = systemsOf[os](release);
          const baseline = { ...aptBaseline("a-b"), operatingSystem: system } as Baseline;
          const findings = checkBaseline(withFilters(baseline, { PRODUCT: productNames(system, release) }));
          expect(
            findings.map(({ id }) => id),
            `${system} ${release}`,
          ).to.not.include("unknown-filter-value");
        }
      }
    });

    it("find an apt rule that does not name all five priorities, and name the missing ones", () => {
      const [first] = checkBaseline(withFilters(aptBaseline("a-b"), { PRIORITY: ["Required", "Important"] }));
      expect(first?.id).to.equal("apt-priorities");
      expect(first?.message).to.match(/Standard, Optional, Extra/);
    });
  });

  describe("on lists", () => {
    const entries: readonly (readonly [
      Baseline["operatingSystem"],
      "approvedPatches" | "rejectedPatches",
      string,
      boolean,
    ])[] = [
      ["AMAZON_LINUX_2", "approvedPatches", "dbus.x86_64", true],
      ["AMAZON_LINUX_2", "approvedPatches", "dbus-1:1.12.28-1.amzn2023.0.1.x86_64", true],
      ["AMAZON_LINUX_2", "approvedPatches", "CVE-2018-1234567", true],
      ...[
        "ALAS-2023-1234",
        "ALAS2-2024-2456",
        "ALAS2023-2024-512",
        "ALASKERNEL-5.10-2024-050",
        "ALAS2LIVEPATCH-2023-126",
        "ALASDOCKER-2024-001",
        "ALASPYTHON3.8-2024-012",
        "ALASMATE-DESKTOP1.X-2024-003",
      ].flatMap((id) => [
        ["AMAZON_LINUX_2", "approvedPatches", id, true] as const,
        ["AMAZON_LINUX_2", "rejectedPatches", id, false] as const,
        ["UBUNTU", "approvedPatches", id, false] as const,
      ]),
      ...[
        "USN-6543-1",
        "LSN-0099-1",
        "DSA-5571-1",
        "DLA-3700-1",
        "ELA-1000-1",
        "RHSA-2024:1234",
        "RHBA-2024:0001",
        "RHEA-2021:5",
        "CESA-2024:1234",
        "RLSA-2024:1234",
        "ALSA-2024:1234",
        "ELSA-2024-1234",
        "SUSE-SU-2024:0123-1",
        "openSUSE-SU-2024:0012-1",
        "FEDORA-EPEL-2024-0a1b2c3d4e",
        "GLSA-202401-01",
        "PHSA-2024-4.0-0123",
        "GHSA-abcd-efgh-1234",
        "KB5034441",
        "MS17-010",
      ].flatMap((id) =>
        (["UBUNTU", "AMAZON_LINUX_2023"] as const).flatMap((os) => [
          [os, "approvedPatches", id, false] as const,
          [os, "rejectedPatches", id, false] as const,
        ]),
      ),
      ...["glsa-check", "osv-scanner", "golang-go", "dsa-utils", "alas", "elsa-2"].map(
        (name) => ["UBUNTU", "rejectedPatches", name, true] as const,
      ),
      ["AMAZON_LINUX_2", "approvedPatches", "ALAS2023-2025-123", true],
      ["AMAZON_LINUX_2", "approvedPatches", "1234567", true],
      ["AMAZON_LINUX_2", "rejectedPatches", "kernel*", true],
      ["AMAZON_LINUX_2", "rejectedPatches", "CVE-2018-1234567", false],
      ["AMAZON_LINUX_2", "rejectedPatches", "ALAS-2018-123", false],
      ["AMAZON_LINUX_2", "rejectedPatches", "ker*nel*", false],
      ["AMAZON_LINUX_2", "rejectedPatches", "KB5034441", false],
      ["AMAZON_LINUX_2", "rejectedPatches", "kernel and more", false],
      ["UBUNTU", "approvedPatches", "openssl", true],
      ["UBUNTU", "rejectedPatches", "linux-image-*", true],
      ["UBUNTU", "rejectedPatches", "lib*ssl*", true],
      ["UBUNTU", "approvedPatches", "CVE-2024-5535", false],
      ["UBUNTU", "approvedPatches", "KB5034441", false],
      ["WINDOWS", "approvedPatches", "KB2032276", true],
      ["WINDOWS", "approvedPatches", "MS10-048", true],
      ["WINDOWS", "approvedPatches", "2032276", false],
      ["WINDOWS", "rejectedPatches", "kernel*", false],
    ];
    for (const [os, list, entry, fits] of entries) {
      it(`${fits ? "take" : "refuse"} ${entry} in ${list} on ${os}`, () => {
        const make = os === "UBUNTU" ? aptBaseline : os === "WINDOWS" ? windowsBaseline : yumBaseline;
        expect(found(make("a-b", { [list]: [entry] }))).to.deep.equal(fits ? [] : [`patch-list-entry ${list}[0]`]);
      });
    }

    it("find kernel* on Ubuntu, where it matches nothing", () => {
      expect(found(aptBaseline("a-b", { rejectedPatches: ["kernel*"] }))).to.deep.equal([
        "ubuntu-kernel-names rejectedPatches[0]",
      ]);
    });

    it("find kernels rejected with BLOCK, and not with ALLOW_AS_DEPENDENCY", () => {
      const rejectedPatches = kernelPackages("UBUNTU");
      expect(found(aptBaseline("a-b", { rejectedPatches, rejectedPatchesAction: "BLOCK" }))).to.deep.equal([
        "kernel-blocked rejectedPatchesAction",
      ]);
      expect(found(aptBaseline("a-b", { rejectedPatches }))).to.deep.equal([]);
    });
  });

  describe("on what a scan sees", () => {
    it("find a baseline without rules, except one that only windows carry", () => {
      const blind = aptBaseline("a-b", { rules: [], approvedPatches: ["openssl"] });
      expect(found(blind)).to.deep.equal(["baseline-without-rules rules"]);
      expect(found(blind, "override")).to.deep.equal([]);
    });

    it("find a default baseline that approves no security", () => {
      const bugfixes = withFilters(yumBaseline("a-b", { default: true }), { CLASSIFICATION: ["Bugfix"] });
      expect(found(bugfixes)).to.deep.equal(["default-not-security rules"]);
      expect(found({ ...bugfixes, default: false })).to.deep.equal([]);
    });

    for (const [baseline, approves] of [
      [withFilters(yumBaseline("a"), { CLASSIFICATION: ["*"] }), true],
      [withFilters(yumBaseline("a"), {}), true],
      [withFilters(windowsBaseline("a"), { CLASSIFICATION: ["CriticalUpdates"] }), false],
      [windowsBaseline("a"), true],
      [aptBaseline("a", { rules: [] }), false],
    ] as const) {
      it(`say that ${JSON.stringify(baseline.rules.map((rule) => rule.filters))} ${approves ? "approves" : "approves no"} security on ${baseline.operatingSystem}`, () => {
        expect(approvesSecurity(baseline)).to.equal(approves);
      });
    }
  });

  it("know keys for every OS, and kernels for every Linux", () => {
    for (const os of operatingSystems) {
      expect(patchFilterKeys(os)).to.include("PRODUCT");
      expect(kernelPackages(os).length > 0).to.equal(os !== "WINDOWS");
    }
    expect(patchFilterKeys("UBUNTU")).to.deep.equal(["PRODUCT", "PRIORITY", "SECTION"]);
    expect(kernelPackages("AMAZON_LINUX_2")).to.deep.equal(["kernel*"]);
  });

  it("take the kernel packages of an OS as its own list's entries", () => {
    for (const make of [aptBaseline, yumBaseline]) {
      const { operatingSystem } = make("a-b");
      expect(found(make("a-b", { approvedPatches: kernelPackages(operatingSystem) }))).to.deep.equal([]);
    }
  });
});

describe("the baseline override", () => {
  it("has the shape of AWS's example", () => {
    const text = toBaselineOverride([
      yumBaseline("al2-kernel", { approvedPatches: ["kernel*"], rejectedPatches: ["b", "a"] }),
    ]);
    expect(JSON.parse(text)).to.deep.equal([
      {
        ApprovalRules: {
          PatchRules: [
            {
              ApproveAfterDays: 3,
              ComplianceLevel: "CRITICAL",
              EnableNonSecurity: false,
              PatchFilterGroup: {
                PatchFilters: [
                  { Key: "PRODUCT", Values: ["*"] },
                  { Key: "CLASSIFICATION", Values: ["Security"] },
                  { Key: "SEVERITY", Values: ["Critical", "Important"] },
                ],
              },
            },
          ],
        },
        ApprovedPatches: ["kernel*"],
        ApprovedPatchesComplianceLevel: "UNSPECIFIED",
        ApprovedPatchesEnableNonSecurity: false,
        GlobalFilters: { PatchFilters: [] },
        OperatingSystem: "AMAZON_LINUX_2",
        RejectedPatches: ["a", "b"],
        RejectedPatchesAction: "ALLOW_AS_DEPENDENCY",
        Sources: [],
      },
    ]);
  });

  it("keeps a date, gives apt no delay, and Windows its own field", () => {
    const dated = yumBaseline("a", {
      rules: [
        { filters: {}, approveUntilDate: "2026-12-31", enableNonSecurity: true, complianceLevel: "LOW", slaDays: 90 },
      ],
    });
    const parsed = JSON.parse(toBaselineOverride([windowsBaseline("w"), aptBaseline("u"), dated])) as {
      readonly OperatingSystem: string;
      readonly ApprovalRules: { readonly PatchRules: readonly object[] };
    }[];
    expect(parsed.map((each) => each.OperatingSystem)).to.deep.equal(["AMAZON_LINUX_2", "UBUNTU", "WINDOWS"]);
    expect(parsed[0]?.ApprovalRules.PatchRules[0]).to.include({
      ApproveUntilDate: "2026-12-31",
      EnableNonSecurity: true,
    });
    expect(parsed[1]?.ApprovalRules.PatchRules[0]).to.include({ ApproveAfterDays: 0 });
    expect(parsed[2]).to.include({ AvailableSecurityUpdatesComplianceStatus: "NON_COMPLIANT" });
  });

  it("is the same text for the same baselines in any order", () => {
    const baselines = [aptBaseline("u"), yumBaseline("y"), windowsBaseline("w")];
    const wanted = toBaselineOverride(baselines);
    fc.assert(
      fc.property(fc.shuffledSubarray(baselines, { minLength: 3 }), (shuffled) => {
        expect(toBaselineOverride(shuffled)).to.equal(wanted);
      }),
    );
  });

  it("find an entry that is approved and rejected", () => {
    const both = { ...yumBaseline("al2-auto"), approvedPatches: ["bash", "kernel*"], rejectedPatches: ["kernel*"] };
    expect(found(both)).to.deep.equal(["patch-list-entry approvedPatches[1]"]);
  });
});
