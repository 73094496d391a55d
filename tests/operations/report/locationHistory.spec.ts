import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { expect } from "chai";
import { partitionFile } from "../../../domain/collection/layout.ts";
import type { RecordType } from "../../../domain/collection/records.ts";
import { storedUpdatesOf } from "../../../domain/report/locationHistory.ts";
import { readHistory } from "../../../operations/collection/history.ts";
import { openDuckdb } from "../../../operations/report/duckdb.ts";
import { storedUpdates } from "../../../operations/report/open.ts";
import { collectionsIn } from "../../../operations/report/partitions.ts";
import { folderStore } from "../../../operations/store/folderStore.ts";
import { folderOfAll } from "../../harness/folders.ts";
import { recordsOf, stamps, writeFixture } from "./fixture.ts";

const euw1 = { accountId: "011122223333", region: "eu-west-1" };
const use1 = { accountId: "222233334444", region: "us-east-1" };

describe("what servers were last known to lack", () => {
  const folder = folderOfAll();

  /** Adds records to what the newest collection has of a type. */
  function add(type: RecordType, ...records: readonly object[]): void {
    const file = join(folder(), partitionFile({ type, collected: stamps.after, ...euw1 }));
    const lines = records.map((record) => `${JSON.stringify(record)}\n`).join("");
    writeFileSync(file, gzipSync(gunzipSync(readFileSync(file)).toString() + lines));
  }

  before(() => {
    writeFixture(folder());
    const [server] = recordsOf("euw1", "after")["Patchplane:Server"];
    // A stopped instance is no node: only the fleet file's id leads from what it lacked to it.
    const stopped = { serverId: "i-00000000000000011", name: "stopped-01", owner: "team-db", state: "notRegistered" };
    add("Patchplane:Server", { ...server, ...stopped, resourceId: "" });
    const lacked = { resourceId: stopped.serverId, serverId: stopped.serverId, Id: "curl.amd64" };
    const title = "curl.amd64:7.81.0-1ubuntu1.20";
    const since = { since: "2026-10-01T05:00:00Z", titleSince: "2026-10-01T05:00:00Z", installed: "7.81.0-1" };
    const gone = { resourceId: "i-00000000000000012", serverId: "i-00000000000000012" };
    add("Patchplane:Missing", { ...lacked, ...since, Title: title }, { ...lacked, ...since, Title: title, ...gone });
  });

  it("is the same by the records themselves as by the engine, with what a stopped server lacked", async () => {
    const store = folderStore(folder());
    const history = await readHistory(store, [euw1, use1], new Date("2026-11-16T00:00:00Z"));
    const byRecords = history.flatMap(storedUpdatesOf);
    const { engine } = await openDuckdb(store, await collectionsIn(store), join(folder(), "parquet"));
    const byEngine = await storedUpdates(engine, stamps.after, {});
    engine.close();
    // What the query leaves out of a server's record is no part of the answer.
    const shown = ({ server, ...update }: (typeof byEngine)[number]) => {
      const { serverId, name, owner, businessUnit, cloud, location, patchGroup, os, release } = server;
      return { ...update, server: { serverId, name, owner, businessUnit, cloud, location, patchGroup, os, release } };
    };
    expect(byRecords.map(shown)).to.deep.equal(byEngine.map(shown));
    expect(byRecords.map(({ id, server }) => `${server.name} ${id}`)).to.include.members([
      "stopped-01 curl.amd64",
      "web-01 bash.amd64",
      "late-inventory jq.amd64",
    ]);
  });

  it("is of the newest collection before a time, and of none where there was none", async () => {
    const store = folderStore(folder());
    const at = async (time: string) =>
      (await readHistory(store, [euw1], new Date(time))).map(({ collected }) => collected);
    expect(await at("2026-11-14T00:00:00Z")).to.deep.equal([stamps.before]);
    expect(await at("2026-10-01T00:00:00Z")).to.deep.equal([]);
  });
});
