import { expect } from "chai";
import { nearest } from "../../domain/nearest.ts";
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
