import { expect } from "chai";
import { plainTable, type Column } from "../../render/plainTable.ts";

type Row = readonly [string, string, string];
const titles = ["update", "offered version", "servers"];
const columns = titles.map((title, index): Column<Row> => {
  return { title, align: index === 2 ? "right" : "left", cell: (row) => row[index] ?? "" };
});
const rows: readonly Row[] = [
  ["openssl-libs.x86_64", "1:1.0.2k-24.amzn2.0.24", "35"],
  ["a Windows update of November", "–", "4"],
];

describe("a table on a terminal", () => {
  it("has its rows side by side where they fit", () => {
    expect(plainTable(columns, rows).split("\n")).to.deep.equal([
      "update                        offered version         servers",
      "openssl-libs.x86_64           1:1.0.2k-24.amzn2.0.24       35",
      "a Windows update of November  –                             4",
    ]);
  });

  it("wraps cells first, moves closer together then, and is never torn", () => {
    expect(plainTable(columns, rows, 52).split("\n")).to.deep.equal([
      "update               offered version         servers",
      "openssl-libs.x86_64  1:1.0.2k-24.amzn2.0.24       35",
      "a Windows update of  –                             4",
      "November",
    ]);
    expect(plainTable(columns, rows, 50).split("\n")[1]).to.equal("openssl-libs.x86_64 1:1.0.2k-24.amzn2.0.24      35");
  });

  it("stands row under row where a word of each column is too much, without what says nothing", () => {
    expect(plainTable(columns, rows, 40).split("\n")).to.deep.equal([
      "openssl-libs.x86_64",
      "    offered version:",
      "    1:1.0.2k-24.amzn2.0.24; servers: 35",
      "a Windows update of November",
      "    servers: 4",
    ]);
  });
});
