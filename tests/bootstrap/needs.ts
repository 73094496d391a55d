import { topicKeyPolicy } from "../../domain/stack/notificationPolicies.ts";
import {
  actionNamed,
  neededActions,
  providerTypes,
  type AtHand,
  type Named,
  type Need,
} from "../../simulator/index.ts";
import { account, parameters } from "./template.ts";

const environment = String(parameters["Environment"]);
const regional = (service: string, resource: string): string => `arn:aws:${service}:us-east-1:${account}:${resource}`;

/** Tags of what the stack made, and of what it makes. */
export const ownTags = { ManagedBy: "patchplane", Environment: environment, Location: "use1" };

/** ARNs of what the stack makes, by its names. */
export const own = {
  alarm: regional("cloudwatch", `alarm:patchplane-${environment}-run-reporter-errors`),
  alias: regional("kms", `alias/patchplane-${environment}-patching`),
  association: regional("ssm", "association/1234"),
  awsBaseline: "arn:aws:ssm:us-east-1:075727635805:patchbaseline/pb-2",
  awsDocument: "arn:aws:ssm:us-east-1::document/AWS-RunPatchBaseline",
  baseline: regional("ssm", "patchbaseline/pb-1"),
  boundary: `arn:aws:iam::${account}:policy/patchplane-boundary-${environment}`,
  bucket: `arn:aws:s3:::patchplane-${environment}-use1-${account}`,
  dataSync: regional("ssm", `resource-data-sync/patchplane-${environment}-inventory`),
  database: regional("glue", `database/patchplane_${environment}`),
  document: regional("ssm", `document/patchplane-${environment}-mw-install-hooks`),
  function: regional("lambda", `function:patchplane-${environment}-run-reporter`),
  key: regional("kms", "key/1234"),
  logGroup: regional("logs", `log-group:/aws/lambda/patchplane-${environment}-run-reporter`),
  object: `arn:aws:s3:::patchplane-${environment}-use1-${account}/approvals/0123456789abcdef.yaml`,
  policy: `arn:aws:iam::${account}:policy/patchplane/${environment}/patchplane-${environment}-use1-node`,
  queue: regional("sqs", `patchplane-${environment}-node-results`),
  role: `arn:aws:iam::${account}:role/patchplane/${environment}/patchplane-${environment}-use1-window`,
  rule: regional("events", `rule/patchplane-${environment}-failed-runs-2`),
  tier: regional("ssm", "servicesetting/ssm/managed-instance/activation-tier"),
  topic: regional("sns", `patchplane-${environment}-patching`),
  window: regional("ssm", "maintenancewindow/mw-1"),
  workgroup: regional("athena", `workgroup/patchplane-${environment}-reports`),
  windowPart: (kind: string): string => regional("ssm", `${kind}/1`),
} as const;

const tagged = (arn: string): AtHand => ({ arn, tags: ownTags });
const part: Named = { resources: { "s3:bucket": { arn: own.bucket } } };
const rule: Named = { resources: { "events:rule-on-default-event-bus": { arn: own.rule } } };
const role: Named = {
  resources: { "iam:role": { arn: own.role } },
  keys: { "iam:PermissionsBoundary": own.boundary, "iam:PolicyARN": own.policy },
};
const reporter: Named = { resources: { "lambda:function": { arn: own.function } } };
const topic: Named = { resources: { "sns:topic": { arn: own.topic } } };
const queue: Named = { resources: { "sqs:queue": { arn: own.queue } } };
const baselines: Named = { resources: { "ssm:patchbaseline": [tagged(own.baseline)] } };
const windowPart = (kind: string): Named => ({
  resources: { "ssm:maintenancewindow": tagged(own.window), [`ssm:${kind}`]: { arn: own.windowPart(kind) } },
});

const inCatalog: Named = {
  resources: {
    "glue:rootcatalog": { arn: regional("glue", "catalog") },
    "glue:database": { arn: own.database },
    "glue:table": { arn: regional("glue", `table/patchplane_${environment}/record_run`) },
    "glue:userdefinedfunction": { arn: regional("glue", `userDefinedFunction/patchplane_${environment}/*`) },
  },
};

