import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import {
  GetQueryExecutionCommand,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
  paginateGetQueryResults,
  type AthenaClient,
  type QueryExecution,
} from "@aws-sdk/client-athena";
import { allPages } from "../pages.ts";
import { loadReportSql } from "../../config/reportSql.ts";
import { athenaStatement } from "../../domain/report/athenaStatement.ts";
import type { Engine, OpenedStore, Row } from "./engine.ts";
import type { Collections } from "./partitions.ts";
import { queryFailure, workgroupMissing } from "./queryFailed.ts";
import type { Parameters, Query } from "../../domain/report/queries.ts";

/** Where queries are run, and how long one may take. */
export interface AthenaPlace {
  readonly client: AthenaClient;
  readonly workgroup: string;
  readonly database: string;
  /** Of the workgroup's limit, for the words of a query that exceeds it. */
  readonly scanLimitGigabytes: number;
  /** Minutes until a query is stopped. @default 15 */
  readonly minutes?: number;
  /** Milliseconds until the second look at a query; the time between two looks grows. @default 200 */
  readonly pause?: number;
}

/** What queries have read so far. */
export interface AthenaUsage {
  readonly queries: number;
  readonly scannedBytes: number;
  /** What Athena bills for: each query as whole megabytes, and 10 at least. */
  readonly billedBytes: number;
}

/** A store that is asked of Athena. */
export interface OpenedAthena extends OpenedStore {
  readonly usage: () => AthenaUsage;
  /** Stops what still runs; for who is interrupted. */
  readonly stop: () => Promise<void>;
}

const usualMinutes = 15;
const usualPause = 200;
/** Milliseconds between two looks at a query, at most. */
const longestPause = 3_000;
const growth = 1.5;
/** Rows of a page; the most that the API gives. */
const pageRows = 1_000;
const megabyte = 1_000_000;
const leastBilled = 10 * megabyte;

/** Whether Athena is done with a query, whatever came of it. */
function isEnded({ Status }: QueryExecution): boolean {
  return !["QUEUED", "RUNNING"].includes(Status?.State ?? "");
}

class Queries {
  readonly #place: AthenaPlace;
  /** Ids of queries that were handed in, once Athena has told them. */
  readonly #running = new Set<Promise<string>>();
  #usage: AthenaUsage = { queries: 0, scannedBytes: 0, billedBytes: 0 };

  constructor(place: AthenaPlace) {
    this.#place = place;
  }

  usage(): AthenaUsage {
    return this.#usage;
  }

  async stop(): Promise<void> {
    const { client } = this.#place;
    const stopped = [...this.#running].map(async (id) =>
      client.send(new StopQueryExecutionCommand({ QueryExecutionId: await id })),
    );
    await Promise.allSettled(stopped);
  }

  async #started(query: Query, sql: string): Promise<string> {
    const { client, workgroup: WorkGroup, database: Database } = this.#place;
    const request = { QueryString: sql, WorkGroup, QueryExecutionContext: { Database } };
    try {
      const { QueryExecutionId = "" } = await client.send(new StartQueryExecutionCommand(request));
      return QueryExecutionId;
    } catch (error) {
      throw workgroupMissing(query, error, this.#place) ?? error;
    }
  }

  async #ended(QueryExecutionId: string, minutes: number): Promise<QueryExecution> {
    const end = performance.now() + minutes * 60_000;
    const { client, pause = usualPause } = this.#place;
    for (let next = pause; ; next = Math.min(next * growth, longestPause)) {
      const { QueryExecution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId }));
      if (QueryExecution !== undefined && isEnded(QueryExecution)) return QueryExecution;
      if (performance.now() > end) {
        await client.send(new StopQueryExecutionCommand({ QueryExecutionId }));
        return { Status: { State: "CANCELLED", StateChangeReason: `it took more than ${String(minutes)} minutes` } };
      }
      await wait(next);
    }
  }

  #count({ Statistics }: QueryExecution): void {
    const { queries, scannedBytes, billedBytes } = this.#usage;
    const scanned = Statistics?.DataScannedInBytes ?? 0;
    this.#usage = {
      queries: queries + 1,
      scannedBytes: scannedBytes + scanned,
      billedBytes: billedBytes + Math.max(leastBilled, Math.ceil(scanned / megabyte) * megabyte),
    };
  }

  async rows(query: Query, sql: string): Promise<readonly Row[]> {
    const { client, minutes = usualMinutes } = this.#place;
    const started = this.#started(query, sql);
    this.#running.add(started);
    let QueryExecutionId: string;
    try {
      QueryExecutionId = await started;
      const execution = await this.#ended(QueryExecutionId, minutes);
      this.#count(execution);
      if (execution.Status?.State !== "SUCCEEDED") throw queryFailure(query, execution, this.#place);
    } finally {
      this.#running.delete(started);
    }
    const pages = await allPages(paginateGetQueryResults({ client, pageSize: pageRows }, { QueryExecutionId }));
    const columns = pages[0]?.ResultSet?.ResultSetMetadata?.ColumnInfo?.map(({ Name = "" }) => Name) ?? [];
    const lines = pages.flatMap(({ ResultSet }) => ResultSet?.Rows ?? []);
    // The first line has the columns' names.
    return lines
      .slice(1)
      .map(({ Data = [] }): Row => Object.fromEntries(columns.map((name, at) => [name, Data[at]?.VarCharValue ?? ""])));
  }
}

/**
 * Opens a store for Athena, which reads it where it lies: the tables that the stack has made are over the same files.
 * A query that is asked twice is run once.
 */
export function openAthena(collections: Collections, place: AthenaPlace): OpenedAthena {
  const queries = new Queries(place);
  const texts = loadReportSql(join(import.meta.dirname, "..", ".."));
  const asked = new Map<string, Promise<readonly Row[]>>();
  const run = async (query: Query, parameters: Parameters): Promise<readonly Row[]> => {
    const sql = athenaStatement(texts, query, parameters, collections, place.database);
    return sql === undefined ? [] : queries.rows(query, sql);
  };
  const engine: Engine = {
    rows: (query, parameters) => {
      const key = JSON.stringify([query, parameters]);
      const known = asked.get(key) ?? run(query, parameters);
      asked.set(key, known);
      return known;
    },
    close: () => {
      place.client.destroy();
    },
  };
  return { engine, unreadable: collections.unfinished, usage: () => queries.usage(), stop: () => queries.stop() };
}
