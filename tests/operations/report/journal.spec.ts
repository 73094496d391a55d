import { join } from "node:path";
import { expect } from "chai";
import { projectFiles } from "../../../config/projectFiles.ts";
import type { Cell, ReportDocument } from "../../../domain/report/report.ts";
import { withReports, type ReportRequest } from "../../../operations/report/report.ts";
import { folderOfAll } from "../../harness/folders.ts";
import { group, location, samplePlane, server } from "../../domain/samplePlane.ts";
import { closeClouds, cloudWith, home, instance, ireland, ssmOf } from "../../simulator/cloudFixture.ts";
import { baselineFor, group as app, installs, patch, rule } from "../../simulator/patchingFixture.ts";
import { collectPlace, makeInventory, type CollectPlace } from "../collectFixture.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const tags = { PatchGroup: app };
const ids = ["i-00000000000000002", "i-00000000000000003"] as const;
const plane = samplePlane({
  locations: [location("main", { accountId: home, region: ireland })],
  groups: [group(app)],
  fleet: [server(2, { patchGroup: app }), server(3, { patchGroup: app, os: "amazon-linux", release: "2023" })],
});

function cells({ tables: [first] }: ReportDocument, ...keys: readonly string[]): readonly (readonly Cell[])[] {
  const indexes = keys.map((key) => first?.columns.findIndex((column) => column.key === key) ?? -1);
  return (first?.rows ?? []).map((row) => indexes.map((index) => row[index] ?? null));
}

/** The machines' own package data writes an epoch of 0, which says nothing. */
function plain(version: string | null): string | null {
  return version?.replace(/^0:/, "") ?? null;
}

describe("reports on what was collected of the embedded cloud", () => {
  const copies = folderOfAll();
  let at: CollectPlace;

  before(async () => {
    at = await collectPlace();
  });
  after(async () => {
    await at.close();
    await closeClouds();
  });

  it("have every package that its journal says was installed, with before and after, and nothing else", async () => {
    const cloud = await cloudWith([
      instance(ids[0], { tags }),
      instance(ids[1], { tags, os: "amazon-linux", release: "2023" }),
    ]);
    const ssm = ssmOf(cloud);
    await makeInventory(cloud, app);
    const rules = [rule({ PRODUCT: ["*"] }, { EnableNonSecurity: true })];
    await baselineFor(ssm, "UBUNTU", rules);
    await baselineFor(ssm, "AMAZON_LINUX_2023", [
      rule({ PRODUCT: ["*"] }, { EnableNonSecurity: true, ApproveAfterDays: 0 }),
    ]);
    await cloud.advanceTo(new Date("2026-11-02T13:00:00Z"));
    await at.run(plane, cloud);
    const run = await patch(ssm, ids, { Operation: "Install", RebootOption: "RebootIfNeeded" });
    // The inventory association gathers every day at noon.
    await cloud.advanceTo(new Date("2026-11-03T13:00:00Z"));
    await at.run(plane, cloud);

    const asOf = cloud.now();
    const context = { root, files: projectFiles(root), stack: "prod", plane, store: at.store, copies: copies(), asOf };
    const report = (request: ReportRequest): Promise<ReportDocument> =>
      withReports(context, async (opened) => {
        const made = await opened.report(request);
        if ("faults" in made) throw new Error(made.faults.map(({ message }) => message).join());
        return made.report;
      });
    const journal = installs(cloud).flatMap(({ nodeId, packages }) =>
      packages.map(({ name, from, to }) => [nodeId, name, plain(from), plain(to)]),
    );
    expect(new Set(journal.map(([node]) => node))).to.deep.equal(new Set(ids));
    for (const asked of [{}, { run }]) {
      const changes = await report({ kind: "changes", ...asked });
      expect(changes.unknowns).to.deep.equal([
        "Severities and CVEs: there is no snapshot of advisories; npx patchplane advisories update makes one.",
      ]);
      expect(cells(changes, "node", "package", "before", "after")).to.have.deep.members(journal);
      expect(new Set(cells(changes, "run", "evidence").flat())).to.deep.equal(new Set([run, "two inventories"]));
    }
    const outcome = await report({ kind: "outcome", run });
    expect(cells(outcome, "node", "outcome")).to.deep.equal(ids.map((id) => [id, "patched"]));
  });
});
