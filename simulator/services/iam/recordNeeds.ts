import type { SimulatedCloud } from "../../state/cloud.ts";
import { partitionOf } from "../../partitions.ts";
import type { Need } from "./authorize.ts";
import { neededActions, type Phase } from "./providerCalls.ts";
import { actionNamed, type AtHand, type Named } from "./reference.ts";

/** Where a record is kept. */
export interface RecordPlace {
  readonly accountId: string;
  /** `global` for what belongs to the whole account. */
  readonly region: string;
  readonly kind: string;
  readonly id: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** A record's request: what is kept, and what shall be. */
interface Asked {
  readonly cloud: SimulatedCloud;
  readonly place: RecordPlace;
  readonly old: Fields | undefined;
  readonly wanted: Fields | undefined;
}

/** Minutes after which the tags of a KMS key count for access. https://docs.aws.amazon.com/kms/latest/developerguide/abac.html */
const keyTagMinutes = 5;

function textIn(fields: Fields | undefined, name: string): string {
  const value = fields?.[name];
  return typeof value === "string" ? value : "";
}

function tagsIn(fields: Fields | undefined): Readonly<Record<string, string>> {
  const value = fields?.["tags"];
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, string>>) : {};
}

/** The fields of a request: what it wants, or of a removal what is there. */
function fieldsOf({ old, wanted }: Asked): Fields {
  return wanted ?? old ?? {};
}

function recordKey({ accountId, region, kind, id }: RecordPlace): string {
  return [accountId, region, kind, id].join("/");
}

function recordOf({ cloud, place }: Asked, kind: string, id: string): Fields | undefined {
  return cloud.records.get([place.accountId, place.region, kind, id].join("/")) as Fields | undefined;
}

/** Partition of a record; what belongs to a whole account lies where the cloud's home is. */
function partitionAt({ cloud, place }: Asked): string {
  return partitionOf(place.region === "global" ? cloud.world.homeRegion : place.region);
}

function regional(asked: Asked, service: string, resource: string): string {
  const { place } = asked;
  return `arn:${partitionAt(asked)}:${service}:${place.region}:${place.accountId}:${resource}`;
}

function role(asked: Asked, name: string, fields: Fields | undefined): Named {
  const path = textIn(fields, "path") === "" ? "/" : textIn(fields, "path");
  const boundary = textIn(fields, "permissionsBoundary");
  return {
    resources: {
      "iam:role": {
        arn: `arn:${partitionAt(asked)}:iam::${asked.place.accountId}:role${path}${name}`,
        tags: tagsIn(fields),
      },
    },
    keys: boundary === "" ? {} : { "iam:PermissionsBoundary": boundary },
  };
}

/** A part of a role: the role is named by its own record. */
function partOfRole(asked: Asked): Named {
  const name = textIn(fieldsOf(asked), "role");
  const named = role(asked, name, recordOf(asked, "iam-role", name));
  const policy = textIn(fieldsOf(asked), "policyArn");
  return policy === "" ? named : { ...named, keys: { ...named.keys, "iam:PolicyARN": policy } };
}

function bucket(asked: Asked): Named {
  return { resources: { "s3:bucket": { arn: `arn:${partitionAt(asked)}:s3:::${textIn(fieldsOf(asked), "bucket")}` } } };
}

/** The tags of a KMS key, once they count. */
export function keyTags(
  cloud: SimulatedCloud,
  { accountId, region }: Pick<RecordPlace, "accountId" | "region">,
  id: string,
): Readonly<Record<string, string>> | undefined {
  const at = recordKey({ accountId, region, kind: "kms-key", id });
  const madeAt = cloud.identity.recordsMadeAt.get(at);
  const minutes = madeAt === undefined ? 0 : (cloud.clock.now().getTime() - madeAt.getTime()) / 60_000;
  return minutes < keyTagMinutes ? undefined : tagsIn(cloud.records.get(at) as Fields | undefined);
}

/** A KMS key, with its tags once they count. */
function key(asked: Asked, id: string): AtHand {
  const tags = keyTags(asked.cloud, asked.place, id);
  return { arn: regional(asked, "kms", `key/${id}`), ...(tags === undefined ? {} : { tags }) };
}

interface Kind {
  /** The resource type whose calls the provider makes. */
  readonly type: string;
  readonly named: (asked: Asked) => Named;
}

const setting = (type: string): Kind => ({
  type: `aws:s3/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`,
  named: bucket,
});

function queueArn(asked: Asked): string {
  const url = asked.place.kind === "sqs-queue-policy" ? textIn(fieldsOf(asked), "queueUrl") : asked.place.id;
  return regional(asked, "sqs", url.slice(url.lastIndexOf("/") + 1));
}

