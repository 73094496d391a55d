import { join } from "node:path";
import { expect } from "chai";
import { readPlane } from "../../../config/file.ts";
import { projectFiles } from "../../../config/projectFiles.ts";
import { changeKinds } from "../../../domain/packages/changes.ts";
import { severities } from "../../../domain/packages/severity.ts";
import { serverStates } from "../../../domain/report/complianceFacts.ts";
import type { Cell, ReportDocument } from "../../../domain/report/report.ts";
import { withReports, type ReportRequest } from "../../../operations/report/report.ts";
import { folderStore } from "../../../operations/store/folderStore.ts";
import { folderOfAll } from "../../harness/folders.ts";
import { allRecords, emptyRunId, hostile, otherRunId, runId, stamps, writeFixture, type When } from "./fixture.ts";

const root = join(import.meta.dirname, "..", "..", "..");

type Asked = ReportRequest & { readonly asOf?: string };

/** Some columns of a table, row by row. */
function cells(report: ReportDocument, table: string, ...keys: readonly string[]): readonly (readonly Cell[])[] {
  const found = report.tables.find(({ id }) => id === table);
  const indexes = keys.map((key) => found?.columns.findIndex((column) => column.key === key) ?? -1);
  expect(indexes, `${table}: ${keys.join(", ")}`).not.to.include(-1);
  return (found?.rows ?? []).map((row) => indexes.map((index) => row[index] ?? null));
}

function figure(report: ReportDocument, key: string): Cell | undefined {
  return report.summary.find((each) => each.key === key)?.value;
}

function total(values: readonly Cell[]): number {
  return values.reduce<number>((sum, value) => sum + Number(value), 0);
}

/** The sum of a table's columns, over all its rows. */
function sumOf(report: ReportDocument, table: string, ...keys: readonly string[]): number {
  return total(cells(report, table, ...keys).flat());
}

function figureSum(report: ReportDocument, ...keys: readonly string[]): number {
  const values = keys.map((key) => figure(report, key));
  expect(values, keys.join(", ")).not.to.include(undefined);
  return total(values.map((value) => value ?? null));
}

