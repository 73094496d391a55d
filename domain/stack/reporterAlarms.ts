import { regionalName } from "./awsNames.ts";

/** What all alarms on the run reporter have in common: each is on a metric that is 0 while all is well. */
const wherever = {
  comparisonOperator: "GreaterThanThreshold",
  threshold: 0,
  /** In seconds. */
  period: 300,
  evaluationPeriods: 1,
  treatMissingData: "notBreaching",
} as const;

/**
 * The alarms of a location's run reporter, by the names of AWS's API with a small letter; the key names what they are on.
 * @typeParam Text - a text, or what will be one
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
export function reporterAlarms<Text>(
  environment: string,
  { functionName, queue }: Readonly<Record<"functionName" | "queue", Text>>,
) {
  const name = (key: string): string => regionalName(environment, `run-reporter-${key}`);
  return [
    {
      key: "errors",
      name: name("errors"),
      alarmDescription: "The run reporter failed or ran out of time; Lambda tries it again. Its log says why.",
      settings: { namespace: "AWS/Lambda", metricName: "Errors", statistic: "Sum", ...wherever },
      dimensions: { FunctionName: functionName } as Record<string, Text>,
    },
    {
      key: "unreported",
      name: name("unreported"),
      alarmDescription:
        "A run of a window was not reported: its event is in the queue. docs/run-reports.md says what to do.",
      settings: {
        namespace: "AWS/SQS",
        metricName: "ApproximateNumberOfMessagesVisible",
        statistic: "Maximum",
        ...wherever,
      },
      dimensions: { QueueName: queue } as Record<string, Text>,
    },
  ] as const;
}
