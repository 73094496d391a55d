import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { advisoryFile, type AdvisoryRecord } from "../../../domain/advisories/advisory.ts";
import type { AdvisoriesUpdate } from "../../../domain/advisories/update.ts";
import { partitionFile } from "../../../domain/collection/layout.ts";
import { updateAdvisories, type AdvisorySources } from "../../../operations/advisories.ts";
import type { RunSteps } from "../../../operations/progress.ts";
import { folderStore } from "../../../operations/store/folderStore.ts";
import { readRecords, writeRecords } from "../../../operations/store/records.ts";
import { folderOfEach } from "../../harness/folders.ts";

const fixture = join(import.meta.dirname, "fixture");
const now = new Date("2026-11-29T12:00:00Z");
const runSteps: RunSteps = async (steps) => {
  const outcomes = await Promise.all(steps.map((step) => step.act(() => undefined)));
  return outcomes.map(({ value }) => value);
};
const all: AdvisorySources = {
  ubuntu: [join(fixture, "osv")],
  "amazon-linux": [join(fixture, "updateinfo-al2.xml"), join(fixture, "updateinfo-al2023.xml")],
  kev: [join(fixture, "kev.json")],
};
const none: AdvisorySources = { ubuntu: [], "amazon-linux": [], kev: [] };

function serve(answers: Readonly<Record<string, Buffer>>): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    const body = answers[request.url ?? ""];
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve({ url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, server });
    });
  });
}

