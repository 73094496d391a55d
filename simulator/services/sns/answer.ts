import type { SimulatedCloud } from "../../state/cloud.ts";
import { ApiError } from "../../http/apiError.ts";
import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import { queryAnswer, queryFailure, type QueryFields } from "../../http/queryXml.ts";
import { sessionOf } from "../iam/authorize.ts";
import { refuseOnRecord } from "../iam/onRecord.ts";
import { placeOf, recordAt, recordsOf, textIn, type Fields } from "../records.ts";
import { pageOf } from "../ssm/paging.ts";
import { publish } from "./publish.ts";

const namespace = "http://sns.amazonaws.com/doc/2010-03-31/";
/** https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html */
const subscriptionsPerPage = 100;

interface Call {
  readonly cloud: SimulatedCloud;
  readonly request: HttpRequest;
  readonly form: URLSearchParams;
}

/** The topic that a call reads, which its caller may. */
function topicOf({ cloud, request, form }: Call, action: string): { readonly arn: string; readonly topic: Fields } {
  const arn = form.get("TopicArn") ?? "";
  const { accountId, region, service } = placeOf(arn);
  if (
    service !== "sns" ||
    accountId !== cloud.accountOf(request.scope?.accessKeyId) ||
    region !== request.scope?.region
  )
    throw new ApiError("InvalidParameter", "Invalid parameter: TopicArn");
  refuseOnRecord(cloud, request, { accountId, region, kind: "sns-topic", id: arn }, action, "AuthorizationError");
  const topic = recordAt(cloud, { accountId, region }, "sns-topic", arn);
  if (topic === undefined) throw new ApiError("NotFound", "Topic does not exist", 404);
  return { arn, topic };
}

function subscriptionsOf({ cloud }: Call, arn: string): readonly Fields[] {
  return recordsOf(cloud, placeOf(arn), "sns-topic-subscription").filter((each) => textIn(each, "topic") === arn);
}

function isPending(subscription: Fields): boolean {
  return subscription["pendingConfirmation"] === true;
}

/** What each action takes, and what it answers. */
const actions: Readonly<
  Record<string, { readonly takes: readonly string[]; readonly answer: (call: Call) => QueryFields }>
> = {
  GetTopicAttributes: {
    takes: ["TopicArn"],
    answer: (call) => {
      const { arn, topic } = topicOf(call, "sns:GetTopicAttributes");
      const subscriptions = subscriptionsOf(call, arn);
      const pending = subscriptions.filter(isPending).length;
      const policy = textIn(recordAt(call.cloud, placeOf(arn), "sns-topic-policy", arn), "policy");
      const attributes: Readonly<Record<string, string>> = {
        TopicArn: arn,
        Owner: placeOf(arn).accountId,
        DisplayName: textIn(topic, "displayName"),
        ...(policy === "" ? {} : { Policy: policy }),
        SubscriptionsConfirmed: String(subscriptions.length - pending),
        SubscriptionsPending: String(pending),
        SubscriptionsDeleted: "0",
        ...(textIn(topic, "kmsMasterKeyId") === "" ? {} : { KmsMasterKeyId: textIn(topic, "kmsMasterKeyId") }),
      };
      return { Attributes: new Map(Object.entries(attributes)) };
    },
  },
  ListSubscriptionsByTopic: {
    takes: ["TopicArn", "NextToken"],
    answer: (call) => {
      const { arn } = topicOf(call, "sns:ListSubscriptionsByTopic");
      const page = { NextToken: call.form.get("NextToken") ?? undefined };
      const { items, NextToken } = pageOf(subscriptionsOf(call, arn), page, subscriptionsPerPage);
      const Subscriptions = items.map((each) => ({
        TopicArn: arn,
        Protocol: textIn(each, "protocol"),
        SubscriptionArn: isPending(each) ? "PendingConfirmation" : textIn(each, "arn"),
        Owner: textIn(each, "ownerId"),
        Endpoint: textIn(each, "endpoint"),
      }));
      return { Subscriptions, NextToken };
    },
  },
  Publish: {
    takes: ["TopicArn", "Subject", "Message"],
    answer: ({ cloud, request, form }) => {
      const session = sessionOf(cloud, request.scope?.accessKeyId);
      const subject = form.get("Subject");
      const id = publish(cloud, session === undefined ? undefined : { role: session.role }, {
        topicArn: form.get("TopicArn") ?? "",
        message: form.get("Message") ?? "",
        ...(subject === null ? {} : { subject }),
      });
      return { MessageId: id };
    },
  },
};

/** Answers SNS: what the stack's function and its operators ask of a topic; nothing else. */
export function answerSns(cloud: SimulatedCloud, request: HttpRequest): HttpResponse {
  const form = new URLSearchParams(request.body.toString("utf8"));
  const exchange = { namespace, requestId: cloud.requestId() };
  const name = form.get("Action") ?? "";
  try {
    const action = actions[name];
    const known = new Set(["Action", "Version", ...(action?.takes ?? [])]);
    const strange = [...form.keys()].find((each) => !known.has(each));
    if (action === undefined || strange !== undefined)
      throw new ApiError("InvalidAction", `${strange ?? name} is not covered by the embedded cloud`);
    return queryAnswer(exchange, name, action.answer({ cloud, request, form }));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return queryFailure(exchange, error);
  }
}
