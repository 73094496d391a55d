import { ApiError } from "../../http/apiError.ts";
import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import { jsonBody, jsonResponse } from "../../http/exchange.ts";
import type { QueryRun } from "../../state/athena.ts";
import type { SimulatedCloud } from "../../state/cloud.ts";
import { denial, sessionOf } from "../iam/authorize.ts";
import { arnAt, fieldsIn, recordAt, textIn, type Fields, type Place } from "../records.ts";
import { execute } from "./execute.ts";
import type { Querying } from "./scan.ts";

const targetPrefix = "AmazonAthena.";
const longestQuery = 262_144;
const mostRows = 1_000;
const usualRows = 1_000;

/** Athena's operation that a request asks for; undefined when it is not for Athena. */
export function athenaOperation(request: HttpRequest): string | undefined {
  const target = request.headers["x-amz-target"];
  return typeof target === "string" && target.startsWith(targetPrefix) ? target.slice(targetPrefix.length) : undefined;
}

interface Call extends Querying {
  readonly request: Fields;
}

function invalid(message: string): ApiError {
  return new ApiError("InvalidRequestException", message, 400, { AthenaErrorCode: "INVALID_INPUT" });
}

function authorize({ session, place }: Call, operation: string, workgroup: string): void {
  const named = { resources: { "athena:workgroup": { arn: arnAt(place, "athena", `workgroup/${workgroup}`) } } };
  const denied =
    session === undefined ? undefined : denial(session, place.region, [{ action: `athena:${operation}`, named }]);
  if (denied !== undefined) throw new ApiError("AccessDeniedException", denied);
}

/** Members of a request that the embedded cloud has no meaning for are refused, not passed over. */
function onlyKnown(request: Fields, ...known: readonly string[]): void {
  const strange = Object.keys(request).filter((name) => !known.includes(name));
  if (strange.length > 0) throw invalid(`The embedded cloud does not have ${strange.join(", ")} of this request`);
}

function workgroupOf({ cloud, place }: Call, name: string): Fields {
  const record = recordAt(cloud, place, "athena-workgroup", name);
  if (record === undefined) throw invalid("WorkGroup is not found.");
  if (textIn(record, "state") === "DISABLED") throw invalid("WorkGroup is disabled.");
  return fieldsIn(record, "configuration");
}

function start(call: Call): object {
  const { cloud, place, request, session } = call;
  onlyKnown(request, "QueryString", "WorkGroup", "QueryExecutionContext", "ResultConfiguration", "ClientRequestToken");
  const workgroup = textIn(request, "WorkGroup") || "primary";
  authorize(call, "StartQueryExecution", workgroup);
  const sql = textIn(request, "QueryString");
  if (sql === "" || Buffer.byteLength(sql) > longestQuery)
    throw invalid(`QueryString must have 1 to ${String(longestQuery)} bytes.`);
  const configuration = workgroupOf(call, workgroup);
  const context = fieldsIn(request, "QueryExecutionContext");
  const catalog = textIn(context, "Catalog") || "AwsDataCatalog";
  if (catalog.toLowerCase() !== "awsdatacatalog") throw invalid(`Catalog ${catalog} is not found.`);
  const isEnforced = configuration["enforceWorkgroupConfiguration"] !== false;
  const own = textIn(fieldsIn(configuration, "resultConfiguration"), "outputLocation");
  const output = isEnforced ? own : textIn(fieldsIn(request, "ResultConfiguration"), "OutputLocation") || own;
  if (output === "") {
    throw invalid(
      "No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.",
    );
  }
  const run: QueryRun = {
    id: cloud.uuidOf("athena-query"),
    ...place,
    workgroup,
    sql,
    database: textIn(context, "Database") || "default",
    submittedAt: cloud.clock.now(),
    output: output.endsWith("/") ? output : `${output}/`,
    state: "QUEUED",
    end: undefined,
  };
  cloud.queries.set(run.id, run);
  const cutoff = configuration["bytesScannedCutoffPerQuery"];
  void execute({ cloud, place, session }, run, typeof cutoff === "number" && cutoff > 0 ? cutoff : undefined).then(
    (end) => {
      // A query that was stopped meanwhile stays so.
      run.end ??= end;
    },
    (error: unknown) => {
      const reason = `GENERIC_INTERNAL_ERROR: ${error instanceof Error ? error.message : "unknown"}`;
      run.end ??= { state: "FAILED", reason, scannedBytes: 0 };
    },
  );
  return { QueryExecutionId: run.id };
}

function runOf(call: Call, operation: string): QueryRun {
  const id = textIn(call.request, "QueryExecutionId");
  const run = call.cloud.queries.get(id);
  if (run === undefined || run.accountId !== call.place.accountId || run.region !== call.place.region)
    throw invalid(`QueryExecution ${id} was not found`);
  authorize(call, operation, run.workgroup);
  return run;
}

