import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { RunReporter, type RunReporterArgs } from "../../../components/aws/runReporter.ts";
import { judge } from "../../../simulator/index.ts";
import type { AccessRequest } from "../../../simulator/index.ts";
import { policyOf } from "../../bootstrap/template.ts";
import type { Recorder } from "../../harness/mocks.ts";
import { builderOf } from "./builder.ts";
import { eventMatches } from "./eventMatches.ts";
import { expectInherited, inventory, json } from "./inventory.ts";
import { awsOutputs, sampleLocation } from "./samples.ts";

const account = "111122223333";
const topicArn = `arn:aws:sns:eu-central-1:${account}:patchplane-prod-patching`;
const topicKeyArn = `arn:aws:kms:eu-central-1:${account}:key/0123`;
const bucket = `patchplane-prod-main-${account}`;
const queueArn = `arn:aws:sqs:eu-central-1:${account}:patchplane-prod-run-reporter`;
const roleArn = `arn:aws:iam::${account}:role/patchplane/prod/patchplane-prod-main-run-reporter`;

const usual: RunReporterArgs = {
  environment: "prod",
  location: sampleLocation(),
  names: {
    functionName: "patchplane-prod-run-reporter",
    roleName: "patchplane-prod-main-run-reporter",
    logGroup: "/aws/lambda/patchplane-prod-run-reporter",
    queue: "patchplane-prod-run-reporter",
    idleWindows: ["patchplane-prod-mw-idle", "patchplane-prod-mw-rest"],
    reserved: false,
  },
  code: new pulumi.asset.FileAsset("/project/.patchplane/functions/runReporter.mjs"),
  windowIds: { one: "mw-0123456789abcdef0", two: "mw-0123456789abcdef1" },
  bucketName: bucket,
  topicArn,
  topicKeyArn,
};
const { built } = builderOf(RunReporter, "reporter", usual, awsOutputs);

function event(windowId: string, status: string, kind = "Execution State-change Notification"): object {
  const detail = { "window-id": windowId, "window-execution-id": "0", status };
  return { source: "aws.ssm", "detail-type": `Maintenance Window ${kind}`, detail };
}

/** What the function's role may do, with the bootstrap's boundary. */
function may(recorder: Recorder): (action: string, resource: string, context?: AccessRequest["context"]) => string {
  const identity = [String(recorder.only("RolePolicy").inputs["policy"])];
  const boundary = policyOf("Boundary");
  return (action, resource, context = {}) =>
    judge({ principal: { role: roleArn }, action, resource, context }, { identity, boundary });
}

