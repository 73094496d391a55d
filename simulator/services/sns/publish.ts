import type { SimulatedCloud } from "../../state/cloud.ts";
import { ApiError } from "../../http/apiError.ts";
import { callerName, mayCall, type Caller } from "../iam/caller.ts";
import type { Context } from "../iam/evaluator.ts";
import { keyTags } from "../iam/recordNeeds.ts";
import { dnsSuffixOf } from "../../partitions.ts";
import { placeOf, recordAt, textIn, type Place } from "../records.ts";

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const mostBytes = 262_144;
const subjectForm = /^[!-~][ -~]{0,99}$/;

/** What is published. */
export interface Publication {
  readonly topicArn: string;
  readonly subject?: string;
  readonly message: string;
}

function denied(action: string, resource: string, caller: Caller | undefined): ApiError {
  const words = `User: ${callerName(caller)} is not authorized to perform: ${action} on resource: ${resource}`;
  return new ApiError(action.startsWith("kms:") ? "KMSAccessDenied" : "AuthorizationError", words, 403);
}

/** What KMS knows of a call that SNS makes for a role: not of one that a service makes for itself. */
function throughSns(cloud: SimulatedCloud, caller: Caller | undefined, place: Place, id: string): Context {
  if (caller === undefined || "service" in caller) return {};
  const tags = Object.entries(keyTags(cloud, place, id) ?? {});
  return {
    "kms:ViaService": `sns.${place.region}.${dnsSuffixOf(place.region)}`,
    ...Object.fromEntries(tags.map(([name, value]) => [`aws:ResourceTag/${name}`, value])),
  };
}

/** Publishes as a caller who may: to the topic, and through SNS with the topic's key; an `ApiError` else. Returns the message's id. */
export function publish(cloud: SimulatedCloud, caller: Caller | undefined, publication: Publication): string {
  const { topicArn, subject, message } = publication;
  const place = placeOf(topicArn);
  const topic = recordAt(cloud, place, "sns-topic", topicArn);
  if (topic === undefined) throw new ApiError("NotFound", "Topic does not exist", 404);
  if (subject !== undefined && !subjectForm.test(subject))
    throw new ApiError("InvalidParameter", "Invalid parameter: Subject");
  if (message === "" || Buffer.byteLength(message) > mostBytes)
    throw new ApiError(
      "InvalidParameter",
      message === "" ? "Invalid parameter: Empty message" : "Invalid parameter: Message too long",
    );
  const policy = textIn(recordAt(cloud, place, "sns-topic-policy", topicArn), "policy");
  const region = { "aws:RequestedRegion": place.region };
  if (!mayCall(caller, "sns:Publish", topicArn, policy === "" ? {} : { resource: policy }, region))
    throw denied("sns:Publish", topicArn, caller);
  const keyArn = textIn(topic, "kmsMasterKeyId");
  if (keyArn.startsWith("arn:")) {
    const id = keyArn.slice(keyArn.lastIndexOf("/") + 1);
    const record = recordAt(cloud, place, "kms-key", id);
    if (record?.["isEnabled"] === false) throw new ApiError("KMSDisabled", `${keyArn} is disabled.`);
    const key = textIn(record, "policy");
    // https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
    const keys = { ...region, ...throughSns(cloud, caller, place, id) };
    for (const action of ["kms:GenerateDataKey", "kms:Decrypt"])
      if (!mayCall(caller, action, keyArn, { key }, keys)) throw denied(action, keyArn, caller);
  }
  const at = cloud.clock.now();
  const told = subject === undefined ? {} : { subject };
  cloud.deliveries.published.push({ at, topicArn, message, by: callerName(caller), ...told });
  return cloud.uuidOf(`message to ${topicArn}`);
}
