import { mkdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { recordTypes } from "../../domain/collection/layout.ts";
import type { RecordType } from "../../domain/collection/records.ts";
import { columnsOf, fieldsOf, tableOf } from "../../domain/report/sources.ts";
import type { Engine, Row } from "./engine.ts";
import { statement, statementsOf } from "./sql.ts";
import { copyOf, damageOf, isCopied, placeOf, type Store, type StoredPartition, type Unreadable } from "./store.ts";

/** What DuckDB may take of the machine. */
export interface DuckdbLimits {
  /** As DuckDB writes it. @default 512MB */
  readonly memory?: string;
  /** @default 2 */
  readonly threads?: number;
  /** Folder for what does not fit into memory. @default one among the system's own for such */
  readonly temporary?: string;
}

/** A store that is ready for reports. */
export interface OpenedStore {
  readonly engine: Engine;
  /** Locations whose files cannot be read, or whose collecting was cut off: nothing of them is in any report. */
  readonly unreadable: readonly Unreadable[];
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function texts(values: readonly string[]): string {
  return `[${values.map(text).join(", ")}]`;
}

const name = (value: string): string => `"${value}"`;

async function connect({ memory = "512MB", threads = 2, temporary }: DuckdbLimits): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: String(threads),
    memory_limit: memory,
    temp_directory: temporary ?? join(tmpdir(), `patchplane-duckdb-${String(process.pid)}`),
    // Every report says its order itself.
    preserve_insertion_order: "false",
    // Extensions would be downloaded at run time.
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  return instance.connect();
}

/** Copies one partition, so that no more than one location's records are in memory; the copy takes its place when whole. */
async function copy(connection: DuckDBConnection, store: Store, partition: StoredPartition): Promise<void> {
  const target = copyOf(store, partition);
  const aside = `${target}.${String(process.pid)}.new`;
  const fields = fieldsOf(partition.type).map(name);
  // Everything is read as text: DuckDB would take times and account ids for something else.
  const columns = fields.map((field) => `${field}: 'VARCHAR'`).join(", ");
  const source = `read_json(${texts(partition.files)}, format = 'newline_delimited', columns = {${columns}})`;
  mkdirSync(dirname(target), { recursive: true });
  try {
    await connection.run(
      `copy (select ${fields.join(", ")} from ${source}) to ${text(aside)} (format parquet, compression zstd)`,
    );
    renameSync(aside, target);
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Why a partition cannot be used; undefined when its copy is there. */
async function faultOf(connection: DuckDBConnection, store: Store, partition: StoredPartition) {
  if (isCopied(store, partition)) return undefined;
  for (const file of partition.files) {
    const damage = await damageOf(file);
    if (damage !== undefined) return `its ${partition.type} is damaged: ${damage}`;
  }
  try {
    await copy(connection, store, partition);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("Invalid Input Error")) throw error;
    return `its ${partition.type} is damaged: a line of it is no JSON`;
  }
}

async function createTable(connection: DuckDBConnection, type: RecordType, copies: readonly string[]): Promise<void> {
  const columns = columnsOf(type).map(name);
  const source =
    copies.length === 0
      ? `select ${columns.map((column) => `cast(null as varchar) as ${column}`).join(", ")} where false`
      : `select ${columns.join(", ")} from read_parquet(${texts(copies)}, hive_partitioning = true, hive_types_autocast = false)`;
  await connection.run(`create view ${tableOf(type)} as ${source}`);
}

function engineOf(connection: DuckDBConnection): Engine {
  return {
    rows: async (query, parameters) => {
      const { sql, values } = statement(query, parameters);
      const result = await connection.runAndReadAll(sql, [...values]);
      const columns = result.columnNames();
      return result
        .getRowsJson()
        .map((cells): Row => Object.fromEntries(columns.map((column, index) => [column, textOf(cells[index])])));
    },
    close: () => {
      connection.closeSync();
    },
  };
}

/** Queries give texts and whole numbers. */
function textOf(cell: unknown): string {
  return typeof cell === "string" || typeof cell === "number" ? String(cell) : "";
}

/**
 * Opens a store with DuckDB in this process: copies to Parquet what is not copied yet, and makes the views.
 *
 * @throws Error with DuckDB's words
 */
export async function openDuckdb(store: Store, limits: DuckdbLimits = {}): Promise<OpenedStore> {
  const connection = await connect(limits);
  const damaged = new Map<string, Unreadable>();
  for (const partition of store.partitions) {
    const reason = await faultOf(connection, store, partition);
    if (reason === undefined) continue;
    const { collected, accountId, region } = partition;
    damaged.set(placeOf(partition), { collected, accountId, region, reason });
  }
  const usable = store.partitions.filter((partition) => !damaged.has(placeOf(partition)));
  for (const type of recordTypes) {
    const own = usable.filter((partition) => partition.type === type);
    await createTable(
      connection,
      type,
      own.map((partition) => copyOf(store, partition)),
    );
  }
  for (const each of [...statementsOf("prelude.duckdb.sql"), ...statementsOf("views.sql")]) await connection.run(each);
  return { engine: engineOf(connection), unreadable: [...store.unfinished, ...damaged.values()] };
}
