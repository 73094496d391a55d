import { ApiError } from "../../http/apiError.ts";
import type { JsonService } from "../jsonRecords.ts";
import { fieldsIn, recordAt, textIn, type Fields } from "../records.ts";

function shown(alarm: Fields): Fields {
  return {
    AlarmName: textIn(alarm, "name"),
    AlarmArn: textIn(alarm, "arn"),
    AlarmDescription: textIn(alarm, "alarmDescription"),
    ActionsEnabled: alarm["actionsEnabled"] !== false,
    OKActions: [],
    AlarmActions: alarm["alarmActions"] ?? [],
    InsufficientDataActions: [],
    MetricName: textIn(alarm, "metricName"),
    Namespace: textIn(alarm, "namespace"),
    Statistic: textIn(alarm, "statistic"),
    Dimensions: Object.entries(fieldsIn(alarm, "dimensions")).map(([Name, Value]) => ({ Name, Value })),
    Period: alarm["period"],
    EvaluationPeriods: alarm["evaluationPeriods"],
    Threshold: alarm["threshold"],
    ComparisonOperator: textIn(alarm, "comparisonOperator"),
    TreatMissingData: textIn(alarm, "treatMissingData") || "missing",
  };
}

/**
 * CloudWatch, as far as alarms on metrics are shown, by their names and without their states.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
export const cloudWatch: JsonService = {
  target: "GraniteServiceVersion20100801.",
  version: "1.0",
  operations: {
    DescribeAlarms: {
      takes: ["AlarmNames", "AlarmTypes"],
      answer: ({ cloud, place, input, refuse }) => {
        const { AlarmNames, AlarmTypes: types = ["MetricAlarm"] } = input;
        if (!Array.isArray(AlarmNames) || JSON.stringify(types) !== '["MetricAlarm"]')
          throw new ApiError(
            "UnknownOperationException",
            "alarms are shown by their names, and those on metrics alone",
          );
        const names = AlarmNames as readonly string[];
        for (const name of names) refuse("cloudwatch-alarm", name, "cloudwatch:DescribeAlarms");
        const found = names
          .map((name) => recordAt(cloud, place, "cloudwatch-alarm", name))
          .filter((each) => each !== undefined);
        return { MetricAlarms: found.map(shown), CompositeAlarms: [] };
      },
    },
  },
};
