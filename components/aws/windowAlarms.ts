import * as pulumi from "@pulumi/pulumi";
import { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget.js";
import { ownTags } from "../../domain/stack/awsNames.ts";
import { failedRules, windowLots } from "../../domain/stack/runReporter.ts";
import type { Location } from "../../domain/plane.ts";
import { windowsFailed } from "../../domain/stack/eventPatterns.ts";
import { targetIds } from "../../domain/stack/plannedRules.ts";

const type = "patchplane:aws:WindowAlarms";

/** Whose windows are watched, and who hears of it. */
export interface WindowAlarmsArgs {
  readonly environment: string;
  readonly location: Location;
  /** Ids of the location's windows, by the names of their keys. */
  readonly windowIds: Readonly<Record<string, pulumi.Input<string>>>;
  /** Topic that a failed run is published to, known once EventBridge may. */
  readonly topicArn: pulumi.Input<string>;
}

/**
 * An alarm for every run of the location's own windows that fails. Windows of others in the account raise none.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
 */
export class WindowAlarms extends pulumi.ComponentResource {
  constructor(name: string, args: WindowAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super(type, name, {}, opts);
    const { environment, location, windowIds, topicArn } = args;
    const lots = windowLots(Object.keys(windowIds));
    for (const [lot, { key, name: ruleName }] of failedRules(environment, lots.length).entries()) {
      const ids = pulumi.all((lots[lot] ?? []).map((each) => pulumi.output(windowIds[each] ?? "")));
      const rule = new EventRule(
        `${name}-${key}`,
        {
          name: ruleName,
          eventPattern: pulumi.jsonStringify(ids.apply(windowsFailed)),
          tags: ownTags(environment, location),
        },
        { parent: this },
      );
      new EventTarget(
        `${name}-${key}-target`,
        { rule: rule.name, targetId: targetIds.topic, arn: topicArn },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