describe("the snapshot of advisories", () => {
  const folder = folderOfEach();
  const store = () => folderStore(folder());

  function update(sources: AdvisorySources, at = now): Promise<AdvisoriesUpdate> {
    return updateAdvisories(store(), sources, { now: at, allPackages: false, runSteps });
  }

  async function records(): Promise<readonly AdvisoryRecord[]> {
    const found: AdvisoryRecord[] = [];
    for await (const record of readRecords(store(), advisoryFile)) found.push(record as AdvisoryRecord);
    return found;
  }

  async function lines(): Promise<readonly string[]> {
    return (await records()).map((line) =>
      [
        `${line.os_family} ${line.release}`,
        [line.package, line.architecture].join(".").replace(/\.$/, ""),
        line.fixed_version,
        line.advisory,
        line.cve === "" ? "-" : line.cve,
        `${line.severity} (${line.severity_source})`,
        line.kev,
      ]
        .join(" ")
        .trim(),
    );
  }

  it("holds of each binary package which version mends what, how bad it is and who says so", async () => {
    const updated = await update(all);
    expect(await lines()).to.deep.equal([
      "amazon-linux 2 bind.aarch64 32:9.11.4-26.P2.amzn2.13.7 ALAS2-2024-2400 CVE-2023-5517 medium (Amazon Linux)",
      "amazon-linux 2 bind.x86_64 32:9.11.4-26.P2.amzn2.13.6 ALAS2-2024-2400 CVE-2023-5517 medium (Amazon Linux)",
      "amazon-linux 2 curl 8.3.0-1.amzn2.0.4 ALAS2-2023-2287 CVE-2023-38545 high (Amazon Linux) 2023-10-20",
      "amazon-linux 2 curl 8.3.0-1.amzn2.0.4 ALAS2-2023-2287 CVE-2023-38546 high (Amazon Linux)",
      "amazon-linux 2 libcurl 8.3.0-1.amzn2.0.4 ALAS2-2023-2287 CVE-2023-38545 high (Amazon Linux) 2023-10-20",
      "amazon-linux 2 libcurl 8.3.0-1.amzn2.0.4 ALAS2-2023-2287 CVE-2023-38546 high (Amazon Linux)",
      "amazon-linux 2023 openssl 1:3.0.8-1.amzn2023.0.11 ALAS2023-2024-519 - critical (Amazon Linux)",
      "ubuntu 20.04 libpam0g 1.3.1-5ubuntu4.7 USN-6588-1 CVE-2024-22365 medium (Ubuntu)",
      "ubuntu 20.04 libxmltok1t64 1.2-4ubuntu0.20.04.1~esm3 USN-7001-2 CVE-2024-45490 unknown ()",
      "ubuntu 20.04 libxmltok1t64 1.2-4ubuntu0.20.04.1~esm3 USN-7001-2 CVE-2024-45491 unknown ()",
      "ubuntu 22.04 curl 7.81.0-1ubuntu1.14 CVE-2023-38545 CVE-2023-38545 critical (CVSS 3.1: 9.8) 2023-10-20",
      "ubuntu 22.04 libcurl4 7.81.0-1ubuntu1.14 CVE-2023-38545 CVE-2023-38545 critical (CVSS 3.1: 9.8) 2023-10-20",
      "ubuntu 22.04 libpam-modules 1.4.0-11ubuntu2.4 USN-6588-1 CVE-2024-22365 medium (Ubuntu)",
      "ubuntu 22.04 libpam0g 1.4.0-11ubuntu2.4 USN-6588-1 CVE-2024-22365 medium (Ubuntu)",
      "ubuntu 24.04 libpam0g 1.5.3-5ubuntu5.1 UBUNTU-CVE-2024-22365 CVE-2024-22365 medium (Ubuntu)",
    ]);
    expect(updated.lines).to.deep.equal([
      { family: "amazon-linux", lines: 7, retrieved: "2026-11-29T12:00:00Z" },
      { family: "ubuntu", lines: 8, retrieved: "2026-11-29T12:00:00Z" },
    ]);
    const [first] = await records();
    expect(first).to.include({ published: "2024-01-03T21:58:00Z", retrieved: "2026-11-29T12:00:00Z" });
  });

  it("counts what is of no use by reason, and names every record of another shape", async () => {
    const { sources } = await update(all);
    const [ubuntu, al2, , kev] = sources;
    expect(ubuntu).to.deep.include({
      records: 10,
      used: 4,
      leftOut: { "mending nothing that is known here": 1, withdrawn: 1, "notices of live patches": 1 },
    });
    const faults = ubuntu?.faults.map(
      ({ record, message }) => `${record.slice(record.lastIndexOf("/") + 1)}: ${message}`,
    );
    expect(faults).to.have.length(3);
    expect(faults?.[0]).to.equal("UBUNTU-CVE-2024-99903.json: mended, and names no binary package: Ubuntu:22.04:LTS");
    expect(faults?.[1]).to.match(/^UBUNTU-CVE-2024-99904\.json: .*expected array.*affected/);
    expect(faults?.[2]).to.equal("USN-7002-1.json: no JSON");
    expect(al2).to.deep.include({ records: 5, used: 2, leftOut: { "no security": 1, "of other releases": 1 } });
    expect(al2?.faults).to.deep.equal([
      { record: "ALAS2-2024-2402", message: "a security notice that names no package" },
    ]);
    expect(kev).to.deep.include({ records: 2, used: 1 });
    expect(kev?.faults).to.have.length(1);
  });

  it("is the same file byte by byte whatever the records came in, and from an archive as from a folder", async () => {
    await update(all);
    const fromFolder = await readFile(join(folder(), advisoryFile));
    for (const [name, flag] of [
      ["osv.tar", ""],
      ["osv.tgz", "z"],
      ["osv.tar.xz", "J"],
    ] as const) {
      const archive = join(folder(), name);
      execFileSync("tar", [`-c${flag}f`, archive, "-C", fixture, "osv"]);
      await update({ ...all, ubuntu: [archive], "amazon-linux": all["amazon-linux"].toReversed() });
      expect(fromFolder.equals(await readFile(join(folder(), advisoryFile))), name).to.be.true;
    }
  });

  it("keeps of packages only those that the newest collection of each location knows", async () => {
    const partition = { type: "AWS:Application", accountId: "111111111111", region: "eu-central-1" } as const;
    const older = partitionFile({ ...partition, collected: "2026-11-01T000000Z" });
    const newer = partitionFile({ ...partition, collected: "2026-11-08T000000Z" });
    await writeRecords(store(), older, [{ Name: "libcurl4" }]);
    await writeRecords(store(), newer, [{ Name: "curl" }]);
    expect(await update(all)).to.include({ packages: 1 });
    expect(new Set((await records()).map((line) => line.package))).to.deep.equal(new Set(["curl"]));
    await updateAdvisories(store(), all, { now, allPackages: true, runSteps });
    expect(await records()).to.have.length(15);
  });

  it("keeps of a kind that cannot be read whole what was there, with its date, and says why", async () => {
    await update(all);
    const later = new Date("2026-12-06T12:00:00Z");
    const archive = join(folder(), "cut.tgz");
    execFileSync("tar", ["-czf", archive, "-C", fixture, "osv"]);
    await writeFile(archive, (await readFile(archive)).subarray(0, 600));
    const updated = await update({ ...all, ubuntu: [archive] }, later);
    expect(updated.sources[0]?.failure).to.be.a("string");
    expect(
      updated.lines.map(({ family, lines: count, retrieved }) => `${family} ${String(count)} ${retrieved}`),
    ).to.deep.equal(["amazon-linux 7 2026-12-06T12:00:00Z", "ubuntu 8 2026-11-29T12:00:00Z"]);
  });

  it("takes no folder of something else, and no half of Amazon Linux, for an empty world", async () => {
    await update(all);
    const before = await records();
    await mkdir(join(folder(), "empty"));
    await writeFile(join(folder(), "broken.xml"), "<updates><update><id>ALAS2-1</id>");
    const updated = await update({
      ubuntu: [join(folder(), "empty")],
      "amazon-linux": [join(fixture, "updateinfo-al2.xml"), join(folder(), "broken.xml")],
      kev: [join(folder(), "broken.xml")],
    });
    expect(updated.sources.map(({ failure }) => failure?.replaceAll(folder(), ""))).to.deep.equal([
      "it holds no record of use among 0",
      undefined,
      "@aws-sdk XML parse error: missing closing tag </update>.",
      "/broken.xml is no catalogue of exploited vulnerabilities",
    ]);
    expect(await records()).to.deep.equal(before);
  });

  it("keeps what is listed as exploited where that list is not read anew, and updates one kind alone", async () => {
    await update(all);
    await update({ ...none, "amazon-linux": all["amazon-linux"] }, new Date("2026-12-06T12:00:00Z"));
    const exploited = (await records()).filter(({ kev }) => kev !== "");
    expect(exploited.map(({ retrieved, cve }) => `${cve} ${retrieved.slice(0, 10)}`)).to.deep.equal([
      "CVE-2023-38545 2026-12-06",
      "CVE-2023-38545 2026-12-06",
      "CVE-2023-38545 2026-11-29",
      "CVE-2023-38545 2026-11-29",
    ]);
  });

  it("follows a repository's mirror list to its notices, and refuses what its metadata does not vouch for", async () => {
    const xml = await readFile(join(fixture, "updateinfo-al2.xml"));
    const repomd = (checksum: string): Buffer =>
      Buffer.from(
        `<?xml version="1.0"?><repomd xmlns="http://linux.duke.edu/metadata/repo"><revision>1</revision>` +
          `<data type="primary"><location href="repodata/primary.xml.gz"/></data>` +
          `<data type="updateinfo"><open-checksum type="sha256">${checksum}</open-checksum>` +
          `<location href="repodata/updateinfo.xml.gz"/></data></repomd>`,
      );
    const answers: Record<string, Buffer> = { "/core/repodata/updateinfo.xml.gz": gzipSync(xml) };
    const { url, server } = await serve(answers);
    try {
      answers["/mirror.list"] = Buffer.from(`${url}/core\n`);
      answers["/core/repodata/repomd.xml"] = repomd(createHash("sha256").update(xml).digest("hex"));
      const read = await update({ ...none, "amazon-linux": [`${url}/mirror.list`] });
      expect(read.lines).to.deep.equal([{ family: "amazon-linux", lines: 6, retrieved: "2026-11-29T12:00:00Z" }]);
      answers["/core/repodata/repomd.xml"] = repomd("0".repeat(64));
      const refused = await update({ ...none, "amazon-linux": [`${url}/mirror.list`] });
      expect(refused.sources[0]?.failure).to.equal(
        `${url}/core/repodata/updateinfo.xml.gz is not what its repository's metadata says: another checksum`,
      );
      const missing = await update({ ...none, kev: [`${url}/none.json`] });
      expect(missing.sources[0]?.failure).to.equal(`${url}/none.json answered 404`);
    } finally {
      server.close();
    }
    const silent = await update({ ...none, kev: [`${url}/kev.json`] });
    expect(silent.sources[0]?.failure).to.match(/\/kev\.json cannot be fetched: connect ECONNREFUSED/);
  });

  it("fetches nothing without encryption", async () => {
    const { sources } = await update({ ...none, kev: ["http://example.com/kev.json"] });
    expect(sources[0]?.failure).to.equal("http://example.com/kev.json: only https is fetched");
  });

  it("fails on a snapshot that is broken, and leaves it alone", async () => {
    await cp(join(fixture, "kev.json"), join(folder(), advisoryFile));
    let message = "";
    await update(all).catch((error: unknown) => {
      message = error instanceof Error ? error.message : "";
    });
    expect(message).to.contain("advisories.jsonl.gz cannot be read");
  });
});
