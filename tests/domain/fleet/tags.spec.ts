import { expect } from "chai";
import { checkAsciiName, checkTagValue } from "../../../domain/fleet/tags.ts";

describe("tag values", () => {
  const values: readonly (readonly [value: string, asTag: boolean, asAscii: boolean])[] = [
    ["prod-auto", true, true],
    ["apps@example.com", true, true],
    ["a b_c.d:e/f=g+h-i@j", true, true],
    ["Müller 東京", true, false],
    ["", true, false],
    ["prod,auto", false, false],
    ["rg(one)", false, false],
    ["50%", false, false],
    ["x".repeat(256), true, true],
    ["x".repeat(257), false, false],
  ];
  for (const [value, asTag, asAscii] of values) {
    const shown = value.length > 20 ? `${String(value.length)} characters` : JSON.stringify(value);
    it(`${asTag ? "take" : "refuse"} ${shown}, and names ${asAscii ? "take" : "refuse"} it`, () => {
      expect(checkTagValue(value) === undefined).to.equal(asTag);
      expect(checkAsciiName(value) === undefined).to.equal(asAscii);
    });
  }

  it("show the characters that AWS refuses, each once", () => {
    expect(checkTagValue("a(b)(c)")?.message).to.equal("holds characters that AWS refuses: ( )");
  });

  it("show characters that nobody can see by their code points", () => {
    expect(checkTagValue("a\nb\u200bc")?.message).to.equal("holds characters that AWS refuses: U+000A U+200B");
  });
});
