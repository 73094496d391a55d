import { expect } from "chai";
import { differing } from "../../../domain/drift/scope.ts";
import { formatFault } from "../../../domain/fault.ts";
import { location } from "../samplePlane.ts";

describe("what differs between AWS and the stack", () => {
  const found = (planned: unknown, live: unknown): readonly string[] =>
    differing({ location: location("main") }, "windows.mw", { endDate: planned }, { endDate: live }).map(formatFault);

  it("is nothing on the side that has no such field, in a person's words", () => {
    const date = "2026-12-05T00:00:00.000Z";
    const [extra = ""] = found(null, date);
    const [lost = ""] = found(date, null);
    expect(extra).to.include(`got "${date}"; allowed: nothing; `);
    expect(lost).to.include(`got nothing; allowed: "${date}"; `);
    expect(found(null, null)).to.deep.equal([]);
  });
});
