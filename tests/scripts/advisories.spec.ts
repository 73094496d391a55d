import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { advisoryFile } from "../../domain/advisories/advisory.ts";
import { storedAdvisories } from "../../operations/advisories/stored.ts";
import { openStore } from "../../operations/store/openStore.ts";
import { folderOfEach } from "../harness/folders.ts";
import { pointedAt } from "../operations/reading.ts";
import { closeClouds, cloudWith } from "../simulator/cloudFixture.ts";
import { patchplane, type Ended } from "./commandFixture.ts";

const root = join(import.meta.dirname, "..", "..");
const fixture = join(root, "tests", "operations", "advisories", "fixture");

describe("patchplane advisories, the command", function () {
  const folder = folderOfEach();

  function update(...args: readonly string[]): Promise<Ended> {
    const offline = ["advisories", "update", "--cwd", folder(), "--offline", "--as-of", "2026-11-29T12:00:00Z"];
    return patchplane(root, "http://127.0.0.1:9", [...offline, ...args]);
  }

  it("ends with 0 on sources that are read whole, and says what the snapshot holds and as of when", async () => {
    const ended = await update("--ubuntu", join(fixture, "osv", "usn", "USN-6588-1.json"));
    expect(ended.code).to.equal(0);
    expect(ended.stdout).to.contain("USN-6588-1.json: 1 of 1 records are of use\n");
    expect(ended.stdout).to.contain("ubuntu: 3 advisories, as of 2026-11-29T12:00:00Z\n");
    expect(ended.stdout).to.contain(join(folder(), "collections", "advisories", "advisories.jsonl.gz"));
  });

  it("keeps the snapshot beside the collections of a bucket", async () => {
    const cloud = await cloudWith([]);
    const usn = join(fixture, "osv", "usn", "USN-6588-1.json");
    const args = ["--offline", "--ubuntu", usn, "--store", "s3://a-bucket/collections", "--json"];
    const ended = await patchplane(root, cloud.url, ["advisories", "update", "--cwd", folder(), ...args]);
    expect(ended.code, ended.stdout).to.equal(0);
    await pointedAt(cloud.url, async () => {
      const store = openStore({ environment: "", locations: {} }, "s3://a-bucket/collections");
      expect(await store.paths("")).to.deep.equal([advisoryFile]);
      expect(await storedAdvisories(store)).to.have.lengthOf(3);
    });
    await closeClouds();
  });

  it("ends with 1 on records of another shape, with 3 on a source that is not there, and names both", async () => {
    const shapes = await update("--amazon-linux", join(fixture, "updateinfo-al2.xml"));
    expect(shapes.code).to.equal(1);
    expect(shapes.stdout).to.contain(
      "1 record of another shape than known: ALAS2-2024-2402 (a security notice that names no package)",
    );
    expect(shapes.stdout).to.contain("left out: 1 no security, 1 of other releases");
    const json = await update("--ubuntu", "none", "--json");
    expect(json).to.include({ code: 3, stderr: "" });
    const answer = JSON.parse(json.stdout) as { readonly schema: string; readonly sources: readonly object[] };
    expect(answer.schema).to.equal("patchplane/advisories/1");
    expect(answer.sources[0]).to.include({ kind: "ubuntu", used: 0 }).and.to.have.property("failure");
  });

  it("ends with 2 on an action that it has not, on no address, and on a snapshot that is broken", async () => {
    expect((await patchplane(root, "http://127.0.0.1:9", ["advisories", "remove"])).code).to.equal(2);
    expect((await update("--store", "gs://bucket/prefix")).code).to.equal(2);
    const zip = await update("--ubuntu", "all.zip");
    expect(zip.stdout).to.contain("all.zip is a zip archive: unpack it, and name its folder");
    expect((await update()).stderr).to.contain("--offline: nothing is named that could be read");
    await update("--kev", join(fixture, "kev.json"));
    await writeFile(join(folder(), "collections", "advisories", "advisories.jsonl.gz"), "none");
    const broken = await update("--kev", join(fixture, "kev.json"));
    expect(broken).to.include({ code: 2, stdout: "" });
    expect(broken.stderr).to.contain("--store: ");
  });
});
