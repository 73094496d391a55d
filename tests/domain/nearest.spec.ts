import { expect } from "chai";
import { nearest, suggest } from "../../domain/nearest.ts";
import { parentPath, pathText } from "../../config/yaml/path.ts";

describe("the nearest known name", () => {
  const known = ["prod-auto", "prod-sensitive", "jump-log", "nonprod"];
  const cases: readonly (readonly [string, string | undefined])[] = [
    ["prod-atuo", "prod-auto"],
    ["PROD-AUTO", "prod-auto"],
    ["prodsensitive", "prod-sensitive"],
    ["jumplog", "jump-log"],
    ["kubernetes", undefined],
    ["", undefined],
  ];
  for (const [name, expected] of cases) {
    it(`of "${name}" is ${expected ?? "none"}`, () => {
      expect(nearest(name, known)).to.equal(expected);
    });
  }
});

describe("a suggestion", () => {
  it("lists the first names, and means one that it does not list", () => {
    const names = Array.from({ length: 1200 }, (_, at) => `web-${String(at)}`);
    const { allowed, fix } = suggest("i-0abcd", names, ["i-0abcde"]);
    expect(allowed).to.match(/^web-0, web-1, .*web-19, and 1180 more$/);
    expect(fix).to.equal('did you mean "i-0abcde"?');
  });
});

describe("a path", () => {
  it("shows keys with dots and indexes in brackets, and climbs to its top", () => {
    const path = pathText(["windows", "mw-x", "hooks", "before", 0, "name"]);
    expect(path).to.equal("windows.mw-x.hooks.before[0].name");
    const climbed: string[] = [];
    for (let at = path; at !== ""; at = parentPath(at)) climbed.push(at);
    expect(climbed).to.deep.equal([
      path,
      "windows.mw-x.hooks.before[0]",
      "windows.mw-x.hooks.before",
      "windows.mw-x.hooks",
      "windows.mw-x",
      "windows",
    ]);
  });
});
