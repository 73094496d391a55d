import { randomBytes } from "node:crypto";
import { requiredText, textOf } from "../../fields.ts";
import { flag, integer, optional, output, required, text, uncovered } from "../../schema.ts";
import { arn, length, pattern } from "../../textChecks.ts";
import type { Values } from "../../values.ts";
import { tagged, type ResourceType } from "../resourceType.ts";
import type { Session } from "../session.ts";
import { documentLength, policyText, recorded, type RecordedType } from "./recorded.ts";

const resourceName = pattern(/^[\w+=,.@-]*$/, "letters, digits and _ + = , . @ -");
const rolePart = "iam-role";

/** Ids of IAM: a prefix for the kind and 17 letters and digits. */
function uniqueId(prefix: string): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return prefix + [...randomBytes(17)].map((byte) => letters.charAt(byte % letters.length)).join("");
}

function iamArn(session: Session, kind: string, inputs: Values): string {
  const path = textOf(inputs, "path") ?? "/";
  return `arn:${session.partition}:iam::${session.accountId}:${kind}${path}${requiredText(inputs, "name")}`;
}

/** IAM's quota, in its words. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
function tooLong(inputs: Values, name: string, limit: number, quota: string): string | undefined {
  return documentLength(requiredText(inputs, name)) > limit
    ? `LimitExceeded: Cannot exceed quota for ${quota}: ${String(limit)}`
    : undefined;
}

function ofRole(inputs: Values): ReturnType<NonNullable<RecordedType["parent"]>> {
  const role = requiredText(inputs, "role");
  return { type: rolePart, id: role, missing: `NoSuchEntity: The role with name ${role} cannot be found.` };
}

/** `aws:iam/role:Role`. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export const role: ResourceType = recorded({
  record: rolePart,
  accountWide: true,
  properties: {
    ...tagged,
    ...uncovered("inlinePolicies", "managedPolicyArns", "namePrefix"),
    arn: output(),
    assumeRolePolicy: required(policyText),
    description: optional(text(length(0, 1000))),
    forceDetachPolicies: optional(flag, { default: false }),
    maxSessionDuration: optional(integer(3600, 43_200), { default: 3600 }),
    name: optional(text(length(1, 64), resourceName), { forceNew: true, computed: true }),
    path: optional(text(length(0, 512)), { forceNew: true, default: "/" }),
    permissionsBoundary: optional(text(arn)),
    uniqueId: output(),
  },
  nameProperty: "name",
  id: (_session, inputs) => requiredText(inputs, "name"),
  outputs: (session, _id, inputs, old) => ({
    arn: iamArn(session, "role", inputs),
    uniqueId: textOf(old, "uniqueId") ?? uniqueId("AROA"),
  }),
  taken: (id) => `EntityAlreadyExists: Role with name ${id} already exists.`,
  refusal: (inputs) => tooLong(inputs, "assumeRolePolicy", 2048, "ACLSizePerRole"),
});

/** `aws:iam/policy:Policy`. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html */
export const policy: ResourceType = recorded({
  record: "iam-policy",
  accountWide: true,
  properties: {
    ...tagged,
    ...uncovered("delayAfterPolicyCreationInMs", "namePrefix"),
    arn: output(),
    description: optional(text(), { forceNew: true }),
    name: optional(text(length(1, 128), resourceName), { forceNew: true, computed: true }),
    path: optional(text(pattern(/^\/([!-~]+\/)?$/, "a path that begins and ends with a slash")), {
      forceNew: true,
      default: "/",
    }),
    policy: required(policyText),
    policyId: output(),
  },
  nameProperty: "name",
  id: (session, inputs) => iamArn(session, "policy", inputs),
  outputs: (_session, id, _inputs, old) => ({
    arn: id,
    policyId: textOf(old, "policyId") ?? uniqueId("ANPA"),
  }),
  taken: (id) =>
    `EntityAlreadyExists: A policy called ${id.slice(id.lastIndexOf("/") + 1)} already exists. Duplicate names are not allowed.`,
  refusal: (inputs) => tooLong(inputs, "policy", 6144, "PolicySize"),
});

/** `aws:iam/rolePolicy:RolePolicy`. https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
export const rolePolicy: ResourceType = recorded({
  record: "iam-role-policy",
  accountWide: true,
  properties: {
    ...uncovered("namePrefix"),
    name: optional(text(length(1, 128), resourceName), { forceNew: true, computed: true }),
    policy: required(policyText),
    role: required(text(pattern(/^[\w+=,.@-]+$/, "the name of a role, not its ARN")), { forceNew: true }),
  },
  nameProperty: "name",
  id: (_session, inputs) => `${requiredText(inputs, "role")}:${requiredText(inputs, "name")}`,
  parent: (_session, inputs) => ofRole(inputs),
  refusal: (inputs) => tooLong(inputs, "policy", 10_240, `InlinePolicySize for role ${requiredText(inputs, "role")}`),
});

/**
 * `aws:iam/rolePolicyAttachment:RolePolicyAttachment`. The Pulumi provider always deletes it before it replaces it.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html
 */
export const rolePolicyAttachment: ResourceType = recorded({
  record: "iam-role-policy-attachment",
  accountWide: true,
  properties: {
    policyArn: required(text(arn), { forceNew: true }),
    role: required(text(), { forceNew: true }),
  },
  deleteBeforeReplace: true,
  id: (_session, inputs) => `${requiredText(inputs, "role")}/${requiredText(inputs, "policyArn")}`,
  parent: (_session, inputs) => ofRole(inputs),
});
