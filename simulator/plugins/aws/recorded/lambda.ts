import { createHash } from "node:crypto";
import { requiredText, textOf } from "../../fields.ts";
import {
  archive,
  flag,
  integer,
  list,
  map,
  object,
  optional,
  output,
  required,
  text,
  uncovered,
} from "../../schema.ts";
import { arn, length, oneOf, pattern } from "../../textChecks.ts";
import type { Values } from "../../values.ts";
import { filesOf, hashOf } from "../../archives.ts";
import { regional, tagged, type ResourceType } from "../resourceType.ts";
import type { Session } from "../session.ts";
import { recorded, type RecordedType } from "./recorded.ts";

const functionRecord = "lambda-function";
const functionName = pattern(/^[a-zA-Z0-9-_]{1,64}$/, "1 to 64 letters, digits and - _");

const otherFunctionInputs = [
  ..."capacityProviderConfig codeSigningConfigArn deadLetterConfig durableConfig fileSystemConfig imageConfig".split(
    " ",
  ),
  ..."imageUri kmsKeyArn layers publishTo replaceSecurityGroupsOnDestroy replacementSecurityGroupIds s3Bucket".split(
    " ",
  ),
  ..."s3Key s3ObjectVersion snapStart sourceKmsKeyArn tenancyConfig useResourceTimeoutForPropagation vpcConfig".split(
    " ",
  ),
];

function functionArn(session: Session, name: string): string {
  return session.arn("lambda", `function:${name}`);
}

function invokeArn(session: Session, name: string): string {
  const path = `2015-03-31/functions/${functionArn(session, name)}/invocations`;
  return `arn:${session.partition}:apigateway:${session.region}:lambda:path/${path}`;
}

/** What Lambda keeps of a function's code: the files themselves, which no answer of the API shows. */
function codeOf(inputs: Values): Values {
  const files = filesOf(inputs["code"]);
  const bytes = Object.values(files).map((each) => Buffer.from(each, "base64"));
  const hash = createHash("sha256");
  for (const each of bytes) hash.update(each);
  return {
    files,
    sourceCodeSize: bytes.reduce((sum, { length }) => sum + length, 0),
    codeSha256: hash.digest("base64"),
  };
}

const recordedFunction: ResourceType = recorded({
  record: functionRecord,
  properties: {
    ...regional,
    ...tagged,
    ...uncovered(...otherFunctionInputs),
    architectures: optional(list(text(oneOf("x86_64", "arm64")), { max: 1 }), { computed: true }),
    arn: output(),
    code: required(archive),
    codeSha256: optional(text(), { computed: true }),
    description: optional(text()),
    environment: optional(object({ variables: optional(map()) })),
    ephemeralStorage: optional(object({ size: optional(integer(512, 10_240), { computed: true }) }), {
      computed: true,
    }),
    handler: required(text(length(1, 128))),
    invokeArn: output(),
    lastModified: output(),
    loggingConfig: optional(
      object({
        applicationLogLevel: optional(text(), { computed: true }),
        logFormat: required(text(oneOf("JSON", "Text"))),
        logGroup: optional(text(), { computed: true }),
        systemLogLevel: optional(text(), { computed: true }),
      }),
      { computed: true },
    ),
    memorySize: optional(integer(128, 32_768), { default: 128 }),
    name: optional(text(functionName), { forceNew: true, computed: true }),
    packageType: optional(text(oneOf("Zip", "Image")), { forceNew: true, default: "Zip" }),
    publish: optional(flag, { default: false }),
    qualifiedArn: output(),
    qualifiedInvokeArn: output(),
    reservedConcurrentExecutions: optional(integer(-1), { default: -1 }),
    responseStreamingInvokeArn: output(),
    role: required(text(arn)),
    runtime: required(text(pattern(/^nodejs(20|22|24)\.x$/, "a runtime of Node.js: no other is covered here"))),
    signingJobArn: output(),
    signingProfileVersionArn: output(),
    skipDestroy: optional(flag, { default: false }),
    sourceCodeHash: optional(text(), { computed: true }),
    sourceCodeSize: output(integer()),
    timeout: optional(integer(1, 900), { default: 3 }),
    tracingConfig: optional(object({ mode: required(text(oneOf("Active", "PassThrough"))) }), { computed: true }),
    version: output(),
  },
  nameProperty: "name",
  id: (_session, inputs) => requiredText(inputs, "name"),
  outputs: (session, id, inputs) => ({
    ...codeOf(inputs),
    architectures: inputs["architectures"] ?? ["x86_64"],
    arn: functionArn(session, id),
    ephemeralStorage: inputs["ephemeralStorage"] ?? { size: 512 },
    invokeArn: invokeArn(session, id),
    lastModified: "",
    loggingConfig: inputs["loggingConfig"] ?? { logFormat: "Text", logGroup: `/aws/lambda/${id}` },
    qualifiedArn: `${functionArn(session, id)}:$LATEST`,
    qualifiedInvokeArn: invokeArn(session, `${id}:$LATEST`),
    responseStreamingInvokeArn: invokeArn(session, id).replace("/invocations", "/response-streaming-invocations"),
    signingJobArn: "",
    signingProfileVersionArn: "",
    sourceCodeHash: textOf(inputs, "sourceCodeHash") ?? hashOf(inputs["code"]) ?? "",
    tracingConfig: inputs["tracingConfig"] ?? { mode: "PassThrough" },
    version: "$LATEST",
  }),
  taken: (id) => `ResourceConflictException: Function already exist: ${id}`,
});

