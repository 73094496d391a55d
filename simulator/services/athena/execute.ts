import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import type { QueryEnd, QueryResult, QueryRun } from "../../state/athena.ts";
import { denial } from "../iam/authorize.ts";
import type { Need } from "../iam/authorize.ts";
import { arnAt } from "../records.ts";
import { catalogTable, type CatalogTable } from "./catalog.ts";
import { AthenaFailure } from "./failure.ts";
import { homeOf, mayInS3, s3Place, scanTable, type Line, type Querying } from "./scan.ts";
import { scansOf, type Scan } from "./syntax.ts";

/** How Athena names the types that DuckDB answers in. */
const typeNames: Readonly<Record<string, string>> = {
  VARCHAR: "varchar",
  BIGINT: "bigint",
  HUGEINT: "bigint",
  INTEGER: "integer",
};

async function connect(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "1",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    enable_external_access: "true",
  });
  const connection = await instance.connect();
  // Two whole numbers divide to a whole number.
  await connection.run("set integer_division = true");
  return connection;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

async function createTable(
  connection: DuckDBConnection,
  folder: string,
  { database, table }: Scan,
  { columns, keys }: CatalogTable,
  lines: readonly Line[],
): Promise<void> {
  const names = [...columns, ...keys.map(({ name }) => name)];
  const file = join(folder, `${table}.json`);
  const known = (line: Line): object => Object.fromEntries(names.map((name) => [name, line[name] ?? null]));
  await writeFile(file, lines.map((line) => `${JSON.stringify(known(line))}\n`).join(""));
  const types = names.map((name) => `${quoted(name)}: 'VARCHAR'`).join(", ");
  const source =
    lines.length === 0
      ? `select ${names.map((name) => `cast(null as varchar) as ${quoted(name)}`).join(", ")} where false`
      : `select ${names.map(quoted).join(", ")} from read_json('${file}', format = 'newline_delimited', columns = {${types}})`;
  await connection.run(`create schema if not exists ${quoted(database)}`);
  await connection.run(`create table ${quoted(database)}.${quoted(table)} as ${source}`);
}

async function answered(connection: DuckDBConnection, sql: string, database: string): Promise<QueryResult> {
  try {
    await connection.run(`create schema if not exists ${quoted(database)}`);
    await connection.run(`use ${quoted(database)}`);
    const result = await connection.runAndReadAll(sql);
    const columns = result.columnNames().map((name, at) => {
      const type = String(result.columnType(at));
      const known = typeNames[type];
      if (known === undefined) throw new AthenaFailure(`NOT_SUPPORTED: the embedded Athena does not answer ${type}`);
      return { name, type: known };
    });
    const cell = (value: unknown): string | null =>
      typeof value === "string" || typeof value === "number" || typeof value === "bigint" ? String(value) : null;
    return { columns, rows: result.getRowsJson().map((row) => row.map(cell)) };
  } catch (error) {
    if (error instanceof AthenaFailure) throw error;
    throw new AthenaFailure(`SYNTAX_ERROR: ${error instanceof Error ? error.message : "unknown"}`);
  }
}

/** What Athena asks of the catalogue with the rights of who queries. */
function catalogNeeds({ place }: Querying, { database, table }: Scan): readonly Need[] {
  const arn = (resource: string) => ({ arn: arnAt(place, "glue", resource) });
  const resources = {
    "glue:rootcatalog": arn("catalog"),
    "glue:database": arn(`database/${database}`),
    "glue:table": arn(`table/${database}/${table}`),
  };
  return ["glue:GetDatabase", "glue:GetTable"].map((action) => ({ action, named: { resources } }));
}

function mayReadCatalog(querying: Querying, scan: Scan): void {
  const { session, place } = querying;
  const denied = session === undefined ? undefined : denial(session, place.region, catalogNeeds(querying, scan));
  if (denied !== undefined) throw new AthenaFailure(`Insufficient permissions to execute the query. ${denied}`);
}

function csvOf({ columns, rows }: QueryResult): string {
  const line = (cells: readonly (string | null)[]): string =>
    cells.map((cell) => (cell === null ? "" : `"${cell.replaceAll('"', '""')}"`)).join(",");
  return [columns.map(({ name }) => name), ...rows].map((row) => `${line(row)}\n`).join("");
}

/** Keeps the result where the workgroup says, with the rights of who queries. */
function keep(querying: Querying, { output, id }: QueryRun, result: QueryResult): void {
  const { bucket, key: folder } = s3Place(output);
  const home = homeOf(querying, bucket);
  const key = `${folder}${id}.csv`;
  mayInS3(querying, home, { action: "s3:GetBucketLocation", bucket });
  mayInS3(querying, home, { action: "s3:PutObject", bucket, key });
  const { cloud } = querying;
  cloud
    .objects(home.accountId)
    .put(`${bucket}/${key}`, Buffer.from(csvOf(result)), "application/octet-stream", cloud.clock.now());
}

/**
 * Runs a query for real, over the objects in S3: DuckDB computes, after everything in which the two engines differ was
 * refused. Tables are read as Athena would: by projected partitions, with the JSON SerDe, and with the rights of who asks.
 *
 * @param mostBytes the workgroup's limit; undefined for none
 */
export async function execute(querying: Querying, run: QueryRun, mostBytes: number | undefined): Promise<QueryEnd> {
  let scannedBytes = 0;
  const folder = await mkdtemp(join(tmpdir(), "patchplane-athena-"));
  const connection = await connect();
  try {
    const scans = await scansOf(connection, run.sql, run.database);
    const tables = new Map<string, { scan: Scan; table: CatalogTable; lines: Line[] }>();
    for (const scan of scans) {
      mayReadCatalog(querying, scan);
      const table = catalogTable(querying.cloud, querying.place, scan.database, scan.table);
      const { lines, bytes } = scanTable(querying, table, scan);
      scannedBytes += bytes;
      if (mostBytes !== undefined && scannedBytes > mostBytes)
        throw new AthenaFailure("Bytes scanned limit was exceeded", "CANCELLED");
      const name = `${scan.database}.${scan.table}`;
      if (tables.has(name))
        throw new AthenaFailure("NOT_SUPPORTED: the embedded Athena reads a table once in a statement");
      tables.set(name, { scan, table, lines: [...lines] });
    }
    for (const { scan, table, lines } of tables.values()) await createTable(connection, folder, scan, table, lines);
    const result = await answered(connection, run.sql, run.database);
    keep(querying, run, result);
    return { state: "SUCCEEDED", scannedBytes, result };
  } catch (error) {
    if (!(error instanceof AthenaFailure)) throw error;
    return { state: error.state, reason: error.message, scannedBytes };
  } finally {
    connection.closeSync();
    await rm(folder, { recursive: true, force: true });
  }
}
