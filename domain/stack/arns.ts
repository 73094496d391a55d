import type { Location } from "../plane.ts";
import { awsDomain } from "./partitions.ts";
import { boundaryName, iamPath } from "./awsNames.ts";

type Place = Pick<Location, "partition" | "region" | "accountId">;

function regional(place: Place, service: string, resource: string): string {
  return `arn:${place.partition}:${service}:${place.region}:${place.accountId}:${resource}`;
}

/** ARN of a role in the location's account that the stack does not make. */
export function roleArn(place: Place, name: string): string {
  return `arn:${place.partition}:iam::${place.accountId}:role/${name}`;
}

/** ARN of a role of the stack, which is under the environment's path. */
export function ownRoleArn(place: Place, environment: string, name: string): string {
  return `arn:${place.partition}:iam::${place.accountId}:role${iamPath(environment)}${name}`;
}

/** ARN of a policy of the stack, which is under the environment's path. */
export function ownPolicyArn(place: Place, environment: string, name: string): string {
  return `arn:${place.partition}:iam::${place.accountId}:policy${iamPath(environment)}${name}`;
}

/** ARN of the permissions boundary of the stack's roles, which the bootstrap makes. */
export function boundaryArn(place: Place, environment: string): string {
  return `arn:${place.partition}:iam::${place.accountId}:policy/${boundaryName(environment)}`;
}

/** ARN of the account itself: the principal of its administrators. */
export function accountArn(place: Place): string {
  return `arn:${place.partition}:iam::${place.accountId}:root`;
}

/** ARN of a bucket, or with a key (pattern) of objects in it. */
export function bucketArn(place: Pick<Place, "partition">, bucket: string, key?: string): string {
  return `arn:${place.partition}:s3:::${bucket}${key === undefined ? "" : `/${key}`}`;
}

/** ARN of an SNS topic. */
export function topicArn(place: Place, name: string): string {
  return regional(place, "sns", name);
}

/** ARN of an SQS queue. */
export function queueArn(place: Place, name: string): string {
  return regional(place, "sqs", name);
}

/** URL by which SQS is asked for a queue. */
export function queueUrl({ region, accountId }: Place, name: string): string {
  return `https://sqs.${region}.${awsDomain(region)}/${accountId}/${name}`;
}

/** ARN of an EventBridge rule on the default bus. */
export function ruleArn(place: Place, name: string): string {
  return regional(place, "events", `rule/${name}`);
}

/** ARN of a function. */
export function functionArn(place: Place, name: string): string {
  return regional(place, "lambda", `function:${name}`);
}

/** ARN pattern of every maintenance window of the location. */
export function windowArn(place: Place): string {
  return regional(place, "ssm", "maintenancewindow/*");
}

/** ARN pattern of a log group's streams. */
export function logGroupArn(place: Place, name: string): string {
  return regional(place, "logs", `log-group:${name}:*`);
}

/** ARN pattern of every alarm of CloudWatch in the location. */
export function alarmArn(place: Place): string {
  return regional(place, "cloudwatch", "alarm:*");
}

/** ARN (pattern) of SSM documents of this account. */
export function documentArn(place: Place, name: string): string {
  return regional(place, "ssm", `document/${name}`);
}

/**
 * ARN pattern of SSM documents that AWS owns. Their account field is empty; nobody else may use their prefix, so any
 * account can stand there.
 */
export function awsDocumentArn(place: Pick<Place, "partition" | "region">, name: string): string {
  return `arn:${place.partition}:ssm:${place.region}:*:document/${name}`;
}

/** ARN pattern of Automation runbooks that AWS owns, in every version. */
export function awsRunbookArn(place: Pick<Place, "partition" | "region">, name: string): string {
  return `arn:${place.partition}:ssm:${place.region}:*:automation-definition/${name}:*`;
}

/** ARN patterns of every node of the location: EC2 instances, and hybrid nodes. */
export function nodeArns(place: Place): readonly string[] {
  return [regional(place, "ec2", "instance/*"), regional(place, "ssm", "managed-instance/*")];
}

/** ARN of an EC2 instance. */
export function instanceArn(place: Place, id: string): string {
  return regional(place, "ec2", `instance/${id}`);
}

/** ARN pattern of every association of the location. */
export function associationArns(place: Place): string {
  return regional(place, "ssm", "association/*");
}

/** ARN pattern of anything of SSM in the location: the source of calls that SSM makes for it. */
export function ssmSourceArn(place: Place): string {
  return regional(place, "ssm", "*");
}

/** ARN pattern of resource data syncs, of any Region, as the user guide's bucket policy has it. */
export function dataSyncArn(place: Place): string {
  return `arn:${place.partition}:ssm:*:${place.accountId}:resource-data-sync/*`;
}

/** ARN of an account-and-Region setting of SSM; the provider writes this form back, so a bare path would always differ. */
export function serviceSettingArn(place: Place, path: string): string {
  return regional(place, "ssm", `servicesetting${path}`);
}
