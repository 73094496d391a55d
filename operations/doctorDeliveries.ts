import { plannedAlarms, plannedQueues } from "../domain/doctor/deliveries.ts";
import type { LocationExam } from "../domain/doctor/evidence.ts";
import type { Location, Plane } from "../domain/plane.ts";
import { queueUrl } from "../domain/stack/arns.ts";
import type { PlannedLocation } from "../domain/stack/plannedLocation.ts";
import { plannedRules } from "../domain/stack/plannedRules.ts";
import { cloudWatchClient, eventBridgeClient, sqsClient } from "./aws/clients.ts";
import { presentAlarms, presentQueues, presentRules } from "./aws/deliveries.ts";
import { asking } from "./aws/known.ts";

const namesOf = (planned: readonly { readonly name: string }[]): readonly string[] => planned.map(({ name }) => name);

/** Reads the rules, alarms and queues that the stack makes in a location. */
export async function readDeliveries(
  plane: Plane,
  location: Location,
  planned: PlannedLocation,
): Promise<Pick<LocationExam, "rules" | "alarms" | "queues">> {
  const alarmNames = namesOf(plannedAlarms(plane, planned));
  const queues = namesOf(plannedQueues(plane, location, planned)).map(
    (name) => [name, queueUrl(location, name)] as const,
  );
  const [ofRules, ofAlarms, ofQueues] = await Promise.all([
    asking(location, eventBridgeClient, "events:DescribeRule and events:ListTargetsByRule", (client) =>
      presentRules(client, namesOf(plannedRules(plane, location, planned))),
    ),
    // AWS would show every alarm to who names none.
    alarmNames.length === 0
      ? { value: new Map<string, never>() }
      : asking(location, cloudWatchClient, "cloudwatch:DescribeAlarms", (client) => presentAlarms(client, alarmNames)),
    asking(location, sqsClient, "sqs:GetQueueAttributes", (client) => presentQueues(client, new Map(queues))),
  ]);
  return { rules: ofRules, alarms: ofAlarms, queues: ofQueues };
}
