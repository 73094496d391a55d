import { expect } from "chai";
import { withoutStackTraces } from "../../../components/azure/stackTraces.ts";

describe("withoutStackTraces", () => {
  it("answers what it did, takes no trace meanwhile and every trace afterwards", () => {
    const limit = Error.stackTraceLimit;
    expect(withoutStackTraces(() => new Error("inside").stack)).to.equal("Error: inside");
    expect(Error.stackTraceLimit).to.equal(limit);
    expect(new Error("outside").stack).to.include("stackTraces.spec.ts");
  });

  it("gives the limit back when something is thrown, which keeps its message", () => {
    const limit = Error.stackTraceLimit;
    expect(() =>
      withoutStackTraces(() => {
        throw new RangeError("too long");
      }),
    ).to.throw(RangeError, "too long");
    expect(Error.stackTraceLimit).to.equal(limit);
  });
});
