import { rmSync } from "node:fs";
import { join } from "node:path";
import { GetQueryExecutionCommand, GetQueryResultsCommand, StartQueryExecutionCommand } from "@aws-sdk/client-athena";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { projectFiles } from "../../../config/projectFiles.ts";
import { partitionFolder, recordTypes, type Partition } from "../../../domain/collection/layout.ts";
import { reportKinds, type ReportDocument } from "../../../domain/report/report.ts";
import { collectionsFolder } from "../../../domain/stack/athena.ts";
import { openAthena, type OpenedAthena } from "../../../operations/report/athena.ts";
import { openDuckdb } from "../../../operations/report/duckdb.ts";
import type { OpenedStore } from "../../../operations/report/engine.ts";
import { collectionsIn, type Collections } from "../../../operations/report/partitions.ts";
import { QueryFailed } from "../../../operations/report/queryFailed.ts";
import { withReports, type ReportContext, type ReportRequest } from "../../../operations/report/report.ts";
import { queries } from "../../../domain/report/queries.ts";
import { folderStore } from "../../../operations/store/folderStore.ts";
import type { Cloud } from "../../../simulator/index.ts";
import { folderOfAll } from "../../harness/folders.ts";
import { cloudWithQueries, names, placeOf, plane, s3Of, storeOf } from "./athenaFixture.ts";
import { runId, stamps, writeFixture } from "./fixture.ts";
import { filledIn, parameters } from "./saved.ts";

const root = join(import.meta.dirname, "..", "..", "..");

async function refusalOf(asked: Promise<unknown>): Promise<string> {
  try {
    await asked;
  } catch (error) {
    if (error instanceof QueryFailed) return error.message;
    throw error;
  }
  throw new Error("it was answered");
}

