import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { partitionFolder, recordTypes } from "../../../domain/collection/layout.ts";
import { athenaStatement } from "../../../domain/report/athenaStatement.ts";
import { athenaTables } from "../../../domain/report/athenaTables.ts";
import { queries } from "../../../domain/report/queries.ts";
import { collectionsFolder } from "../../../domain/stack/athena.ts";
import { openDuckdb } from "../../../operations/report/duckdb.ts";
import type { Row } from "../../../operations/report/engine.ts";
import { collectionsIn, type Collections } from "../../../operations/report/partitions.ts";
import { folderStore } from "../../../operations/store/folderStore.ts";
import { stamps, writeFixture } from "../../operations/report/fixture.ts";
import { filledIn, parameters, texts } from "../../operations/report/saved.ts";
import { trinoVersion } from "./java.ts";
import { startTrino, type Trino, type TrinoRows } from "./server.ts";

/*
 * `npm run judge:trino`: every query of the reports on DuckDB, and as Athena is sent it and as the console has it saved on a
 * real Trino server with the tables that the stack makes, over the same files. Columns and rows have to be equal, in order.
 */

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** Where the stack's tables are, which the judge puts its folder in place of. */
const names = { bucket: "judged", workgroup: "judged" };
const database = "reports";

/**
 * The tables that the stack makes, as they are planned: columns, partitions and their paths. Of values that a query names
 * (injected) Trino takes one only, where Athena takes several: here they are listed.
 */
async function createTables(trino: Trino, { partitions }: Collections): Promise<void> {
  const listed: Readonly<Record<string, readonly string[]>> = {
    collected: partitions.map(({ collected }) => collected),
    accountid: partitions.map(({ accountId }) => accountId),
    region: partitions.map(({ region }) => region),
  };
  const local = (place: string): string => place.replace(`s3://${names.bucket}/${collectionsFolder}/`, "local:///");
  await trino.run(`create schema hive.${database} with (location = 'local:///schema')`);
  for (const table of athenaTables(names)) {
    const projected = table.partitionColumns.map(({ name, values = listed[name] ?? [] }) => {
      const of = [...new Set(values)].map(text).join(", ");
      return `"${name}" varchar with (partition_projection_type = 'enum', partition_projection_values = array[${of}])`;
    });
    const columns = [...table.columns.map((column) => `"${column}" varchar`), ...projected];
    await trino.run(
      `create table ${table.name} (${columns.join(", ")}) with (format = 'OPENX_JSON', ` +
        `external_location = ${text(local(table.location))}, ` +
        `partitioned_by = array[${table.partitionColumns.map(({ name }) => text(name)).join(", ")}], ` +
        `partition_projection_enabled = true, ` +
        `partition_projection_location_template = ${text(local(table.template))})`,
    );
  }
}

function lines({ columns, rows }: TrinoRows): readonly string[] {
  const cell = (value: unknown): string =>
    typeof value === "string" ? value : value === null ? "" : JSON.stringify(value);
  return [columns, ...rows.map((row) => row.map(cell))].map((row) => row.join("\t"));
}

function duckdbLines(rows: readonly Row[]): readonly string[] {
  return lines({ columns: Object.keys(rows[0] ?? {}), rows: rows.map((row) => Object.values(row)) });
}

async function judge(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "patchplane-judge-"));
  let trino: Trino | undefined;
  try {
    writeFixture(folder);
    // DuckDB's part leaves a damaged location out by itself; Trino would refuse every query over it.
    for (const type of recordTypes) {
      const cut = { type, collected: stamps.after, accountId: "333344445555", region: "eu-west-1" };
      rmSync(join(folder, partitionFolder(cut)), { recursive: true });
    }
    const store = folderStore(folder);
    const collections = await collectionsIn(store);
    const { engine } = await openDuckdb(store, collections, join(folder, "copies"));
    const begun = await startTrino(folder);
    if ("reason" in begun) {
      process.stderr.write(`not judged: ${begun.reason}\n`);
      return 2;
    }
    trino = begun;
    await createTables(trino, collections);
    const next = { ...parameters, since: stamps.before };
    const asked = queries.flatMap((query) => [
      { query, name: query, given: parameters, sql: athenaStatement(texts, query, parameters, collections, "reports") },
      { query, name: `${query}, saved`, given: next, sql: filledIn(query, next, collections, { ...names, database }) },
    ]);
    let differing = 0;
    for (const { query, name, given, sql } of asked) {
      const wanted = lines(await trino.run(sql ?? ""));
      const is = duckdbLines(await engine.rows(query, given));
      const at = wanted.findIndex((line, index) => line !== is[index]);
      const equal = at < 0 && wanted.length === is.length && wanted.length > 1;
      if (!equal) differing += 1;
      process.stdout.write(`${equal ? "equal" : "DIFFERS"}  ${name}  ${String(is.length - 1)} rows\n`);
      if (!equal)
        process.stdout.write(`  Trino:  ${wanted[Math.max(0, at)] ?? ""}\n  DuckDB: ${is[Math.max(0, at)] ?? ""}\n`);
    }
    process.stdout.write(
      `${String(asked.length - differing)} of ${String(asked.length)} equal, Trino ${trinoVersion}\n`,
    );
    engine.close();
    return differing === 0 ? 0 : 1;
  } finally {
    await trino?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await judge();
