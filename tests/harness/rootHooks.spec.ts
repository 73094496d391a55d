import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";

describe("the root hooks and the reporter", () => {
  it("turn a failure inside apply into a failed test and count specs that never ran", () => {
    const run = spawnSync("mocha", [join(import.meta.dirname, "fixtures", "hiddenFailure.ts")], { encoding: "utf8" });
    expect(run.stdout).to.contain("thrown inside apply");
    expect(run.stdout.trimEnd().split("\n").at(-1)).to.equal("1 passed, 3 failed");
    expect(run.status).to.not.equal(0);
  });
});
