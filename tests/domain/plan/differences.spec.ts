import { expect } from "chai";
import { differences } from "../../../domain/plan/differences.ts";

describe("what differs between two values", () => {
  const rows: Readonly<Record<string, readonly [unknown, unknown, readonly unknown[]]>> = {
    "is nothing between equals": [{ a: [1, { b: "x" }] }, { a: [1, { b: "x" }] }, []],
    "is a key that changes": [{ a: 1, b: 2 }, { a: 1, b: 3 }, [{ field: "b", before: "2", after: "3" }]],
    "is a key that comes or goes": [
      { a: "x" },
      { b: "y" },
      [
        { field: "a", before: "x", after: null },
        { field: "b", before: null, after: "y" },
      ],
    ],
    "is, of a list of words, what goes and what comes": [
      { a: ["x", "y"] },
      { a: ["y", "z"] },
      [{ field: "a", before: "x", after: "z" }],
    ],
    "is no order of words": [{ a: ["x", "y"] }, { a: ["y", "x"] }, []],
    "is the whole of words that come where there were none": [
      {},
      { a: ["x", "y"] },
      [{ field: "a", before: null, after: "x, y" }],
    ],
    "is no empty list for none": [{ a: [] }, {}, []],
    "is found inside a list of objects, by position": [
      { r: [{ d: 1 }, { d: 2 }] },
      { r: [{ d: 1 }, { d: 5 }] },
      [{ field: "r[1].d", before: "2", after: "5" }],
    ],
    "is an object that comes into a list, as JSON": [
      { r: [] as object[] },
      { r: [{ d: 1 }] },
      [{ field: "r[0]", before: null, after: '{"d":1}' }],
    ],
    "is a flag that turns": [{ a: false }, { a: true }, [{ field: "a", before: "false", after: "true" }]],
  };
  for (const [title, [before, after, expected]] of Object.entries(rows)) {
    it(title, () => {
      expect(differences(before, after)).to.deep.equal(expected);
    });
  }
});
