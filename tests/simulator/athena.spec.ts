import { gzipSync } from "node:zlib";
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  ListWorkGroupsCommand,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
  type QueryExecution,
} from "@aws-sdk/client-athena";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { STS } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { startCloud, type Cloud, type KnownRole } from "../../simulator/index.ts";
import { home, ireland, other, refusal, worldOf } from "./cloudFixture.ts";

const key = { accessKeyId: "test", secretAccessKey: "test" };
const bucket = "things";
const theirs = "their-things";
const roleArn = (name: string): string => `arn:aws:iam::${home}:role/${name}`;

function policy(...statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements.map((each) => ({ Effect: "Allow", ...each })) });
}

const glue = (resource: string): string => `arn:aws:glue:${ireland}:${home}:${resource}`;
const rights = {
  athena: { Action: "athena:*", Resource: `arn:aws:athena:${ireland}:${home}:workgroup/reports` },
  catalog: { Action: "glue:Get*", Resource: [glue("catalog"), glue("database/things"), glue("table/things/*")] },
  list: { Action: ["s3:ListBucket", "s3:GetBucketLocation"], Resource: `arn:aws:s3:::${bucket}` },
  read: { Action: "s3:GetObject", Resource: `arn:aws:s3:::${bucket}/rows/*` },
  write: { Action: "s3:PutObject", Resource: `arn:aws:s3:::${bucket}/results/*` },
};
const elsewhere = {
  Action: ["s3:ListBucket", "s3:GetObject"],
  Resource: [`arn:aws:s3:::${theirs}`, `arn:aws:s3:::${theirs}/*`],
};
const without = (left: keyof typeof rights): KnownRole => ({
  arn: roleArn(`no-${left}`),
  policies: [policy(...Object.entries(rights).flatMap(([name, right]) => (name === left ? [] : [right])))],
});
const roles: readonly KnownRole[] = [
  { arn: roleArn("reader"), policies: [policy(...Object.values(rights), elsewhere)] },
  ...(["athena", "catalog", "list", "read", "write"] as const).map(without),
];

const oneDay = `select name, size from "things"."things" where day in ('2026-11-01') order by name`;

