import { expect } from "chai";
import { dirname, join } from "node:path/posix";
import type { ReportSite } from "../../../domain/report/site.ts";
import { reportSite } from "../../../render/report/reportSite.ts";
import { changesReport, complianceReport, outcomeReport } from "./page/sampleReports.ts";

const site: ReportSite = {
  title: "Patching of prod",
  overall: [complianceReport],
  runs: [
    {
      name: "8f6a2c11-3d0e-4c1b-9a57-52c1f5a4e9d2",
      title: "mw-install-web",
      at: "2026-11-27T03:40:00Z",
      documents: [outcomeReport, changesReport(3)],
    },
    { name: "CON/../x y", title: "a command", at: "2026-11-26T03:40:00Z", documents: [outcomeReport] },
    { name: "con-x-y", title: "another", documents: [outcomeReport] },
  ],
  groups: [
    { name: "prod-web", title: "prod-web", documents: [changesReport(3)] },
    { name: "Prod-Web", title: "Prod-Web", documents: [changesReport(2)] },
    { name: "グループ", title: "グループ", documents: [] },
  ],
};

const links = (html: string): readonly string[] =>
  [...html.matchAll(/<a href="([^"#]+)"/g)].map(([, href]) => href ?? "");

describe("the reports' site", () => {
  const files = reportSite(site);

  it("has an index and a page of each run and group, none over another on a file system without cases", () => {
    const paths = [...files.keys()];
    expect(paths).to.have.lengthOf(7);
    expect(new Set(paths.map((path) => path.toLowerCase())).size).to.equal(7);
    for (const path of paths) expect(path).to.match(/^(index|(runs|groups)\/[a-z0-9-]+)\.html$/);
    expect(paths.slice(0, 2)).to.deep.equal(["index.html", "runs/8f6a2c11-3d0e-4c1b-9a57-52c1f5a4e9d2.html"]);
  });

  it("leads from the index to every page and back, by relative links that need no script", () => {
    expect(links(files.get("index.html") ?? "").toSorted()).to.deep.equal([...files.keys()].slice(1).toSorted());
    for (const [path, html] of files) {
      const targets = links(html).map((href) => join(dirname(path), href));
      expect([...files.keys()], path).to.include.members(targets);
      if (path !== "index.html") expect(targets, path).to.include("index.html");
    }
    const second = [...files.keys()][2] ?? "";
    expect(links(files.get(second) ?? "").map((href) => join("runs", href))).to.deep.equal([
      "index.html",
      [...files.keys()][1],
      [...files.keys()][3],
    ]);
  });

  it("says in the index what of a run needs a look, and shows the trend", () => {
    const index = files.get("index.html") ?? "";
    const [, first = ""] = index.split('<ul class="directory">');
    const entry = first.slice(0, first.indexOf("</li>"));
    expect(
      [...entry.matchAll(/<span class="pill (\w+)">([^<]+)</g)].map(([, tone, text]) => [tone, text]),
    ).to.deep.equal([
      ["good", "Patched 1,174"],
      ["bad", "Failed 9"],
      ["warning", "Pending reboot 12"],
      ["unknown", "Unknown 5"],
    ]);
    expect(entry).to.include("Fri 2026-11-27 03:40");
    expect(index).to.include("Servers without missing updates");
  });

  it("is the same bytes for the same reports", () => {
    expect(reportSite(structuredClone(site))).to.deep.equal(files);
  });
});
