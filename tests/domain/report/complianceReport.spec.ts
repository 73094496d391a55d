import { expect } from "chai";
import type { CountedServer } from "../../../domain/report/complianceFacts.ts";
import { complianceReport } from "../../../domain/report/complianceReport.ts";
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

  it("says in a sentence how the fleet stands and stood a month before, and of whom that is not known", () => {
    const servers = [counted("web-01", "automatic", "app"), counted("web-02", "automatic", "app")];
    const states = { group: "app", unknown: 0, failed: 0, "pending reboot": 0 };
    const trend = [
      { ...states, at: "2026-10-01T00:00:00Z", missing: 2, compliant: 0 },
      { ...states, at: "2026-11-10T00:00:00Z", missing: 3, compliant: 1 },
      { ...states, at: "2026-12-15T08:00:00Z", missing: 0, compliant: 2 },
    ];
    const [web] = servers;
    const late = web === undefined ? [] : [missingOn(web)];
    expect(complianceReport(servers, late, trend, asked).headline).to.equal(
      "100 % of 2 servers compliant (it was 25 % on 2026-11-10); 1 server overdue; every server is known.",
    );
    // The trend does not tell owners apart.
    const ofOwner = { ...asked, question: { ...asked.question, owners: ["team-web"] } };
    expect(complianceReport(servers, [], trend, ofOwner).headline).to.match(/^100 % of 2 servers compliant; nothing/);
  });
});
