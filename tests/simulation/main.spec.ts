import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { complaints, type Outcome } from "./outcome.ts";

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function simulate(...args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(import.meta.dirname, "main.ts"), ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}

describe("npm run simulate", function () {
  this.timeout(300_000);

  it("shows everything of one seed, and that every invariant holds", async () => {
    const { code, stdout, stderr } = await simulate("--seed", "3", "--servers", "20");
    for (const part of ["policy", "fleet", "approvals", "journal", "status"]) expect(stdout).to.contain(`# ${part}\n`);
    expect(stdout)
      .to.match(/^seed 3, 20/)
      .and.to.match(/every invariant holds\n$/);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
  });

  it("shows many seeds in a line each", async () => {
    const { code, stdout } = await simulate("--seeds", "3-4", "--servers", "20");
    const lines = stdout.trimEnd().split("\n").sort();
    expect(lines.map((line) => line.split(":")[0])).to.deep.equal(["every invariant holds", "seed 3", "seed 4"]);
    expect(code).to.equal(0);
  });

  it("ends with 2 and says what is allowed when it is called wrongly", async () => {
    const { code, stdout, stderr } = await simulate("--seeds", "9-3");
    expect({ code, stdout }).to.deep.equal({ code: 2, stdout: "" });
    expect(stderr).to.contain("allowed: two numbers in order, such as 1-200");
  });

  it("says of a failing seed what is broken, when, where, and how to play it again", () => {
    const at = new Date("2026-11-01T00:00:00Z");
    const found = Array.from({ length: 12 }, (_, index) => {
      return { invariant: "cutoff", at, subject: `i-${String(index)}`, what: "starts late" };
    });
    const outcome = { seed: 137, violations: found } as unknown as Outcome;
    const lines = complaints(outcome);
    expect(lines.slice(0, 2)).to.deep.equal(["seed 137", "cutoff: 2026-11-01T00:00:00.000Z i-0 starts late"]);
    expect(lines.slice(-2)).to.deep.equal(["and 2 more", "npm run simulate -- --seed 137"]);
    expect(complaints({ ...outcome, violations: [] })).to.deep.equal([]);
    expect(complaints({ ...outcome, violations: [], broken: "Error: no" })).to.contain(
      "could not be played: Error: no",
    );
  });
});
