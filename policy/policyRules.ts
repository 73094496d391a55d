import { perResource, type Registration, type Rule } from "./registration.ts";
import { unscopedActions } from "./unscopedActions.ts";

type Values = string | readonly string[];

interface Statement {
  readonly Sid?: string;
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: Values;
  readonly NotAction?: Values;
  readonly Resource?: Values;
  readonly NotResource?: Values;
  readonly Condition?: unknown;
}

/** Input that holds a policy, by type; `identity` ones give rights, the others say who may come. */
const policyInputs: Readonly<Record<string, { readonly input: string; readonly kind: "identity" | "resource" }>> = {
  "aws:iam/policy:Policy": { input: "policy", kind: "identity" },
  "aws:iam/rolePolicy:RolePolicy": { input: "policy", kind: "identity" },
  "aws:iam/role:Role": { input: "assumeRolePolicy", kind: "resource" },
  "aws:kms/key:Key": { input: "policy", kind: "resource" },
  "aws:s3/bucketPolicy:BucketPolicy": { input: "policy", kind: "resource" },
  "aws:sns/topicPolicy:TopicPolicy": { input: "policy", kind: "resource" },
  "aws:sqs/queuePolicy:QueuePolicy": { input: "policy", kind: "resource" },
};

function listed(values: Values | undefined): readonly string[] {
  if (values === undefined) return [];
  return typeof values === "string" ? [values] : values;
}

/** The allowing statements of a policy; a text that is no policy is an error, so that nothing passes unread. */
function allowing({ inputs, urn }: Registration, input: string): readonly Statement[] {
  const value = inputs[input];
  if (typeof value !== "string") throw new Error(`${urn}: ${input} is no text`);
  const { Statement } = JSON.parse(value) as { readonly Statement?: Statement | readonly Statement[] };
  if (Statement === undefined) throw new Error(`${urn}: ${input} is no policy`);
  const statements = Array.isArray(Statement) ? (Statement as readonly Statement[]) : [Statement as Statement];
  return statements.filter(({ Effect }) => Effect === "Allow");
}

function firstOf(
  each: Registration,
  look: (statement: Statement) => string | undefined,
  kind: "identity" | "resource",
) {
  const known = policyInputs[each.type];
  if (known?.kind !== kind) return undefined;
  for (const statement of allowing(each, known.input)) {
    const message = look(statement);
    if (message !== undefined) return `${statement.Sid ?? "a statement"}: ${message}`;
  }
  return undefined;
}

/** Families of actions that AWS itself writes so, and that hold nothing else. */
const families: ReadonlySet<string> = new Set(["kms:GenerateDataKey*"]);

/** No right by a wildcard of actions. */
export const noWildcardActions: Rule = perResource((each) =>
  firstOf(
    each,
    ({ Action, NotAction }) => {
      if (NotAction !== undefined) return "allows everything but some actions";
      const wild = listed(Action).find((action) => action.includes("*") && !families.has(action));
      return wild === undefined ? undefined : `allows ${wild}`;
    },
    "identity",
  ),
);

/** No right on every resource, but for actions that know none. */
export const noWildcardResources: Rule = perResource((each) =>
  firstOf(
    each,
    ({ Action, Resource, NotResource }) => {
      if (NotResource !== undefined) return "allows everything but some resources";
      if (!listed(Resource).includes("*")) return undefined;
      const scoped = listed(Action).find((action) => !unscopedActions.has(action));
      return scoped === undefined ? undefined : `allows ${scoped} on every resource`;
    },
    "identity",
  ),
);

/** No policy managed by AWS or by hand is attached: what it allows is not in the review. */
export const onlyOwnPolicies: Rule = (all) => {
  const own = new Set(
    all.filter(({ type }) => type === "aws:iam/policy:Policy").map(({ name }) => `arn:aws:mock:::${name}`),
  );
  return perResource(({ type, inputs }) => {
    const arn = inputs["policyArn"];
    if (type !== "aws:iam/rolePolicyAttachment:RolePolicyAttachment" || typeof arn !== "string" || own.has(arn)) {
      return undefined;
    }
    return `attaches ${arn}, which is not made here`;
  })(all);
};

/** A role without the bootstrap's boundary, or outside the stack's path, could be made into anything. */
export const rolesBound: Rule = perResource(({ type, inputs }) => {
  if (type !== "aws:iam/role:Role") return undefined;
  const { permissionsBoundary, path } = inputs;
  if (
    typeof permissionsBoundary !== "string" ||
    !/:policy\/patchplane-boundary-[a-z0-9-]+$/.test(permissionsBoundary)
  ) {
    return "has no permissions boundary of the bootstrap";
  }
  return typeof path === "string" && path.startsWith("/patchplane/") ? undefined : "is outside the stack's path";
});

function isAnyone(principal: unknown): boolean {
  if (principal === "*") return true;
  if (typeof principal !== "object" || principal === null) return false;
  return Object.values(principal).flat().includes("*");
}

/** Nothing is open to everybody. */
export const nothingPublic: Rule = perResource((each) =>
  firstOf(
    each,
    ({ Principal, NotPrincipal, Condition }) => {
      if (NotPrincipal !== undefined) return "allows everybody but some";
      if (!isAnyone(Principal)) return undefined;
      return Condition === undefined ? "allows everybody" : "allows everybody on a condition: name who is meant";
    },
    "resource",
  ),
);
