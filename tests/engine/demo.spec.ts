import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { claim, DemoFailed, made } from "../../demo/run.ts";
import { ended } from "./command.ts";

const root = join(import.meta.dirname, "..", "..");

function tracked(): string {
  return spawnSync("git", ["status", "--porcelain"], { cwd: root, encoding: "utf8" }).stdout;
}

describe("the demo", function () {
  this.timeout(1_200_000);

  it("runs the main job in a pipe, proves what it claims, exits with 0 and leaves the checkout as it was", async () => {
    const before = tracked();
    const { status, text } = await ended(process.execPath, ["demo/main.ts", "--servers", "400"], root, process.env);
    expect(text).to.match(/onboarding: \d+ of 120 Azure VMs registered/);
    expect(text).to.match(/second preview: only the \d+ VMs that failed, to be tried again/);
    expect(text.replaceAll(/\s+/g, " ")).to.contain("is what the embedded cloud's journal recorded");
    expect(text).to.match(/\nprod-auto +\d+ .*\n(?: {2}.*\n)* {2}ubuntu 22\.04 +\d+ /);
    // One line for each step, then the outcome, in 80 columns.
    expect(text.slice(0, text.indexOf("\n\n")).split("\n")).to.have.lengthOf.within(12, 16);
    expect(text).to.match(
      /\n\nTwo weeks, \d+ servers, something wrong with 5 %:\n {2}on time: [\d,]+ security releases/,
    );
    expect(text).to.match(
      /\n\nThen prod-sensitive, .*\n {2}approved: .*\n {2}installed: exactly these.* on \d+ servers?; nothing else/,
    );
    expect(text).to.contain("Proved in this run:");
    expect(text.replaceAll(/\s+/g, " ")).to.match(
      /the window installed what was approved, .* and nothing else on any of its/,
    );
    expect(status).to.equal(0);
    expect(tracked()).to.equal(before);
  });

  it("stops at a claim that does not hold, and makes no claim of it", () => {
    const run = { claims: [] };
    expect(() => {
      claim(run, false, "all is well", "it is not");
    }).to.throw(DemoFailed, "not true: all is well: it is not");
    expect(run.claims).to.deep.equal([]);
    expect(() => {
      made(undefined, "the stack");
    }).to.throw(DemoFailed);
  });
});
