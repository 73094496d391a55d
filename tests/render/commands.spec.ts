import { expect } from "chai";
import { again, typedOptions, withCommands } from "../../render/commands.ts";
import { wordsText } from "../../render/writers/text.ts";

describe("a command that is told to type", () => {
  const place = { stack: "prod", cwd: "/srv/it's live" };

  it("names its stack and folder before its own options, wherever it stands in a sentence", () => {
    const text = "look: npx patchplane runs 2026-x reads it; then pulumi up --refresh";
    expect(wordsText(withCommands(text, place))).to.equal(
      String.raw`look: npx patchplane runs --cwd '/srv/it'\''s live' --stack prod 2026-x reads it; then pulumi up --stack prod --refresh`,
    );
  });

  it("is left as it is where it names its stack already", () => {
    const text = "make one: npx patchplane collect --stack prod";
    expect(wordsText(withCommands(text, place))).to.equal(text);
  });

  it("is about the same choice where it is the same command once more, quoted where a shell would read it otherwise", () => {
    const chosen = typedOptions({
      "--location": ["use1"],
      "--servers": ["web-*,db-1"],
      "--alive": true,
      "--sizes": false,
    });
    expect(wordsText([again("npx patchplane retry", "--write", { stack: "prod", chosen })])).to.equal(
      "npx patchplane retry --stack prod --location use1 --servers 'web-*,db-1' --alive --write",
    );
    expect(wordsText([again("npx patchplane retry", "--write", { stack: "prod" })])).to.equal(
      "npx patchplane retry --stack prod --write",
    );
  });
});
