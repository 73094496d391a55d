import type { SimulatedCloud } from "./cloud.ts";
import type { HttpRequest, HttpResponse } from "./http/exchange.ts";
import { jsonBody, jsonResponse } from "./http/exchange.ts";

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
    if (date < cloud.clock.now())
      return fault(409, `the virtual clock cannot go back from ${cloud.clock.now().toISOString()}`);
    await cloud.advanceTo(date);
  }
  return jsonResponse(200, { now: cloud.clock.now().toISOString() });
}

function answerRecord(cloud: SimulatedCloud, request: HttpRequest, path: readonly string[]): HttpResponse {
  if (path.length !== 4) return fault(404, "a record is at records/<account>/<region>/<type>/<id>");
  const key = path.join("/");
  switch (request.method) {
    case "GET": {
      const record = cloud.records.get(key);
      return record === undefined ? fault(404, `no record ${key}`) : jsonResponse(200, record);
    }
    case "PUT": {
      const body = jsonBody(request);
      if (body === undefined) return fault(400, "the body is not JSON");
      cloud.records.set(key, body);
      return jsonResponse(200, body);
    }
    case "DELETE":
      return cloud.records.delete(key) ? { status: 204, headers: {}, body: "" } : fault(404, `no record ${key}`);
    default:
      return fault(405, `${request.method} is not supported here`);
  }
}

/**
 * Answers `/_patchplane/…`: `GET|POST clock` (`{ "now": "…" }`; POST advances and returns when all that is due has
 * run), `GET journal`, and `GET|PUT|DELETE records/<account>/<region>/<type>/<id>` for AWS resources that are kept but
 * not emulated.
 */
export async function answerControl(cloud: SimulatedCloud, request: HttpRequest): Promise<HttpResponse> {
  const [what = "", ...rest] = request.url.pathname.slice(controlPrefix.length).split("/").map(decodeURIComponent);
  if (what === "clock") return answerClock(cloud, request);
  if (what === "journal") return jsonResponse(200, cloud.journal.entries);
  if (what === "records") return answerRecord(cloud, request, rest);
  return fault(404, `no ${what} here; there are clock, journal and records`);
}
