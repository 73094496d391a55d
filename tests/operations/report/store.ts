import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDuckdb } from "../../../operations/report/duckdb.ts";
import type { OpenedStore } from "../../../operations/report/engine.ts";
import { collectionsIn } from "../../../operations/report/partitions.ts";
import { folderStore } from "../../../operations/store/folderStore.ts";
import { writeFixture } from "./fixture.ts";

/** The fixture's store in a folder, opened; both are gone after the specs of the suite. */
export function openedFixture(): () => OpenedStore {
  const folder = mkdtempSync(join(tmpdir(), "patchplane-report-"));
  let opened: OpenedStore | undefined;
  before(async () => {
    writeFixture(folder);
    const store = folderStore(folder);
    opened = await openDuckdb(store, await collectionsIn(store), join(folder, "parquet"));
  });
  after(() => {
    opened?.engine.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    if (opened === undefined) throw new Error("the store is not open yet");
    return opened;
  };
}
