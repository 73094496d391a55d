import { recordsOf, requiredText, textsOf } from "../../fields.ts";
import { flag, integer, list, object, optional, required, set, text, type Shape } from "../../schema.ts";
import { arn, length, oneOf, pattern } from "../../textChecks.ts";

const documentVersion = pattern(/[$]LATEST|[$]DEFAULT|^[1-9][0-9]*$/, "$DEFAULT, $LATEST or a version number");

/** Parameters are a set of names and values here, and a map from names to values in the API. */
const parameters = optional(set(object({ name: required(text()), values: required(list(text())) })), {
  form: {
    sent: (value) => {
      const given = recordsOf({ value }, "value").map((each) => [requiredText(each, "name"), textsOf(each, "values")]);
      return given.length === 0 ? undefined : (Object.fromEntries(given) as unknown);
    },
    told: (member) =>
      Object.entries(member as Readonly<Record<string, string[]>>)
        .map(([name, values]) => ({ name, values }))
        .sort((left, right) => (left.name < right.name ? -1 : 1)),
  },
});

const runCommandParameters = object({
  cloudwatchConfig: optional(
    object({
      cloudwatchLogGroupName: optional(text(), { computed: true, member: "CloudWatchLogGroupName" }),
      cloudwatchOutputEnabled: optional(flag, { member: "CloudWatchOutputEnabled" }),
    }),
    { member: "CloudWatchOutputConfig" },
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
  outputS3Bucket: optional(text(), { member: "OutputS3BucketName" }),
  outputS3KeyPrefix: optional(text()),
  parameters,
  serviceRoleArn: optional(text(arn)),
  timeoutSeconds: optional(integer(30, 2_592_000)),
});

/**
 * What a window's task is run with. Events are an ordered list, parameters a set.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_MaintenanceWindowTaskInvocationParameters.html
 */
export const taskInvocationShape: Shape = object({
  automationParameters: optional(object({ documentVersion: optional(text(documentVersion)), parameters }), {
    member: "Automation",
  }),
  lambdaParameters: optional(
    object({
      clientContext: optional(text(length(1, 8000))),
      payload: optional(text(length(0, 4096)), {
        form: {
          sent: (value) => (typeof value === "string" && value !== "" ? new TextEncoder().encode(value) : undefined),
          told: (member) => new TextDecoder().decode(member as Uint8Array),
        },
      }),
      qualifier: optional(text(length(1, 128))),
    }),
    { member: "Lambda" },
  ),
  runCommandParameters: optional(runCommandParameters, { member: "RunCommand" }),
  stepFunctionsParameters: optional(
    object({ input: optional(text(length(0, 4096))), name: optional(text(length(1, 80))) }),
    { member: "StepFunctions" },
  ),
});
