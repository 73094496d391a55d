import type {
  DocumentHashType,
  MaintenanceWindowRunCommandParameters,
  MaintenanceWindowTaskInvocationParameters,
  NotificationConfig,
  NotificationEvent,
  NotificationType,
} from "@aws-sdk/client-ssm";
import { flagOf, givenNumber, givenText, recordOf, recordsOf, requiredText, textsOf } from "../../fields.ts";
import { flag, integer, list, object, optional, required, set, text, type Shape } from "../../schema.ts";
import { arn, length, oneOf, pattern } from "../../textChecks.ts";
import { defined, type Value, type Values } from "../../values.ts";

const documentVersion = pattern(/[$]LATEST|[$]DEFAULT|^[1-9][0-9]*$/, "$DEFAULT, $LATEST or a version number");

const parameters = set(object({ name: required(text()), values: required(list(text())) }));

const runCommandParameters = object({
  cloudwatchConfig: optional(
    object({
      cloudwatchLogGroupName: optional(text(), { computed: true }),
      cloudwatchOutputEnabled: optional(flag),
    }),
  ),
  comment: optional(text(length(0, 100))),
  documentHash: optional(text(length(0, 256))),
  documentHashType: optional(text(oneOf("Sha256", "Sha1"))),
  documentVersion: optional(text(documentVersion)),
  notificationConfig: optional(
    object({
      notificationArn: optional(text(arn)),
      notificationEvents: optional(
        list(text(oneOf("All", "InProgress", "Success", "TimedOut", "Cancelled", "Failed"))),
      ),
      notificationType: optional(text(oneOf("Command", "Invocation"))),
    }),
  ),
  outputS3Bucket: optional(text()),
  outputS3KeyPrefix: optional(text()),
  parameters: optional(parameters),
  serviceRoleArn: optional(text(arn)),
  timeoutSeconds: optional(integer(30, 2_592_000)),
});

/**
 * What a window's task is run with. Events are an ordered list, parameters a set.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_MaintenanceWindowTaskInvocationParameters.html
 */
export const taskInvocationShape: Shape = object({
  automationParameters: optional(
    object({ documentVersion: optional(text(documentVersion)), parameters: optional(parameters) }),
  ),
  lambdaParameters: optional(
    object({
      clientContext: optional(text(length(1, 8000))),
      payload: optional(text(length(0, 4096))),
      qualifier: optional(text(length(1, 128))),
    }),
  ),
  runCommandParameters: optional(runCommandParameters),
  stepFunctionsParameters: optional(
    object({ input: optional(text(length(0, 4096))), name: optional(text(length(1, 80))) }),
  ),
});

