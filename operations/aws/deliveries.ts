import { DescribeAlarmsCommand, type CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import {
  DescribeRuleCommand,
  ListTargetsByRuleCommand,
  ResourceNotFoundException,
  type EventBridgeClient,
} from "@aws-sdk/client-eventbridge";
import { GetQueueAttributesCommand, QueueDoesNotExist, type SQSClient } from "@aws-sdk/client-sqs";
import type { LiveAlarm, LiveQueue, LiveRule } from "../../domain/doctor/evidence.ts";
import { byNames, unlessMissing } from "./missing.ts";

/*
 * What carries a location's events to those who hear of them: what is not there is left out.
 */

/**
 * Rules of the default bus, with their targets, of which AWS lets a rule have five.
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTargetsByRule.html
 */
export async function presentRules(
  client: EventBridgeClient,
  names: readonly string[],
): Promise<ReadonlyMap<string, LiveRule>> {
  return byNames(names, (name) =>
    unlessMissing(async () => {
      const { State, EventPattern: pattern = "{}" } = await client.send(new DescribeRuleCommand({ Name: name }));
      const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ Rule: name }));
      const targets = Targets.map(({ Id: id = "", Arn: arn = "", DeadLetterConfig, ...shape }) => ({
        id,
        arn,
        deadLetters: DeadLetterConfig?.Arn,
        isShaped: [shape.Input, shape.InputPath, shape.InputTransformer].some((each) => each !== undefined),
      }));
      return { enabled: State !== "DISABLED", pattern, targets };
    }, ResourceNotFoundException),
  );
}

/**
 * Alarms on a metric, at most a hundred.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
export async function presentAlarms(
  client: CloudWatchClient,
  names: readonly string[],
): Promise<ReadonlyMap<string, LiveAlarm>> {
  const { MetricAlarms = [] } = await client.send(
    new DescribeAlarmsCommand({ AlarmNames: [...names], AlarmTypes: ["MetricAlarm"] }),
  );
  return new Map(
    MetricAlarms.map((found) => [
      found.AlarmName ?? "",
      {
        actionsEnabled: found.ActionsEnabled ?? false,
        actions: found.AlarmActions ?? [],
        settings: {
          namespace: found.Namespace,
          metricName: found.MetricName,
          statistic: found.Statistic,
          unit: found.Unit,
          comparisonOperator: found.ComparisonOperator,
          threshold: found.Threshold,
          period: found.Period,
          evaluationPeriods: found.EvaluationPeriods,
          treatMissingData: found.TreatMissingData,
        },
        dimensions: Object.fromEntries((found.Dimensions ?? []).map(({ Name = "", Value }) => [Name, Value])),
      },
    ]),
  );
}

/**
 * Queues, by the names of which their URLs are told.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
 */
export async function presentQueues(
  client: SQSClient,
  urls: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, LiveQueue>> {
  return byNames([...urls.keys()], (name) =>
    unlessMissing(async () => {
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl: urls.get(name), AttributeNames: ["Policy", "KmsMasterKeyId"] }),
      );
      return { policy: Attributes.Policy ?? "{}", keyId: Attributes.KmsMasterKeyId };
    }, QueueDoesNotExist),
  );
}
