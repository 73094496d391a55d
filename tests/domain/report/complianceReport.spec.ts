import { expect } from "chai";
import { complianceReport, type CountedServer } from "../../../domain/report/complianceReport.ts";
import { serverRecord } from "../../../operations/report/rows.ts";

const asked = {
  asOf: "2026-12-15T08:00:00Z",
  question: { stack: "prod", after: "2026-12-15T080000Z" },
  unknowns: [],
} as const;

function counted(name: string, approval: string, patchGroup: string): CountedServer {
  const server = serverRecord({ name, approval, patch_group: patchGroup, state: "collected" });
  const counts = { missing: 0, failed: 0, rejected: 0, pendingReboot: 0 };
  return {
    accountId: "111122223333",
    region: "eu-west-1",
    server,
    ...(approval === "elsewhere" ? {} : { counts }),
  };
}

describe("a report on compliance", () => {
  it("counts servers that are patched elsewhere apart: they are no unknown ones of this stack", () => {
    const servers = [counted("web-1", "automatic", "prod-auto"), counted("node-1", "elsewhere", "k8s")];
    const { summary, tables } = complianceReport(servers, [], [], asked);
    const figures = Object.fromEntries(summary.map(({ key, value }) => [key, value]));
    expect(figures).to.include({ servers: 1, compliant_percent: 100, unknown: 0, elsewhere: 1 });
    const rowsOf = (id: string) => tables.find((table) => table.id === id)?.rows;
    expect(rowsOf("by-group")?.map(([group]) => group)).to.deep.equal(["prod-auto"]);
    expect(rowsOf("unknown")).to.deep.equal([]);
  });
});
