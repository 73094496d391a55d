import pMap from "p-map";
import type { DoctorEvidence, LiveTopic, LocationExam } from "../domain/doctor/evidence.ts";
import { plannedDocuments, serviceLinkedRole } from "../domain/doctor/parts.ts";
import { reportedRuns } from "../domain/doctor/hearing.ts";
import { byCredentials, instanceOf, rightsNeeded } from "../domain/doctor/rights.ts";
import type { Known } from "../domain/drift/location.ts";
import type { TrustedKey } from "../domain/onboarding/trustedKeys.ts";
import type { Location, Plane } from "../domain/plane.ts";
import { instanceArn, topicArn } from "../domain/stack/arns.ts";
import { locationNames } from "../domain/stack/locationNames.ts";
import { plannedLocation, type PlannedLocation } from "../domain/stack/plannedLocation.ts";
import { plannedPolicies, plannedRoles, type PlannedRole } from "../domain/stack/plannedRoles.ts";
import type { LocationEvidence } from "../domain/status/judgeFleet.ts";
import { locationsOf } from "../domain/status/placedServers.ts";
import { readDeliveries } from "./doctorDeliveries.ts";
import { readLive } from "./drift.ts";
import { readNodes, type Scope } from "./fleetNodes.ts";
import {
  ec2Client,
  iamClient,
  identityClient,
  kmsClient,
  lambdaClient,
  s3Client,
  snsClient,
  ssmClient,
} from "./aws/clients.ts";
import { instanceStates } from "./aws/ec2.ts";
import { asking, known } from "./aws/known.ts";
import { defaultHostRole } from "./aws/limits.ts";
import { closeLocations } from "./aws/locations.ts";
import { contentDigests, keysUnder } from "./aws/reportObjects.ts";
import { functionCalls, functionState } from "./aws/functions.ts";
import { denials, profileRoles } from "./aws/roleRights.ts";
import { policyTexts, presentRoles, roleRights } from "./aws/roles.ts";
import {
  bucketState,
  dataSync,
  identity,
  keyState,
  presentDocuments,
  subscriptions,
  topicAttributes,
} from "./aws/support.ts";
import { readPatching } from "./status.ts";

/** Locations at a time. */
const concurrency = 4;

/** A topic needs two rights; that either is refused leaves it unknown, and the right's name tells which. */
async function readTopic(plane: Plane, location: Location): Promise<Known<LiveTopic | undefined>> {
  const arn = topicArn(location, locationNames(plane.environment, location).topic);
  const key = await asking(location, snsClient, "sns:GetTopicAttributes", (client) => topicAttributes(client, arn));
  if ("unknown" in key || key.value === undefined) return key as Known<undefined>;
  const list = await asking(location, snsClient, "sns:ListSubscriptionsByTopic", (client) =>
    subscriptions(client, arn),
  );
  return "unknown" in list ? list : { value: { ...key.value, subscriptions: list.value } };
}

async function readTopicKey(
  location: Location,
  topic: Known<LiveTopic | undefined>,
): Promise<LocationExam["topicKey"]> {
  if ("unknown" in topic) return topic;
  const keyId = topic.value?.keyId;
  if (keyId === undefined) return { value: undefined };
  return asking(location, kmsClient, "kms:DescribeKey and kms:GetKeyPolicy", (client) => keyState(client, keyId));
}

/** Those of the objects of the stack that are in its bucket. */
async function publishedDigests(
  location: Location,
  { bucket, published }: PlannedLocation,
): Promise<LocationExam["objects"]> {
  const wanted = [...new Set(published.map(({ key }) => key))];
  return asking(location, s3Client, "s3:ListBucket", (client) => contentDigests(client, bucket, wanted));
}

