import { randomUUID } from "node:crypto";
import type { SimulatedCloud } from "./state/cloud.ts";
import { ControlFault, allFaults, injectFault, purgeActivations } from "./faultControl.ts";
import type { FaultRequest } from "./faultControl.ts";
import type { HttpRequest, HttpResponse } from "./http/exchange.ts";
import { jsonBody, jsonResponse } from "./http/exchange.ts";
import { ruleInUse } from "./services/events/bus.ts";
import { denial, sessionOf } from "./services/iam/authorize.ts";
import { recordNeeds } from "./services/iam/recordNeeds.ts";
import type { FaultKind } from "./world/faultKinds.ts";

/** Path prefix of what no cloud has. */
export const controlPrefix = "/_patchplane/";

function fault(status: number, message: string): HttpResponse {
  return jsonResponse(status, { error: message });
}

async function answerClock(cloud: SimulatedCloud, request: HttpRequest): Promise<HttpResponse> {
  if (request.method === "POST") {
    const body = jsonBody(request);
    const wanted = typeof body === "object" && body !== null && "now" in body ? body.now : undefined;
    const date = new Date(typeof wanted === "string" ? wanted : "");
    if (Number.isNaN(date.getTime())) return fault(400, 'the body is not { "now": "<ISO 8601 instant>" }');
    try {
      await cloud.advanceTo(date);
    } catch (error) {
      if (error instanceof RangeError && date < cloud.clock.now()) return fault(409, error.message);
      throw error;
    }
  }
  return jsonResponse(200, { now: cloud.clock.now().toISOString() });
}

function instantIn(body: Readonly<Record<string, unknown>>, name: string): Date | undefined {
  const value = body[name];
  if (value === undefined) return undefined;
  const date = new Date(typeof value === "string" ? value : "");
  if (Number.isNaN(date.getTime()))
    throw new ControlFault(
      400,
      `${name} ${JSON.stringify(value)} is no instant; allowed: ISO 8601, e.g. 2026-12-01T00:00:00Z`,
    );
  return date;
}

function faultRequest(request: HttpRequest): FaultRequest {
  const body = jsonBody(request);
  if (typeof body !== "object" || body === null)
    throw new ControlFault(400, 'the body is not { "machine": "…", "kind": "…", "from"?: "…", "until"?: "…" }');
  const { machine, kind, from, until, ...others } = body as Readonly<Record<string, unknown>>;
  const [strange] = Object.keys(others);
  if (strange !== undefined) throw new ControlFault(400, `no member ${strange}; allowed: machine, kind, from, until`);
  if (typeof machine !== "string") throw new ControlFault(400, "machine is missing; give an instance, mi- or ARM id");
  const given = { from: instantIn({ from }, "from"), until: instantIn({ until }, "until") };
  return {
    machine,
    // Another kind is refused where the kinds are known.
    kind: kind as FaultKind,
    ...(given.from === undefined ? {} : { from: given.from }),
    ...(given.until === undefined ? {} : { until: given.until }),
  };
}

function answerFaults(cloud: SimulatedCloud, request: HttpRequest): HttpResponse {
  switch (request.method) {
    case "GET":
      return jsonResponse(200, allFaults(cloud));
    case "POST":
      return jsonResponse(201, injectFault(cloud, faultRequest(request)));
    default:
      return fault(405, `${request.method} is not supported here`);
  }
}

function answerActivations(cloud: SimulatedCloud, request: HttpRequest, [what]: readonly string[]): HttpResponse {
  if (what !== "purge") return fault(404, "no such path; there is activations/purge");
  if (request.method !== "POST") return fault(405, `${request.method} is not supported here`);
  return jsonResponse(200, { purged: purgeActivations(cloud) });
}

const ids = new WeakMap<SimulatedCloud, string>();

