import type { SimulatedCloud } from "../../state/cloud.ts";
import { observe } from "../cloudWatch/alarms.ts";
import { callerName, mayCall, type Caller } from "../iam/caller.ts";
import { placeOf, recordAt, recordsOf, textIn } from "../records.ts";

/** Puts a message into a queue for a service or a role that may; false where the queue is not there, or it may not. */
export function sendToQueue(cloud: SimulatedCloud, caller: Caller, queueArn: string, body: string): boolean {
  const place = placeOf(queueArn);
  const queue = recordsOf(cloud, place, "sqs-queue").find((each) => textIn(each, "arn") === queueArn);
  if (queue === undefined) return false;
  const policy = textIn(recordAt(cloud, place, "sqs-queue-policy", textIn(queue, "url")), "policy");
  if (!mayCall(caller, "sqs:SendMessage", queueArn, policy === "" ? {} : { resource: policy })) return false;
  const { queued } = cloud.deliveries;
  queued.push({ at: cloud.clock.now(), queueArn, body, by: callerName(caller) });
  const visible = queued.filter((each) => each.queueArn === queueArn).length;
  observe(cloud, place, {
    namespace: "AWS/SQS",
    metric: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: textIn(queue, "name") },
    value: visible,
  });
  return true;
}