describe("reports on stored collections", () => {
  const folder = folderOfAll();

  before(() => {
    writeFixture(folder());
  });

  async function report({ asOf = "2026-11-16T00:00:00Z", ...request }: Asked): Promise<ReportDocument> {
    const resolved = readPlane(root, "prod");
    if ("faults" in resolved) throw new Error("the checked-in stack has faults");
    const store = folderStore(folder());
    const context = { root, files: projectFiles(root), stack: "prod", plane: resolved.plane, store };
    const copies = join(folder(), "parquet");
    const read = await withReports({ ...context, copies, asOf: new Date(asOf) }, (opened) => opened.report(request));
    if ("faults" in read) throw new Error(read.faults.map(({ message }) => message).join());
    for (const { rows, columns, id } of read.report.tables) {
      for (const row of rows) expect(row, id).to.have.lengthOf(columns.length);
    }
    return read.report;
  }

  it("tell what a run came to on each server that it touched or should have reached, worst first", async () => {
    const made = await report({ kind: "outcome", run: runId });
    expect(cells(made, "servers", "server", "node", "outcome", "changed")).to.deep.equal([
      ["al-old-agent", "i-00000000000000007", "not reached", null],
      ["clock-ahead", "i-00000000000000005", "not reached", null],
      ["db-01", "i-0000000000000000b", "not reached", null],
      ["stale-inventory", "i-00000000000000009", "not reached", null],
      ["web-02", "i-00000000000000002", "pending reboot", 1],
      [hostile.server, "i-00000000000000003", "patched", 1],
      ["al-01", "i-00000000000000006", "patched", 3],
      ["app-01", "i-00000000000000004", "patched", 1],
      ["late-inventory", "i-0000000000000000f", "patched", 1],
      ["web-01", "i-00000000000000001", "patched", 6],
      ["win-01", "i-00000000000000008", "patched", 1],
    ]);
    expect(made.title).to.equal("Outcome of mw-install-auto in prod-euw1, prod-use1, 2026-11-14");
    expect(figure(made, "not_reached")).to.equal(4);
    expect(made.charts).to.deep.include({
      kind: "bars",
      id: "length",
      title: "Length of the run against its window",
      unit: "minutes",
      categories: ["prod-euw1", "prod-use1"],
      series: [{ name: "run", tone: "neutral", values: [70, 70] }],
      limits: [
        { name: "cutoff", tone: "warning", values: [180, 180] },
        { name: "end of the window", tone: "bad", values: [300, 300] },
      ],
    });
  });

  it("tell of a run that met nobody which servers it was for, although AWS calls it a success", async () => {
    const made = await report({ kind: "outcome", run: emptyRunId });
    const servers = cells(made, "servers", "outcome", "reason", "account");
    expect(servers.length).to.be.greaterThan(3);
    const isThere = (row: readonly Cell[]) => row[2] === "011122223333";
    expect(servers.every(isThere)).to.equal(true);
    expect(servers.filter(([outcome]) => outcome === "not reached").length).to.equal(figure(made, "not_reached"));
    expect(servers).to.deep.include(["not reached", "the run sent nothing to it", "011122223333"]);
    expect(figure(made, "patched")).to.equal(0);
    expect(made.summary[0]).to.deep.include({ key: "servers", value: servers.length, tone: "bad" });
    expect(made.summary[0]?.note).to.contain("the run met none of them");
    expect((await report({ kind: "changes", run: emptyRunId })).tables[0]?.rows).to.deep.equal([]);
  });

  it("tell what is missing, since when and until when, and which window will take it", async () => {
    const made = await report({ kind: "needed" });
    expect(
      cells(made, "servers", "server", "update", "version", "severity", "since", "age", "limit", "due"),
    ).to.deep.equal([
      ["web-01", "bash.amd64", "5.1-6ubuntu1.1", "unknown", "2026-11-08T05:00:00Z", 7, 30, "2026-12-08"],
      ["late-inventory", "jq.amd64", "1.6-3", "unknown", null, null, null, null],
    ]);
    expect(cells(made, "servers", "against_sla", "next_window", "next_run")).to.deep.equal([
      ["on time", "mw-install-auto", "2026-11-21T04:00:00Z"],
      [null, null, null],
    ]);
    expect(cells(made, "rejected", "baseline").flat()).to.include("al2-auto");
    const late = await report({ kind: "needed", asOf: "2026-12-18T00:00:00Z" });
    expect(cells(late, "servers", "against_sla", "overdue")).to.deep.equal([
      ["overdue", 9],
      [null, null],
    ]);
    expect(figure(late, "overdue")).to.equal(1);
  });

  it("count each server once by what a collection says of it, and of no location as compliant that cannot be read", async () => {
    const made = await report({ kind: "compliance" });
    const states = cells(
      made,
      "by-account",
      "account",
      "servers",
      "unknown",
      "failed",
      "missing",
      "pending_reboot",
      "compliant",
    );
    expect(states).to.deep.equal([
      ["011122223333", 5, 2, 0, 1, 1, 1],
      ["222233334444", 8, 6, 1, 0, 0, 1],
    ]);
    expect(cells(made, "by-group", "group", "servers", "compliant_percent")).to.deep.equal([
      ["prod-auto", 11, 18.2],
      ["prod-reviewed", 2, 0],
    ]);
    expect(cells(made, "unknown", "server").flat()).to.include.members(["clock-ahead", "vm-twice", "win-01"]);
    expect(made.unknowns).to.deep.equal([
      `Account 333344445555, eu-west-1, collection ${stamps.after}: its AWS:Application is damaged: unexpected end of file.`,
      "Severities and CVEs: there is no snapshot of advisories; npx patchplane advisories update makes one.",
    ]);
  });

  it("follow the states over all collections, as a count by hand has them", async () => {
    const made = await report({ kind: "compliance" });
    const byHand = (["first", "before", "after"] as const).flatMap((when: When) => {
      const servers = allRecords("Patchplane:Server", when);
      const groups = [...new Set(servers.map(({ patchGroup }) => patchGroup))].sort();
      return groups.map((group) => {
        const own = servers.filter(({ patchGroup }) => patchGroup === group);
        const summaries = own.map(({ resourceId }) =>
          allRecords("AWS:PatchSummary", when).find((summary) => summary.resourceId === resourceId),
        );
        const missing = summaries.filter((each) => each?.FailedCount === "0" && each.MissingCount !== "0");
        return [group, own.length, summaries.filter((each) => each === undefined).length, missing.length];
      });
    });
    expect(cells(made, "trend", "group", "servers", "unknown", "missing")).to.deep.equal(byHand);
    expect(made.charts.find(({ id }) => id === "trend"))
      .to.have.property("instants")
      .with.lengthOf(3);
  });

  it("tell each owner what comes next and what the last cycle did, and what is not known of it", async () => {
    const made = await report({ kind: "owner", owners: ["team-web"] });
    expect(cells(made, "next", "owner", "server", "update", "next_window")).to.deep.equal([
      ["team-web", "web-01", "bash.amd64", "mw-install-auto"],
    ]);
    expect(cells(made, "last", "server", "package", "before", "after", "run").at(-1)).to.deep.equal([
      "web-02",
      "curl",
      "7.81.0-1ubuntu1.10",
      "7.81.0-1ubuntu1.20",
      `${runId}, ${otherRunId}`,
    ]);
    const all = await report({ kind: "owner" });
    const unknown = cells(all, "last", "server", "change").filter(([, change]) =>
      String(change).startsWith("not known"),
    );
    expect(unknown.map(([server]) => server)).to.include.members(["clock-ahead", "al-old-agent", "cut-off-01"]);
  });

  describe("add up", () => {
    /** The servers of some collections, counted from their records: each node, and who has none anywhere. */
    function serversIn(...collections: readonly When[]): number {
      const records = collections.flatMap((when) => allRecords("Patchplane:Server", when));
      const nodes = records.filter(({ resourceId }) => resourceId !== "");
      const withNode = new Set(nodes.map(({ location, serverId }) => `${location} ${serverId}`));
      const keys = records.flatMap(({ location, serverId, resourceId }) => {
        if (resourceId !== "") return [`${location} node ${resourceId}`];
        return withNode.has(`${location} ${serverId}`) ? [] : [`${location} ${serverId}`];
      });
      return new Set(keys).size;
    }

    it("to every server of the two collections, compared or not, and to every change", async () => {
      const made = await report({ kind: "changes" });
      expect(figureSum(made, "servers_compared", "servers_not_compared")).to.equal(serversIn("before", "after"));
      const apart = cells(made, "not-compared", "account", "region", "node", "server").map(String);
      expect(new Set(apart).size).to.equal(apart.length).and.to.equal(figure(made, "servers_not_compared"));
      const changed = cells(made, "changes", "account", "region", "node").map(String);
      expect(new Set(changed).size).to.equal(figure(made, "servers_changed"));
      expect(figureSum(made, ...changeKinds))
        .to.equal(changed.length)
        .and.to.be.greaterThan(0);
      const drawn = made.charts.flatMap(({ series }) => series.flatMap(({ values }) => values));
      expect(total(drawn)).to.equal(changed.length);
    });

    it("to every server of a run, by what became of it", async () => {
      const made = await report({ kind: "outcome", run: runId });
      const servers = cells(made, "servers", "account", "region", "server", "node").map(String);
      expect(new Set(servers).size).to.equal(servers.length).and.to.equal(figure(made, "servers"));
      expect(total(made.summary.slice(1).map(({ value }) => value))).to.equal(servers.length);
    });

    it("to every server of a collection by what it says of it, and to everything missing, however it is cut", async () => {
      // Late enough for something to be overdue.
      const made = await report({ kind: "compliance", asOf: "2026-12-18T00:00:00Z" });
      const states = serverStates.map((state) => state.replaceAll(" ", "_"));
      const late = ["updates_on_time", "updates_due", "updates_overdue"];
      const servers = figure(made, "servers");
      expect(figureSum(made, "servers", "elsewhere")).to.equal(serversIn("after"));
      expect(figureSum(made, ...states)).to.equal(servers);
      for (const table of ["by-group", "by-business-unit", "by-account", "by-region", "by-os"]) {
        expect(sumOf(made, table, "servers"), table).to.equal(servers);
        expect(sumOf(made, table, ...states), table).to.equal(servers);
        expect(sumOf(made, table, ...late), table).to.equal(figureSum(made, ...late));
      }
      expect(cells(made, "unknown", "server").length).to.equal(figure(made, "unknown"));
      expect(cells(made, "escalation", "server").length).to.equal(figure(made, "updates_overdue"));
      expect(figure(made, "updates_overdue")).to.equal(1);
      const instants = cells(made, "trend", "collected", "servers");
      const newest = instants.filter(([at]) => at === instants.at(-1)?.[0]).map(([, count]) => count ?? null);
      expect(total(newest)).to.equal(serversIn("after"));
    });

    it("to everything that is needed, by severity and by server", async () => {
      const made = await report({ kind: "needed" });
      const rows = cells(made, "servers", "server").length;
      expect(figureSum(made, ...severities)).to.equal(rows);
      expect(sumOf(made, "updates", "servers")).to.equal(rows);
      expect(cells(made, "updates", "update").length).to.equal(figure(made, "updates"));
      expect(sumOf(made, "excluded", "servers")).to.equal(figure(made, "excluded"));
    });
  });
});