function ruleArn(asked: Asked): string {
  return regional(asked, "events", `rule/${textIn(fieldsOf(asked), "rule") || asked.place.id}`);
}

function onFunction(asked: Asked, name: string): Named {
  const principal = textIn(fieldsOf(asked), "principal");
  return {
    resources: { "lambda:function": { arn: regional(asked, "lambda", `function:${name}`) } },
    keys: principal === "" ? {} : { "lambda:Principal": principal },
  };
}

/** A database of Glue's catalogue, or a table in it: both are judged with everything above them. */
function inCatalog(asked: Asked, database: string, table: string): Named {
  const arn = (resource: string): AtHand => ({ arn: regional(asked, "glue", resource) });
  return {
    resources: {
      "glue:rootcatalog": arn("catalog"),
      "glue:database": { ...arn(`database/${database}`), tags: tagsIn(asked.old) },
      "glue:table": arn(`table/${database}/${table}`),
      "glue:userdefinedfunction": arn(`userDefinedFunction/${database}/*`),
    },
  };
}

const kinds: Readonly<Record<string, Kind>> = {
  "athena-named-query": {
    type: "aws:athena/namedQuery:NamedQuery",
    named: (asked) => ({
      resources: {
        "athena:workgroup": {
          arn: regional(asked, "athena", `workgroup/${textIn(fieldsOf(asked), "workgroup")}`),
        },
      },
    }),
  },
  "athena-workgroup": {
    type: "aws:athena/workgroup:Workgroup",
    named: (asked) => ({
      resources: {
        "athena:workgroup": {
          arn: regional(asked, "athena", `workgroup/${asked.place.id}`),
          tags: tagsIn(asked.old),
        },
        // Tags are asked about on any of these.
        "athena:capacity-reservation": [],
        "athena:datacatalog": [],
        "athena:session": [],
      },
    }),
  },
  "cloudwatch-alarm": {
    type: "aws:cloudwatch/metricAlarm:MetricAlarm",
    named: (asked) => ({
      resources: { "cloudwatch:alarm": { arn: regional(asked, "cloudwatch", `alarm:${asked.place.id}`) } },
    }),
  },
  "events-rule": {
    type: "aws:cloudwatch/eventRule:EventRule",
    named: (asked) => ({ resources: { "events:rule-on-default-event-bus": { arn: ruleArn(asked) } } }),
  },
  "events-target": {
    type: "aws:cloudwatch/eventTarget:EventTarget",
    named: (asked) => ({ resources: { "events:rule-on-default-event-bus": { arn: ruleArn(asked) } } }),
  },
  "glue-database": {
    type: "aws:glue/catalogDatabase:CatalogDatabase",
    named: (asked) => inCatalog(asked, textIn(fieldsOf(asked), "name"), "*"),
  },
  "glue-table": {
    type: "aws:glue/catalogTable:CatalogTable",
    named: (asked) => inCatalog(asked, textIn(fieldsOf(asked), "databaseName"), textIn(fieldsOf(asked), "name")),
  },
  "iam-policy": {
    type: "aws:iam/policy:Policy",
    named: ({ place, old }) => ({ resources: { "iam:policy": { arn: place.id, tags: tagsIn(old) } } }),
  },
  "iam-role": {
    type: "aws:iam/role:Role",
    named: (asked) => role(asked, asked.place.id, fieldsOf(asked)),
  },
  "iam-role-policy": { type: "aws:iam/rolePolicy:RolePolicy", named: partOfRole },
  "iam-role-policy-attachment": { type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment", named: partOfRole },
  "kms-alias": {
    type: "aws:kms/alias:Alias",
    named: (asked) => {
      const target = textIn(fieldsOf(asked), "targetKeyId");
      return {
        resources: {
          "kms:alias": { arn: regional(asked, "kms", asked.place.id) },
          "kms:key": key(asked, target.slice(target.lastIndexOf("/") + 1)),
        },
      };
    },
  },
  "kms-key": { type: "aws:kms/key:Key", named: (asked) => ({ resources: { "kms:key": key(asked, asked.place.id) } }) },
  "lambda-event-invoke-config": {
    type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    named: (asked) => onFunction(asked, asked.place.id),
  },
  "lambda-function": {
    type: "aws:lambda/function:Function",
    named: (asked) => onFunction(asked, asked.place.id),
  },
  "lambda-permission": {
    type: "aws:lambda/permission:Permission",
    named: (asked) => onFunction(asked, textIn(fieldsOf(asked), "function")),
  },
  "logs-group": {
    type: "aws:cloudwatch/logGroup:LogGroup",
    named: (asked) => ({
      resources: { "logs:log-group": { arn: regional(asked, "logs", `log-group:${asked.place.id}`) } },
    }),
  },
  "s3-bucket": setting("Bucket"),
  "s3-bucket-encryption": setting("BucketServerSideEncryptionConfiguration"),
  "s3-bucket-lifecycle": setting("BucketLifecycleConfiguration"),
  "s3-bucket-ownership-controls": setting("BucketOwnershipControls"),
  "s3-bucket-policy": setting("BucketPolicy"),
  "s3-bucket-public-access-block": setting("BucketPublicAccessBlock"),
  "s3-bucket-versioning": setting("BucketVersioning"),
  "sns-topic": {
    type: "aws:sns/topic:Topic",
    named: ({ place }) => ({ resources: { "sns:topic": { arn: place.id } } }),
  },
  "sns-topic-policy": {
    type: "aws:sns/topicPolicy:TopicPolicy",
    named: ({ place }) => ({ resources: { "sns:topic": { arn: place.id } } }),
  },
  "sns-topic-subscription": {
    type: "aws:sns/topicSubscription:TopicSubscription",
    named: (asked) => ({ resources: { "sns:topic": { arn: textIn(fieldsOf(asked), "topic") } } }),
  },
  "sqs-queue": {
    type: "aws:sqs/queue:Queue",
    named: (asked) => ({ resources: { "sqs:queue": { arn: queueArn(asked) } } }),
  },
  "sqs-queue-policy": {
    type: "aws:sqs/queuePolicy:QueuePolicy",
    named: (asked) => ({ resources: { "sqs:queue": { arn: queueArn(asked) } } }),
  },
};

function phaseOf(method: string, old: Fields | undefined): Phase {
  if (method === "DELETE") return "delete";
  if (method === "PUT") return old === undefined ? "create" : "update";
  return "read";
}

/** Keys that speak of the boundary a role shall have; for every other action it is the one it has. */
const setsBoundary: ReadonlySet<string> = new Set(["iam:CreateRole", "iam:PutRolePermissionsBoundary"]);

/** The policy of the key that an action is judged on, if it is judged on one. */
function keyPolicy(asked: Asked, named: Named, action: string): Need["policies"] {
  if (!action.startsWith("kms:") || !actionNamed(action).required.includes("key")) return undefined;
  const [on] = [named.resources["kms:key"] ?? []].flat();
  const id = on?.arn.split("/").at(-1) ?? "";
  const record = asked.place.kind === "kms-key" ? (asked.old ?? asked.wanted) : recordOf(asked, "kms-key", id);
  const policy = textIn(record, "policy");
  return policy === "" ? undefined : { key: policy };
}

/** The role that a function is given, which AWS asks whether it may be handed on. */
function passed({ place, old, wanted }: Asked): readonly Need[] {
  if (place.kind !== "lambda-function" || wanted === undefined || textIn(old, "role") === textIn(wanted, "role"))
    return [];
  const keys = { "iam:PassedToService": "lambda.amazonaws.com" };
  return [{ action: "iam:PassRole", named: { resources: { "iam:role": { arn: textIn(wanted, "role") } }, keys } }];
}

function askedOf(
  cloud: SimulatedCloud,
  place: RecordPlace,
  body?: unknown,
): { readonly asked: Asked; readonly kind: Kind } {
  const kind = kinds[place.kind];
  if (kind === undefined) throw new Error(`the rights on a record of kind ${place.kind} are not known`);
  const old = cloud.records.get(recordKey(place)) as Fields | undefined;
  return { asked: { cloud, place, old, wanted: body as Fields | undefined }, kind };
}

/** What IAM is asked for one action of a service on a resource that is kept as a record, whether it is there or not. */
export function recordNeed(cloud: SimulatedCloud, place: RecordPlace, action: string): Need {
  const { asked, kind } = askedOf(cloud, place);
  const named = kind.named(asked);
  const policies = keyPolicy(asked, named, action);
  return { action, named, ...(policies === undefined ? {} : { policies }) };
}

/**
 * What IAM is asked when the provider makes, reads, changes or removes a resource that is kept as a record: every
 * action that its own code may call in that step.
 *
 * @param body what shall be kept; undefined for reading and removing
 */
export function recordNeeds(cloud: SimulatedCloud, place: RecordPlace, method: string, body: unknown): readonly Need[] {
  const { asked, kind } = askedOf(cloud, place, body);
  const { old } = asked;
  const phase = phaseOf(method, old);
  const named = kind.named(asked);
  const before = old === undefined ? named : kind.named({ ...asked, wanted: old });
  const requestTags = tagsIn(asked.wanted);
  const own = neededActions(kind.type, phase).map((action) => {
    const policies = keyPolicy(asked, named, action);
    return {
      action,
      named: { ...(setsBoundary.has(action) ? named : before), requestTags },
      ...(policies === undefined ? {} : { policies }),
    };
  });
  return [...own, ...passed(asked)];
}