function parametersIn(values: Values): Record<string, string[]> | undefined {
  const entries = recordsOf(values, "parameters").map(
    (parameter) => [requiredText(parameter, "name"), textsOf(parameter, "values")] as const,
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function notificationIn(values: Values): NotificationConfig {
  const events = textsOf(values, "notificationEvents");
  return {
    NotificationArn: givenText(values, "notificationArn"),
    NotificationEvents: events.length === 0 ? undefined : (events as NotificationEvent[]),
    NotificationType: givenText(values, "notificationType") as NotificationType | undefined,
  };
}

function runCommandIn(values: Values): MaintenanceWindowRunCommandParameters {
  const logs = recordOf(values, "cloudwatchConfig");
  const notification = recordOf(values, "notificationConfig");
  return {
    CloudWatchOutputConfig:
      logs === undefined
        ? undefined
        : {
            CloudWatchLogGroupName: givenText(logs, "cloudwatchLogGroupName"),
            CloudWatchOutputEnabled: flagOf(logs, "cloudwatchOutputEnabled") ?? false,
          },
    Comment: givenText(values, "comment"),
    DocumentHash: givenText(values, "documentHash"),
    DocumentHashType: givenText(values, "documentHashType") as DocumentHashType | undefined,
    DocumentVersion: givenText(values, "documentVersion"),
    NotificationConfig: notification === undefined ? undefined : notificationIn(notification),
    OutputS3BucketName: givenText(values, "outputS3Bucket"),
    OutputS3KeyPrefix: givenText(values, "outputS3KeyPrefix"),
    Parameters: parametersIn(values),
    ServiceRoleArn: givenText(values, "serviceRoleArn"),
    TimeoutSeconds: givenNumber(values, "timeoutSeconds"),
  };
}

/** Invocation parameters in the API's form; nothing when there are none. */
export function taskInvocationIn(inputs: Values): MaintenanceWindowTaskInvocationParameters | undefined {
  const invocation = recordOf(inputs, "taskInvocationParameters");
  if (invocation === undefined) {
    return undefined;
  }
  const automation = recordOf(invocation, "automationParameters");
  const lambda = recordOf(invocation, "lambdaParameters");
  const runCommand = recordOf(invocation, "runCommandParameters");
  const stepFunctions = recordOf(invocation, "stepFunctionsParameters");
  const payload = givenText(lambda ?? {}, "payload");
  return {
    Automation: automation && {
      DocumentVersion: givenText(automation, "documentVersion"),
      Parameters: parametersIn(automation),
    },
    Lambda: lambda && {
      ClientContext: givenText(lambda, "clientContext"),
      Payload: payload === undefined ? undefined : new TextEncoder().encode(payload),
      Qualifier: givenText(lambda, "qualifier"),
    },
    RunCommand: runCommand && runCommandIn(runCommand),
    StepFunctions: stepFunctions && {
      Input: givenText(stepFunctions, "input"),
      Name: givenText(stepFunctions, "name"),
    },
  };
}

function parametersOut(found: Readonly<Record<string, readonly string[]>> | undefined): Value | undefined {
  return found === undefined
    ? undefined
    : Object.keys(found)
        .sort()
        .map((name) => ({ name, values: found[name] ?? [] }));
}

function runCommandOut(found: MaintenanceWindowRunCommandParameters): Values {
  const { CloudWatchOutputConfig: logs, NotificationConfig: notification } = found;
  return defined({
    cloudwatchConfig:
      logs &&
      defined({
        cloudwatchLogGroupName: logs.CloudWatchLogGroupName,
        cloudwatchOutputEnabled: logs.CloudWatchOutputEnabled ?? false,
      }),
    comment: found.Comment,
    documentHash: found.DocumentHash,
    documentHashType: found.DocumentHashType,
    documentVersion: found.DocumentVersion,
    notificationConfig:
      notification &&
      defined({
        notificationArn: notification.NotificationArn,
        notificationEvents: notification.NotificationEvents,
        notificationType: notification.NotificationType,
      }),
    outputS3Bucket: found.OutputS3BucketName,
    outputS3KeyPrefix: found.OutputS3KeyPrefix,
    parameters: parametersOut(found.Parameters),
    serviceRoleArn: found.ServiceRoleArn,
    timeoutSeconds: found.TimeoutSeconds,
  });
}

/** Invocation parameters in the state's form; nothing when there are none. */
export function taskInvocationOut(found: MaintenanceWindowTaskInvocationParameters | undefined): Values | undefined {
  if (found === undefined) {
    return undefined;
  }
  const { Automation: automation, Lambda: lambda, RunCommand: runCommand, StepFunctions: stepFunctions } = found;
  return defined({
    automationParameters:
      automation &&
      defined({ documentVersion: automation.DocumentVersion, parameters: parametersOut(automation.Parameters) }),
    lambdaParameters:
      lambda &&
      defined({
        clientContext: lambda.ClientContext,
        payload: lambda.Payload && new TextDecoder().decode(lambda.Payload),
        qualifier: lambda.Qualifier,
      }),
    runCommandParameters: runCommand && runCommandOut(runCommand),
    stepFunctionsParameters: stepFunctions && defined({ input: stepFunctions.Input, name: stepFunctions.Name }),
  });
}
