import { expect } from "chai";
import { heartbeat } from "../../../scripts/cli/heartbeat.ts";

describe("how far a step is, in a pipe", () => {
  it("is said every ten seconds where it is another, and not of a step that ends sooner", () => {
    const lines: string[] = [];
    let now = 5000;
    const show = heartbeat(
      "home (1111, eu-west-1)",
      (line) => lines.push(line),
      () => now,
    );
    for (const [seconds, text] of [
      [0, "0 of 9 servers"],
      [9, "1 of 9 servers"],
      [10, "2 of 9 servers"],
      [19, "3 of 9 servers"],
      [31, "2 of 9 servers"],
      [32, "4 of 9 servers"],
      [33, "5 of 9 servers"],
    ] as const) {
      now = 5000 + seconds * 1000;
      show(text);
    }
    expect(lines).to.deep.equal(["home (1111, eu-west-1): 2 of 9 servers", "home (1111, eu-west-1): 4 of 9 servers"]);
  });
});