/** Of a role that is not there IAM has no path by which asking could be allowed. */
async function readRights(
  location: Location,
  made: readonly PlannedRole[],
  roles: LocationExam["roles"],
): Promise<LocationExam["rights"]> {
  const there = "value" in roles ? made.filter(({ name }) => roles.value.has(name)) : [];
  return asking(location, iamClient, "iam:GetRolePolicy and iam:ListAttachedRolePolicies", (client) =>
    roleRights(client, there),
  );
}

type Support = Omit<LocationExam, "live" | "reports" | "instances" | "nodeRoles">;

/** What stands beside Systems Manager in a location. */
async function readSupport(plane: Plane, location: Location): Promise<Support> {
  const planned = plannedLocation(plane, location);
  const names = locationNames(plane.environment, location);
  const getRoles = (wanted: readonly string[]) =>
    asking(location, iamClient, "iam:GetRole", (client) => presentRoles(client, wanted));
  const made = plannedRoles(plane, location, planned);
  const reporter = planned.reporter?.functionName;
  const policies = [...plannedPolicies(plane, location, planned).keys()];
  const [
    caller,
    roles,
    own,
    defaultHost,
    linked,
    documents,
    bucket,
    objects,
    topic,
    sync,
    reporting,
    calls,
    deliveries,
  ] = await Promise.all([
    known(location, async () => {
      const client = identityClient(location);
      return identity(client).finally(() => {
        client.destroy();
      });
    }),
    getRoles(made.map(({ name }) => name)),
    asking(location, iamClient, "iam:GetPolicy and iam:GetPolicyVersion", (client) => policyTexts(client, policies)),
    asking(location, ssmClient, "ssm:GetServiceSetting", defaultHostRole),
    getRoles([serviceLinkedRole]),
    asking(location, ssmClient, "ssm:GetDocument", (client) =>
      presentDocuments(client, [...plannedDocuments(planned).keys()]),
    ),
    asking(location, s3Client, "s3:GetBucketPolicy", (client) => bucketState(client, planned.bucket)),
    publishedDigests(location, planned),
    readTopic(plane, location),
    asking(location, ssmClient, "ssm:ListResourceDataSync", (client) => dataSync(client, names.dataSync)),
    reporter === undefined
      ? { value: undefined }
      : asking(location, lambdaClient, "lambda:GetFunctionConfiguration", (client) => functionState(client, reporter)),
    reporter === undefined
      ? { value: undefined }
      : asking(location, lambdaClient, "lambda:GetPolicy and lambda:GetFunctionEventInvokeConfig", (client) =>
          functionCalls(client, reporter),
        ),
    readDeliveries(plane, location, planned),
  ]);
  return {
    location,
    identity: caller,
    roles,
    rights: await readRights(location, made, roles),
    policies: own,
    defaultHost,
    serviceLinkedRole: "unknown" in linked ? linked : { value: linked.value.size > 0 },
    documents,
    bucket,
    objects,
    topic,
    topicKey: await readTopicKey(location, topic),
    dataSync: sync,
    reporter: reporting,
    reporterCalls: calls,
    ...deliveries,
  };
}

/** The instances of rows. */
async function readInstances(
  location: Location,
  answer: LocationEvidence | undefined,
): Promise<LocationExam["instances"]> {
  if (answer === undefined || "failure" in answer) return { unknown: answer?.failure ?? "not read" };
  const ids = answer.facts.servers.flatMap((row) => instanceOf(row) ?? []);
  return asking(
    location,
    (place) => ec2Client(place),
    "ec2:DescribeInstances",
    (client) => instanceStates(client, ids),
  );
}