/** Tells one cloud from the next at the same address; nothing that a cloud does depends on it. */
function idOf(cloud: SimulatedCloud): string {
  const id = ids.get(cloud) ?? randomUUID();
  ids.set(cloud, id);
  return id;
}

/** What keeps the caller from a record, where its role's rights are enforced. */
function recordDenial(
  cloud: SimulatedCloud,
  request: HttpRequest,
  [accountId = "", region = "", kind = "", id = ""]: readonly string[],
): string | undefined {
  const session = sessionOf(cloud, request.scope?.accessKeyId);
  if (session === undefined) return undefined;
  // The stand-in provider looks whether a name is taken; the real one only makes the thing.
  if (request.method === "GET" && !cloud.records.has([accountId, region, kind, id].join("/"))) return undefined;
  const needs = recordNeeds(cloud, { accountId, region, kind, id }, request.method, jsonBody(request));
  return denial(session, request.scope?.region ?? region, needs);
}

function answerRecord(cloud: SimulatedCloud, request: HttpRequest, path: readonly string[]): HttpResponse {
  if (path.length !== 4) return fault(404, "a record is at records/<account>/<region>/<type>/<id>");
  const key = path.join("/");
  const denied = recordDenial(cloud, request, path);
  if (denied !== undefined) return fault(403, `AccessDenied: ${denied}`);
  switch (request.method) {
    case "GET": {
      const record = cloud.records.get(key);
      return record === undefined ? fault(404, `no record ${key}`) : jsonResponse(200, record);
    }
    case "PUT": {
      const body = jsonBody(request);
      if (body === undefined) return fault(400, "the body is not JSON");
      if (!cloud.records.has(key)) cloud.identity.recordsMadeAt.set(key, cloud.clock.now());
      cloud.records.set(key, body);
      return jsonResponse(200, body);
    }
    case "DELETE": {
      const [accountId = "", region = "", kind, id = ""] = path;
      const inUse = kind === "events-rule" ? ruleInUse(cloud, { accountId, region }, id) : undefined;
      if (inUse !== undefined) return fault(409, inUse);
      return cloud.records.delete(key) ? { status: 204, headers: {}, body: "" } : fault(404, `no record ${key}`);
    }
    default:
      return fault(405, `${request.method} is not supported here`);
  }
}

async function answered(cloud: SimulatedCloud, request: HttpRequest): Promise<HttpResponse> {
  const [what = "", ...rest] = request.url.pathname.slice(controlPrefix.length).split("/").map(decodeURIComponent);
  switch (what) {
    case "clock":
      return answerClock(cloud, request);
    case "now":
      return { status: 200, headers: { "content-type": "text/plain" }, body: cloud.clock.now().toISOString() };
    case "cloud":
      return jsonResponse(200, { id: idOf(cloud) });
    case "journal":
      return jsonResponse(200, cloud.journal.entries);
    case "faults":
      return answerFaults(cloud, request);
    case "activations":
      return answerActivations(cloud, request, rest);
    case "records":
      return answerRecord(cloud, request, rest);
    default:
      return fault(404, `no ${what} here; there are cloud, clock, now, journal, faults, activations and records`);
  }
}

/**
 * Answers `/_patchplane/…`: `GET|POST clock` (`{ "now": "…" }`; POST advances and returns when all that is due has
 * run), `GET now` (the virtual time as plain text, for a shell), `GET cloud` (`{ "id": "…" }`, another one for each cloud that is started), `GET journal`, `GET|POST faults`, `POST activations/purge`, and
 * `GET|PUT|DELETE records/<account>/<region>/<type>/<id>` for AWS resources that are kept but not emulated. Errors are
 * `{ "error": "…" }`.
 */
export async function answerControl(cloud: SimulatedCloud, request: HttpRequest): Promise<HttpResponse> {
  try {
    return await answered(cloud, request);
  } catch (error) {
    if (error instanceof ControlFault) return fault(error.status, error.message);
    throw error;
  }
}
