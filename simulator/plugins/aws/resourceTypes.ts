import { namedQuery, workgroup } from "./recorded/athena.ts";
import { logGroup, metricAlarm } from "./recorded/cloudWatch.ts";
import { eventRule, eventTarget } from "./recorded/events.ts";
import { catalogDatabase, catalogTable } from "./recorded/glue.ts";
import { policy, role, rolePolicy, rolePolicyAttachment } from "./recorded/iam.ts";
import { alias, key } from "./recorded/kms.ts";
import { lambdaEventInvokeConfig, lambdaFunction, lambdaPermission } from "./recorded/lambda.ts";
import {
  bucket,
  bucketOwnershipControls,
  bucketPolicy,
  bucketPublicAccessBlock,
  bucketServerSideEncryptionConfiguration,
  bucketVersioning,
} from "./recorded/s3.ts";
import { bucketLifecycleConfiguration } from "./recorded/s3Lifecycle.ts";
import { bucketObject } from "./recorded/s3Object.ts";
import { topic, topicPolicy, topicSubscription } from "./recorded/sns.ts";
import { queue, queuePolicy } from "./recorded/sqs.ts";
import type { ResourceType } from "./resourceType.ts";
import { activation } from "./ssm/activation.ts";
import { association } from "./ssm/association.ts";
import { defaultPatchBaseline } from "./ssm/defaultPatchBaseline.ts";
import { document } from "./ssm/document.ts";
import { maintenanceWindow } from "./ssm/maintenanceWindow.ts";
import { maintenanceWindowTarget } from "./ssm/maintenanceWindowTarget.ts";
import { maintenanceWindowTask } from "./ssm/maintenanceWindowTask.ts";
import { patchBaseline } from "./ssm/patchBaseline.ts";
import { patchGroup } from "./ssm/patchGroup.ts";
import { resourceDataSync } from "./ssm/resourceDataSync.ts";
import { serviceSetting } from "./ssm/serviceSetting.ts";

/** Every type the stand-in has, by its token in @pulumi/aws 7. */
export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  "aws:athena/namedQuery:NamedQuery": namedQuery,
  "aws:athena/workgroup:Workgroup": workgroup,
  "aws:cloudwatch/eventRule:EventRule": eventRule,
  "aws:cloudwatch/eventTarget:EventTarget": eventTarget,
  "aws:cloudwatch/logGroup:LogGroup": logGroup,
  "aws:cloudwatch/metricAlarm:MetricAlarm": metricAlarm,
  "aws:glue/catalogDatabase:CatalogDatabase": catalogDatabase,
  "aws:glue/catalogTable:CatalogTable": catalogTable,
  "aws:iam/policy:Policy": policy,
  "aws:iam/role:Role": role,
  "aws:iam/rolePolicy:RolePolicy": rolePolicy,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": rolePolicyAttachment,
  "aws:kms/alias:Alias": alias,
  "aws:kms/key:Key": key,
  "aws:lambda/function:Function": lambdaFunction,
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": lambdaEventInvokeConfig,
  "aws:lambda/permission:Permission": lambdaPermission,
  "aws:s3/bucket:Bucket": bucket,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": bucketLifecycleConfiguration,
  "aws:s3/bucketObjectv2:BucketObjectv2": bucketObject,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": bucketOwnershipControls,
  "aws:s3/bucketPolicy:BucketPolicy": bucketPolicy,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": bucketPublicAccessBlock,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    bucketServerSideEncryptionConfiguration,
  "aws:s3/bucketVersioning:BucketVersioning": bucketVersioning,
  "aws:sns/topic:Topic": topic,
  "aws:sns/topicPolicy:TopicPolicy": topicPolicy,
  "aws:sns/topicSubscription:TopicSubscription": topicSubscription,
  "aws:sqs/queue:Queue": queue,
  "aws:sqs/queuePolicy:QueuePolicy": queuePolicy,
  "aws:ssm/activation:Activation": activation,
  "aws:ssm/association:Association": association,
  "aws:ssm/defaultPatchBaseline:DefaultPatchBaseline": defaultPatchBaseline,
  "aws:ssm/document:Document": document,
  "aws:ssm/maintenanceWindow:MaintenanceWindow": maintenanceWindow,
  "aws:ssm/maintenanceWindowTarget:MaintenanceWindowTarget": maintenanceWindowTarget,
  "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask": maintenanceWindowTask,
  "aws:ssm/patchBaseline:PatchBaseline": patchBaseline,
  "aws:ssm/patchGroup:PatchGroup": patchGroup,
  "aws:ssm/resourceDataSync:ResourceDataSync": resourceDataSync,
  "aws:ssm/serviceSetting:ServiceSetting": serviceSetting,
};
