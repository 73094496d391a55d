import { expect } from "chai";
import fc from "fast-check";
import { faultReport } from "../../config/faultReport.ts";
import { readPlaneFrom } from "../../config/file.ts";
import { formatFaultInPlace, type Fault } from "../../domain/fault.ts";
import { approvalsFile, filesOf, fleetText, resolve, smallSettings } from "./sources.ts";

const head = 'config:\n  pulumi:disable-default-providers: ["*"]\n';

/** The report on a stack file and what stands beside it, without the heads of faults. */
function pictures(stackFile: string, files: Readonly<Record<string, string>> = {}): readonly string[] {
  return report(stackFile, files)
    .split("\n")
    .map((line) => (line.startsWith(" ") ? line : line.replace(/(: .*?): .*/, "$1")));
}

function report(stackFile: string, files: Readonly<Record<string, string>>): string {
  const all = filesOf({ ...files, "Pulumi.test.yaml": stackFile });
  const resolved = readPlaneFrom(all, "test");
  return "faults" in resolved ? faultReport(resolved.faults, all) : "";
}

describe("a report of faults", () => {
  it("points at the value that is wrong, at a key nobody knows, and at what lacks one", () => {
    const text = `${head}  patchplane:environment: test
  patchplane:timezone: Mars/X
  patchplane:fleet: fleet.csv
  patchplane:locations:
    one: { accountId: "111122223333", regon: us-east-1 }
  patchplane:groups: { nonprod: null, prod-auto: { reboot: Never, owner: [a] } }
`;
    expect(pictures(text, { "fleet.csv": fleetText({}) })).to.deep.equal([
      "Pulumi.test.yaml:4:24: timezone",
      "    4 |   patchplane:timezone: Mars/X",
      "      |                        ^^^^^^",
      "Pulumi.test.yaml:7:5: locations.one.region",
      "Pulumi.test.yaml:7:39: locations.one.regon",
      '    7 |     one: { accountId: "111122223333", regon: us-east-1 }',
      "      |     ^^^                               ^^^^^",
      "Pulumi.test.yaml:8:60: groups.prod-auto.reboot",
      "Pulumi.test.yaml:8:67: groups.prod-auto.owner",
      "    8 |   patchplane:groups: { nonprod: null, prod-auto: { reboot: Never, owner: [a] } }",
      "      |                                                            ^^^^^  ^^^^^",
    ]);
  });

  it("points at the place where YAML ends to be YAML", () => {
    expect(pictures("config:\n  a: [1\n  b: 2\n").slice(-2)[1]).to.match(/^ {6}\| +\^/);
    expect(pictures("a: 1\nb: 2\na: 3\n")).to.deep.equal(["Pulumi.test.yaml:3:1: yaml", "    3 | a: 3", "      | ^"]);
  });

  it("points at the cells of a fleet file, quoted ones and those behind a byte order mark too", () => {
    const rows = fleetText({ arch: "x86", name: '"a, b"' }, { id: "i-1", name: "web-002" }).replaceAll("\n", "\r\n");
    const lines = report(JSON.stringify(stack()), { "fleet.csv": `\uFEFF${rows}` }).split("\n");
    expect(lines.filter((line) => line.startsWith("fleet.csv"))).to.deep.equal([
      'fleet.csv:2:21: name: holds characters that AWS refuses: ,, got "a, b"; ' +
        "allowed: letters, digits, spaces and _ . : / = + - @",
      'fleet.csv:2:59: arch: unknown architecture, got "x86"; allowed: x86_64, arm64',
      'fleet.csv:3:1: id: not a server of AWS, got "i-1"; allowed: i- and 8 or 17 hex digits, or asg:<name>',
    ]);
    expect(lines.slice(-2)).to.deep.equal([
      "    3 | i-1,web-002,aws,one,us-east-1,ubuntu,22.04,x86_64,prod-auto,test,,,,,,,",
      "      | ^^^",
    ]);
  });

  it("shows a row that goes over several lines by its line alone", () => {
    const rows = fleetText({ arch: "x86", owner: '"a\nb"' });
    expect(report(JSON.stringify(stack()), { "fleet.csv": rows })).to.match(/^fleet\.csv:3: arch: [^\n]*\nfleet/);
  });

  it("points into approvals files", () => {
    const file = approvalsFile({ expires: "2026-12-20" });
    const groups = { ...(smallSettings["groups"] as object), "prod-sensitive": { owner: "a@example.com" } };
    const settings = { ...smallSettings, approvals: "approvals", groups };
    const files = { "approvals/prod-sensitive/2026-12-01.yaml": file, "fleet.csv": fleetText({}) };
    const resolved = resolve(settings, files);
    const shown = "faults" in resolved ? faultReport(resolved.faults, filesOf(files)) : "";
    expect(shown).to.contain(['    4 |   "expires": "2026-12-20",', "      |              ^^^^^^^^^^^^"].join("\n"));
  });

  it("never shows a line that holds a secret", () => {
    const flow = `${head}  patchplane:timezone: { secure: AAABciphertext }\n`;
    const block = `${head}  patchplane:timezone:\n    secure: >-\n      AAABciphertext\n      more: [\n\n  b: 1\n`;
    const broken = `${head}  a:\n    secure: AAABciphertext: x: [\n`;
    const salt = "encryptionsalt: v1:AAABciphertext\nencryptionsalt: v1:AAABciphertext\n";
    for (const text of [flow, block, broken, salt]) {
      expect(report(text, {})).to.not.equal("").and.not.contain("AAABcipher");
    }
    expect(report(flow, {})).to.contain("holds a secret");
  });

  it("shows the lines of the first twenty faults, and the others plainly", () => {
    const text = Array.from({ length: 30 }, (_, index) => `  patchplane:k${String(index)}: 1\n`).join("");
    const lines = report(`${head}${text}`, {}).split("\n");
    expect(lines.filter((line) => /^ +\d+ \| /.test(line)).length).to.be.within(15, 20);
    expect(lines.filter((line) => line.startsWith("Pulumi.test.yaml")).length).to.be.above(30);
    expect(lines.slice(-10).every((line) => line.startsWith("Pulumi.test.yaml:"))).to.equal(true);
  });

  it("is made of any text, and says every fault", () => {
    const yaml = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc
        .array(
          fc.constantFrom("config:", "\n", "  ", "a: ", "- ", "[", "}", '"', "|", "*x", "&x ", "\t", "#", "値", "\r\n"),
        )
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(yaml, (text) => {
        const files = filesOf({ "Pulumi.test.yaml": text });
        const resolved = readPlaneFrom(files, "test");
        const faults: readonly Fault[] = "faults" in resolved ? resolved.faults : [];
        const lines = faultReport(faults, files).split("\n");
        expect(lines).to.include.members(faults.map(formatFaultInPlace));
        for (const { line = 1 } of faults) expect(line).to.be.within(1, text.split("\n").length);
      }),
    );
  });
});

function stack(): object {
  const config = Object.entries(smallSettings).map(([key, value]) => [`patchplane:${key}`, value] as const);
  return { config: { "pulumi:disable-default-providers": ["*"], ...Object.fromEntries(config) } };
}
