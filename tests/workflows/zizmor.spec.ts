import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { folderOfEach } from "../harness/folders.ts";
import { zizmor } from "./zizmor.ts";

const folder = join(import.meta.dirname, "..", "..", ".github");
const config = join(folder, "zizmor.yml");

describe("zizmor", () => {
  const other = folderOfEach();

  it("finds nothing in the workflows and their action", () => {
    const found = zizmor(folder, config).map(({ ident, desc }) => `${ident}: ${desc}`);
    expect(found).to.deep.equal([]);
  });

  it("would find a pull request's text in a script, a tag in the place of a hash, and a fork's code with the base's rights", () => {
    const workflows = join(other(), ".github", "workflows");
    mkdirSync(workflows, { recursive: true });
    const text = [
      "on: pull_request_target",
      "jobs:",
      "  a:",
      "    runs-on: ubuntu-latest",
      "    steps:",
      "      - uses: actions/checkout@v6",
      "      - run: echo ${{ github.event.pull_request.title }}",
    ];
    writeFileSync(join(workflows, "bad.yml"), `${text.join("\n")}\n`);
    const found = new Set(zizmor(other(), config).map(({ ident }) => ident));
    expect([...found]).to.include.members([
      "artipacked",
      "dangerous-triggers",
      "excessive-permissions",
      "template-injection",
      "unpinned-uses",
    ]);
  });
});
