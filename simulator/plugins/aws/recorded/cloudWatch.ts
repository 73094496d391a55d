import { requiredText } from "../../fields.ts";
import { flag, integer, map, optional, output, required, set, text, uncovered } from "../../schema.ts";
import { arn, length, oneOf, pattern } from "../../textChecks.ts";
import { regional, tagged, type ResourceType } from "../resourceType.ts";
import { recorded } from "./recorded.ts";

const retentions = [
  ...[0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
];

/** `aws:cloudwatch/logGroup:LogGroup`. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
export const logGroup: ResourceType = recorded({
  record: "logs-group",
  properties: {
    ...regional,
    ...tagged,
    ...uncovered("deletionProtectionEnabled", "kmsKeyId", "namePrefix"),
    arn: output(),
    logGroupClass: optional(text(oneOf("STANDARD", "INFREQUENT_ACCESS", "DELIVERY")), {
      forceNew: true,
      computed: true,
    }),
    name: optional(text(length(1, 512), pattern(/^[.\-_/#A-Za-z0-9]+$/, "letters, digits and . - _ / #")), {
      forceNew: true,
      computed: true,
    }),
    retentionInDays: optional(integer(0, 3653), { default: 0 }),
    skipDestroy: optional(flag, { default: false }),
  },
  nameProperty: "name",
  check: ({ retentionInDays }) =>
    typeof retentionInDays === "number" && !retentions.includes(retentionInDays)
      ? [{ path: "retentionInDays", reason: `must be one of ${retentions.join(", ")}, got ${String(retentionInDays)}` }]
      : [],
  id: (_session, inputs) => requiredText(inputs, "name"),
  outputs: (session, id) => ({ arn: session.arn("logs", `log-group:${id}`), logGroupClass: "STANDARD" }),
  taken: (id) => `ResourceAlreadyExistsException: The specified log group already exists: ${id}`,
});

const comparisons = ["Greater", "Less"].flatMap((side) => [`${side}ThanThreshold`, `${side}ThanOrEqualToThreshold`]);
const otherAlarmInputs = [
  ..."datapointsToAlarm evaluateLowSampleCountPercentiles evaluationCriteria evaluationInterval".split(" "),
  ..."extendedStatistic insufficientDataActions metricQueries okActions thresholdMetricId unit".split(" "),
  "warmUpConfiguration",
];

/**
 * `aws:cloudwatch/metricAlarm:MetricAlarm` on one metric, with a threshold that is a whole number.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
export const metricAlarm: ResourceType = recorded({
  record: "cloudwatch-alarm",
  properties: {
    ...regional,
    ...tagged,
    ...uncovered(...otherAlarmInputs),
    actionsEnabled: optional(flag, { default: true }),
    alarmActions: optional(set(text(arn), { max: 5 })),
    alarmDescription: optional(text(length(0, 1024))),
    arn: output(),
    comparisonOperator: required(text(oneOf(...comparisons))),
    dimensions: optional(map()),
    evaluationPeriods: required(integer(1)),
    metricName: required(text(length(1, 255))),
    name: optional(text(length(1, 255)), { forceNew: true, computed: true }),
    namespace: required(text(length(1, 255))),
    period: required(integer(10, 86_400)),
    statistic: required(text(oneOf("SampleCount", "Average", "Sum", "Minimum", "Maximum"))),
    threshold: required(integer()),
    treatMissingData: optional(text(oneOf("missing", "ignore", "breaching", "notBreaching")), { default: "missing" }),
  },
  nameProperty: "name",
  id: (_session, inputs) => requiredText(inputs, "name"),
  outputs: (session, id) => ({ arn: session.arn("cloudwatch", `alarm:${id}`) }),
});
