import { expect } from "chai";
import { verifyDocument } from "../../../render/verify/verifyDocument.ts";
import { writers } from "../../../render/writers/writers.ts";
import { approval } from "../../domain/samplePlane.ts";

describe("what verify says of the approval", () => {
  it("is how to record who approved, in a line to paste, where that is not on record", () => {
    const shown = {
      group: "prod-sensitive",
      since: new Date("2026-12-01T00:00:00Z"),
      servers: [],
      failures: [],
      approval: approval({}),
      breakGlass: [],
    };
    expect(writers.text([verifyDocument({ stack: "prod" }, shown)])).to.contain(
      "who approved that is not on record: npx patchplane record-approvals --stack prod\n",
    );
  });
});
