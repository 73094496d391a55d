import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { z } from "zod";
import type { ReviewJson } from "../../render/review/reviewJson.ts";
import { gate, patchplane, type Ended } from "./commandFixture.ts";
import { group, reviewedProject, scan, type ReviewedProject } from "./reviewedFixture.ts";

const schema = z.fromJSONSchema(
  JSON.parse(
    readFileSync(join(import.meta.dirname, "..", "..", "schemas", "review.schema.json"), "utf8"),
  ) as Parameters<typeof z.fromJSONSchema>[0],
);
const asOf = ["--as-of", "2026-12-01T14:00:00Z"];

describe("patchplane review, the command", function () {
  this.timeout(300_000);
  let project: ReviewedProject;

  const review = (args: readonly string[], url = project.cloud.url): Promise<Ended> =>
    patchplane(project.folder, url, ["review", ...asOf, ...args]);

  async function json(args: readonly string[] = [], url?: string): Promise<ReviewJson> {
    const ended = await review([...args, "--json"], url);
    const answer = schema.parse(JSON.parse(ended.stdout)) as ReviewJson;
    expect(ended.code).to.equal(answer.exitCode);
    return answer;
  }

  before(async () => {
    project = await reviewedProject();
  });
  after(() => project.close());

  it("says which servers have no scan and ends with 1, before there is one", async () => {
    const { reviews, exitCode } = await json();
    expect([exitCode, reviews[0]?.updates]).to.deep.equal([1, []]);
    expect(reviews[0]?.servers.map(({ name, scan: state }) => [name, state])).to.deep.equal([
      ["data-1", "never"],
      ["db-1", "never"],
    ]);
  });

  it("shows what the scans offer, exactly as the scan has it, and the same of the collection that was made then", async () => {
    for (const at of ["use1", "euw1"]) await scan(project.cloud, project.plane, at);
    await project.cloud.advanceTo(new Date("2026-12-01T14:00:00Z"));
    const live = await json();
    const [first] = live.reviews;
    expect([live.exitCode, first?.group]).to.deep.equal([0, group]);
    const nginx = first?.updates.find(({ id }) => id === "nginx.amd64");
    expect(nginx).to.deep.include({ os: "UBUNTU", version: "1.24.0-2ubuntu7.11", severity: "unknown", new: null });
    expect(nginx?.servers).to.deep.include.members([
      { ...nginx?.servers[0], name: "data-1", installed: "1.24.0-2ubuntu7.10", because: "unknownSeverity" },
    ]);
    const collected = await patchplane(project.folder, project.cloud.url, ["collect"]);
    expect(collected.code).to.be.oneOf([0, 1]);
    const stored = await json(["--collection", "20", "--store", "collections"], "http://127.0.0.1:9");
    expect(stored.reviews[0]?.scan).to.equal(first?.scan);
    expect(stored.reviews[0]?.updates).to.deep.equal(first?.updates);
    await rm(join(project.folder, "collections"), { recursive: true });
  });

  it("narrows what it shows, keeps the scan's id, and refuses names that no scan shows", async () => {
    const all = await json();
    const part = await json(["--package", "curl", "--servers", "data-1"]);
    expect(part.reviews[0]?.updates.map(({ id }) => id)).to.deep.equal(["curl.amd64"]);
    expect(part.reviews[0]?.scan).to.equal(all.reviews[0]?.scan);
    const cve = await json(["--cve", "CVE-2026-99999"]);
    expect([cve.exitCode, cve.reviews[0]?.updates]).to.deep.equal([0, []]);
    const wrong = await review(["--package", "crul", "--group", group]);
    expect(wrong.code).to.equal(2);
    expect(wrong.stderr).to.contain("crul").and.contain('did you mean "curl');
    const automatic = await review(["--group", "prod-auto"]);
    expect([automatic.code, automatic.stderr.includes("nothing is reviewed")]).to.deep.equal([2, true]);
  });

  it("reads on a terminal, as Markdown and as HTML, and says what to type to approve", async () => {
    const [text, markdown, html] = await Promise.all([
      review([]),
      review(["--format", "markdown"]),
      review(["--format", "html"]),
    ]);
    for (const { stdout, code } of [text, markdown, html]) {
      expect(code).to.equal(0);
      expect(stdout).to.contain("1.24.0-2ubuntu7.11").and.contain("--scan 2026-12-01T");
    }
    expect(markdown.stdout).to.contain("| `nginx.amd64` `1.24.0-2ubuntu7.11`");
    expect(text.stdout).to.contain("web server, restart: nginx-common.amd64 and nginx.amd64");
  });

  it("ends with 3 where an account refuses, and reviews the other", async () => {
    const between = await gate(project.cloud, "us-east-1");
    const { exitCode, failures, reviews } = await json([], between.url);
    await between.close();
    expect([exitCode, failures.map(({ location }) => location)]).to.deep.equal([3, ["use1"]]);
    expect(reviews[0]?.servers.map(({ name, scan: state }) => [name, state])).to.deep.equal([
      ["data-1", "fresh"],
      ["db-1", "unknown"],
    ]);
  });

  it("ends with 3 where an account refuses in mid-read, and approves nothing of what was read by then", async () => {
    const between = await gate(project.cloud, undefined, "DescribeInstancePatches");
    const { exitCode, failures, reviews } = await json([], between.url);
    const approve = ["approve", ...asOf, "--group", group, "--scan", "2026-12-01T130329Z-00000000", "--note", "x"];
    const ended = await patchplane(project.folder, between.url, [...approve, "--yes", "--no-branch"]);
    await between.close();
    expect([exitCode, failures.map(({ location }) => location).sort()]).to.deep.equal([3, ["euw1", "use1"]]);
    expect(failures[0]?.failure).to.contain("not authorized");
    expect(reviews[0]?.servers.map(({ scan: state }) => state)).to.deep.equal(["unknown", "unknown"]);
    expect([ended.code, ended.stderr.includes("cannot be read")]).to.deep.equal([3, true]);
  });
});
