import type { SimulatedCloud } from "../../state/cloud.ts";
import { ApiError } from "../../http/apiError.ts";
import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import { sessionOf } from "../iam/authorize.ts";
import { publish } from "./publish.ts";

const namespace = "http://sns.amazonaws.com/doc/2010-03-31/";

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function xml(status: number, body: string): HttpResponse {
  return { status, headers: { "content-type": "text/xml" }, body };
}

function failure({ code, message, status }: ApiError, requestId: string): HttpResponse {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`;
  return xml(status, `<ErrorResponse xmlns="${namespace}">${error}<RequestId>${requestId}</RequestId></ErrorResponse>`);
}

/** Answers SNS: Publish to a topic, which is what a function of the stack does; nothing else. */
export function answerSns(cloud: SimulatedCloud, request: HttpRequest): HttpResponse {
  const form = new URLSearchParams(request.body.toString("utf8"));
  const requestId = cloud.requestId();
  const action = form.get("Action") ?? "";
  try {
    const strange = [...form.keys()].find(
      (name) => !["Action", "Version", "TopicArn", "Subject", "Message"].includes(name),
    );
    if (action !== "Publish" || strange !== undefined)
      throw new ApiError("InvalidAction", `${strange ?? action} is not covered by the embedded cloud`);
    const session = sessionOf(cloud, request.scope?.accessKeyId);
    const subject = form.get("Subject");
    const id = publish(cloud, session === undefined ? undefined : { role: session.role }, {
      topicArn: form.get("TopicArn") ?? "",
      message: form.get("Message") ?? "",
      ...(subject === null ? {} : { subject }),
    });
    const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
    const result = `<PublishResult><MessageId>${id}</MessageId></PublishResult>${metadata}`;
    return xml(200, `<PublishResponse xmlns="${namespace}">${result}</PublishResponse>`);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return failure(error, requestId);
  }
}
