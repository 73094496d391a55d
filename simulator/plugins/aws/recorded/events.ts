import { randomUUID } from "node:crypto";
import { flagOf, givenText, requiredText, textOf } from "../../fields.ts";
import { sameJson } from "../../documents.ts";
import { document, flag, integer, map, object, optional, output, required, text, uncovered } from "../../schema.ts";
import { arn, json, length, oneOf, pattern } from "../../textChecks.ts";
import type { Values } from "../../values.ts";
import { regional, tagged, type ResourceType } from "../resourceType.ts";
import { recorded } from "./recorded.ts";

const ruleRecord = "events-rule";
const defaultBus = "default";
const ruleName = pattern(/^[0-9A-Za-z_.-]{1,64}$/, "1 to 64 letters, digits and . - _");

/** An event pattern is JSON of at most 4,096 characters once it is compact. */
function eventPattern(value: string): string | undefined {
  const fault = json(value);
  if (fault !== undefined) {
    return fault;
  }
  const compact = JSON.stringify(JSON.parse(value));
  return compact.length > 4096 ? `must not be longer than 4096 characters, got ${String(compact.length)}` : undefined;
}

function onBus(inputs: Values, name: string): string {
  const bus = textOf(inputs, "eventBusName") ?? defaultBus;
  return bus === defaultBus ? name : `${bus}/${name}`;
}

/** `aws:cloudwatch/eventRule:EventRule`. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
export const eventRule: ResourceType = recorded({
  record: ruleRecord,
  properties: {
    ...regional,
    ...tagged,
    ...uncovered("namePrefix"),
    arn: output(),
    description: optional(text(length(0, 512))),
    eventBusName: optional(text(), { forceNew: true, default: defaultBus }),
    eventPattern: optional(document(eventPattern, sameJson)),
    forceDestroy: optional(flag, { default: false }),
    isEnabled: optional(flag),
    name: optional(text(ruleName), { forceNew: true, computed: true }),
    roleArn: optional(text(arn)),
    scheduleExpression: optional(text(length(0, 256))),
    state: optional(text(oneOf("ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")), {
      computed: true,
    }),
  },
  nameProperty: "name",
  check: (inputs) => [
    ...(inputs["eventPattern"] === undefined && inputs["scheduleExpression"] === undefined
      ? [{ path: "eventPattern", reason: "or scheduleExpression is required" }]
      : []),
    ...(inputs["isEnabled"] !== undefined && inputs["state"] !== undefined
      ? [{ path: "isEnabled", reason: "excludes state" }]
      : []),
  ],
  id: (_session, inputs) => onBus(inputs, requiredText(inputs, "name")),
  outputs: (session, id, inputs) => ({
    arn: session.arn("events", `rule/${id}`),
    // Not `isEnabled` as well, which the real provider answers too: an imported rule would then have both.
    state: givenText(inputs, "state") ?? (flagOf(inputs, "isEnabled") === false ? "DISABLED" : "ENABLED"),
  }),
});

const otherTargets = "appsync batch ecs http kinesis redshift sagemakerPipeline".split(" ");

/** `aws:cloudwatch/eventTarget:EventTarget`. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html */
export const eventTarget: ResourceType = recorded({
  record: "events-target",
  properties: {
    ...regional,
    ...uncovered(...otherTargets.map((kind) => `${kind}Target`), "runCommandTargets"),
    arn: required(text(arn)),
    deadLetterConfig: optional(object({ arn: optional(text(arn)) })),
    eventBusName: optional(text(), { forceNew: true, default: defaultBus }),
    forceDestroy: optional(flag, { default: false }),
    input: optional(text(json, length(0, 8192))),
    inputPath: optional(text(length(0, 256))),
    inputTransformer: optional(object({ inputPaths: optional(map()), inputTemplate: required(text(length(1, 8192))) })),
    retryPolicy: optional(
      object({
        maximumEventAgeInSeconds: optional(integer(0, 86_400)),
        maximumRetryAttempts: optional(integer(0, 185)),
      }),
    ),
    roleArn: optional(text(arn)),
    rule: required(text(ruleName), { forceNew: true }),
    sqsTarget: optional(object({ messageGroupId: optional(text()) })),
    targetId: optional(text(pattern(/^[0-9A-Za-z_.-]{1,64}$/, "1 to 64 letters, digits and . - _")), {
      forceNew: true,
      computed: true,
    }),
  },
  check: (inputs) => {
    const given = ["input", "inputPath", "inputTransformer"].filter((name) => inputs[name] !== undefined);
    return given.length > 1 ? [{ path: given[0] ?? "", reason: `excludes ${given.slice(1).join(" and ")}` }] : [];
  },
  id: (_session, inputs) =>
    `${onBus(inputs, requiredText(inputs, "rule")).replace("/", "-")}-${textOf(inputs, "targetId") ?? randomUUID()}`,
  outputs: (_session, id, inputs) => ({
    targetId: textOf(inputs, "targetId") ?? id.slice(-36),
  }),
  parent: (_session, inputs) => {
    const name = requiredText(inputs, "rule");
    const bus = textOf(inputs, "eventBusName") ?? defaultBus;
    const missing = `ResourceNotFoundException: Rule ${name} does not exist on EventBus ${bus}.`;
    return { type: ruleRecord, id: onBus(inputs, name), missing };
  },
});
