import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";

const root = join(import.meta.dirname, "..", "..");
const page = readFileSync(join(root, "docs", "security.md"), "utf8");

/** The page's parts by their headings. */
function parts(): ReadonlyMap<string, string> {
  return new Map(
    page
      .split(/^## /m)
      .slice(1)
      .map((text) => [text.split("\n")[0] ?? "", text]),
  );
}

describe("the page on security", () => {
  it("names specs that are there, and run", () => {
    const named = [...page.matchAll(/`(tests\/[^`]+)`/g)].map(([, file = ""]) => file);
    const specs = named.filter((file) => file.endsWith(".spec.ts"));
    expect(specs.length).to.be.greaterThan(50);
    for (const file of specs) {
      expect(existsSync(join(root, file)), file).to.equal(true);
      expect(readFileSync(join(root, file), "utf8"), file)
        .to.match(/\bit\(/)
        .and.not.match(/\b(it|describe)\.(skip|only)\(/);
    }
  });

  it("has every actor, and a spec in every line of what each tries", () => {
    const actors = [
      "A stranger's pull request",
      "A contributor",
      "Who deploys nonprod",
      "A compromised node",
      "An operator's laptop",
      "A cloud, or a proxy, that misbehaves",
    ];
    expect([...parts().keys()]).to.include.members(actors);
    for (const actor of actors) {
      const rows = (parts().get(actor) ?? "").split("\n").filter((line) => line.startsWith("| "));
      expect(rows.length, actor).to.be.greaterThan(5);
      for (const row of rows.slice(2)) expect(row, actor).to.match(/`tests\/.+\.spec\.ts` *\|$/);
    }
  });
});
