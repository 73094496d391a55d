import { ApiError } from "../../http/apiError.ts";
import { givenText, type JsonService } from "../jsonRecords.ts";
import { arnAt, recordsOf, textIn } from "../records.ts";

/**
 * SQS, as far as attributes of queues are shown: those that can be set, and the ARN; no count of messages. A queue is
 * told by the path of its URL.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
 */
export const sqs: JsonService = {
  target: "AmazonSQS.",
  version: "1.0",
  operations: {
    GetQueueAttributes: {
      takes: ["QueueUrl", "AttributeNames"],
      answer: (call) => {
        const { cloud, place, input, refuse } = call;
        const url = givenText(call, "QueueUrl");
        refuse("sqs-queue", url, "sqs:GetQueueAttributes");
        const name = url.slice(url.lastIndexOf("/") + 1);
        const arn = arnAt(place, "sqs", name);
        const queue = recordsOf(cloud, place, "sqs-queue").find((each) => textIn(each, "arn") === arn);
        if (queue === undefined || !url.endsWith(`/${place.accountId}/${name}`))
          throw new ApiError("com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist.", 400, {
            "x-amzn-query-error": "AWS.SimpleQueueService.NonExistentQueue;Sender",
          });
        const policies = recordsOf(cloud, place, "sqs-queue-policy");
        const policy = textIn(
          policies.find((each) => textIn(each, "queueUrl") === textIn(queue, "url")),
          "policy",
        );
        const attributes: Readonly<Record<string, string>> = {
          QueueArn: arn,
          Policy: policy,
          KmsMasterKeyId: textIn(queue, "kmsMasterKeyId"),
          MessageRetentionPeriod: String(queue["messageRetentionSeconds"]),
          SqsManagedSseEnabled: String(queue["sqsManagedSseEnabled"]),
        };
        const asked = (input["AttributeNames"] ?? []) as readonly string[];
        const strange = asked.find((each) => each !== "All" && attributes[each] === undefined);
        if (strange !== undefined)
          throw new ApiError(
            "UnknownOperationException",
            `the attribute ${strange} is not covered by the embedded cloud`,
          );
        const wanted = Object.entries(attributes).filter(
          ([attribute, value]) => value !== "" && (asked.includes("All") || asked.includes(attribute)),
        );
        // SQS leaves the member out where none is there.
        return wanted.length === 0 ? {} : { Attributes: Object.fromEntries(wanted) };
      },
    },
  },
};
