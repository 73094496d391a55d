import { expect } from "chai";
import { globSync, readFileSync } from "node:fs";

/** A spec's limit is for one that hangs: under load a process alone may take a minute to start, and some start ten. */
const least = 300_000;

describe("time limits of specs", () => {
  it("are for hangs, not for speed: none is below five minutes", () => {
    const { timeout } = JSON.parse(readFileSync(".mocharc.json", "utf8")) as { readonly timeout: number };
    expect(timeout).to.be.at.least(least);
    const short = globSync("tests/**/*.ts").flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/\.timeout\(([\d_]+)\)/g)]
        .filter(([, limit = ""]) => Number(limit.replaceAll("_", "")) < least)
        .map(([call]) => `${file}: ${call}`),
    );
    expect(short).to.deep.equal([]);
  });
});
