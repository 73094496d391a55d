import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { partitionFile } from "../../../domain/collection/layout.ts";
import type { RecordType } from "../../../domain/collection/records.ts";
import { openDuckdb } from "../../../operations/report/duckdb.ts";
import { collectionsIn } from "../../../operations/report/partitions.ts";
import { folderStore } from "../../../operations/store/folderStore.ts";
import { folderOfAll } from "../../harness/folders.ts";

const collected = "2026-11-15T060000Z";
const node = "i-00000000000000001";

describe("rows of DuckDB", () => {
  const folder = folderOfAll();

  function write(type: RecordType, records: readonly object[]): void {
    const file = join(folder(), partitionFile({ type, collected, accountId: "011122223333", region: "eu-west-1" }));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, gzipSync(records.map((record) => `${JSON.stringify(record)}\n`).join(""), { level: 1 }));
  }

  it("come in the query's order, of more than a thread sorts at a time, with every text as it was", async () => {
    // Two threads read a copy by groups of 122,880 rows.
    const plain = Array.from({ length: 130_000 }, (_, index) => `p${String(index).padStart(6, "0")}`);
    const names = [...plain, 'a "quoted" \\ one', "a\nline", "a\u001funit", "å"].sort();
    const applications = names.toReversed().map((Name) => ({ resourceId: node, Name, Version: "1" }));
    write("AWS:Application", applications);
    write("Patchplane:Location", [{ location: "euw1", state: "collected", nodes: "1", apiCalls: "9007199254740991" }]);
    const store = folderStore(folder());
    const { engine } = await openDuckdb(store, await collectionsIn(store), join(folder(), "parquet"));
    const rows = await engine.rows("inventory", { collected, nodes: node });
    const [location] = await engine.rows("locations", { since: collected, until: collected });
    engine.close();
    expect(rows.map((row) => row["package"]).join("\n")).to.equal(names.join("\n"));
    expect(rows.at(-1)).to.deep.equal({
      account_id: "011122223333",
      region: "eu-west-1",
      resource_id: node,
      package: "å",
      architecture: "",
      version: "1",
    });
    expect(location).to.include({
      location: "euw1",
      nodes: "1",
      api_calls: "9007199254740991",
      started: "",
      reason: "",
    });
  });
});
