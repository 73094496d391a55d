import { expect } from "chai";
import { packageTable } from "../../simulator/world/packageTable.ts";
import type { PackageRow, Release } from "../../simulator/world/packageRow.ts";

const releases = ["2016", "2019", "2022", "2025"];
const dayLength = 86_400_000;
const end = new Date("2028-01-01T00:00:00Z");
const tuesday = 2;

function rowsOf(release: string): readonly PackageRow[] {
  return packageTable({ os: "windows-server", release, arch: "x86_64", cloud: "aws" }).rows;
}

function rowNamed(release: string, name: string): PackageRow {
  const row = rowsOf(release).find((each) => each.name === name);
  if (row === undefined) throw new Error(`Windows Server ${release} has no ${name}`);
  return row;
}

/** Every release of a row that comes out before the end. */
function history(row: PackageRow): Release[] {
  const found: Release[] = [];
  for (let index = row.optional ? 1 : 0; row.calendar.at(index) < end; index += 1) found.push(row.release(index));
  return found;
}

/** What the newest of a row's releases is on a day; none when an optional one is not on offer. */
function offered(row: PackageRow, day: Date): Release | undefined {
  const newest = row.calendar.newest(day);
  return row.optional && newest === 0 ? undefined : row.release(newest);
}

// https://learn.microsoft.com/windows/deployment/update/release-cycle
describe("embedded cloud: Windows updates", () => {
  for (const release of releases) {
    it(`brings a cumulative update on every Patch Tuesday to Windows Server ${release}`, () => {
      const dates = history(rowNamed(release, "cumulative")).map(({ releasedAt }) => releasedAt);
      const regular = dates.filter((day) => day.getUTCDay() === tuesday && Math.ceil(day.getUTCDate() / 7) === 2);
      const months = new Set(regular.map((day) => day.toISOString().slice(0, 7)));
      expect(months.size).to.equal(48);
    });

    it(`offers no superseded update on any day to Windows Server ${release}`, () => {
      const rows = rowsOf(release);
      // The articles of the daily definitions and the removal tool never change, so they replace themselves.
      const replacing = rows.flatMap(history).filter(({ supersedes, version }) => !supersedes.includes(version));
      for (let day = Date.UTC(2024, 6, 1); day < Date.UTC(2027, 0, 1); day += dayLength) {
        const out = replacing.filter(({ releasedAt }) => releasedAt.getTime() <= day);
        const replaced = new Set(out.flatMap(({ supersedes }) => supersedes));
        const now = rows.flatMap((row) => offered(row, new Date(day)) ?? []);
        expect(now.filter(({ version }) => replaced.has(version))).to.deep.equal([]);
      }
    });

    it(`says what each cumulative update of Windows Server ${release} replaces`, () => {
      const all = history(rowNamed(release, "cumulative"));
      expect(all[0]?.supersedes).to.deep.equal([]);
      for (const [index, { supersedes }] of all.entries())
        if (index > 0) expect(supersedes).to.include(all[index - 1]?.version);
    });
  }

  it("gives every update of a month and a release an article of its own, in rising order", () => {
    const owners = new Map<string, string>();
    for (const release of releases) {
      for (const name of ["cumulative", "dotnet", "servicing", "preview"]) {
        const row = rowsOf(release).find((each) => each.name === name);
        const articles = row === undefined ? [] : history(row).map(({ version }) => version);
        expect(articles).to.deep.equal([...articles].sort());
        for (const [index, article] of articles.entries()) {
          expect(article).to.match(/^KB\d{7}$/);
          expect(owners.get(article)).to.equal(undefined);
          owners.set(article, `${release} ${name} ${String(index)}`);
        }
      }
    }
    expect(owners.size).to.be.greaterThan(400);
  });

  it("brings some updates out of band, days after a Patch Tuesday", () => {
    const all = releases.flatMap((release) => history(rowNamed(release, "cumulative")));
    const outOfBand = all.filter(({ releasedAt }) => {
      const isTuesday = releasedAt.getUTCDay() === tuesday;
      return !isTuesday || Math.ceil(releasedAt.getUTCDate() / 7) !== 2;
    });
    expect(outOfBand.length / all.length).to.be.within(0.05, 0.25);
  });

  it("offers a preview from the fourth Tuesday to the next Patch Tuesday only, and none in December", () => {
    const preview = rowNamed("2022", "preview");
    // In November 2026 the fourth Tuesday is the 24th, and the next Patch Tuesday is 8 December.
    const shown = (day: string): string | undefined => offered(preview, new Date(day))?.title.slice(0, 33);
    expect(shown("2026-11-24T12:00:00Z")).to.equal(undefined);
    expect(shown("2026-11-25T00:00:00Z")).to.equal("2026-11 Cumulative Update Preview");
    expect(shown("2026-12-08T12:00:00Z")).to.equal("2026-11 Cumulative Update Preview");
    expect(shown("2026-12-09T00:00:00Z")).to.equal(undefined);
    expect(shown("2026-12-30T00:00:00Z")).to.equal(undefined);
  });

  it("lets the next cumulative update replace the preview", () => {
    const [preview, cumulative] = [rowNamed("2022", "preview"), rowNamed("2022", "cumulative")];
    const [before, after] = [new Date("2026-11-25T00:00:00Z"), new Date("2026-12-09T00:00:00Z")];
    expect(offered(cumulative, after)?.supersedes).to.include(offered(preview, before)?.version);
  });

  it("calls .NET updates without security fixes ordinary updates", () => {
    const classes = new Set(history(rowNamed("2022", "dotnet")).map(({ classification }) => classification));
    expect([...classes].sort()).to.deep.equal(["SecurityUpdates", "Updates"]);
  });

  it("brings a servicing stack to Windows Server 2016 alone: later ones have it in the cumulative update", () => {
    const having = releases.filter((release) => rowsOf(release).some(({ name }) => name === "servicing"));
    expect(having).to.deep.equal(["2016"]);
  });
});
