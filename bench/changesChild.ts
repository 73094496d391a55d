import { join } from "node:path";
import type { ApplicationRecord } from "../domain/collection/records.ts";
import { partitionOf } from "../domain/collection/layout.ts";
import { compareVersions } from "../domain/packages/versions.ts";
import { comparedServers } from "../operations/report/compared.ts";
import { openDuckdb } from "../operations/report/duckdb.ts";
import { collectionsIn } from "../operations/report/partitions.ts";
import { folderStore } from "../operations/store/folderStore.ts";
import { readRecords } from "../operations/store/records.ts";
import { answer, childTask, peakMebibytes, timed } from "./child.ts";
import type { ChangesAnswer, ChangesTask } from "./changes.ts";
import { stamps } from "./reportStore.ts";

const { way, folder } = childTask() as ChangesTask;
const store = folderStore(folder);

async function byEngine(): Promise<number> {
  const { engine } = await openDuckdb(store, await collectionsIn(store), join(folder, "parquet"));
  const compared = await comparedServers(engine, stamps);
  engine.close();
  return compared.reduce((sum, { comparison }) => {
    return sum + (comparison === undefined || comparison.basis === "none" ? 0 : comparison.changes.length);
  }, 0);
}

/** Every record of a collection by its node, package and architecture. */
async function recordsOf(collected: string): Promise<ReadonlyMap<string, ApplicationRecord>> {
  const found = new Map<string, ApplicationRecord>();
  for (const path of await store.paths("AWS:Application")) {
    if (partitionOf(path)?.collected !== collected) continue;
    for await (const each of readRecords(store, path)) {
      const record = each as ApplicationRecord;
      found.set(`${record.resourceId} ${record.Name} ${record.Architecture}`, record);
    }
  }
  return found;
}

async function byJoin(): Promise<number> {
  const had = await recordsOf(stamps.before);
  const has = await recordsOf(stamps.after);
  let changes = 0;
  for (const [key, record] of has) {
    const before = had.get(key);
    const isSame = before?.Version === record.Version;
    if (!isSame && (before === undefined || compareVersions("ubuntu", before.Version, record.Version) !== 0))
      changes += 1;
  }
  for (const key of had.keys()) if (!has.has(key)) changes += 1;
  return changes;
}

const { value: changes, ...times } = await timed(way === "join" ? byJoin : byEngine);
const made: ChangesAnswer = { changes, ...times, mebibytes: peakMebibytes() };
await answer(made);
