import type { SimulatedCloud } from "../../state/cloud.ts";
import { ApiError } from "../../http/apiError.ts";
import { publish } from "../sns/publish.ts";
import { fieldsIn, recordsOf, textIn, type Fields, type Place } from "../records.ts";

/** A value of a metric of AWS's that the cloud counts. */
export interface Observation {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
}

const beyond: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
};

function isOn(alarm: Fields, { namespace, metric, dimensions }: Observation): boolean {
  const own = fieldsIn(alarm, "dimensions");
  return (
    textIn(alarm, "namespace") === namespace &&
    textIn(alarm, "metricName") === metric &&
    Object.keys(own).length === Object.keys(dimensions).length &&
    Object.entries(dimensions).every(([name, value]) => own[name] === value)
  );
}

/** Whether an alarm goes off now: one that is off already does so again only after a period in which all was well. */
function goesOff(cloud: SimulatedCloud, alarm: Fields, { value }: Observation): boolean {
  const arn = textIn(alarm, "arn");
  const isBeyond = beyond[textIn(alarm, "comparisonOperator")]?.(value, Number(alarm["threshold"])) === true;
  const before = cloud.deliveries.alarmedAt.get(arn);
  const now = cloud.clock.now();
  if (isBeyond) cloud.deliveries.alarmedAt.set(arn, now);
  // A count of events begins anew with every period; what a queue holds stays.
  const counts = textIn(alarm, "statistic") === "Sum";
  const isOver = counts && before !== undefined && now.getTime() - before.getTime() > Number(alarm["period"]) * 1000;
  return isBeyond && (before === undefined || isOver);
}

/**
 * Takes down a value: alarms on it that go off publish to their topics, as CloudWatch and with its rights; where it has
 * none, nobody hears of it. Alarms of one evaluation period only; that all is well again is told to nobody.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
 */
export function observe(cloud: SimulatedCloud, place: Place, observation: Observation): void {
  for (const alarm of recordsOf(cloud, place, "cloudwatch-alarm")) {
    if (!isOn(alarm, observation) || alarm["evaluationPeriods"] !== 1 || !goesOff(cloud, alarm, observation)) continue;
    const caller = { service: "cloudwatch.amazonaws.com", source: textIn(alarm, "arn") };
    const name = textIn(alarm, "name");
    const message = JSON.stringify({
      AlarmName: name,
      AlarmDescription: textIn(alarm, "alarmDescription"),
      AWSAccountId: place.accountId,
      NewStateValue: "ALARM",
      StateChangeTime: cloud.clock.now().toISOString(),
      Region: place.region,
      AlarmArn: textIn(alarm, "arn"),
    });
    for (const topicArn of alarm["alarmActions"] as readonly string[]) {
      try {
        publish(cloud, caller, { topicArn, subject: `ALARM: "${name}" in ${place.region}`.slice(0, 100), message });
      } catch (error) {
        // An alarm that may not publish fails in silence.
        if (!(error instanceof ApiError)) throw error;
      }
    }
  }
}
