import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { advisoryFile, type AdvisoryRecord } from "../../../domain/advisories/advisory.ts";
import { advisoryIndex, mendedBy, type AdvisoryIndex, type Mended } from "../../../domain/advisories/join.ts";
import type { AdvisoriesUpdate } from "../../../domain/advisories/update.ts";
import type { OsName } from "../../../domain/server.ts";
import { updateAdvisories } from "../../../operations/advisories.ts";
import { folderStore } from "../../../operations/store/folderStore.ts";
import { readRecords } from "../../../operations/store/records.ts";
import { drawPackages, publishedNotices, type PackageRow } from "../../../simulator/index.ts";
import { folderOfAll } from "../../harness/folders.ts";

const now = new Date("2024-12-01T12:00:00Z");

/** The newest releases of the packages of a machine, by pairs: one and the one that follows it. */
function steps(os: OsName, release: string): readonly { readonly row: PackageRow; readonly before: number }[] {
  const id = "i-00000000000000001";
  const spec = { id, os, release, arch: "x86_64", cloud: "aws" } as Parameters<typeof drawPackages>[0];
  return drawPackages(spec, now, 1)
    .table.rows.filter(({ renamed }) => !renamed)
    .flatMap((row) => {
      const newest = row.calendar.newest(now);
      return [newest - 1, newest - 2].filter((before) => before >= 0).map((before) => ({ row, before }));
    });
}

describe("the snapshot of what the embedded cloud's world has published", function () {
  const folder = folderOfAll();
  let updated: AdvisoriesUpdate;
  let index: AdvisoryIndex;

  before(async () => {
    const { osv, updateinfo, exploited } = publishedNotices(now);
    for (const [name, record] of osv) {
      const file = join(folder(), "osv", name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, JSON.stringify(record));
    }
    for (const [release, xml] of updateinfo) await writeFile(join(folder(), `updateinfo-${release}.xml`), xml);
    await writeFile(join(folder(), "kev.json"), JSON.stringify(exploited));
    updated = await updateAdvisories(
      folderStore(folder()),
      {
        ubuntu: [join(folder(), "osv")],
        "amazon-linux": [...updateinfo.keys()].map((release) => join(folder(), `updateinfo-${release}.xml`)),
        kev: [join(folder(), "kev.json")],
      },
      {
        now,
        allPackages: true,
        runSteps: async (all) =>
          (await Promise.all(all.map((step) => step.act(() => undefined)))).map(({ value }) => value),
      },
    );
    const records: AdvisoryRecord[] = [];
    for await (const record of readRecords(folderStore(folder()), advisoryFile)) records.push(record as AdvisoryRecord);
    index = advisoryIndex(records);
  });

  function mended(os: OsName, release: string, row: PackageRow, before: number): Mended {
    const to = row.release(before + 1);
    const update = { os, release, name: to.name, architecture: row.arch, after: to.version };
    return mendedBy(index, { ...update, before: row.release(before).version }, now);
  }

  it("is read without a fault", () => {
    expect(updated.sources.map(({ faults, failure }) => [faults, failure])).to.deep.equal(
      Array.from({ length: 4 }, () => [[], undefined]),
    );
    expect(updated.lines.map(({ family }) => family)).to.deep.equal(["amazon-linux", "ubuntu"]);
  });

  for (const release of ["2", "2023"]) {
    it(`names on Amazon Linux ${release} of each update the notice, the severity and the CVEs that the update has`, () => {
      const all = steps("amazon-linux", release);
      const security = all.filter(({ row, before }) => row.release(before + 1).security);
      expect(security.length).to.be.above(100);
      for (const { row, before } of security) {
        const { advisory, cves, severity, name } = row.release(before + 1);
        const found = mended("amazon-linux", release, row, before);
        expect(found, name).to.deep.include({ kind: "known", advisories: [advisory], cves: [...cves].sort() });
        const words = { Critical: "critical", Important: "high", Medium: "medium", Low: "low" };
        expect(found, name).to.include({ severity: words[severity as keyof typeof words] });
      }
      for (const { row, before } of all.filter((each) => !security.includes(each)))
        expect(mended("amazon-linux", release, row, before).kind, row.name).to.equal("unknown");
    });
  }

  for (const release of ["22.04", "24.04"]) {
    it(`knows on Ubuntu ${release} the security updates and no other`, () => {
      const all = steps("ubuntu", release);
      const known = all.filter(({ row, before }) => mended("ubuntu", release, row, before).kind === "known");
      expect(known).to.deep.equal(all.filter(({ row, before }) => row.release(before + 1).security));
      expect(known.length).to.be.above(100);
    });
  }
});
