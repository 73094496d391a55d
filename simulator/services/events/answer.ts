import { ApiError } from "../../http/apiError.ts";
import { givenText, type JsonService, type RecordCall } from "../jsonRecords.ts";
import { arnAt, fieldsIn, recordAt, recordsOf, textIn, type Fields } from "../records.ts";

function ruleOf(call: RecordCall, name: string, action: string): Fields {
  call.refuse("events-rule", name, action);
  const rule = recordAt(call.cloud, call.place, "events-rule", name);
  if (rule === undefined)
    throw new ApiError("ResourceNotFoundException", `Rule ${name} does not exist on EventBus default.`);
  return rule;
}

/** What is kept is left out of an answer where it is empty, as EventBridge does. */
function given(fields: Readonly<Record<string, string>>): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));
}

function shownTarget(target: Fields): Fields {
  const deadLetters = textIn(fieldsIn(target, "deadLetterConfig"), "arn");
  const transformer = fieldsIn(target, "inputTransformer");
  return {
    ...given({
      Id: textIn(target, "targetId"),
      Arn: textIn(target, "arn"),
      RoleArn: textIn(target, "roleArn"),
      Input: textIn(target, "input"),
      InputPath: textIn(target, "inputPath"),
    }),
    ...(target["inputTransformer"] === undefined
      ? {}
      : {
          InputTransformer: {
            InputPathsMap: fieldsIn(transformer, "inputPaths"),
            InputTemplate: textIn(transformer, "inputTemplate"),
          },
        }),
    ...(deadLetters === "" ? {} : { DeadLetterConfig: { Arn: deadLetters } }),
  };
}

/**
 * EventBridge, as far as rules of the default bus are shown.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html
 */
export const eventBridge: JsonService = {
  target: "AWSEvents.",
  version: "1.1",
  operations: {
    DescribeRule: {
      takes: ["Name"],
      answer: (call) => {
        const name = givenText(call, "Name");
        const rule = ruleOf(call, name, "events:DescribeRule");
        return given({
          Name: name,
          Arn: arnAt(call.place, "events", `rule/${name}`),
          EventPattern: textIn(rule, "eventPattern"),
          ScheduleExpression: textIn(rule, "scheduleExpression"),
          State: textIn(rule, "state"),
          Description: textIn(rule, "description"),
          RoleArn: textIn(rule, "roleArn"),
          EventBusName: "default",
          CreatedBy: call.place.accountId,
        });
      },
    },
    ListTargetsByRule: {
      takes: ["Rule"],
      answer: (call) => {
        const name = givenText(call, "Rule");
        ruleOf(call, name, "events:ListTargetsByRule");
        const targets = recordsOf(call.cloud, call.place, "events-target");
        return { Targets: targets.filter((target) => textIn(target, "rule") === name).map(shownTarget) };
      },
    },
  },
};
