import { expect } from "chai";
import fc from "fast-check";
import stringWidth from "string-width";
import { snippet, type Mark } from "../../config/snippet.ts";

/** Columns that a tab takes at most. */
const tabColumns = 4;

describe("a line with carets", () => {
  const cases: Readonly<Record<string, readonly [line: string, marks: readonly Mark[], ...shows: string[]]>> = {
    "a plain line": [
      "  region: us-esat-1",
      [{ column: 11, width: 9 }],
      "    7 |   region: us-esat-1",
      "      |           ^^^^^^^^^",
    ],
    "tabs, each to the next multiple of four": [
      "\ta\tbad",
      [{ column: 4, width: 3 }],
      "    7 |     a   bad",
      "      |         ^^^",
    ],
    "wide characters, which take two columns": [
      "名前: 値段",
      [{ column: 5, width: 2 }],
      "    7 | 名前: 値段",
      "      |       ^^^^",
    ],
    "an emoji of several code points": ["👩‍💻: x", [{ column: 8, width: 1 }], "    7 | 👩‍💻: x", "      |     ^"],
    "two marks": ["a,bb,c", [{ column: 1 }, { column: 3, width: 2 }], "    7 | a,bb,c", "      | ^ ^^"],
    "a mark behind the line's end": ["a: [1", [{ column: 6, width: 1 }], "    7 | a: [1", "      |     ^"],
    "a mark that goes on over the line's end": ["a: |", [{ column: 4, width: 400 }], "    7 | a: |", "      |    ^"],
    "an empty line": ["", [{ column: 1 }], "    7 |", "      | ^"],
    "characters that would move the cursor or colour the terminal": [
      "a: \u001B[31mred",
      [{ column: 1 }],
      "    7 | a: \uFFFD[31mred",
      "      | ^",
    ],
    "the middle of a long line": [
      `${"a".repeat(90)}X${"b".repeat(90)}`,
      [{ column: 91 }],
      `    7 | …${"a".repeat(30)}X${"b".repeat(69)}…`,
      `      | ${" ".repeat(31)}^`,
    ],
    "the end of a long line": [
      `${"a".repeat(150)}X`,
      [{ column: 151 }],
      `    7 | …${"a".repeat(99)}X`,
      `      | ${" ".repeat(100)}^`,
    ],
  };
  for (const [name, [line, marks, ...shows]] of Object.entries(cases)) {
    it(`shows ${name}`, () => {
      expect(snippet(line, 7, marks)).to.deep.equal(shows);
    });
  }

  it("has at least one caret, all of them below the line, whatever stands in it", () => {
    const mark = fc.record({ column: fc.integer({ min: -5, max: 500 }), width: fc.integer({ min: -5, max: 500 }) });
    const line = fc.string({ unit: "grapheme", maxLength: 300 });
    fc.assert(
      fc.property(line, fc.array(mark, { minLength: 1, maxLength: 4 }), (text, marks) => {
        const [shown, carets] = snippet(text, 12, marks);
        expect(carets).to.match(/^ {6}\| +\^[\^ ]*$|^ {6}\| \^/);
        // Blanks at the end of a line are not printed, and may be what is wrong.
        const blanks = text.length - text.trimEnd().length;
        const gutter = "      | ".length;
        const room = Math.max(stringWidth(shown), gutter) + blanks * tabColumns;
        expect(carets.length).to.be.at.most(Math.max(room, gutter + 1));
        expect(stringWidth(shown)).to.be.at.most("      | ".length + 102);
      }),
    );
  });

  it("puts the caret below the very character", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "値", "é", " "), { maxLength: 200 }), (before) => {
        const [shown, carets] = snippet(`${before.join("")}X${"b".repeat(80)}`, 3, [{ column: before.length + 1 }]);
        expect(stringWidth(shown.slice(0, shown.indexOf("X")))).to.equal(carets.indexOf("^"));
      }),
    );
  });
});