function told(run: QueryRun): object {
  const { id, sql, workgroup, database, output, state, end } = run;
  const isOver = state === end?.state;
  return {
    QueryExecutionId: id,
    Query: sql,
    StatementType: "DML",
    WorkGroup: workgroup,
    QueryExecutionContext: { Database: database, Catalog: "awsdatacatalog" },
    ResultConfiguration: { OutputLocation: `${output}${id}.csv` },
    EngineVersion: { EffectiveEngineVersion: "Athena engine version 3" },
    Status: {
      State: state,
      SubmissionDateTime: run.submittedAt.getTime() / 1000,
      ...(isOver && end.reason !== undefined ? { StateChangeReason: end.reason } : {}),
      ...(isOver ? { CompletionDateTime: run.submittedAt.getTime() / 1000 } : {}),
    },
    Statistics: { DataScannedInBytes: isOver ? end.scannedBytes : 0 },
  };
}

function look(call: Call): object {
  onlyKnown(call.request, "QueryExecutionId");
  const run = runOf(call, "GetQueryExecution");
  const QueryExecution = told(run);
  // Seen queued, it runs; seen running, it may have ended.
  run.state = run.state === "QUEUED" ? "RUNNING" : (run.end?.state ?? run.state);
  return { QueryExecution };
}

function stop(call: Call): object {
  onlyKnown(call.request, "QueryExecutionId");
  const run = runOf(call, "StopQueryExecution");
  if (run.state === "QUEUED" || run.state === "RUNNING") {
    run.end = { state: "CANCELLED", reason: "Query cancelled!", scannedBytes: 0 };
    run.state = "CANCELLED";
  }
  return {};
}

function results(call: Call): object {
  onlyKnown(call.request, "QueryExecutionId", "MaxResults", "NextToken");
  const run = runOf(call, "GetQueryResults");
  const { result } = run.end ?? {};
  if (run.state !== "SUCCEEDED" || result === undefined)
    throw invalid(`Query has not yet finished. Current state: ${run.state}`);
  const wanted = call.request["MaxResults"] ?? usualRows;
  if (typeof wanted !== "number" || wanted < 1 || wanted > mostRows)
    throw invalid(`MaxResults must be 1 to ${String(mostRows)}.`);
  const token = textIn(call.request, "NextToken");
  const from = token === "" ? 0 : Number(Buffer.from(token, "base64url").toString("utf8"));
  const all = [result.columns.map(({ name }) => name), ...result.rows];
  const cell = (value: string | null): object => (value === null ? {} : { VarCharValue: value });
  const to = from + wanted;
  return {
    UpdateCount: 0,
    ResultSet: {
      Rows: all.slice(from, to).map((row) => ({ Data: row.map(cell) })),
      ResultSetMetadata: { ColumnInfo: result.columns.map(({ name, type }) => ({ Name: name, Type: type })) },
    },
    ...(to < all.length ? { NextToken: Buffer.from(String(to)).toString("base64url") } : {}),
  };
}

const operations: Readonly<Record<string, (call: Call) => object>> = {
  StartQueryExecution: start,
  GetQueryExecution: look,
  GetQueryResults: results,
  StopQueryExecution: stop,
};

function answered(cloud: SimulatedCloud, operation: string, request: HttpRequest): object {
  if (request.scope === undefined)
    throw new ApiError("MissingAuthenticationTokenException", "Missing Authentication Token");
  const act = operations[operation];
  if (act === undefined)
    throw new ApiError("UnknownOperationException", `${operation} is not an operation of the embedded cloud`);
  const { accessKeyId, region } = request.scope;
  const place: Place = { accountId: cloud.accountOf(accessKeyId), region };
  const body = jsonBody(request);
  if (typeof body !== "object" || body === null) throw new ApiError("SerializationException", "the body is not JSON");
  return act({ cloud, place, session: sessionOf(cloud, accessKeyId), request: body as Fields });
}

/**
 * Answers the queries of Athena: StartQueryExecution, GetQueryExecution, GetQueryResults and StopQueryExecution; a query
 * is run for real, over the objects of the embedded S3 and by the tables that were made in the catalogue. What it cannot
 * run fails by saying so. Every other operation is refused.
 * https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
 */
export function answerAthena(cloud: SimulatedCloud, operation: string, request: HttpRequest): HttpResponse {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": cloud.requestId() };
  try {
    return jsonResponse(200, answered(cloud, operation, request), headers);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { code, message, members, status } = error;
    return jsonResponse(status, { __type: code, Message: message, message, ...members }, headers);
  }
}