/**
 * `aws:lambda/function:Function` with code of single files, which the embedded cloud runs.
 * https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
 */
export const lambdaFunction: ResourceType = {
  ...recordedFunction,
  read: async (session, id, state) => {
    const { files, ...found } = (await recordedFunction.read(session, id, state)) ?? {};
    return files === undefined ? undefined : found;
  },
};

function ofFunction(inputs: Values, name: string): ReturnType<NonNullable<RecordedType["parent"]>> {
  const id = requiredText(inputs, name);
  return { type: functionRecord, id, missing: `ResourceNotFoundException: Function not found: ${id}` };
}

/** `aws:lambda/permission:Permission`. https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
export const lambdaPermission: ResourceType = recorded({
  record: "lambda-permission",
  properties: {
    ...regional,
    ...uncovered("eventSourceToken", "functionUrlAuthType", "invokedViaFunctionUrl", "principalOrgId", "qualifier"),
    ...uncovered("statementIdPrefix"),
    action: required(text(pattern(/^(lambda:[*]|lambda:[a-zA-Z]+|[*])$/, "an action of Lambda")), { forceNew: true }),
    function: required(text(functionName), { forceNew: true }),
    principal: required(text(), { forceNew: true }),
    sourceAccount: optional(text(pattern(/^\d{12}$/, "twelve digits")), { forceNew: true }),
    sourceArn: optional(text(arn), { forceNew: true }),
    statementId: optional(text(pattern(/^[a-zA-Z0-9-_]{1,100}$/, "1 to 100 letters, digits and - _")), {
      forceNew: true,
      computed: true,
    }),
  },
  nameProperty: "statementId",
  id: (_session, inputs) => requiredText(inputs, "statementId"),
  parent: (_session, inputs) => ofFunction(inputs, "function"),
  taken: (id) => `ResourceConflictException: The statement id (${id}) provided already exists.`,
});

/**
 * `aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig`.
 * https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
 */
export const lambdaEventInvokeConfig: ResourceType = recorded({
  record: "lambda-event-invoke-config",
  properties: {
    ...regional,
    ...uncovered("qualifier"),
    destinationConfig: optional(
      object({
        onFailure: optional(object({ destination: required(text(arn)) })),
        onSuccess: optional(object({ destination: required(text(arn)) })),
      }),
    ),
    functionName: required(text(functionName), { forceNew: true }),
    maximumEventAgeInSeconds: optional(integer(60, 21_600)),
    maximumRetryAttempts: optional(integer(0, 2), { default: 2 }),
  },
  id: (_session, inputs) => requiredText(inputs, "functionName"),
  parent: (_session, inputs) => ofFunction(inputs, "functionName"),
});
