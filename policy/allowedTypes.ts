import { z } from "zod";
import {
  arn,
  bucket,
  count,
  documentText,
  functionCode,
  lifecycleRule,
  onVm,
  own,
  ownDatabase,
  parameters,
  patchRule,
  patches,
  policy,
  rate,
  runCommandParameters,
  tableColumn,
  tags,
  targets,
  text,
} from "./allowedInputs.ts";

/** What one type of resource may be given, and which of it may change unseen. */
interface Allowed {
  readonly inputs: z.ZodType;
  readonly ignored?: readonly string[];
}

/** Components of the project make nothing themselves: they have no inputs. */
const component: Allowed = { inputs: z.strictObject({}) };

function allowed(inputs: z.ZodRawShape, ignored: readonly string[] = []): Allowed {
  return { inputs: z.strictObject(inputs), ignored };
}

/**
 * Every type that the program may register and every input that it may give to one. What is not listed is refused, so
 * a new type or input is a reviewed line of this file.
 */
export const allowedTypes: Readonly<Record<string, Allowed>> = {
  "pulumi:pulumi:Stack": component,
  "patchplane:aws:NodeAccess": component,
  "patchplane:aws:NodeAssociations": component,
  "patchplane:aws:OperatorDocuments": component,
  "patchplane:aws:PatchBaselines": component,
  "patchplane:aws:PatchNotifications": component,
  "patchplane:aws:PatchStorage": component,
  "patchplane:aws:PatchWindow": component,
  "patchplane:aws:PatchingLocation": component,
  "patchplane:aws:ReportQueries": component,
  "patchplane:aws:RunReporter": component,
  "patchplane:aws:WindowAlarms": component,
  "patchplane:aws:WindowHooks": component,
  "patchplane:azure:HybridVm": component,
  "patchplane:azure:SubscriptionOnboarding": component,
  "pulumi:providers:aws": allowed({
    region: text,
    allowedAccountIds: z.string().regex(/^\["\d{12}"\]$/, "one account"),
    assumeRoles: text.optional(),
    ignoreTags: text.optional(),
    skipCredentialsValidation: z.literal("false"),
    skipRegionValidation: z.literal("true"),
  }),
  "pulumi:providers:azure-native": allowed({
    environment: z.literal("public"),
    subscriptionId: z.guid(),
    tenantId: z.guid().optional(),
  }),
  "aws:athena/namedQuery:NamedQuery": allowed({
    name: own,
    description: text,
    database: ownDatabase,
    workgroup: own,
    query: z
      .string()
      .max(262_144)
      .regex(/^(?:--.*\n)*with /, "a query that only reads"),
  }),
  "aws:athena/workgroup:Workgroup": allowed({
    name: own,
    description: text,
    forceDestroy: z.literal(true),
    configuration: z.strictObject({
      enforceWorkgroupConfiguration: z.literal(true),
      publishCloudwatchMetricsEnabled: z.boolean(),
      requesterPaysEnabled: z.literal(false),
      bytesScannedCutoffPerQuery: count.min(1),
      engineVersion: z.strictObject({ selectedEngineVersion: text }),
      resultConfiguration: z.strictObject({
        outputLocation: z
          .string()
          .regex(/^s3:\/\/patchplane-[a-z0-9-]+\/athena\/$/, "athena/ of a bucket of this project"),
        expectedBucketOwner: z.string().regex(/^\d{12}$/),
        encryptionConfiguration: z.strictObject({ encryptionOption: z.literal("SSE_S3") }),
      }),
    }),
    tags,
  }),
  "aws:cloudwatch/eventRule:EventRule": allowed({ name: own, eventPattern: text, tags }),
  "aws:cloudwatch/eventTarget:EventTarget": allowed({
    rule: own,
    targetId: z.enum(["queue", "reporter", "topic"]),
    arn,
    deadLetterConfig: z.strictObject({ arn }).optional(),
  }),
  "aws:cloudwatch/logGroup:LogGroup": allowed({
    name: z.string().regex(/^\/aws\/lambda\/patchplane-[\w-]+$/),
    retentionInDays: count,
    tags,
  }),
  "aws:cloudwatch/metricAlarm:MetricAlarm": allowed({
    name: own,
    alarmActions: z.array(arn),
    alarmDescription: text,
    comparisonOperator: text,
    dimensions: z.record(z.string(), own),
    evaluationPeriods: count,
    metricName: text,
    namespace: z.enum(["AWS/Lambda", "AWS/SQS"]),
    period: count,
    statistic: text,
    threshold: count,
    treatMissingData: text,
    tags,
  }),
  "aws:glue/catalogDatabase:CatalogDatabase": allowed({ name: ownDatabase, description: text, tags }),
  "aws:glue/catalogTable:CatalogTable": allowed({
    databaseName: ownDatabase,
    name: text,
    description: text,
    tableType: z.literal("EXTERNAL_TABLE"),
    parameters: z.record(z.string(), text),
    partitionKeys: z.array(tableColumn),
    storageDescriptor: z.strictObject({
      location: z.string().regex(/^s3:\/\/patchplane-[a-z0-9-]+\/[^?*]+\/$/, "a folder of a bucket of this project"),
      inputFormat: text,
      outputFormat: text,
      serDeInfo: z.strictObject({ name: text, serializationLibrary: text }),
      columns: z.array(tableColumn),
    }),
  }),
  "aws:iam/policy:Policy": allowed({ name: own, path: text.optional(), description: text, policy, tags }),
  "aws:iam/role:Role": allowed({
    name: own,
    path: text.optional(),
    description: text,
    assumeRolePolicy: policy,
    permissionsBoundary: arn.optional(),
    tags,
  }),
  "aws:iam/rolePolicy:RolePolicy": allowed({ name: text, role: own, policy }),
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": allowed({ role: own, policyArn: arn }),
  "aws:kms/alias:Alias": allowed({ name: z.string().regex(/^alias\/patchplane-/), targetKeyId: text }),
  "aws:kms/key:Key": allowed({
    description: text,
    enableKeyRotation: z.literal(true),
    deletionWindowInDays: count,
    policy,
    tags,
  }),
  "aws:lambda/function:Function": allowed({
    name: own,
    description: text,
    architectures: z.array(text),
    code: functionCode,
    environment: z.strictObject({ variables: z.record(z.string().startsWith("REPORT_"), text) }),
    handler: z.literal("index.handler"),
    loggingConfig: z.strictObject({ logFormat: z.literal("JSON"), logGroup: text }),
    memorySize: count,
    reservedConcurrentExecutions: count.optional(),
    role: arn,
    runtime: z.literal("nodejs24.x"),
    timeout: count,
    tags,
  }),
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": allowed({
    functionName: own,
    maximumEventAgeInSeconds: count,
    maximumRetryAttempts: count,
    destinationConfig: z.strictObject({ onFailure: z.strictObject({ destination: arn }) }),
  }),
  "aws:lambda/permission:Permission": allowed({
    function: own,
    statementId: text,
    action: z.literal("lambda:InvokeFunction"),
    principal: z.literal("events.amazonaws.com"),
    sourceArn: arn,
    sourceAccount: z.string().regex(/^\d{12}$/),
  }),
  // What resources of their own set on a bucket: none of it is an input here.
  "aws:s3/bucket:Bucket": allowed({ ...bucket, tags }, [
    "lifecycleRules",
    "serverSideEncryptionConfiguration",
    "versioning",
  ]),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": allowed({
    ...bucket,
    rules: z.array(lifecycleRule.partial()),
  }),
  "aws:s3/bucketObjectv2:BucketObjectv2": allowed({
    ...bucket,
    key: z.string().regex(/^(approvals|overrides)\/[\w./-]+$/),
    content: z.string(),
    contentType: text,
    // The file of an approval, and git's id of its content.
    metadata: z.strictObject({ "approvals-file": text, "approvals-blob": z.hex() }).optional(),
    tags,
  }),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": allowed({
    ...bucket,
    rule: z.strictObject({ objectOwnership: z.literal("BucketOwnerEnforced") }),
  }),
  "aws:s3/bucketPolicy:BucketPolicy": allowed({ ...bucket, policy }),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": allowed({
    ...bucket,
    blockPublicAcls: z.boolean(),
    blockPublicPolicy: z.boolean(),
    ignorePublicAcls: z.boolean(),
    restrictPublicBuckets: z.boolean(),
  }),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": allowed({
    ...bucket,
    rules: z.array(
      z.strictObject({ applyServerSideEncryptionByDefault: z.strictObject({ sseAlgorithm: z.literal("AES256") }) }),
    ),
  }),
  "aws:s3/bucketVersioning:BucketVersioning": allowed({
    ...bucket,
    versioningConfiguration: z.strictObject({ status: z.literal("Enabled") }),
  }),
  "aws:sns/topic:Topic": allowed({ name: own, kmsMasterKeyId: text.optional(), tags }),
  "aws:sns/topicPolicy:TopicPolicy": allowed({ arn, policy }),
  "aws:sns/topicSubscription:TopicSubscription": allowed({
    topic: arn,
    protocol: z.literal("email"),
    endpoint: z.email(),
  }),
  "aws:sqs/queue:Queue": allowed({
    name: own,
    messageRetentionSeconds: count,
    sqsManagedSseEnabled: z.boolean().optional(),
    tags,
  }),
  "aws:sqs/queuePolicy:QueuePolicy": allowed({ queueUrl: text, policy }),
  "aws:ssm/activation:Activation": allowed(
    { name: text, description: text, iamRole: own, registrationLimit: count.optional(), tags },
    ["expirationDate", "iamRole", "name", "registrationLimit", "tags", "tagsAll"],
  ),
  "aws:ssm/association:Association": allowed({
    associationName: own,
    name: z.enum(["AWS-RunPatchBaseline", "AWS-GatherSoftwareInventory", "AWS-UpdateSSMAgent"]),
    maxConcurrency: rate,
    maxErrors: z.string(),
    outputLocation: z.strictObject({ s3BucketName: own, s3KeyPrefix: z.string().startsWith("logs/"), s3Region: text }),
    parameters: z.record(z.string(), text).optional(),
    scheduleExpression: text.optional(),
    tags,
    targets,
  }),
  "aws:ssm/defaultPatchBaseline:DefaultPatchBaseline": allowed({ baselineId: text, operatingSystem: text }),
  "aws:ssm/document:Document": allowed({
    name: own,
    documentType: z.literal("Command"),
    documentFormat: z.literal("JSON"),
    content: documentText,
    tags,
  }),
  "aws:ssm/maintenanceWindow:MaintenanceWindow": allowed(
    {
      name: own,
      description: text,
      schedule: text,
      scheduleTimezone: text,
      scheduleOffset: count.optional(),
      duration: count,
      cutoff: count,
      startDate: text.optional(),
      endDate: text.optional(),
      enabled: z.literal(true),
      allowUnassociatedTargets: z.literal(false),
      tags,
    },
    ["enabled", "schedule"],
  ),
  "aws:ssm/maintenanceWindowTarget:MaintenanceWindowTarget": allowed({
    name: text,
    resourceType: z.literal("INSTANCE"),
    targets,
    windowId: text,
  }),
  "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask": allowed({
    name: text,
    cutoffBehavior: text,
    maxConcurrency: rate,
    maxErrors: z.string(),
    priority: count,
    serviceRoleArn: arn,
    targets,
    taskArn: z.string().regex(/^(AWS-RunPatchBaseline(WithHooks)?|patchplane-[\w.-]+)$/),
    taskInvocationParameters: z.strictObject({ runCommandParameters }),
    taskType: z.literal("RUN_COMMAND"),
    windowId: text,
  }),
  "aws:ssm/patchBaseline:PatchBaseline": allowed({
    name: own,
    description: text.optional(),
    operatingSystem: text,
    approvalRules: z.array(patchRule),
    approvedPatches: patches,
    approvedPatchesComplianceLevel: text,
    approvedPatchesEnableNonSecurity: z.boolean().optional(),
    availableSecurityUpdatesComplianceStatus: text.optional(),
    rejectedPatches: patches,
    rejectedPatchesAction: text,
    tags,
  }),
  "aws:ssm/patchGroup:PatchGroup": allowed({ baselineId: text, patchGroup: text }),
  "aws:ssm/resourceDataSync:ResourceDataSync": allowed({
    name: own,
    s3Destination: z.strictObject({ bucketName: own, prefix: z.literal("sync"), region: text, syncFormat: text }),
  }),
  "aws:ssm/serviceSetting:ServiceSetting": allowed({
    settingId: z
      .string()
      .regex(/:servicesetting\/ssm\/managed-instance\/(activation-tier|default-ec2-instance-management-role)$/),
    settingValue: z.union([z.enum(["standard", "advanced"]), own]),
  }),
  "azure-native:compute:VirtualMachineExtension": allowed(
    {
      ...onVm,
      vmExtensionName: z.literal("patchplane-onboarding"),
      publisher: z.enum(["Microsoft.Compute", "Microsoft.Azure.Extensions"]),
      type: z.enum(["CustomScript", "CustomScriptExtension"]),
      typeHandlerVersion: z.enum(["1.10", "2.1"]),
      autoUpgradeMinorVersion: z.boolean(),
      suppressFailures: z.literal(false),
      settings: z.strictObject({ timestamp: count }),
      protectedSettings: z.union([
        z.strictObject({ script: z.base64() }),
        z.strictObject({ commandToExecute: z.string() }),
      ]),
    },
    ["tags", "azureApiVersion"],
  ),
  "azure-native:compute:VirtualMachineRunCommandByVirtualMachine": allowed(
    {
      ...onVm,
      runCommandName: z.literal("patchplane-onboarding"),
      source: z.strictObject({ script: z.string() }),
      parameters,
      protectedParameters: parameters,
      asyncExecution: z.literal(false),
      timeoutInSeconds: count,
      treatFailureAsDeploymentFailure: z.literal(true),
    },
    ["tags", "azureApiVersion"],
  ),
};
