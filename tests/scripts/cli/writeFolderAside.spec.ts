import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { isReplaceable, writeFolderAside } from "../../../scripts/cli/writeFolderAside.ts";
import { folderOfEach } from "../../harness/folders.ts";

describe("a folder that a command writes", () => {
  const folder = folderOfEach();
  const site = (): string => join(folder(), "site");

  it("is whole in its place, without what was there before, and nothing is left beside it", () => {
    writeFolderAside(
      site(),
      new Map([
        ["index.html", "1"],
        ["runs/old.html", "1"],
      ]),
    );
    writeFolderAside(
      site(),
      new Map([
        ["index.html", "2"],
        ["groups/web.html", "2"],
      ]),
    );
    expect(readFileSync(join(site(), "index.html"), "utf8")).to.equal("2");
    expect(existsSync(join(site(), "runs"))).to.equal(false);
    expect(readdirSync(folder())).to.deep.equal(["site"]);
  });

  it("takes no place that holds anything else", () => {
    mkdirSync(site());
    expect(isReplaceable(site())).to.equal(true);
    writeFileSync(join(site(), "mine.txt"), "mine");
    expect(isReplaceable(site())).to.equal(false);
    expect(() => {
      writeFolderAside(site(), new Map([["index.html", "1"]]));
    }).to.throw("holds other files");
    expect(readdirSync(site())).to.deep.equal(["mine.txt"]);
  });

  it("leaves what was there when it cannot be written", () => {
    writeFolderAside(site(), new Map([["index.html", "1"]]));
    const impossible = new Map([
      ["a", "a file"],
      ["a/b", "within it"],
    ]);
    expect(() => {
      writeFolderAside(site(), impossible);
    }).to.throw();
    expect(readFileSync(join(site(), "index.html"), "utf8")).to.equal("1");
    expect(readdirSync(folder())).to.deep.equal(["site"]);
  });
});
