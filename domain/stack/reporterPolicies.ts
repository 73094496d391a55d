import type { Location } from "../plane.ts";
import { reporterNames } from "./runReporter.ts";
import { bucketArn, functionArn, logGroupArn, nodeArns, queueArn, ruleArn, topicArn, windowArn } from "./arns.ts";
import { locationNames } from "./locationNames.ts";
import { topicKeyUse } from "./notificationPolicies.ts";
import { policyDocument } from "./policyDocument.ts";
import type { PolicyDocument } from "./policyDocument.ts";

/**
 * What the run reporter may do: read the runs of windows, their commands and what their nodes report; keep reports
 * under `reports/` of the location's bucket and nowhere else, and read the collections beside them; publish to the one topic; write its log, and put what it
 * could not report into its queue. It changes nothing on a server and nothing in Systems Manager.
 *
 * IAM knows no resource for executions, commands and inventory. Listing the bucket is what tells a report that is there
 * from one that is not; without it S3 answers both with a denial.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
 */
export function reporterPolicy<Arn>(
  environment: string,
  location: Location,
  keyArn: Arn,
): PolicyDocument<Arn | string> {
  const { bucket, topic } = locationNames(environment, location);
  const { logGroup, queue } = reporterNames(environment, location.name);
  return policyDocument<Arn | string>(
    {
      Sid: "ReadRuns",
      Effect: "Allow",
      Action: [
        "ssm:DescribeInstanceInformation",
        "ssm:DescribeMaintenanceWindowExecutionTaskInvocations",
        "ssm:DescribeMaintenanceWindowExecutionTasks",
        "ssm:GetMaintenanceWindowExecution",
        "ssm:ListCommandInvocations",
        "ssm:ListInventoryEntries",
      ],
      Resource: "*",
    },
    {
      Sid: "ReadWindows",
      Effect: "Allow",
      Action: ["ssm:DescribeMaintenanceWindowTargets", "ssm:GetMaintenanceWindow"],
      Resource: windowArn(location),
    },
    {
      Sid: "ReadNodes",
      Effect: "Allow",
      Action: ["ssm:DescribeInstancePatches", "ssm:DescribeInstancePatchStates"],
      Resource: nodeArns(location),
    },
    {
      Sid: "FindReports",
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: bucketArn(location, bucket),
      Condition: { StringLike: { "s3:prefix": ["reports/*", "collections/*"] } },
    },
    {
      Sid: "ReadCollections",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: bucketArn(location, bucket, "collections/*"),
    },
    {
      Sid: "KeepReports",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject"],
      Resource: bucketArn(location, bucket, "reports/*"),
    },
    { Sid: "Publish", Effect: "Allow", Action: "sns:Publish", Resource: topicArn(location, topic) },
    { Sid: "UseTopicKey", Effect: "Allow", Action: topicKeyUse, Resource: keyArn },
    {
      Sid: "Log",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: logGroupArn(location, logGroup),
    },
    { Sid: "KeepUnreported", Effect: "Allow", Action: "sqs:SendMessage", Resource: queueArn(location, queue) },
  );
}

/**
 * Who may call the reporter, as Lambda shows it: the rules of ended runs, and nobody else.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
 */
export function callPolicy(
  location: Location,
  functionName: string,
  rules: readonly { readonly key: string; readonly name: string }[],
): PolicyDocument {
  return policyDocument(
    ...rules.map(({ key, name }) => ({
      Sid: key,
      Effect: "Allow" as const,
      Principal: { Service: "events.amazonaws.com" },
      Action: "lambda:InvokeFunction",
      Resource: functionArn(location, functionName),
      Condition: {
        StringEquals: { "aws:SourceAccount": location.accountId },
        ArnLike: { "aws:SourceArn": ruleArn(location, name) },
      },
    })),
  );
}

/**
 * Policy of the queue of what could not be reported: Lambda sends with the function's own role, EventBridge as itself,
 * for the events that Lambda did not take, and only of the reporter's rules.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export function unreportedQueuePolicy(location: Location, queue: string, rules: readonly string[]): PolicyDocument {
  const arn = queueArn(location, queue);
  return policyDocument(
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "sqs:*",
      Resource: arn,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    {
      Sid: "EventBridgeSends",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: arn,
      Condition: { ArnEquals: { "aws:SourceArn": rules.map((name) => ruleArn(location, name)) } },
    },
  );
}
