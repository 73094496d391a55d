import { createHash } from "node:crypto";
import type { SimulatedCloud } from "../../state/cloud.ts";
import { jsonBody, jsonResponse, type HttpRequest, type HttpResponse } from "../../http/exchange.ts";
import { ArmError } from "./armError.ts";
import { graphExtensionRow, graphVmRow } from "./graphRows.ts";
import { runQuery, type GraphRow } from "./kql.ts";

/** Where Resource Graph answers queries, lower-cased. */
export const resourceGraphPath = "/providers/microsoft.resourcegraph/resources";
const apiVersion = "2024-04-01";
const mostRows = 1000;

interface Query {
  readonly query: string;
  readonly subscriptions: readonly string[];
  readonly top: number;
  readonly skipToken: string | undefined;
}

function refused(code: string, message: string): ArmError {
  return new ArmError(400, "BadRequest", "Please provide below info when asking for support.", [{ code, message }]);
}

function uncovered(what: string): ArmError {
  return refused("NotCovered", `${what} is not covered by the embedded cloud.`);
}

function members(value: unknown, known: readonly string[], what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) throw refused("InvalidPayload", `The ${what} is no object.`);
  // The SDK sends members that were left out as null.
  const given = Object.entries(value).filter(([, each]) => each !== undefined && each !== null);
  const strange = given.find(([name]) => !known.includes(name));
  if (strange !== undefined) throw uncovered(`The member ${strange[0]} of the ${what}`);
  return Object.fromEntries(given);
}

function queryOf(request: HttpRequest): Query {
  const body = members(jsonBody(request), ["query", "subscriptions", "options"], "request");
  const options = members(body["options"] ?? {}, ["$top", "$skipToken", "resultFormat"], "options");
  const { query, subscriptions } = body;
  if (typeof query !== "string" || query === "") throw refused("InvalidPayload", "The query is missing.");
  if (!Array.isArray(subscriptions) || subscriptions.length === 0)
    throw uncovered("A query without subscriptions, for a whole tenant,");
  if ((options["resultFormat"] ?? "objectArray") !== "objectArray") throw uncovered("Another format than objectArray");
  const top = options["$top"] ?? mostRows;
  if (typeof top !== "number" || !Number.isInteger(top) || top < 1 || top > mostRows)
    throw refused("InvalidTop", `$top has to be from 1 to ${String(mostRows)}.`);
  const skipToken = options["$skipToken"];
  return {
    query,
    subscriptions: subscriptions.map((id) => String(id).toLowerCase()),
    top,
    skipToken: typeof skipToken === "string" ? skipToken : undefined,
  };
}

function tableOf(cloud: SimulatedCloud, subscriptions: readonly string[]): readonly GraphRow[] {
  const now = cloud.clock.now();
  const vms = [...cloud.arm.vms.values()].filter(({ machine }) =>
    subscriptions.includes(machine.spec.azure?.subscriptionId.toLowerCase() ?? ""),
  );
  return vms.flatMap((vm) => [
    graphVmRow(vm, now),
    ...[...vm.children.extensions.values()].map((child) => graphExtensionRow(vm, child)),
  ]);
}

/** A page's token says where it begins, and for which query and scope it was given out. */
function tokenOf({ query, subscriptions }: Query, from: number): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([query, subscriptions]))
    .digest("hex")
    .slice(0, 16);
  return Buffer.from(`${digest}/${String(from)}`).toString("base64url");
}

function beginning(asked: Query): number {
  if (asked.skipToken === undefined) return 0;
  const from = Number(Buffer.from(asked.skipToken, "base64url").toString().split("/")[1]);
  if (tokenOf(asked, from) !== asked.skipToken)
    throw refused("InvalidSkipToken", "The skip token is not of this query and these subscriptions.");
  return from;
}

/**
 * Answers Resource Graph's `resources`: VMs and their extensions, by the part of KQL that {@link runQuery} knows. Pages
 * need the column `id`, as Azure's do. Of several subscriptions those that the caller may not read are passed over in
 * silence; where there is none that it may read, the query is refused.
 * https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources
 * https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data
 */
export function answerResourceGraph(cloud: SimulatedCloud, request: HttpRequest): HttpResponse {
  if (request.method !== "POST")
    throw new ArmError(405, "MethodNotAllowed", `The HTTP method '${request.method}' is not supported here.`);
  if (request.url.searchParams.get("api-version") !== apiVersion)
    throw new ArmError(400, "InvalidApiVersionParameter", `The embedded cloud has the version ${apiVersion} alone.`);
  const asked = queryOf(request);
  if (!asked.subscriptions.some((id) => cloud.arm.subscriptions.has(id)))
    throw refused(
      "NoValidSubscriptionsInQueryRequest",
      `There must be at least one subscription that is eligible to contain resources. Given: '${asked.subscriptions.join(",")}'.`,
    );
  const rows = runQuery(tableOf(cloud, asked.subscriptions), asked.query, uncovered);
  const from = beginning(asked);
  const data = rows.slice(from, from + asked.top);
  const more = rows.length > from + data.length && rows.every((row) => "id" in row);
  return jsonResponse(200, {
    totalRecords: rows.length,
    count: data.length,
    data,
    facets: [],
    resultTruncated: rows.length > from + data.length ? "true" : "false",
    ...(more ? { $skipToken: tokenOf(asked, from + data.length) } : {}),
  });
}
