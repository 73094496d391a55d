import { expect } from "chai";
import fc from "fast-check";
import { jsonOutgoing, outgoing } from "../../scripts/cli/output.ts";
import { hostileText } from "../render/hostile.ts";

const pieces = fc.constantFrom(
  ..."\u001b \u009b \u0000 \u0007 \b \r \n \t \u202e \u2066 \u200e \u2028 \u2029 \ud800 : # [ a".split(" "),
  " ",
  "::",
  "::error::",
  "##[error]",
  "#",
  "\n::",
  "\n \t::set-output name=x::",
);
const texts = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(""));

/** How GitHub's runner finds commands in a line: two colons at its beginning, or the older form anywhere. */
function commands(text: string): readonly string[] {
  return text.split(/\r\n|\n|\r/).filter((line) => line.trimStart().startsWith("::") || line.includes("##["));
}

describe("what leaves the process", () => {
  it("acts on no terminal and on no workflow, whatever came together", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(outgoing(text)).not.to.match(/(?![\t\n])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
        expect(commands(outgoing(text))).to.deep.equal([]);
      }),
      { numRuns: 2000 },
    );
  });

  it("is the text itself where nothing acts", () => {
    const text = "stack prod: 2 servers change\n  web-1 → web-2\tünï 年 ⚠️ a::b # [x] std::vector\n";
    expect(outgoing(text)).to.equal(text);
    expect(outgoing(outgoing(hostileText))).to.equal(outgoing(hostileText));
  });

  it("shows by its number what would have acted", () => {
    expect(outgoing("a\u001b[2Jb\n ::error::x ##[error]")).to.equal("a\\u{1b}[2Jb\n \\u{3a}:error::x #\\u{23}[error]");
  });

  it("is the same value as JSON", () => {
    fc.assert(
      fc.property(texts, texts, (key, text) => {
        const json = JSON.stringify({ [key]: [text] }, null, 2);
        expect(jsonOutgoing(json)).not.to.match(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(commands(jsonOutgoing(json))).to.deep.equal([]);
        expect(JSON.parse(jsonOutgoing(json))).to.deep.equal(JSON.parse(json));
      }),
      { numRuns: 2000 },
    );
  });
});
