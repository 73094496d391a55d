import { expect } from "chai";
import type { ServerStatus } from "../../../domain/status/fleetStatus.ts";
import { dueBlocks } from "../../../render/status/installations.ts";
import { writers } from "../../../render/writers/writers.ts";
import { server } from "../../domain/samplePlane.ts";

const asOf = new Date("2026-12-01T12:00:00Z");
const row = server(2, { patchGroup: "prod-sensitive" });
const missing: ServerStatus = {
  server: row,
  patchGroupTag: row.patchGroup,
  location: "main",
  machines: 1,
  readable: true,
  judgement: { verdict: "missing" },
  freshSince: asOf,
};

function shown(approvedUntil: ReadonlyMap<string, Date>): string {
  return writers.text([{ blocks: dueBlocks({ servers: [missing], installations: [], approvedUntil }) }]);
}

describe("what a reviewed group without a planned installation waits for", () => {
  it("is an approval, or an operator where something is approved", () => {
    expect(shown(new Map())).to.contain(
      "prod-sensitive: 1 server, and no installation is planned: nothing is approved\n",
    );
    expect(shown(new Map([["prod-sensitive", new Date("2026-12-14T04:45:00Z")]]))).to.contain(
      "no installation is planned: approved until 2026-12-14 04:45 UTC, and not opened\n",
    );
  });
});