/** What the roles of instances may not do of what windows need of them. */
async function readNodeRoles(
  plane: Plane,
  { location, defaultHost }: Support,
  answer: LocationEvidence | undefined,
  instances: LocationExam["instances"],
): Promise<LocationExam["nodeRoles"]> {
  if ("unknown" in instances) return instances;
  if (answer === undefined || "failure" in answer) return { unknown: answer?.failure ?? "not read" };
  const planned = plannedLocation(plane, location);
  const host = "value" in defaultHost ? defaultHost.value : "";
  const all = byCredentials(location, answer.facts.servers, instances.value, host);
  return asking(location, iamClient, "iam:GetInstanceProfile and iam:SimulatePrincipalPolicy", async (client) => {
    const profiles = all.map(({ arn }) => arn).filter((arn) => arn.includes(":instance-profile/"));
    const roles = await profileRoles(client, profiles);
    return pMap(
      all,
      async ({ arn: profile, rows }) => {
        const ids = rows.flatMap((row) => instanceOf(row) ?? []);
        const role = profiles.includes(profile) ? roles.get(profile) : profile;
        if (role === undefined) return { profile, instances: ids };
        const asked = { region: location.region, instanceArn: instanceArn(location, ids[0] ?? "*") };
        const denied = await denials(client, role, rightsNeeded(plane, location, planned, rows), asked);
        return { profile, role, instances: ids, ...(denied === undefined ? {} : { denied }) };
      },
      { concurrency },
    );
  });
}

/** Which of the reports that the last runs should have left are in the bucket. */
async function readReports(
  planned: PlannedLocation,
  { location, reporter }: Support,
  answer: LocationEvidence | undefined,
  asOf: Date,
): Promise<LocationExam["reports"]> {
  if (answer === undefined || "failure" in answer) return { unknown: answer?.failure ?? "not read" };
  if ("failure" in answer.windows) return { unknown: answer.windows.failure };
  const found = "value" in reporter ? reporter.value : undefined;
  const due = reportedRuns(planned, answer.windows.runs, found, asOf);
  return asking(location, s3Client, "s3:ListBucket", async (client) => {
    const read = async ({ folder }: { readonly folder: string }): Promise<readonly string[]> => {
      const keys = await keysUnder(client, planned.bucket, folder);
      return keys.some((key) => key.endsWith("/report.json")) ? [folder] : [];
    };
    return new Set((await pMap(due, read, { concurrency })).flat());
  });
}

/**
 * Reads what `examine` judges by: each part by itself, so that a right that is missing leaves one thing unknown. It
 * changes nothing.
 * @param keys - what the onboarding scripts trust
 */
export async function gatherEvidence(
  plane: Plane,
  scope: Scope,
  asOf: Date,
  keys: readonly TrustedKey[],
): Promise<DoctorEvidence> {
  const [read, supports] = await Promise.all([
    readNodes(plane, scope, async (client, location, facts) => {
      const [patching, live] = await Promise.all([
        known(location, () => readPatching(client, { plane, scope, asOf }, location, facts)),
        known(location, () => readLive(client, { plane, coming: plane, groups: undefined }, location, facts)),
      ]);
      return { patching, live };
    }),
    pMap(locationsOf(plane, scope), (location) => readSupport(plane, location), { concurrency }),
  ]);
  closeLocations(read.locations);
  const locations = read.locations.map((each): LocationEvidence => {
    if ("failure" in each) return each;
    const { location, facts, more } = each;
    if ("unknown" in more.patching) return { location, failure: more.patching.unknown };
    return { location, facts, ...more.patching.value };
  });
  const examined = supports.map(async (support): Promise<LocationExam> => {
    const { location } = support;
    const found = read.locations.find((each) => each.location.name === location.name);
    const answer = locations.find((each) => each.location.name === location.name);
    const instances = await readInstances(location, answer);
    return {
      ...support,
      live: found === undefined || "failure" in found ? { unknown: found?.failure ?? "not read" } : found.more.live,
      instances,
      nodeRoles: await readNodeRoles(plane, support, answer, instances),
      reports: await readReports(plannedLocation(plane, location), support, answer, asOf),
    };
  });
  return {
    fleet: { scope: {}, locations, subscriptions: read.subscriptions },
    locations: await Promise.all(examined),
    keys,
  };
}