/** What the requests for each type of resource are about: new types have to be thought about here. */
const about: Readonly<Record<string, Named>> = {
  "aws:athena/namedQuery:NamedQuery": { resources: { "athena:workgroup": { arn: own.workgroup } } },
  "aws:athena/workgroup:Workgroup": {
    resources: {
      "athena:workgroup": { arn: own.workgroup },
      "athena:capacity-reservation": [],
      "athena:datacatalog": [],
      "athena:session": [],
    },
  },
  "aws:cloudwatch/eventRule:EventRule": rule,
  "aws:cloudwatch/eventTarget:EventTarget": rule,
  "aws:cloudwatch/logGroup:LogGroup": { resources: { "logs:log-group": { arn: own.logGroup } } },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { resources: { "cloudwatch:alarm": { arn: own.alarm } } },
  "aws:glue/catalogDatabase:CatalogDatabase": inCatalog,
  "aws:glue/catalogTable:CatalogTable": inCatalog,
  "aws:iam/policy:Policy": { resources: { "iam:policy": { arn: own.policy } } },
  "aws:iam/role:Role": role,
  "aws:iam/rolePolicy:RolePolicy": role,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": role,
  "aws:kms/alias:Alias": { resources: { "kms:alias": { arn: own.alias }, "kms:key": { arn: own.key } } },
  "aws:kms/key:Key": { resources: { "kms:key": tagged(own.key) } },
  "aws:lambda/function:Function": reporter,
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": reporter,
  "aws:lambda/permission:Permission": { ...reporter, keys: { "lambda:Principal": "events.amazonaws.com" } },
  "aws:s3/bucket:Bucket": part,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": part,
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    resources: { "s3:object": { arn: own.object }, "s3:bucket": { arn: own.bucket } },
  },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": part,
  "aws:s3/bucketPolicy:BucketPolicy": part,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": part,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": part,
  "aws:s3/bucketVersioning:BucketVersioning": part,
  "aws:sns/topic:Topic": topic,
  "aws:sns/topicPolicy:TopicPolicy": topic,
  "aws:sns/topicSubscription:TopicSubscription": {
    resources: { "sns:topic": [{ arn: own.topic }, { arn: `${own.topic}:0123` }] },
  },
  "aws:sqs/queue:Queue": queue,
  "aws:sqs/queuePolicy:QueuePolicy": queue,
  "aws:ssm/activation:Activation": {
    resources: { "ssm:managed-instance": [{ arn: regional("ssm", "managed-instance/mi-1") }, { arn: own.role }] },
  },
  "aws:ssm/association:Association": {
    resources: {
      "ssm:association": tagged(own.association),
      "ssm:document": { arn: own.awsDocument },
      "ssm:instance": { arn: regional("ec2", "instance/i-1") },
      "ssm:managed-instance": { arn: regional("ssm", "managed-instance/mi-1") },
    },
  },
  "aws:ssm/defaultPatchBaseline:DefaultPatchBaseline": {
    resources: { "ssm:patchbaseline": [tagged(own.baseline), { arn: own.awsBaseline }] },
  },
  "aws:ssm/document:Document": { resources: { "ssm:document": tagged(own.document) } },
  "aws:ssm/maintenanceWindow:MaintenanceWindow": { resources: { "ssm:maintenancewindow": tagged(own.window) } },
  "aws:ssm/maintenanceWindowTarget:MaintenanceWindowTarget": windowPart("windowtarget"),
  "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask": windowPart("windowtask"),
  "aws:ssm/patchBaseline:PatchBaseline": baselines,
  "aws:ssm/patchGroup:PatchGroup": {
    resources: { "ssm:patchbaseline": [tagged(own.baseline), { arn: own.awsBaseline }] },
  },
  "aws:ssm/resourceDataSync:ResourceDataSync": { resources: { "ssm:resourcedatasync": { arn: own.dataSync } } },
  "aws:ssm/serviceSetting:ServiceSetting": { resources: { "ssm:servicesetting": { arn: own.tier } } },
};

/** Types whose inputs name a role that a service takes: AWS asks whether it may be handed on. */
const passing: Readonly<Record<string, string>> = {
  "aws:lambda/function:Function": "lambda.amazonaws.com",
  "aws:ssm/activation:Activation": "ssm.amazonaws.com",
  "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask": "ssm.amazonaws.com",
  "aws:ssm/serviceSetting:ServiceSetting": "ssm.amazonaws.com",
};

function passedTo(service: string | undefined): readonly Need[] {
  if (service === undefined) return [];
  const named = { resources: { "iam:role": { arn: own.role } }, keys: { "iam:PassedToService": service } };
  return [{ action: "iam:PassRole", named }];
}

/** Types that carry the stack's tags from their creation on; an activation has those of its node. */
function requestTags(type: string): Readonly<Record<string, string>> {
  return type.endsWith(":Activation") ? { PatchGroup: "prod-auto", Environment: "production" } : ownTags;
}

function untagged(named: Named): Named {
  const strip = (on: AtHand): AtHand => ({ arn: on.arn });
  return {
    ...named,
    resources: Object.fromEntries(Object.entries(named.resources).map(([type, on]) => [type, [on].flat().map(strip)])),
  };
}

/** Types of which the needs are written down here. */
export const knownTypes: readonly string[] = providerTypes().filter((type) => about[type] !== undefined);

/** What a request names besides the association itself, by its action. */
const wholeAssociation = /:(Create|Describe|Update)Association$/;

function namedBy(type: string, action: string): Named {
  const named = about[type] ?? { resources: {} };
  const partial = type.endsWith(":Association") && !wholeAssociation.test(action);
  return partial ? { resources: { "ssm:association": tagged(own.association) } } : named;
}

/** Policy of the topic's key, which decides on it besides the roles' own rights. */
const keyPolicy = JSON.stringify(
  topicKeyPolicy({
    name: "use1",
    accountId: account,
    region: "us-east-1",
    partition: "aws",
    roleArn: `arn:aws:iam::${account}:role/patchplane-deploy`,
    registersDefaults: false,
    ownsServiceSettings: false,
    instanceTier: "standard",
    predefinedBaselines: {},
  }),
);

function needsOf(type: string, phases: readonly ("create" | "read" | "update" | "delete")[]): readonly Need[] {
  return phases.flatMap((phase) => {
    // What is only being made has no tags of its own yet, but for what reads it at once.
    const making = (action: string): boolean => phase === "create" && /:(Create|Put(Rule|Object))/.test(action);
    return neededActions(type, phase).map((action) => {
      const named = namedBy(type, action);
      const onKey = action.startsWith("kms:") && actionNamed(action).required.includes("key");
      return {
        action,
        named: { ...(making(action) ? untagged(named) : named), requestTags: requestTags(type) },
        ...(onKey ? { policies: { key: keyPolicy } } : {}),
      };
    });
  });
}

/** What the provider needs to read a type of resource. */
export function readNeeds(type: string): readonly Need[] {
  return needsOf(type, ["read"]);
}

/** What it needs besides to make, change and remove one. */
export function writeNeeds(type: string): readonly Need[] {
  return [...needsOf(type, ["create", "update", "delete"]), ...passedTo(passing[type])];
}
