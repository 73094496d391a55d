import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { readPlane } from "../../../config/file.ts";
import { projectFiles } from "../../../config/projectFiles.ts";
import { partitionFile } from "../../../domain/collection/layout.ts";
import type { CollectionRecords, ServerRecord } from "../../../domain/collection/records.ts";
import { serversAt } from "../../../domain/fleet/placement.ts";
import type { ReportDocument } from "../../../domain/report/report.ts";
import { withReports, type ReportRequest } from "../../../operations/report/report.ts";
import { folderStore } from "../../../operations/store/folderStore.ts";
import { folderOfAll } from "../../harness/folders.ts";
import { recordsOf } from "./fixture.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const stamps = ["2026-11-01T060000Z", "2026-11-08T060000Z", "2026-11-15T060000Z"] as const;
const account = "111122223333";

/** Three collections of two locations of the checked-in stack; the second lacks one, of the third its file is damaged. */
describe("collections that lack a location", () => {
  const folder = folderOfAll();
  const read = readPlane(root, "prod");
  if ("faults" in read) throw new Error("the checked-in stack has faults");
  const { plane } = read;
  const sample = recordsOf("euw1", "before");

  function server(id: string, region: string, more: Partial<ServerRecord> = {}): ServerRecord {
    const [known] = sample["Patchplane:Server"];
    if (known === undefined) throw new Error("the fixture has no server");
    const location = region === "eu-west-1" ? "prod-euw1" : "prod-use1";
    return { ...known, resourceId: id, serverId: id, name: id, location, site: location, ...more };
  }

  /** One location of one collection; every server lacks one update but the last, which lacks nothing. */
  function write(collected: string, region: string, servers: readonly ServerRecord[], cut = 0): void {
    const [summary] = sample["AWS:PatchSummary"];
    const [location] = sample["Patchplane:Location"];
    const [missing] = sample["Patchplane:Missing"];
    const lacking = servers.slice(0, -1);
    const count = (id: string): string => String(Number(lacking.some(({ resourceId }) => resourceId === id)));
    const records: Partial<{ [Name in keyof CollectionRecords]: readonly object[] }> = {
      "Patchplane:Location": [{ ...location, accountId: account, region }],
      "Patchplane:Server": servers,
      "AWS:PatchSummary": servers.map(({ resourceId }) => ({
        ...summary,
        resourceId,
        MissingCount: count(resourceId),
      })),
      "Patchplane:Missing": lacking.map(({ resourceId, serverId }) => ({ ...missing, resourceId, serverId })),
    };
    for (const [type, rows] of Object.entries(records)) {
      const partition = { type: type as keyof CollectionRecords, collected, accountId: account, region };
      const path = join(folder(), partitionFile(partition));
      const packed = gzipSync(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, type === "AWS:PatchSummary" ? packed.subarray(0, packed.length - cut) : packed);
    }
  }

  before(() => {
    const elsewhere = server("i-k8s", "us-east-1", { patchGroup: "wellframe", approval: "elsewhere" });
    const america = [elsewhere, server("i-1", "us-east-1"), server("i-2", "us-east-1")];
    const europe = [server("i-3", "eu-west-1"), server("i-4", "eu-west-1"), server("i-5", "eu-west-1")];
    for (const stamp of stamps) write(stamp, "us-east-1", america);
    write(stamps[0], "eu-west-1", europe);
    write(stamps[2], "eu-west-1", europe, 12);
  });

  async function report(request: ReportRequest): Promise<ReportDocument> {
    const context = { root, files: projectFiles(root), stack: "prod", plane, store: folderStore(folder()) };
    const asOf = new Date("2026-11-16T00:00:00Z");
    const made = await withReports({ ...context, copies: join(folder(), "parquet"), asOf }, (opened) =>
      opened.report(request),
    );
    if ("faults" in made) throw new Error(made.faults.map(({ message }) => message).join());
    return made.report;
  }

  const patched = serversAt(plane, "prod-euw1").filter(
    ({ patchGroup }) => plane.groups[patchGroup]?.kind !== "elsewhere",
  ).length;

  it("are points of the trend with as many unknown servers as the one before has there, and no improvement", async () => {
    const { tables, charts, headline } = await report({ kind: "compliance" });
    const trend = tables.find(({ id }) => id === "trend");
    const keys = ["group", "servers", "unknown", "missing", "compliant", "not_read"];
    const places = keys.map((key) => trend?.columns.findIndex((column) => column.key === key) ?? -1);
    expect(trend?.rows.map((row) => places.map((place) => row[place]))).to.deep.equal([
      ["prod-auto", 5, 0, 3, 2, null],
      ["prod-auto", 5, 3, 1, 1, 3],
      ["prod-auto", 5, 3, 1, 1, 3],
    ]);
    expect(trend?.note).to.match(/^2 collections lack a location/);
    expect(charts.find(({ id }) => id === "trend")?.note).to.equal(trend?.note);
    expect(headline).to.match(new RegExp(`it was 40 % on 2026-11-01.*of ${String(patched)} servers nothing is known`));
  });

  it("have its servers as unknown, and say that it is not there", async () => {
    const until = new Date("2026-11-09T00:00:00Z");
    const { unknowns, summary, headline } = await report({ kind: "needed", until });
    expect(unknowns).to.include(
      `Account ${account}, eu-west-1, collection ${stamps[1]}: the collection does not have it.`,
    );
    expect(summary.find(({ key }) => key === "servers_unknown")?.value).to.equal(patched);
    expect(headline).to.equal(`1 update missing on 1 server; of ${String(patched)} servers it is not known.`);
  });

  it("count what servers lack that are patched elsewhere in no report", async () => {
    const pair = [stamps[0], stamps[0]] as const;
    const needed = await report({ kind: "needed", pair });
    expect(JSON.stringify(needed.tables)).to.include("i-1").and.not.to.include("i-k8s");
    const compliance = await report({ kind: "compliance", pair });
    const late = compliance.summary.filter(({ key }) => key.startsWith("updates_"));
    expect(late.reduce((sum, { value }) => sum + Number(value), 0)).to.equal(3);
    const { headline } = await report({ kind: "compliance", pair, groups: ["wellframe"] });
    expect(headline).to.equal(
      "The collection has no server of what was asked that this stack patches; 1 server is patched elsewhere.",
    );
  });
});