describe("RunReporter", () => {
  it("makes the function with its role, log, queue and alarms, and one rule", async () => {
    const recorder = await built();
    expect(inventory(recorder)).to.deep.equal([
      "EventRule reporter-ended-runs-1",
      "EventTarget reporter-ended-runs-1-target",
      "Function reporter-function",
      "FunctionEventInvokeConfig reporter-invocation",
      "LogGroup reporter-log",
      "MetricAlarm reporter-errors",
      "MetricAlarm reporter-unreported",
      "Permission reporter-ended-runs-1-permission",
      "Queue reporter-queue",
      "QueuePolicy reporter-queue-policy",
      "Role reporter-role",
      "RolePolicy reporter-role-policy",
    ]);
    expectInherited(recorder);
  });

  it("gives the function its limits, its own log, and where to report", async () => {
    const { inputs } = (await built()).only("Function");
    expect(inputs).to.deep.include({
      name: "patchplane-prod-run-reporter",
      runtime: "nodejs24.x",
      architectures: ["x86_64"],
      handler: "index.handler",
      memorySize: 512,
      timeout: 900,
      loggingConfig: { logFormat: "JSON", logGroup: "/aws/lambda/patchplane-prod-run-reporter" },
      environment: {
        variables: {
          REPORT_BUCKET: bucket,
          REPORT_IDLE_WINDOWS: "patchplane-prod-mw-idle,patchplane-prod-mw-rest",
          REPORT_STACK: "prod",
          REPORT_TOPIC_ARN: topicArn,
        },
      },
    });
    expect((await built()).only("LogGroup").inputs).to.include({
      name: "/aws/lambda/patchplane-prod-run-reporter",
      retentionInDays: 90,
    });
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html: 100 stay unreserved; new accounts have 10
  it("reserves no execution, which a new account refuses, unless the stack file asks for it", async () => {
    expect((await built()).only("Function").inputs).not.to.have.property("reservedConcurrentExecutions");
    const asked = await built({ names: { ...usual.names, reserved: true } });
    expect(asked.only("Function").inputs).to.include({ reservedConcurrentExecutions: 1 });
  });

  it("carries the code as the one file, so that the state holds its hash and no text", async () => {
    const code = (await built()).only("Function").inputs["code"] as { readonly assets: object };
    expect(Object.keys(code.assets)).to.deep.equal(["index.mjs"]);
    expect(JSON.stringify(code)).to.contain("/project/.patchplane/functions/runReporter.mjs").and.not.contain("text");
  });

  it("is called for every run of its own windows that has ended, and for no other event", async () => {
    const pattern = json((await built()).only("EventRule"), "eventPattern");
    for (const status of ["SUCCESS", "FAILED", "TIMED_OUT", "CANCELLED"])
      expect(eventMatches(pattern, event("mw-0123456789abcdef1", status)), status).to.equal(true);
    for (const status of ["PENDING", "IN_PROGRESS", "CANCELLING", "SKIPPED_OVERLAPPING"])
      expect(eventMatches(pattern, event("mw-0123456789abcdef1", status)), status).to.equal(false);
    expect(eventMatches(pattern, event("mw-ffffffffffffffff0", "SUCCESS"))).to.equal(false);
    const task = event("mw-0123456789abcdef1", "SUCCESS", "Task Execution State-change Notification");
    expect(eventMatches(pattern, task)).to.equal(false);
  });

  it("spreads more windows than a pattern holds over rules, each of which may call the function", async () => {
    const windowIds = Object.fromEntries(
      Array.from({ length: 51 }, (_, index) => [`w${String(index)}`, `mw-${String(index).padStart(17, "0")}`]),
    );
    const recorder = await built({ windowIds });
    expect(recorder.ofType("EventRule").map(({ inputs }) => inputs["name"])).to.deep.equal([
      "patchplane-prod-ended-runs-1",
      "patchplane-prod-ended-runs-2",
    ]);
    for (const { inputs } of recorder.ofType("EventRule"))
      expect(String(inputs["eventPattern"]).length).to.be.at.most(2048);
    const permissions = recorder.ofType("Permission").map(({ inputs }) => inputs);
    expect(permissions.map(({ sourceArn }) => sourceArn)).to.deep.equal([
      "arn:aws:mock:::reporter-ended-runs-1",
      "arn:aws:mock:::reporter-ended-runs-2",
    ]);
    for (const inputs of permissions)
      expect(inputs).to.include({ principal: "events.amazonaws.com", sourceAccount: account });
    const policy = String(recorder.only("QueuePolicy").inputs["policy"]);
    expect(policy).to.contain("rule/patchplane-prod-ended-runs-1").and.contain("rule/patchplane-prod-ended-runs-2");
  });

  it("tries twice more, then keeps what it could not report, as EventBridge does with what it could not deliver", async () => {
    const recorder = await built();
    const kept = recorder.only("EventTarget").inputs["deadLetterConfig"] as { readonly arn: string };
    expect(recorder.only("FunctionEventInvokeConfig").inputs).to.deep.include({
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: 21_600,
      destinationConfig: { onFailure: { destination: kept.arn } },
    });
    const { dependsOn } = recorder.only("EventTarget");
    expect(dependsOn).to.include.members([recorder.only("Permission").urn, recorder.only("QueuePolicy").urn]);
    const resource = String(recorder.only("QueuePolicy").inputs["policy"]);
    const send = (source: string): string =>
      judge(
        {
          principal: { service: "events.amazonaws.com" },
          action: "sqs:SendMessage",
          resource: queueArn,
          context: { "aws:SecureTransport": "true", "aws:SourceArn": source },
        },
        { resource },
      );
    const rule = `arn:aws:events:eu-central-1:${account}:rule/`;
    expect(send(`${rule}patchplane-prod-ended-runs-1`)).to.equal("allowed");
    expect(send(`${rule}another`)).to.equal("denied by default");
  });

  it("tells the topic when an attempt fails, and when an event is kept", async () => {
    const alarms = (await built()).ofType("MetricAlarm").map(({ inputs }) => inputs);
    expect(alarms.map(({ metricName, dimensions }) => ({ metricName, dimensions }))).to.have.deep.members([
      { metricName: "Errors", dimensions: { FunctionName: "patchplane-prod-run-reporter" } },
      {
        metricName: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: "patchplane-prod-run-reporter" },
      },
    ]);
    for (const alarm of alarms)
      expect(alarm).to.deep.include({
        alarmActions: [topicArn],
        comparisonOperator: "GreaterThanThreshold",
        threshold: 0,
        treatMissingData: "notBreaching",
      });
  });

  describe("its role", () => {
    it("is Lambda's, and of nobody else", async () => {
      const resource = String((await built()).only("Role").inputs["assumeRolePolicy"]);
      const assumed = (service: string): string =>
        judge({ principal: { service }, action: "sts:AssumeRole", resource: roleArn }, { resource });
      expect(assumed("lambda.amazonaws.com")).to.equal("allowed");
      expect(assumed("ec2.amazonaws.com")).to.equal("denied by default");
    });

    it("keeps reports and nothing beside them, publishes to the one topic, and changes nothing else", async () => {
      const ask = may(await built());
      const via = { "kms:ViaService": "sns.eu-central-1.amazonaws.com" };
      expect(ask("s3:PutObject", `arn:aws:s3:::${bucket}/reports/runs/a/report.json`)).to.equal("allowed");
      expect(ask("s3:ListBucket", `arn:aws:s3:::${bucket}`, { "s3:prefix": "reports/runs/" })).to.equal("allowed");
      expect(ask("s3:GetObject", `arn:aws:s3:::${bucket}/collections/AWS:Application/a`)).to.equal("allowed");
      expect(ask("s3:ListBucket", `arn:aws:s3:::${bucket}`, { "s3:prefix": "collections/AWS:Tag/" })).to.equal(
        "allowed",
      );
      expect(ask("sns:Publish", topicArn)).to.equal("allowed");
      expect(ask("kms:GenerateDataKey", topicKeyArn, via)).to.equal("allowed");
      expect(ask("sqs:SendMessage", queueArn)).to.equal("allowed");
      const refused: readonly (readonly [string, string, AccessRequest["context"]?])[] = [
        ...["approvals/a", "overrides/a", "logs/a", "sync/a"].map(
          (key) => ["s3:PutObject", `arn:aws:s3:::${bucket}/${key}`] as const,
        ),
        ["s3:DeleteObject", `arn:aws:s3:::${bucket}/reports/a`],
        ["s3:PutObject", `arn:aws:s3:::${bucket}/collections/a`],
        ["s3:ListBucket", `arn:aws:s3:::${bucket}`, { "s3:prefix": "approvals/" }],
        ["sns:Publish", `arn:aws:sns:eu-central-1:${account}:another`],
        ["ssm:SendCommand", "arn:aws:ssm:eu-central-1::document/AWS-RunPatchBaseline"],
        ["ssm:UpdateMaintenanceWindow", `arn:aws:ssm:eu-central-1:${account}:maintenancewindow/mw-1`],
        ["ssm:GetParameter", `arn:aws:ssm:eu-central-1:${account}:parameter/secret`],
        ["kms:Decrypt", `arn:aws:kms:eu-central-1:${account}:key/another`, via],
      ];
      for (const [action, resource, context] of refused)
        expect(ask(action, resource, context), `${action} ${resource}`).to.match(/^denied/);
    });
  });
});
