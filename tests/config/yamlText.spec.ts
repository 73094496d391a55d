import { expect } from "chai";
import { readStackFile } from "../../config/file.ts";
import { readYaml } from "../../config/yamlText.ts";
import { trap } from "./sources.ts";

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

  it("knows the line of every key and list entry", () => {
    const { lines } = readYaml("a:\n  b: 1\n  c:\n    - x\n    - d: 2\n", "a.yaml");
    expect(Object.fromEntries(lines)).to.deep.equal({
      a: 1,
      "a.b": 2,
      "a.c": 3,
      "a.c[0]": 4,
      "a.c[1]": 5,
      "a.c[1].d": 5,
    });
  });

  it("fails with the line when the text is no YAML", () => {
    const { faults } = readYaml("a: 1\nb: [1\nc: 2\n", "a.yaml");
    expect(faults[0]).to.include({ file: "a.yaml", path: "yaml" });
    expect(faults[0]?.line).to.be.within(2, 4);
  });

  it("fails when a key stands there twice", () => {
    const { faults } = readYaml("a: 1\na: 2\n", "a.yaml");
    expect(faults.map((fault) => fault.line)).to.deep.equal([2]);
  });

  it("fails when a key is no text, which the CLI refuses as well", () => {
    const { faults } = readYaml("groups:\n  2026: {}\n", "a.yaml");
    expect(faults).to.deep.equal([
      {
        file: "a.yaml",
        line: 2,
        path: "groups.2026",
        message: "a key must be text",
        value: 2026,
        fix: "quote the key",
      },
    ]);
  });
});
