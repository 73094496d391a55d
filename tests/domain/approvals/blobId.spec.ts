import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { blobId } from "../../../domain/approvals/blobId.ts";

describe("the id of an approvals file's content", () => {
  it("is git's own, whatever the content", () => {
    const contents = [
      "",
      'scan: "a"\n',
      "note: größer, 日本語 🙂\r\n",
      "no end of line",
      `${"long ".repeat(20_000)}\n`,
    ];
    for (const input of contents) {
      const said = execFileSync("git", ["hash-object", "--no-filters", "--stdin"], { input, encoding: "utf8" });
      expect(blobId(input)).to.equal(said.trim());
    }
  });
});
