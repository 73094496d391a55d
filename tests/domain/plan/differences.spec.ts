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
      [{ field: "a", before: "x", after: "z", list: true }],
    ],
    "is no order of words": [{ a: ["x", "y"] }, { a: ["y", "x"] }, []],
    "is the whole of words that come where there were none": [
      {},
      { a: ["x", "y"] },
      [{ field: "a", before: null, after: "x, y", list: true }],
    ],
    "is no empty list for none": [{ a: [] }, {}, []],
    "is found inside a list of objects, by position": [
      { r: [{ d: 1 }, { d: 2 }] },
      { r: [{ d: 1 }, { d: 5 }] },
      [{ field: "r[1].d", before: "2", after: "5" }],
    ],
    "is an object that comes into a list, in words": [
      { r: [] as object[] },
      { r: [{ d: 1, f: { p: ["x", "y"], q: [] }, h: [{ n: "a" }] }] },
      [{ field: "r[0]", before: null, after: "d 1; f (p x, y); h (n a)", list: true }],
    ],
    "is one object of a list alone, where another is put before those that stay": [
      { r: [{ d: 1 }, { d: 2 }] },
      { r: [{ d: 0 }, { d: 1 }, { d: 2 }] },
      [{ field: "r[0]", before: null, after: "d 0", list: true }],
    ],
    "is found by the name of an object": [
      {
        r: [
          { name: "one", d: 1 },
          { name: "two", d: 2 },
        ],
      },
      { r: [{ name: "two", d: 3 }] },
      [
        { field: "r[one]", before: "name one; d 1", after: null, list: true },
        { field: "r[two].d", before: "2", after: "3" },
      ],
    ],
    "is the order of objects": [
      { r: [{ name: "one" }, { name: "two" }] },
      { r: [{ name: "two" }, { name: "one" }] },
      [{ field: "r in order", before: "one, two", after: "two, one" }],
    ],
    "is a flag that turns": [{ a: false }, { a: true }, [{ field: "a", before: "false", after: "true" }]],
  };
  for (const [title, [before, after, expected]] of Object.entries(rows)) {
    it(title, () => {
      expect(differences(before, after)).to.deep.equal(expected);
    });
  }
});