describe("Athena in the embedded cloud", () => {
  let cloud: Cloud;
  let athena: AthenaClient;
  const clients: { destroy: () => void }[] = [];

  async function record(kind: string, id: string, fields: object, account = home): Promise<void> {
    const path = [account, ireland, kind, id].map(encodeURIComponent).join("/");
    const url = `${cloud.url}/_patchplane/records/${path}`;
    expect((await fetch(url, { method: "PUT", body: JSON.stringify(fields) })).ok).to.equal(true);
  }

  async function put(name: string, Key: string, Body: string | Buffer, credentials = key): Promise<void> {
    const s3 = new S3Client({ endpoint: cloud.url, region: ireland, credentials, forcePathStyle: true });
    await s3.send(new PutObjectCommand({ Bucket: name, Key, Body }));
    s3.destroy();
  }

  async function keysOf(RoleArn: string): Promise<typeof key> {
    const sts = new STS({ endpoint: cloud.url, region: ireland, credentials: key });
    const { Credentials: given } = await sts.assumeRole({ RoleArn, RoleSessionName: "spec" });
    sts.destroy();
    return { accessKeyId: given?.AccessKeyId ?? "", secretAccessKey: given?.SecretAccessKey ?? "" };
  }

  async function as(name: string): Promise<AthenaClient> {
    const credentials = await keysOf(roleArn(name));
    const client = new AthenaClient({ endpoint: cloud.url, region: ireland, credentials, maxAttempts: 1 });
    clients.push(client);
    return client;
  }

  function table(name: string, where: string, columns = ["name", "size"]): object {
    return {
      name,
      databaseName: "things",
      tableType: "EXTERNAL_TABLE",
      parameters: {
        "projection.enabled": "true",
        "projection.day.type": "injected",
        "projection.kind.type": "enum",
        "projection.kind.values": "big,small",
        "storage.location.template": `s3://${where}/rows/day=\${day}/kind=\${kind}/`,
      },
      partitionKeys: ["day", "kind"].map((each) => ({ name: each, type: "string" })),
      storageDescriptor: {
        columns: columns.map((each) => ({ name: each, type: "string" })),
        serDeInfo: { serializationLibrary: "org.openx.data.jsonserde.JsonSerDe" },
      },
    };
  }

  async function workgroup(configuration: object = {}, more: object = {}): Promise<void> {
    await record("athena-workgroup", "reports", {
      name: "reports",
      configuration: { resultConfiguration: { outputLocation: `s3://${bucket}/results/` }, ...configuration },
      ...more,
    });
  }

  before(async () => {
    cloud = await startCloud({ world: worldOf(), now: new Date("2026-11-02T00:00:00Z"), seed: 1, roles });
    athena = new AthenaClient({ endpoint: cloud.url, region: ireland, credentials: key, maxAttempts: 1 });
    await record("s3-bucket", bucket, { bucket });
    await record("glue-database", `${home}:things`, { name: "things" });
    await record("glue-table", `${home}:things:things`, table("things", bucket));
    const line = (value: object): string => `${JSON.stringify(value)}\n`;
    await put(
      bucket,
      "rows/day=2026-11-01/kind=big/a.json.gz",
      gzipSync(line({ Name: "b", Size: 10 }) + line({ Name: "a" })),
    );
    await put(bucket, "rows/day=2026-11-01/kind=small/a.json", line({ name: "c", size: "1" }));
    await put(bucket, "rows/day=2026-11-02/kind=big/a.json", "no JSON\n");
    await put(bucket, "rows/day=2026-11-03/kind=big/a.json.gz", gzipSync(line({ name: "x" })).subarray(0, 20));
  });

  beforeEach(() => workgroup());

  after(async () => {
    for (const client of [athena, ...clients]) client.destroy();
    await cloud.close();
  });

  async function start(QueryString: string, client = athena, more: object = {}): Promise<string> {
    const QueryExecutionContext = { Database: "things" };
    const request = { QueryString, WorkGroup: "reports", QueryExecutionContext, ...more };
    return (await client.send(new StartQueryExecutionCommand(request))).QueryExecutionId ?? "";
  }

  async function look(QueryExecutionId: string, client = athena): Promise<QueryExecution> {
    const { QueryExecution: found = {} } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    return found;
  }

  async function ended(sql: string, client = athena): Promise<QueryExecution> {
    const id = await start(sql, client);
    for (;;) {
      const found = await look(id, client);
      if (!["QUEUED", "RUNNING"].includes(found.Status?.State ?? "")) return found;
    }
  }

  async function reason(sql: string, client = athena): Promise<string> {
    const { Status } = await ended(sql, client);
    return `${Status?.State ?? ""}: ${Status?.StateChangeReason ?? ""}`;
  }

  async function rows(sql: string): Promise<unknown> {
    const found = await ended(sql);
    expect(found.Status?.StateChangeReason).to.equal(undefined);
    const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId: found.QueryExecutionId }));
    return ResultSet?.Rows?.map(({ Data }) => Data?.map(({ VarCharValue }) => VarCharValue ?? null));
  }

  it("has a query wait, run and end, and reads what it asks for, whatever the case of a field", async () => {
    const id = await start(oneDay);
    const states = [(await look(id)).Status?.State, (await look(id)).Status?.State];
    expect(states).to.deep.equal(["QUEUED", "RUNNING"]);
    expect(await rows(oneDay)).to.deep.equal([
      ["name", "size"],
      ["a", null],
      ["b", "10"],
      ["c", "1"],
    ]);
  });

  it("counts the bytes of the partitions that a query names, as they are stored", async () => {
    const bytes = async (sql: string) => (await ended(sql)).Statistics?.DataScannedInBytes;
    const all = await bytes(oneDay);
    const small = await bytes(`select name from "things"."things" where day = '2026-11-01' and kind = 'small'`);
    expect(small).to.equal(24);
    expect(all).to.be.greaterThan(24);
    expect(await bytes(`select name from "things"."things" where day = '2020-01-01'`)).to.equal(0);
  });

  it("keeps the result where the workgroup says, whatever the query asks for", async () => {
    const id = await start(oneDay, athena, { ResultConfiguration: { OutputLocation: "s3://elsewhere/" } });
    while ((await look(id)).Status?.State !== "SUCCEEDED");
    expect((await look(id)).ResultConfiguration?.OutputLocation).to.equal(`s3://${bucket}/results/${id}.csv`);
    const s3 = new S3Client({ endpoint: cloud.url, region: ireland, credentials: key, forcePathStyle: true });
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: `results/${id}.csv` }));
    s3.destroy();
    expect(await Body?.transformToString()).to.equal('"name","size"\n"a",\n"b","10"\n"c","1"\n');
  });

  it("gives results page by page", async () => {
    const { QueryExecutionId } = await ended(oneDay);
    const page = (NextToken?: string) =>
      athena.send(
        new GetQueryResultsCommand({
          QueryExecutionId,
          MaxResults: 3,
          ...(NextToken === undefined ? {} : { NextToken }),
        }),
      );
    const first = await page();
    const second = await page(first.NextToken);
    expect([first.ResultSet?.Rows?.length, second.ResultSet?.Rows?.length, second.NextToken]).to.deep.equal([
      3,
      1,
      undefined,
    ]);
  });

  it("refuses a query in a workgroup that is not there, is switched off, or has nowhere for results", async () => {
    const said = async () => (await refusal(start(oneDay))).message;
    expect((await refusal(start(oneDay, athena, { WorkGroup: "others" }))).message).to.equal("WorkGroup is not found.");
    await workgroup({}, { state: "DISABLED" });
    expect(await said()).to.equal("WorkGroup is disabled.");
    await workgroup({ resultConfiguration: {} });
    expect(await said()).to.match(/^No output location provided/);
  });

  it("cancels a query that reads more than the workgroup allows", async () => {
    await workgroup({ bytesScannedCutoffPerQuery: 30 });
    expect(await reason(oneDay)).to.equal("CANCELLED: Bytes scanned limit was exceeded");
  });

  it("stops a query, which stays stopped and has no result", async () => {
    const id = await start(oneDay);
    await athena.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
    expect((await look(id)).Status?.State).to.equal("CANCELLED");
    const { message } = await refusal(athena.send(new GetQueryResultsCommand({ QueryExecutionId: id })));
    expect(message).to.equal("Query has not yet finished. Current state: CANCELLED");
  });

  it("fails a query that names no value of an injected partition, or only a range", async () => {
    const wanted =
      "FAILED: CONSTRAINT_VIOLATION: Injected projected partition column day must have only (and at least one) equality conditions in the WHERE clause!";
    for (const where of ["", " where kind = 'big'", " where day > '2026'", " where day = '1' or kind = 'big'"]) {
      expect(await reason(`select name from "things"."things"${where}`), where).to.equal(wanted);
    }
  });

  it("fails where a file is damaged, and says which", async () => {
    const of = (day: string) => reason(`select name from "things"."things" where day = '${day}'`);
    expect(await of("2026-11-02")).to.equal(
      "FAILED: HIVE_CURSOR_ERROR: Row is not a valid JSON Object: s3://things/rows/day=2026-11-02/kind=big/a.json",
    );
    expect(await of("2026-11-03")).to.match(/^FAILED: HIVE_CURSOR_ERROR: Failed to read file: .*a\.json\.gz/);
  });

  it("fails on names that the catalogue does not have", async () => {
    expect(await reason("select 1 from others where day = '1'")).to.match(/TABLE_NOT_FOUND: .*things\.others/);
    expect(await reason(`select 1 from "nowhere"."t" where day = '1'`)).to.match(/SCHEMA_NOT_FOUND: .*nowhere/);
    expect(await reason(`select weight from "things"."things" where day = '2026-11-01'`)).to.match(
      /SYNTAX_ERROR: .*weight/,
    );
  });

  it("fails by saying so on all that DuckDB would answer otherwise, or that is no query", async () => {
    const refused: Readonly<Record<string, string>> = {
      "create table t (a int)": "SELECT statements only",
      "show tables": "SELECT statements only",
      "select 1; select 2": "only one sql statement",
      "select date_diff('day', a, b) from (select 'x' as a, 'y' as b) as t": "the function date_diff",
      "select cast('1' as double)": "cast to DOUBLE",
      "select name from things as a join things as b using (name)": "stands alone in a FROM",
      "select name from": "SYNTAX_ERROR",
    };
    for (const [sql, words] of Object.entries(refused)) expect(await reason(sql), sql).to.include(words);
  });

  it("refuses every other operation, and members of a request that it has no meaning for", async () => {
    expect((await refusal(athena.send(new ListWorkGroupsCommand({})))).name).to.equal("UnknownOperationException");
    const more = { ExecutionParameters: ["'a'"] };
    expect((await refusal(start(oneDay, athena, more))).message).to.match(/ExecutionParameters/);
  });

  it("asks for the rights of who queries: to the workgroup at once, and to all else as the query runs", async () => {
    expect(await reason(oneDay, await as("reader"))).to.equal("SUCCEEDED: ");
    const { name, message } = await refusal(start(oneDay, await as("no-athena")));
    expect([name, message]).to.satisfy(
      ([code = "", words = ""]) => code === "AccessDeniedException" && /athena:StartQueryExecution/.test(words),
    );
    const denied: Readonly<Record<string, RegExp>> = {
      "no-catalog": /^FAILED: Insufficient permissions to execute the query\. .*glue:GetDatabase/,
      "no-list": /^FAILED: Permission denied on S3 path: .*s3:ListBucket/,
      "no-read": /^FAILED: Permission denied on S3 path: .*s3:GetObject/,
      "no-write": /^FAILED: Permission denied on S3 path: .*s3:PutObject/,
    };
    for (const [role, words] of Object.entries(denied))
      expect(await reason(oneDay, await as(role)), role).to.match(words);
  });

  it("reads another account's bucket only where that bucket's policy lets it, besides the role's own rights", async () => {
    await record("s3-bucket", theirs, { bucket: theirs }, other);
    await record("glue-table", `${home}:things:theirs`, table("theirs", theirs));
    await put(
      theirs,
      "rows/day=1/kind=big/a.json",
      '{"name":"z"}\n',
      await keysOf(`arn:aws:iam::${other}:role/deploy`),
    );
    const sql = `select name from "things"."theirs" where day = '1'`;
    const reader = await as("reader");
    expect(await reason(sql, reader)).to.match(/^FAILED: Permission denied .*s3:ListBucket/);
    const letting = (principal: string): object => ({
      policy: policy({
        Principal: { AWS: `arn:aws:iam::${home}:root` },
        Action: ["s3:ListBucket", "s3:GetObject"],
        Resource: [`arn:aws:s3:::${theirs}`, `arn:aws:s3:::${theirs}/*`],
        Condition: { ArnEquals: { "aws:PrincipalArn": roleArn(principal) } },
      }),
    });
    await record("s3-bucket-policy", theirs, letting("someone-else"), other);
    expect(await reason(sql, reader)).to.match(/^FAILED: Permission denied/);
    await record("s3-bucket-policy", theirs, letting("reader"), other);
    expect(await reason(sql, reader)).to.equal("SUCCEEDED: ");
  });
});
