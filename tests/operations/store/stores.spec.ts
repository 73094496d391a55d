import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { s3Client } from "../../../operations/aws/clients.ts";
import { folderStore } from "../../../operations/store/folderStore.ts";
import { BrokenFile, readRecords, writeRecords } from "../../../operations/store/records.ts";
import { bucketPlace } from "../../../operations/store/bucketPlace.ts";
import { s3Store } from "../../../operations/store/s3Store.ts";
import type { CollectionStore } from "../../../operations/store/store.ts";
import { closeClouds, cloudWith, ireland } from "../../simulator/cloudFixture.ts";
import { pointedAt } from "../reading.ts";

const all = (records: AsyncIterable<unknown>): Promise<readonly unknown[]> => Array.fromAsync(records);

describe("a store of collections", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "patchplane-store-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
    await closeClouds();
  });

  async function behaves(store: CollectionStore): Promise<void> {
    const path = "AWS:Tag/collected=2026-11-15T030000Z/accountid=1/nodes.json.gz";
    const records = Array.from({ length: 500 }, (_, index) => ({
      resourceId: `mi-${String(index)}`,
      Value: "ä\n💾\u2028 \r",
    }));
    expect(await store.paths("")).to.deep.equal([]);
    await writeRecords(store, path, records);
    await writeRecords(store, "AWS:Tagged/a.json.gz", []);
    expect(await all(readRecords(store, path))).to.deep.equal(records);
    expect(await all(readRecords(store, "AWS:Tagged/a.json.gz"))).to.deep.equal([]);
    expect(await store.paths("AWS:Tag")).to.deep.equal([path]);
    const failing = writeRecords(
      store,
      path,
      (function* () {
        yield { half: true };
        throw new Error("the disk is full");
      })(),
    );
    expect(await failing.catch((error: unknown) => (error as Error).message)).to.equal("the disk is full");
    expect((await all(readRecords(store, path))).length).to.equal(500);
    await store.remove(path);
    await store.remove(path);
    expect(await store.paths("")).to.deep.equal(["AWS:Tagged/a.json.gz"]);
  }

  it("is a folder: files come whole or not at all, and leave no empty folders behind", async () => {
    await behaves(folderStore(join(folder, "collections")));
    expect(await readdir(join(folder, "collections"))).to.deep.equal(["AWS:Tagged"]);
  });

  it("is a prefix of a bucket", async () => {
    const cloud = await cloudWith([]);
    await pointedAt(cloud.url, async () => {
      const client = s3Client({ region: ireland });
      const place = bucketPlace("s3://a-bucket/a/prefix/");
      expect(place).to.deep.equal({ bucket: "a-bucket", prefix: "a/prefix/" });
      await behaves(s3Store(client, place ?? { bucket: "", prefix: "" }));
      client.destroy();
    });
  });

  it("reads plain files as AWS syncs them, and says which file is broken", async () => {
    const store = folderStore(folder);
    await writeFile(join(folder, "mi-1.json"), '{"resourceId":"mi-1"}\n{"resourceId":"mi-1"}\n');
    expect((await all(readRecords(store, "mi-1.json"))).length).to.equal(2);
    const whole = gzipSync(`${JSON.stringify({ resourceId: "mi-1" })}\n`.repeat(5_000));
    await writeFile(join(folder, "cut.json.gz"), whole.subarray(0, whole.length - 20));
    await writeFile(join(folder, "other.json"), "<html>\n");
    for (const path of ["cut.json.gz", "other.json", "missing.json"]) {
      const error: unknown = await all(readRecords(store, path)).catch((caught: unknown) => caught);
      expect(error, path).to.be.instanceOf(BrokenFile);
      expect((error as Error).message).to.contain(path);
    }
  });

  it("takes no other address for a bucket", () => {
    expect(bucketPlace("s3://a-bucket")).to.deep.equal({ bucket: "a-bucket", prefix: "" });
    for (const other of ["collections", "s3:/a-bucket/x", "https://a-bucket/x", "s3://A_B/x"])
      expect(bucketPlace(other), other).to.equal(undefined);
  });
});
