import { createWriteStream, existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { loadReportSql } from "../../config/reportSql.ts";
import { partitionFolder, placeOf, recordTypes, type Partition } from "../../domain/collection/layout.ts";
import type { RecordType } from "../../domain/collection/records.ts";
import { statementsIn, valuesOf, type Query, type ReportSql } from "../../domain/report/queries.ts";
import { columnsOf, fieldsOf, tableOf } from "../../domain/report/sources.ts";
import type { CollectionStore } from "../store/store.ts";
import type { Engine, OpenedStore, Row } from "./engine.ts";
import type { Collections, StoredPartition, Unreadable } from "./partitions.ts";

const project = join(import.meta.dirname, "..", "..");

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function texts(values: readonly string[]): string {
  return `[${values.map(text).join(", ")}]`;
}

const name = (value: string): string => `"${value}"`;

/** What does not fit into the memory that it may take goes to a folder among the system's own for such. */
async function connect(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "2",
    memory_limit: "512MB",
    temp_directory: join(tmpdir(), `patchplane-duckdb-${String(process.pid)}`),
    // Every report says its order itself.
    preserve_insertion_order: "false",
    // Extensions would be downloaded at run time.
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  return instance.connect();
}

/** Where the Parquet copy of a partition is. */
function copyOf(copies: string, partition: Partition): string {
  return join(copies, partitionFolder(partition), "nodes.parquet");
}

/** Unpacks a file of the store: an upload that was cut off may end between two lines, where only unpacking sees it. */
async function unpack(store: CollectionStore, path: string, target: string): Promise<void> {
  const packed = await store.read(path);
  const written = createWriteStream(target);
  await (path.endsWith(".gz") ? pipeline(packed, createGunzip(), written) : pipeline(packed, written));
}

async function copy(connection: DuckDBConnection, type: RecordType, files: readonly string[], target: string) {
  const fields = fieldsOf(type).map(name);
  // Everything is read as text: DuckDB would take times and account ids for something else.
  const columns = fields.map((field) => `${field}: 'VARCHAR'`).join(", ");
  const source = `read_json(${texts(files)}, format = 'newline_delimited', columns = {${columns}})`;
  await connection.run(
    `copy (select ${fields.join(", ")} from ${source}) to ${text(target)} (format parquet, compression zstd)`,
  );
}

/** What a damaged file makes of its reading; any other error is none of the file's. */
function damageIn(error: unknown): string {
  if (error instanceof Error && "code" in error && String(error.code).startsWith("Z_")) return error.message;
  if (error instanceof Error && error.message.startsWith("Invalid Input Error")) return "a line of it is no JSON";
  throw error;
}

/**
 * Copies one partition, so that no more than one location's records are in memory, and puts the copy in its place whole.
 * What a collection has finished never changes: a copy that is there is good.
 *
 * @returns why the partition cannot be used; undefined when its copy is there
 */
async function copied(
  connection: DuckDBConnection,
  store: CollectionStore,
  copies: string,
  partition: StoredPartition,
) {
  const target = copyOf(copies, partition);
  if (existsSync(target)) return undefined;
  const folder = dirname(target);
  await mkdir(folder, { recursive: true });
  const aside = await mkdtemp(join(folder, ".new-"));
  try {
    const files = partition.paths.map((_, index) => join(aside, `${String(index)}.json`));
    for (const [index, path] of partition.paths.entries()) await unpack(store, path, files[index] ?? "");
    await copy(connection, partition.type, files, join(aside, "copy"));
    await rename(join(aside, "copy"), target);
    return undefined;
  } catch (error) {
    return `its ${partition.type} is damaged: ${damageIn(error)}`;
  } finally {
    await rm(aside, { recursive: true });
  }
}

async function createTable(connection: DuckDBConnection, type: RecordType, copies: readonly string[]): Promise<void> {
  const columns = columnsOf(type).map(name);
  const source =
    copies.length === 0
      ? `select ${columns.map((column) => `cast(null as varchar) as ${column}`).join(", ")} where false`
      : `select ${columns.join(", ")} from read_parquet(${texts(copies)}, hive_partitioning = true, hive_types_autocast = false)`;
  await connection.run(`create or replace view ${tableOf(type)} as ${source}`);
}

/** Queries that are asked place by place: their order begins with account and Region, and a package is of one place. */
const byPlace: ReadonlySet<Query> = new Set(["changes"]);

function engineOf(
  connection: DuckDBConnection,
  sqlOf: ReportSql,
  usable: readonly StoredPartition[],
  copies: string,
): Engine {
  const applications = usable.filter(({ type }) => type === "AWS:Application");
  // A row leaves the engine as one text, in the query's order: taking out cell by cell costs as much as finding them.
  const read = async (sql: string, values: readonly string[]): Promise<readonly Row[]> => {
    const asTexts = `select cast(to_json(found) as varchar) from (${sql}\n) as found`;
    const [rows = []] = (await connection.runAndReadAll(asTexts, [...values])).getColumns() as string[][];
    return rows.map((row) => textsOf(JSON.parse(row) as Record<string, unknown>));
  };
  const over = (partitions: readonly StoredPartition[]): Promise<void> =>
    createTable(
      connection,
      "AWS:Application",
      partitions.map((partition) => copyOf(copies, partition)),
    );
  return {
    rows: async (query, parameters) => {
      const sql = sqlOf[query];
      const values = valuesOf(query, sql, parameters);
      if (!byPlace.has(query)) return read(sql, values);
      const places = Map.groupBy(applications, ({ accountId, region }) => `${accountId} ${region}`);
      const rows: Row[] = [];
      for (const place of [...places.keys()].sort()) {
        await over(places.get(place) ?? []);
        for (const row of await read(sql, values)) rows.push(row);
      }
      await over(applications);
      return rows;
    },
    close: () => {
      connection.closeSync();
    },
  };
}

/** A row of texts, whole numbers and nulls, which are all that queries give, as texts; in place, because there are many. */
function textsOf(row: Record<string, unknown>): Row {
  for (const [column, cell] of Object.entries(row)) {
    if (typeof cell !== "string") row[column] = typeof cell === "number" ? String(cell) : "";
  }
  return row as Row;
}

/**
 * Opens a store with DuckDB in this process: copies to Parquet what is not copied yet, and makes the views.
 *
 * @param copies - folder for the Parquet copies, which may be removed at any time
 * @throws Error with DuckDB's words
 */
export async function openDuckdb(
  store: CollectionStore,
  { partitions, unfinished }: Collections,
  copies: string,
): Promise<OpenedStore> {
  const connection = await connect();
  const damaged = new Map<string, Unreadable>();
  for (const partition of partitions) {
    const reason = await copied(connection, store, copies, partition);
    if (reason === undefined) continue;
    const { collected, accountId, region } = partition;
    damaged.set(placeOf(partition), { collected, accountId, region, reason });
  }
  const usable = partitions.filter((partition) => !damaged.has(placeOf(partition)));
  for (const type of recordTypes) {
    const own = usable.filter((partition) => partition.type === type);
    await createTable(
      connection,
      type,
      own.map((partition) => copyOf(copies, partition)),
    );
  }
  const sqlOf = loadReportSql(project);
  const prelude = readFileSync(join(project, "reports", "prelude.duckdb.sql"), "utf8");
  for (const each of [prelude, sqlOf.views].flatMap(statementsIn)) await connection.run(each);
  return { engine: engineOf(connection, sqlOf, usable, copies), unreadable: [...unfinished, ...damaged.values()] };
}
