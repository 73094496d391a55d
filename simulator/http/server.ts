import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { answerArm } from "../services/arm/answer.ts";
import type { SimulatedCloud } from "../state/cloud.ts";
import { answerAthena, athenaOperation } from "../services/athena/answer.ts";
import { answerControl, controlPrefix } from "../control.ts";
import { cloudWatch } from "../services/cloudWatch/answer.ts";
import { eventBridge } from "../services/events/answer.ts";
import { answerEc2 } from "../services/ec2/answer.ts";
import { answerIam } from "../services/iam/answer.ts";
import { answerJson, jsonOperation } from "../services/jsonRecords.ts";
import { answerKms, keyOperation } from "../services/kms/answer.ts";
import { answerLambda } from "../services/lambda/answer.ts";
import { answerMessages, messageOperation } from "../services/messages/answer.ts";
import { answerS3 } from "../services/s3/answer.ts";
import { answerServiceQuotas, quotaOperation } from "../services/serviceQuotas/answer.ts";
import { sqs } from "../services/sqs/answer.ts";
import { answerSns } from "../services/sns/answer.ts";
import { answerSsm, ssmOperation } from "../services/ssm/dispatch.ts";
import { answerSts } from "../services/sts/answer.ts";
import { signatureScope } from "./credentials.ts";
import type { HttpRequest, HttpResponse } from "./exchange.ts";
import { jsonResponse } from "./exchange.ts";

/** Largest body taken; bigger than anything the APIs allow. */
const bodyLimit = 16 * 1024 * 1024;

/** An answer that a request gets before anybody reads what it asks. */
class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const thisMachine = /^(?:[\w.-]+\.)?(?:localhost|127\.0\.0\.1)(?::\d+)?$/i;

/**
 * A page in somebody's browser reaches this port as well, under a name of its own that it points here. It cannot hide
 * that name, nor that it is a page.
 */
function refusePages({ host = "", origin }: IncomingMessage["headers"]): void {
  if (!thisMachine.test(host)) throw new Refused(403, "the embedded cloud answers to 127.0.0.1 and localhost alone");
  if (origin !== undefined && origin !== `http://${host}`)
    throw new Refused(403, "the embedded cloud answers to no page of a browser");
}

async function readRequest(incoming: IncomingMessage): Promise<HttpRequest> {
  refusePages(incoming.headers);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit) throw new Refused(413, `request body is over ${String(bodyLimit)} bytes`);
    chunks.push(chunk);
  }
  return {
    method: incoming.method ?? "GET",
    url: new URL(incoming.url ?? "/", `http://${incoming.headers.host ?? "127.0.0.1"}`),
    headers: incoming.headers,
    body: Buffer.concat(chunks),
    scope: signatureScope(incoming.headers.authorization),
  };
}

/** Finds whom a request is for by what every client of that service sends. */
async function route(cloud: SimulatedCloud, request: HttpRequest): Promise<HttpResponse> {
  const path = request.url.pathname;
  if (path.startsWith(controlPrefix)) return answerControl(cloud, request);
  const operation = ssmOperation(request);
  if (operation !== undefined) return answerSsm(cloud, operation, request);
  const ofMessages = messageOperation(request);
  if (ofMessages !== undefined) return answerMessages(cloud, ofMessages, request);
  const ofAthena = athenaOperation(request);
  if (ofAthena !== undefined) return answerAthena(cloud, ofAthena, request);
  const ofQuotas = quotaOperation(request);
  if (ofQuotas !== undefined) return answerServiceQuotas(cloud, ofQuotas, request);
  const ofKeys = keyOperation(request);
  if (ofKeys !== undefined) return answerKms(cloud, ofKeys, request);
  for (const service of [eventBridge, cloudWatch, sqs]) {
    const ofRecords = jsonOperation(service, request);
    if (ofRecords !== undefined) return answerJson(service, cloud, ofRecords, request);
  }
  if (/^\/(subscriptions|providers)\//i.test(path)) return answerArm(cloud, request);
  if (request.scope?.service === "ec2") return answerEc2(cloud, request);
  if (request.scope?.service === "iam") return answerIam(cloud, request);
  if (request.scope?.service === "lambda") return answerLambda(cloud, request);
  if (request.scope?.service === "s3") return answerS3(cloud, request);
  if (request.scope?.service === "sns") return answerSns(cloud, request);
  if (request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true)
    return answerSts(cloud, request);
  return jsonResponse(404, { error: `the embedded cloud has nothing for ${request.method} ${path}` });
}

async function respond(cloud: SimulatedCloud, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  let response: HttpResponse;
  try {
    response = await route(cloud, await readRequest(incoming));
  } catch (error) {
    const status = error instanceof Refused ? error.status : 500;
    response = jsonResponse(status, { error: error instanceof Error ? error.message : "unknown" });
  }
  // What was not read to its end would be taken for the next request.
  if (!incoming.complete) outgoing.setHeader("connection", "close");
  outgoing.writeHead(response.status, response.headers);
  outgoing.end(response.body);
}

/** Serves a cloud on the loopback address. Port 0 takes any free one. */
export async function serve(cloud: SimulatedCloud, port: number): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    void respond(cloud, incoming, outgoing);
  });
  // A long stretch of virtual time keeps this thread from answering: a connection that is closed for having been idle
  // meanwhile would be closed under the client's next request.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return server;
}
