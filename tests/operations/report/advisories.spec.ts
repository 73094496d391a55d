import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { readPlane } from "../../../config/file.ts";
import { projectFiles } from "../../../config/projectFiles.ts";
import { advisoryFile, type AdvisoryRecord } from "../../../domain/advisories/advisory.ts";
import type { Cell, ReportDocument, ReportKind } from "../../../domain/report/report.ts";
import { withReports } from "../../../operations/report/report.ts";
import { folderStore } from "../../../operations/store/folderStore.ts";
import { writeRecords } from "../../../operations/store/records.ts";
import { folderOfEach } from "../../harness/folders.ts";
import { writeFixture } from "./fixture.ts";

const root = join(import.meta.dirname, "..", "..", "..");

function advisory(name: string, fixed: string, more: Partial<AdvisoryRecord>): AdvisoryRecord {
  return {
    os_family: "ubuntu",
    release: "22.04",
    package: name,
    fixed_version: fixed,
    advisory: "USN-7000-1",
    cve: "CVE-2026-1000",
    severity: "high",
    severity_source: "Ubuntu",
    kev: "",
    published: "2026-11-10T00:00:00Z",
    retrieved: "2026-11-15T00:00:00Z",
    ...more,
  };
}

const records = [
  advisory("bash", "5.1-6ubuntu1.1", { advisory: "USN-7001-1", cve: "CVE-2026-1001", severity: "medium" }),
  advisory("curl", "7.81.0-1ubuntu1.10", { cve: "CVE-2026-0999", severity: "critical" }),
  advisory("curl", "7.81.0-1ubuntu1.19", { kev: "2026-11-12" }),
  advisory("curl", "7.81.0-1ubuntu1.21", { cve: "CVE-2026-1002", severity: "critical" }),
];

describe("reports with a snapshot of advisories", () => {
  const folder = folderOfEach();

  beforeEach(() => {
    writeFixture(folder());
  });

  async function report(kind: ReportKind, asOf = "2026-11-16T00:00:00Z"): Promise<ReportDocument> {
    const resolved = readPlane(root, "prod");
    if ("faults" in resolved) throw new Error("the checked-in stack has faults");
    const store = folderStore(folder());
    const context = { root, files: projectFiles(root), stack: "prod", plane: resolved.plane, store };
    const copies = join(folder(), "parquet");
    const read = await withReports({ ...context, copies, asOf: new Date(asOf) }, (opened) => opened.report({ kind }));
    if ("faults" in read) throw new Error(read.faults.map(({ message }) => message).join());
    return read.report;
  }

  function cells({ tables }: ReportDocument, table: string, where: Cell, ...keys: readonly string[]) {
    const { columns = [], rows = [] } = tables.find(({ id }) => id === table) ?? {};
    const of = (row: readonly Cell[], key: string) => row[columns.findIndex((column) => column.key === key)];
    return rows.filter((row) => row.includes(where)).map((row) => keys.map((key) => of(row, key)));
  }

  const columns = ["severity", "severity_source", "advisories", "cves", "exploited"] as const;

  it("tell what each update mended, and nothing of what it did not", async () => {
    await writeRecords(folderStore(folder()), advisoryFile, records);
    const changes = await report("changes");
    // Of two servers, one of which only its run's own report tells.
    const mended = ["high", "Ubuntu", "USN-7000-1", "CVE-2026-1000", "yes"];
    expect(cells(changes, "changes", "7.81.0-1ubuntu1.18", ...columns)).to.deep.equal([mended, mended]);
    expect(cells(changes, "changes", "htop", ...columns)).to.deep.equal([["unknown", null, null, null, null]]);
  });

  it("count the time limit of a missing update by what it would mend, and by 30 days where nobody knows", async () => {
    expect(cells(await report("needed"), "servers", "bash.amd64", "severity", "limit")).to.deep.equal([
      ["unknown", 30],
    ]);
    await writeRecords(folderStore(folder()), advisoryFile, records);
    const [known] = cells(await report("needed"), "servers", "bash.amd64", "severity", "limit");
    // The rule of the baseline asks for 30 days, whatever the severity.
    expect(known).to.deep.equal(["medium", 30]);
    const old = await report("needed", "2026-12-15T00:00:00Z");
    expect(cells(old, "servers", "bash.amd64", "severity")).to.deep.equal([["unknown"]]);
  });

  it("say in one line why severities are unknown: there is no snapshot, or it is old", async () => {
    const lines = async (kind: ReportKind, asOf?: string) =>
      (await report(kind, asOf)).unknowns.filter((line) => line.startsWith("Severities"));
    const none = [
      "Severities and CVEs: there is no snapshot of advisories; npx patchplane advisories update makes one.",
    ];
    for (const kind of ["changes", "needed", "compliance", "owner"] as const)
      expect(await lines(kind), kind).to.deep.equal(none);
    await writeRecords(folderStore(folder()), advisoryFile, records);
    expect(await lines("needed")).to.deep.equal([]);
    expect(await lines("changes")).to.deep.equal([
      "Severities and CVEs of amazon-linux: the snapshot has no advisories of it.",
      "Severities and CVEs of debian: the snapshot has no advisories of it.",
    ]);
    expect(await lines("needed", "2026-12-15T00:00:00Z")).to.deep.equal([
      "Severities and CVEs of ubuntu: the advisories are of 2026-11-15, older than 14 days; " +
        "npx patchplane advisories update renews them.",
    ]);
  });

  it("say so where the snapshot cannot be read, and take every severity for unknown", async () => {
    await writeRecords(folderStore(folder()), advisoryFile, records);
    await writeFile(join(folder(), advisoryFile), "none");
    const changes = await report("changes");
    expect(changes.unknowns.join("\n")).to.match(/^Severities and CVEs: .*advisories\.jsonl\.gz cannot be read/m);
    expect(cells(changes, "changes", "7.81.0-1ubuntu1.18", "severity")).to.deep.equal([["unknown"], ["unknown"]]);
  });
});
