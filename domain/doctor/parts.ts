import { createHash } from "node:crypto";
import type { Plane } from "../plane.ts";
import { bucketPolicy } from "../stack/bucketPolicy.ts";
import type { CommandDocument } from "../stack/hookDocuments.ts";
import type { PlannedLocation } from "../stack/plannedLocation.ts";
import { plannedPolicies, plannedRoles, type PlannedRole } from "../stack/plannedRoles.ts";
import { byKey, counted } from "../text.ts";
import { canonicalJson } from "../values.ts";
import { deployAgain, diagnosedOf, putBack, type Diagnosis, type Said } from "./diagnosis.ts";
import type { LiveRights, LiveRole, LocationExam } from "./evidence.ts";
import { policyDifference } from "./policies.ts";

/** Systems Manager's own role in an account. */
export const serviceLinkedRole = "AWSServiceRoleForAmazonSSM";

/** The documents that the stack makes in a location, by name. */
export function plannedDocuments({
  windows,
  operatorDocuments,
}: PlannedLocation): ReadonlyMap<string, CommandDocument> {
  const ofWindows = [...windows.values()].flatMap(({ documents }) => documents);
  return new Map([...ofWindows, ...operatorDocuments].map(({ name, content }) => [name, content] as const).sort(byKey));
}

/** What keeps a role that is there from its work. */
function roleProblems(
  { name, trust, policyName = "", inline, attached }: PlannedRole,
  live: LiveRole,
  rights: LiveRights | undefined,
): readonly Said[] {
  const trusts = policyDifference(trust, live.trust);
  const lacksAttached = attached !== undefined && rights?.attached.includes(attached) === false;
  const gone = policyName !== "" && rights !== undefined && rights.inline === undefined;
  const within =
    inline === undefined || rights?.inline === undefined ? undefined : policyDifference(inline, rights.inline);
  return [
    ...(trusts === undefined ? [] : [`${name}: its trust ${trusts}`]),
    ...(gone ? [`${name}: its policy ${policyName} is gone`] : []),
    ...(within === undefined ? [] : [`${name}: its policy ${policyName} ${within}`]),
    ...(lacksAttached ? [`${name}: ${attached} is not attached to it`] : []),
  ].map((message) => ({ message, fix: putBack }));
}

function policyProblems(plane: Plane, planned: PlannedLocation, { location, policies }: LocationExam): readonly Said[] {
  if ("unknown" in policies) return [{ result: "unknown", message: policies.unknown }];
  return [...plannedPolicies(plane, location, planned)].flatMap(([arn, document]): readonly Said[] => {
    const live = policies.value.get(arn);
    if (live === undefined) return [{ message: `there is no policy ${arn}`, fix: deployAgain }];
    const other = policyDifference(document, live);
    return other === undefined ? [] : [{ message: `the policy ${arn} ${other}`, fix: putBack }];
  });
}

function rolesOf(plane: Plane, planned: PlannedLocation, exam: LocationExam): readonly Diagnosis[] {
  const { location, roles, rights, topicKey } = exam;
  const key = "value" in topicKey ? topicKey.value?.arn : undefined;
  const wanted = plannedRoles(plane, location, planned, key);
  const unread: readonly Said[] = "unknown" in rights ? [{ result: "unknown", message: rights.unknown }] : [];
  const known = "value" in rights ? rights.value : undefined;
  return diagnosedOf("roles", { location: location.name }, roles, (there) => ({
    problems: [
      ...wanted.flatMap((role): readonly Said[] => {
        const live = there.get(role.name);
        if (live === undefined) return [{ message: `there is no role ${role.name}`, fix: deployAgain }];
        return roleProblems(role, live, known?.get(role.name));
      }),
      ...unread,
      ...policyProblems(plane, planned, exam),
    ],
    fine: counted(wanted.length, "role"),
  }));
}

function documentsOf(planned: PlannedLocation, { location, documents }: LocationExam): readonly Diagnosis[] {
  const wanted = plannedDocuments(planned);
  return diagnosedOf("documents", { location: location.name }, documents, (there) => ({
    problems: [...wanted].flatMap(([name, content]): readonly Said[] => {
      const live = there.get(name);
      if (live === undefined) return [{ message: `there is no document ${name}`, fix: deployAgain }];
      if (live.status !== "Active") return [{ message: `the document ${name} is ${live.status}`, fix: deployAgain }];
      if (canonicalJson(JSON.parse(live.content)) === canonicalJson(content)) return [];
      return [{ message: `the document ${name} says something else than the stack's`, fix: putBack }];
    }),
    fine: counted(wanted.size, "document"),
  }));
}

function bucketOf(plane: Plane, planned: PlannedLocation, { location, bucket }: LocationExam): readonly Diagnosis[] {
  const { environment, reports } = plane;
  return diagnosedOf("bucket", { location: location.name }, bucket, (live) => {
    const fine = planned.bucket;
    if (live === undefined)
      return { problems: [{ message: `there is no bucket ${planned.bucket}`, fix: deployAgain }], fine };
    const policy = bucketPolicy({ environment, location, syncInventory: reports.syncInventory });
    const other = live.policy === undefined ? "is gone" : policyDifference(policy, live.policy);
    const message = `the policy of ${planned.bucket} ${other ?? ""}`;
    return { problems: other === undefined ? [] : [{ message, fix: putBack }], fine };
  });
}

function objectsOf(planned: PlannedLocation, { location, objects }: LocationExam): readonly Diagnosis[] {
  const wanted = new Map(planned.published.map(({ key, content }) => [key, content] as const).sort(byKey));
  return diagnosedOf("published-objects", { location: location.name }, objects, (there) => ({
    problems: [...wanted].flatMap(([key, content]): readonly Said[] => {
      const digest = there.get(key);
      const url = `s3://${planned.bucket}/${key}`;
      if (digest === undefined) return [{ message: `there is no object ${url}`, fix: deployAgain }];
      if (digest === createHash("md5").update(content).digest("hex")) return [];
      return [{ message: `the object ${url} has another content than the stack's`, fix: putBack }];
    }),
    fine: counted(wanted.size, "object"),
  }));
}

function linkedRoleOf({ location, serviceLinkedRole: linked }: LocationExam): readonly Diagnosis[] {
  const message = `there is no role ${serviceLinkedRole} in the account`;
  const fix = "aws iam create-service-linked-role --aws-service-name ssm.amazonaws.com";
  return diagnosedOf("service-linked-role", { location: location.name }, linked, (there) => ({
    problems: there ? [] : [{ message, fix }],
    fine: "it is there",
  }));
}

/** Whether what windows and commands work with in a location is there, and is what the stack made. */
export function partDiagnoses(plane: Plane, planned: PlannedLocation, exam: LocationExam): readonly Diagnosis[] {
  return [
    ...rolesOf(plane, planned, exam),
    ...documentsOf(planned, exam),
    ...bucketOf(plane, planned, exam),
    ...objectsOf(planned, exam),
    ...linkedRoleOf(exam),
  ];
}
