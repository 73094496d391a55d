import { mkdir, readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { advisoryFile, type AdvisoryRecord } from "../../domain/advisories/advisory.ts";
import type { ReportDocument } from "../../domain/report/report.ts";
import { folderStore } from "../../operations/store/folderStore.ts";
import { writeRecords } from "../../operations/store/records.ts";
import { folderOfAll } from "../harness/folders.ts";
import {
  earlierRunId,
  emptyRunId,
  hostile,
  otherRunId,
  runId,
  stamps,
  writeFixture,
} from "../operations/report/fixture.ts";
import { patchplane, type Ended } from "./commandFixture.ts";

describe("patchplane report, the command", function () {
  const folder = folderOfAll();
  const root = join(import.meta.dirname, "..", "..");

  before(async () => {
    await mkdir(join(folder(), "collections"));
    writeFixture(join(folder(), "collections"));
    await writeRecords(folderStore(join(folder(), "collections")), advisoryFile, [
      {
        os_family: "ubuntu",
        release: "22.04",
        package: "curl",
        fixed_version: "7.81.0-1ubuntu1.19",
        advisory: "USN-7000-1",
        cve: "CVE-2026-1000",
        severity: "high",
        severity_source: "Ubuntu",
        kev: "",
        published: "2026-11-10T00:00:00Z",
        retrieved: "2026-11-15T00:00:00Z",
      } satisfies AdvisoryRecord,
    ]);
  });

  function report(...args: readonly string[]): Promise<Ended> {
    const place = ["--stack", "prod", "--store", join(folder(), "collections")];
    return patchplane(root, "http://127.0.0.1:9", ["report", ...place, "--as-of", "2026-11-16T00:00:00Z", ...args]);
  }

  it("compares the last two collections, and ends with 1 where something is not known", async () => {
    const ended = await report();
    expect(ended).to.include({ code: 1, stderr: "" });
    expect(ended.stdout).to.contain(`from collection ${stamps.before}, to collection ${stamps.after}`);
    expect(ended.stdout).to.match(/web-01 .* curl +7\.81\.0-1ubuntu1\.18 +7\.81\.0-1ubuntu1\.20 +upgraded/);
    expect(ended.stdout).to.contain("Account 333344445555, eu-west-1");
  });

  it("ends with 0 where all of what was asked is known", async () => {
    expect(await report("--server", "web-02", "--collection", "2026-11-01..2026-11-08")).to.include({
      code: 0,
      stderr: "",
    });
  });

  it("says in JSON by the schema what a run did, to which servers, and what let it", async () => {
    const { stdout } = await report("--run", runId, "--json");
    const made = JSON.parse(stdout) as ReportDocument;
    const [changes] = made.tables;
    const keys = changes?.columns.map(({ key }) => key) ?? [];
    const cells = (key: string) => new Set(changes?.rows.map((row) => row[keys.indexOf(key)]));
    const compared = { before: stamps.before, after: stamps.after };
    expect(made.question).to.deep.equal({ stack: "prod", timezone: "America/New_York", run: runId, ...compared });
    expect([...cells("server")]).to.deep.equal([
      "web-01",
      "web-02",
      hostile.server,
      "app-01",
      "al-01",
      "win-01",
      "late-inventory",
    ]);
    expect([...cells("run")]).to.deep.equal([runId, `${runId}, ${otherRunId}`]);
    expect([...cells("approved_by")]).to.deep.equal(["automatic"]);
  });

  it("writes CSV in which nothing runs, whole, and says where", async () => {
    const file = join(folder(), "changes.csv");
    expect(await report("--format", "csv", "--output", file)).to.include({ stdout: `${file} written\n` });
    const csv = await readFile(file, "utf8");
    expect(csv.split("\n")[0]).to.match(/^server,node,owner,.*,package,architecture,before,after,change,/);
    expect(csv).to.contain(`'${hostile.pack}`).and.to.contain(`'${hostile.owner}`);
    expect(csv).not.to.match(/(^|,)"?[=@+]/m);
    expect(csv).not.to.contain("\u001B");
  });

  it("writes a site of the runs and groups, and again in the same place, and in no other", async () => {
    const site = join(folder(), "site");
    expect(await report("--site", site, "--group", "prod-auto")).to.include({
      // Servers whose location cannot be read are in it.
      code: 1,
      stdout: `${join(site, "index.html")} written\n`,
    });
    expect(await readdir(join(site, "runs"))).to.deep.equal(
      [emptyRunId, runId, otherRunId, earlierRunId].map((id) => `${id}.html`),
    );
    expect(await readdir(join(site, "groups"))).to.deep.equal(["prod-auto.html"]);
    expect(await readFile(join(site, "index.html"), "utf8")).to.contain(`runs/${runId}.html`);
    expect(await report("--site", site, "--group", "prod-auto", "--group", "jump-log")).to.include({ stderr: "" });
    // No server is of the other one.
    expect(await readdir(join(site, "groups"))).to.deep.equal(["prod-auto.html"]);
    expect((await report("--site", join(folder(), "collections"))).stderr).to.contain(
      "holds files that no report wrote",
    );
  });

  it("has on one page what the newest run did, what changed, who is compliant and what is needed", async () => {
    const kindsIn = (html: string): readonly string[] => [
      ...new Set([...html.matchAll(/<h3 id="([a-z]+)-[a-z-]+-title"/g)].map(([, kind]) => kind ?? "")),
    ];
    const file = join(folder(), "page.html");
    expect(await report("--format", "html", "--output", file)).to.include({ code: 1, stdout: `${file} written\n` });
    const html = await readFile(file, "utf8");
    expect(html).to.contain("<h1>Patching of prod</h1>");
    expect(kindsIn(html)).to.deep.equal(["outcome", "changes", "compliance", "needed"]);
    const [piped, ofRun] = await Promise.all([report("--format", "html"), report("--format", "html", "--run", runId)]);
    // The browser's policy is of the very bytes: what goes to a pipe is what a file has.
    expect(piped.stdout).to.equal(html);
    expect(kindsIn(ofRun.stdout)).to.deep.equal(["outcome", "changes"]);
  });

  it("names on a page what the collections cannot answer, and why", async () => {
    const { code, stdout } = await report("--format", "html", "--until", "2026-11-01T07:00:00Z");
    expect(code).to.equal(1);
    expect(stdout).to.contain("No report of changes: two collections are compared, and there is one.");
    expect(stdout).to.contain('<h3 id="compliance-');
  });

  it("says what stands against it, with the names that are there", async () => {
    const refusals: Readonly<Record<string, string>> = {
      "--run wexec-001": `did you mean "${runId}"?`,
      "--format html --run wexec-001": `did you mean "${runId}"?`,
      "--collection 2026-11-01..2027": 'no such collection, got "2027"',
      "--collection 2026-11-15..2026-11-01": "the second is not after the first",
      "--until 2026-11-01T07:00:00Z": "there is one",
      "--until 2026-10-01T07:00:00Z --kind needed": "--store: there is no",
      [`--run ${runId} --since 2026-11-01T07:00:00Z`]: "one of them says",
    };
    const ended = await Promise.all(
      Object.keys(refusals).map(async (asked) => [asked, await report(...asked.split(" "))] as const),
    );
    for (const [asked, { code, stdout, stderr }] of ended) {
      expect({ code, stdout }, asked).to.deep.equal({ code: 2, stdout: "" });
      expect(stderr, asked).to.contain(refusals[asked]);
    }
  });
});