describe("reports that Athena is asked", function () {
  this.timeout(300_000);
  const folder = folderOfAll();
  let cloud: Cloud;
  let athena: OpenedAthena;
  let duckdb: OpenedStore;

  before(async () => {
    writeFixture(folder());
    // DuckDB leaves a damaged location out by itself.
    for (const type of recordTypes) {
      const cut = { type, collected: stamps.after, accountId: "333344445555", region: "eu-west-1" };
      rmSync(join(folder(), partitionFolder(cut)), { recursive: true });
    }
    cloud = await cloudWithQueries(folder());
    athena = openAthena(await collectionsIn(storeOf(cloud)), placeOf(cloud));
    const store = folderStore(folder());
    duckdb = await openDuckdb(store, await collectionsIn(store), join(folder(), "parquet"));
  });

  after(async () => {
    duckdb.engine.close();
    athena.engine.close();
    await cloud.close();
  });

  /** A statement as the console sends it: the rows without the columns' names. */
  async function run(sql: string): Promise<readonly (readonly string[])[]> {
    const { client, workgroup: WorkGroup, database: Database } = placeOf(cloud);
    const request = { QueryString: sql, WorkGroup, QueryExecutionContext: { Database } };
    const { QueryExecutionId } = await client.send(new StartQueryExecutionCommand(request));
    let state: string | undefined = "QUEUED";
    while (state === "QUEUED" || state === "RUNNING") {
      const { QueryExecution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId }));
      state = QueryExecution?.Status?.State;
      if (state === "FAILED") throw new Error(QueryExecution?.Status?.StateChangeReason);
    }
    const { ResultSet } = await client.send(new GetQueryResultsCommand({ QueryExecutionId }));
    client.destroy();
    const [, ...lines] = ResultSet?.Rows ?? [];
    return lines.map(({ Data = [] }) => Data.map(({ VarCharValue = "" }) => VarCharValue));
  }

  async function report(request: ReportRequest, open?: ReportContext["open"]): Promise<ReportDocument> {
    const context = { root, files: projectFiles(root), stack: "prod", plane, store: folderStore(folder()) };
    const more = { copies: join(folder(), "parquet"), asOf: new Date("2026-11-16T00:00:00Z") };
    const read = await withReports({ ...context, ...more, ...(open === undefined ? {} : { open }) }, (opened) =>
      opened.report(request),
    );
    if ("faults" in read) throw new Error(read.faults.map(({ message }) => message).join());
    return read.report;
  }

  for (const query of queries) {
    it(`have the rows of ${query}.sql as DuckDB has them, in their order`, async () => {
      const wanted = await duckdb.engine.rows(query, parameters);
      expect(wanted).not.to.be.empty;
      expect(await athena.engine.rows(query, parameters)).to.deep.equal(wanted);
    });
  }

  for (const query of queries) {
    it(`have them of the saved ${query}, once it is filled in`, async () => {
      const asked = { ...parameters, since: stamps.before };
      const collections = await collectionsIn(storeOf(cloud));
      const answer = await run(filledIn(query, asked, collections, names));
      const wanted = await duckdb.engine.rows(query, asked);
      expect(wanted).not.to.be.empty;
      expect(answer).to.deep.equal(wanted.map((row) => Object.values(row).map(String)));
    });
  }

  it("are refused, and not empty, where a saved query was not filled in", async () => {
    const collections = await collectionsIn(storeOf(cloud));
    let message = "";
    try {
      await run(filledIn("inventory", { nodes: "i-1" }, collections, names));
    } catch (error) {
      message = String(error);
    }
    expect(message).to.match(/CONSTRAINT_VIOLATION: .* collected /);
  });

  for (const kind of reportKinds) {
    it(`make the same report of ${kind}`, async () => {
      const request = { kind, run: runId };
      const asked = (collections: Collections) => openAthena(collections, placeOf(cloud));
      expect(await report(request, asked)).to.deep.equal(await report(request));
    });
  }

  it("leave out a location that a collection did not finish, and say so", async () => {
    const collections = await collectionsIn(storeOf(cloud));
    const cut = { collected: stamps.after, accountId: "222233334444", region: "us-east-1" };
    const isCut = ({ collected, accountId, region }: Partition) =>
      collected === cut.collected && accountId === cut.accountId && region === cut.region;
    const unfinished = [{ ...cut, reason: "cut off" }];
    const opened = openAthena(
      { ...collections, partitions: collections.partitions.filter((each) => !isCut(each)), unfinished },
      placeOf(cloud),
    );
    const rows = await opened.engine.rows("compliance", parameters);
    expect(opened.unreadable).to.equal(unfinished);
    expect(new Set(rows.map((row) => row["account_id"]))).to.deep.equal(new Set(["011122223333"]));
  });

  it("count what they read as Athena bills it, and ask a question once", async () => {
    const opened = openAthena(await collectionsIn(storeOf(cloud)), placeOf(cloud));
    const [first, second] = await Promise.all([
      opened.engine.rows("inventory", parameters),
      opened.engine.rows("inventory", parameters),
    ]);
    expect(second).to.equal(first);
    await opened.engine.rows("patches", parameters);
    const { queries: run, scannedBytes, billedBytes } = opened.usage();
    expect([run, billedBytes]).to.deep.equal([2, 20_000_000]);
    expect(scannedBytes).to.be.within(100, 10_000);
  });

  it("stop what runs when they are interrupted, and do not answer then", async () => {
    const opened = openAthena(await collectionsIn(storeOf(cloud)), placeOf(cloud));
    const message = refusalOf(opened.engine.rows("locations", parameters));
    await opened.stop();
    expect(await message).to.equal('Athena did not answer the query "locations": Query cancelled!');
  });

  it("say what to do where the stack was not deployed, and where a file is damaged", async () => {
    const collections = await collectionsIn(storeOf(cloud));
    const asked = (place: Partial<ReturnType<typeof placeOf>>) =>
      refusalOf(openAthena(collections, { ...placeOf(cloud), ...place }).engine.rows("locations", parameters));
    const begins = 'Athena did not answer the query "locations": ';
    expect(await asked({ workgroup: "others" })).to.equal(
      `${begins}there is no workgroup others; deploy the stack, which makes it`,
    );
    expect(await asked({ database: "others" })).to.equal(
      `${begins}SCHEMA_NOT_FOUND: Schema 'others' does not exist; deploy the stack, which makes the tables`,
    );
    const cut = {
      type: "Patchplane:Location",
      collected: stamps.first,
      accountId: "444455556666",
      region: "eu-west-1",
    } as const;
    const damaged = `${collectionsFolder}/${partitionFolder(cut)}/more.json`;
    const s3 = s3Of(cloud);
    await s3.send(new PutObjectCommand({ Bucket: names.bucket, Key: damaged, Body: "no JSON" }));
    const message = await asked({});
    await s3.send(new DeleteObjectCommand({ Bucket: names.bucket, Key: damaged }));
    s3.destroy();
    expect(message).to.match(
      /a file of a collection is damaged: HIVE_CURSOR_ERROR: .*more\.json; remove that collection, or ask --engine duckdb, which leaves its location out$/,
    );
  });

  it("are stopped after their time, which the message says", async () => {
    const opened = openAthena(await collectionsIn(storeOf(cloud)), { ...placeOf(cloud), minutes: 0 });
    const message = await refusalOf(opened.engine.rows("locations", parameters));
    expect(message).to.equal('Athena did not answer the query "locations": it took more than 0 minutes');
  });
});
