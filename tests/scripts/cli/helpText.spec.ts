import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { helpText } from "../../../scripts/cli/helpText.ts";

const examples = [
  "npx patchplane scan --stack prod",
  'npx patchplane open-window --stack prod --group prod-sensitive --reason "weekly patching of what is left" --watch',
];
const spec = {
  note: "A scan that is waited for no longer goes on: look after it with `npx patchplane rerun <id>`, which asks anew.",
  exitCodes: "0 every server was scanned, and every one of them has reported; 1 some were not, each with the reason.",
  examples,
};

describe("what stands in a help behind the options", () => {
  it("fits the columns, keeps commands whole, and numbers with their words", () => {
    expect(helpText(spec)).to.equal(
      [
        "",
        "A scan that is waited for no longer goes on: look after it with",
        "`npx patchplane rerun <id>`, which asks anew.",
        "",
        "Exit codes: 0 every server was scanned, and every one of them has reported;",
        "1 some were not, each with the reason.",
        "",
        "Examples:",
        "  npx patchplane scan --stack prod",
        "  npx patchplane open-window --stack prod --group prod-sensitive \\",
        '      --reason "weekly patching of what is left" --watch',
      ].join("\n"),
    );
    expect(helpText(spec, 200)).to.contain(`  ${examples[1] ?? ""}`);
  });

  it("fits 80 columns as all of a help does, beside the longest options too", () => {
    const help = execFileSync(process.execPath, ["scripts/patchplane.ts", "init", "--help"], { encoding: "utf8" });
    expect(help.split("\n").filter((line) => line.length > 80)).to.deep.equal([]);
  });
});
