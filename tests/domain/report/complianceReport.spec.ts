import { expect } from "chai";
import { complianceReport, type CountedServer } from "../../../domain/report/complianceReport.ts";
import type { OpenUpdate } from "../../../domain/report/openUpdates.ts";
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

function missingOn({ accountId, region, server }: CountedServer): OpenUpdate {
  return {
    accountId,
    region,
    server,
    id: "openssl.amd64",
    title: "openssl.amd64:3.0.2",
    state: "MISSING",
    level: "CRITICAL",
    severityWord: "Critical",
    classification: "Security",
    cves: [],
    installed: "",
    since: "2026-11-01T00:00:00Z",
    is: "missing",
    version: "3.0.2",
    severity: "critical",
    severitySource: "",
    allCves: [],
    exploited: false,
    age: { days: 44, dueAt: new Date("2026-12-01T00:00:00Z"), state: "overdue", overdueDays: 14 },
  };
}

describe("a report on compliance", () => {
  it("counts servers that are patched elsewhere apart: they are no unknown ones of this stack", () => {
    const servers = [counted("web-1", "automatic", "prod-auto"), counted("node-1", "elsewhere", "k8s")];
    const updates = servers.map(missingOn);
    const { summary, charts, tables } = complianceReport(servers, updates, [], asked);
    const figures = Object.fromEntries(summary.map(({ key, value }) => [key, value]));
    expect(figures).to.include({
      servers: 1,
      compliant_percent: 100,
      unknown: 0,
      updates_overdue: 1,
      elsewhere: 1,
    });
    const rowsOf = (id: string) => tables.find((table) => table.id === id)?.rows;
    expect(rowsOf("by-group")?.map(([group]) => group)).to.deep.equal(["prod-auto"]);
    expect(rowsOf("unknown")).to.deep.equal([]);
    expect(rowsOf("escalation")?.map(([name]) => name)).to.deep.equal(["web-1"]);
    const byRegion = tables.find(({ id }) => id === "by-region");
    const critical = byRegion?.columns.findIndex(({ key }) => key === "updates_critical") ?? -1;
    expect(byRegion?.rows.map((row) => row[critical])).to.deep.equal([1]);
    const ageing = charts.find(({ id }) => id === "ageing");
    expect(ageing?.series.flatMap(({ values }) => values).reduce<number>((sum, each) => sum + (each ?? 0), 0)).to.equal(
      1,
    );
  });
});
