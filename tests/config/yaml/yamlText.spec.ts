import { expect } from "chai";
import { readStackFile } from "../../../config/stackFile.ts";
import { readYaml } from "../../../config/yaml/yamlText.ts";
import { trap } from "../sources.ts";

/** JSON texts parsed, because the CLI sorts the keys of objects. */
function comparable(values: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([key, text]) => [key, /^[[{]/.test(text) ? (JSON.parse(text) as unknown) : text]),
  );
}

describe("reading YAML as the Pulumi CLI does", () => {
  for (const name of ["scalars", "faulty"]) {
    it(`gives the values that the CLI handed to a program of ${name}.yaml`, () => {
      const recorded = JSON.parse(trap(`${name}.cli.json`)) as Record<string, string>;
      const { config } = readStackFile(trap(`${name}.yaml`), `${name}.yaml`);
      expect(comparable(config.values)).to.deep.equal(comparable(recorded));
    });
  }

  it("says of UTF-16 what it is, and nothing of what is missing in it", () => {
    const text = "config:\n  patchplane:environment: test\n";
    for (const bytes of [Buffer.from(`\uFEFF${text}`, "utf16le"), Buffer.from(text, "utf16le").swap16()]) {
      const { faults } = readStackFile(bytes.toString("utf8"), "Pulumi.test.yaml");
      expect(faults.map(({ path, fix }) => [path, fix])).to.deep.equal([["yaml", "save it as UTF-8"]]);
    }
  });

  it("knows where every key and list entry stands, and every value that is a single one", () => {
    const text = 'a:\n  b: 1\n  c:\n    - x\n    - d: 2\n  "é": "two words"\nn: &n [1]\nf: *n\ng:\n';
    const { places } = readYaml(text, "a.yaml");
    const shown = [...places].map(([path, { key, value }]) => {
      const at = ({ line, column, width }: typeof key): string => [line, column, width].join(" ");
      return `${path}: ${at(key)}${value === undefined ? "" : `, ${at(value)}`}`;
    });
    expect(shown.sort()).to.deep.equal([
      "a.b: 2 3 1, 2 6 1",
      "a.c: 3 3 1",
      "a.c[0]: 4 7 1",
      "a.c[1].d: 5 7 1, 5 10 1",
      "a.c[1]: 5 7 5",
      "a.é: 6 3 3, 6 8 11",
      "a: 1 1 1",
      "f: 8 1 1, 8 4 2",
      "f[0]: 7 8 1",
      "g: 9 1 1",
      "n: 7 1 1",
      "n[0]: 7 8 1",
    ]);
  });

  it("fails with the line when the text is no YAML", () => {
    const { faults } = readYaml("a: 1\nb: [1\nc: 2\n", "a.yaml");
    expect(faults[0]).to.include({ file: "a.yaml", path: "yaml" });
    expect(faults[0]?.line).to.be.within(2, 4);
  });

  it("fails when a key stands there twice", () => {
    const { faults } = readYaml("a: 1\na: 2\n", "a.yaml");
    expect(faults.map((fault) => fault.line)).to.deep.equal([2]);
    expect(faults[0]?.message).to.equal("duplicate key a");
  });

  it("shows every key that stands there twice, and of other errors the first, from which the rest follow", () => {
    const { faults } = readYaml('a: 1\na: 2\n"b": 1\n"b": 2\n', "a.yaml");
    expect(faults.map((fault) => fault.message)).to.deep.equal(["duplicate key a", "duplicate key b"]);
    expect(readYaml("a:\n  b: 1\n\tc: 2\n\td: 3\n e: 4\n", "a.yaml").faults).to.have.lengthOf(1);
    expect(readYaml("a: 1\n---\nb: 2\n", "a.yaml").faults[0]?.message).to.equal(
      "the file holds more than one document",
    );
  });

  it("fails on an alias that leads nowhere, and on one that holds itself, with the line", () => {
    const nowhere = readYaml("a: 1\nb: [*c]\n", "a.yaml");
    expect(nowhere.value).to.equal(undefined);
    expect(nowhere.faults).to.deep.equal([
      { file: "a.yaml", line: 2, column: 5, width: 2, path: "b[0]", message: "there is no such anchor", value: "*c" },
    ]);
    for (const text of ["a: &a [*a]\n", "a: &a { b: { c: *a } }\n"]) {
      const { value, faults } = readYaml(text, "a.yaml");
      expect(value).to.equal(undefined);
      expect(faults.map((fault) => fault.message)).to.deep.equal(["the anchor holds itself"]);
    }
    expect(readYaml("a: &a [1]\nb: [*a, *a]\n", "a.yaml").value).to.deep.equal({ a: [1], b: [[1], [1]] });
  });

  // Each as CLI 3.250 handed it out (`pulumi config --json`), or refused it.
  const scalars: readonly (readonly [written: string, read: unknown])[] = [
    ["_1", "_1"],
    ["-_1", -1],
    ["1_", 1],
    ["1_000.5", 1000.5],
    [".5_0", 0.5],
    [".e1", ".e1"],
    ["1.", 1],
    ["+.5", 0.5],
    ["++1", "++1"],
    ["1e", "1e"],
    ["1e999", "1e999"],
    ["-1e999", "-1e999"],
    ["0xFFFFFFFFFFFFFFFF", 18446744073709552000],
    ["0xFFFFFFFFFFFFFFFFFF", "0xFFFFFFFFFFFFFFFFFF"],
    ["-9223372036854775809", -9223372036854776000],
    ["-0x1F", -31],
    ["0x1_F", 31],
    ["0x-1", "0x-1"],
    ["0B11", 3],
    ["0b12", "0b12"],
    ["0O17", 15],
    ["+0o17", 15],
    ["0o8", "0o8"],
    ["08", 8],
    ["-017", -15],
    ["00", 0],
    ["-0", 0],
    ["0x", "0x"],
    ["1e3_0", 1e30],
    [".iNF", ".iNF"],
    ["2026-12-06T10:00:00", "2026-12-06T10:00:00"],
    ["2026-12-06t10:00:00Z", "2026-12-06 10:00:00 +0000 UTC"],
    ["2026-12-06T10:00:00-07", "2026-12-06T10:00:00-07"],
    ["2026-12-06 10:00:00.500", "2026-12-06 10:00:00.5 +0000 UTC"],
    ["2026-12-06 10:00:00Z", "2026-12-06 10:00:00Z"],
    ["2026-12-06 10:00:00-07:00", "2026-12-06 10:00:00-07:00"],
    ["2026-12-06 10:00", "2026-12-06 10:00"],
    ["2026-1-2T3:4:5Z", "2026-01-02 03:04:05 +0000 UTC"],
    ["2026-02-30", "2026-02-30"],
    ["12:30:45", "12:30:45"],
    ["!!str 012", "012"],
    ["=", "="],
  ];
  for (const [written, read] of scalars) {
    it(`reads ${written} as the CLI does`, () => {
      const { value, faults } = readYaml(`a: {b: ${written}}\n`, "a.yaml");
      expect(faults).to.deep.equal([]);
      expect(JSON.stringify(value)).to.equal(JSON.stringify({ a: { b: read } }));
    });
  }

  for (const written of [
    ".inf",
    "-.inf",
    "+.Inf",
    ".NaN",
    "!!int 5x",
    "!!bool yes",
    "!!binary aGkbW0o=",
    "!foo x",
    "!!map {}",
    "!!timestamp 2026-12-06",
  ]) {
    it(`refuses ${written}, at its place`, () => {
      const { value, faults } = readYaml(`a:\n  b: ${written}\n`, "a.yaml");
      expect(value).to.equal(undefined);
      expect(faults.map(({ line, path }) => [line, path])).to.deep.equal([[2, "a.b"]]);
    });
  }

  it("keeps a key that JavaScript would hide", () => {
    expect(Object.keys(readYaml("__proto__: 1\n", "a.yaml").value as object)).to.deep.equal(["__proto__"]);
  });

  it("fails when a key is no text, which the CLI refuses as well", () => {
    const { faults } = readYaml("groups:\n  2026: {}\n", "a.yaml");
    expect(faults).to.deep.equal([
      {
        file: "a.yaml",
        line: 2,
        column: 3,
        width: 4,
        path: "groups.2026",
        message: "a key must be text",
        value: 2026,
        fix: "quote the key",
      },
    ]);
  });
});
