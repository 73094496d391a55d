/**
 * A small judge of IAM policies: given who asks for what in which context, and the policies that
 * apply, it says what AWS would. It covers what the project's policies are written with, and throws on anything else
 * (an unknown element, operator, policy variable), so that it can never wave something through that it did not read.
 *
 * Follows https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html and
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
 * Left out: service control policies, session policies.
 */

/** Values of condition keys; a key of many values has a list. */
export type Context = Readonly<Record<string, Values>>;

/** Who asks. A role has an ARN; a service that acts for itself has none; a token has the ARN of its identity provider. */
export type Asking = { readonly role: string } | { readonly service: string } | { readonly provider: string };

/** One authorization check: an action on one resource. A call may need several, see {@link judgeAll}. */
export interface AccessRequest {
  readonly principal: Asking;
  readonly action: string;
  readonly resource: string;
  /** Condition keys with their values; `aws:PrincipalArn` of a role comes by itself. */
  readonly context?: Context;
}

/** JSON texts of the policies that apply. */
export interface AppliedPolicies {
  /** Attached to the asking role. */
  readonly identity?: readonly string[];
  /** The asking role's permissions boundary: what it does not allow as well is not allowed. */
  readonly boundary?: string;
  /** Of the resource: a bucket, topic, queue policy or a role's trust; its Allow suffices in the same account. */
  readonly resource?: string;
  /** Whether the resource is another account's than the asking role's: then both have to allow. */
  readonly foreign?: boolean;
  /** Of a KMS key: identity policies count only where it lets the account's administrators. */
  readonly key?: string;
}

export type Verdict = "allowed" | "denied explicitly" | "denied by default";

type Values = string | readonly string[];
type Conditions = Readonly<Record<string, Readonly<Record<string, Values>>>>;
type PrincipalElement = "*" | Readonly<Record<string, Values>>;

interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: PrincipalElement;
  readonly NotPrincipal?: PrincipalElement;
  readonly Action?: Values;
  readonly NotAction?: Values;
  readonly Resource?: Values;
  readonly NotResource?: Values;
  readonly Condition?: Conditions;
}

const elements = new Set([
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
]);

function listed(values: Values): readonly string[] {
  return typeof values === "string" ? [values] : values;
}

function statementsOf(text: string): readonly Statement[] {
  if (text.includes("${")) throw new Error(`policy variables are not judged: ${text}`);
  const policy = JSON.parse(text) as { Version?: unknown; Statement?: unknown };
  if (policy.Version !== "2012-10-17" || !Array.isArray(policy.Statement)) {
    throw new Error(`not a policy of version 2012-10-17: ${text}`);
  }
  const statements = policy.Statement as Statement[];
  for (const statement of statements) {
    const unknown = Object.keys(statement).filter((element) => !elements.has(element));
    if (unknown.length > 0) throw new Error(`unknown policy element ${unknown.join(", ")}`);
    if (!["Allow", "Deny"].includes(statement.Effect)) throw new Error(`unknown effect ${statement.Effect}`);
    if ((statement.Action === undefined) === (statement.NotAction === undefined)) {
      throw new Error(`${statement.Sid ?? "a statement"} needs Action or NotAction`);
    }
  }
  return statements;
}

/** What policies say is asked of every request: texts and patterns are few, and each is read once. */
function readOnce<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const value = known.get(text) ?? read(text);
    known.set(text, value);
    return value;
  };
}

const knownStatements = readOnce(statementsOf);

function wildcardOf(pattern: string, flags = ""): RegExp {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", "[^]*").replaceAll("?", "[^]")}$`, flags);
}

const wildcard = readOnce((pattern) => wildcardOf(pattern));
/** Actions have no case. */
const actionWildcard = readOnce((pattern) => wildcardOf(pattern, "i"));

function fields(arn: string): readonly string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
}

const arnWildcards = readOnce((pattern) => fields(pattern).map((field) => wildcard(field)));

/** An ARN against a pattern: its six fields are compared one by one, so a wildcard never reaches over a colon. */
function arnMatches(pattern: string, arn: string): boolean {
  if (pattern === "*") return true;
  const got = fields(arn);
  return arnWildcards(pattern).every((field, index) => field.test(got[index] ?? ""));
}

function contextValue(context: Context, key: string): Values | undefined {
  return Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
}

const comparisons: Readonly<Record<string, (wanted: string, got: string) => boolean>> = {
  StringEquals: (wanted, got) => wanted === got,
  StringLike: (wanted, got) => wildcard(wanted).test(got),
  ArnEquals: arnMatches,
  ArnLike: arnMatches,
  Bool: (wanted, got) => wanted.toLowerCase() === got.toLowerCase(),
};

/** Operators that are the contrary of another; they hold for a key that is absent. */
const negations: Readonly<Record<string, string>> = {
  StringNotEquals: "StringEquals",
  StringNotLike: "StringLike",
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
};

/** An operator on one value of the request. */
function valueMatches(operator: string, wanted: readonly string[], got: string): boolean {
  const negated = negations[operator];
  const compare = comparisons[negated ?? operator];
  if (compare === undefined) throw new Error(`unknown condition operator ${operator}`);
  return wanted.some((value) => compare(value, got)) === (negated === undefined);
}

function conditionHolds(operator: string, wanted: readonly string[], got: Values | undefined): boolean {
  if (wanted.length === 0) throw new Error(`${operator} without a value`);
  if (operator === "Null") return wanted.some((value) => (value.toLowerCase() === "true") === (got === undefined));
  const [, quantifier, bare = operator] = /^(ForAllValues|ForAnyValue):(.*)$/.exec(operator) ?? [];
  const optional = bare.endsWith("IfExists");
  const name = optional ? bare.slice(0, -"IfExists".length) : bare;
  if (negations[name] === undefined && comparisons[name] === undefined) {
    throw new Error(`unknown condition operator ${operator}`);
  }
  if (got === undefined) return optional || quantifier === "ForAllValues" || negations[name] !== undefined;
  const values = listed(got);
  return quantifier === "ForAnyValue"
    ? values.some((value) => valueMatches(name, wanted, value))
    : values.every((value) => valueMatches(name, wanted, value));
}

function conditionsHold(conditions: Conditions, context: Context): boolean {
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => conditionHolds(operator, listed(wanted), contextValue(context, key))),
  );
}

function accountRootOf(role: string): string {
  const [arn, partition, , , account] = role.split(":");
  return [arn, partition, "iam", "", account, "root"].join(":");
}

function principalMatches(element: PrincipalElement, asking: Asking): boolean {
  if (element === "*") return true;
  return Object.entries(element).some(([kind, values]) => {
    const names = listed(values);
    switch (kind) {
      case "AWS":
        return "role" in asking && names.some((name) => ["*", asking.role, accountRootOf(asking.role)].includes(name));
      case "Service":
        return "service" in asking && names.includes(asking.service);
      case "Federated":
        return "provider" in asking && names.includes(asking.provider);
      default:
        throw new Error(`unknown kind of principal ${kind}`);
    }
  });
}

/** Whether a statement lets only the account's administrators hand on the right, which is what its root stands for. */
function delegates({ Principal }: Statement, asking: Asking): boolean {
  if (Principal === undefined || Principal === "*" || !("role" in asking)) return false;
  const names = listed(Principal["AWS"] ?? []);
  return names.includes(accountRootOf(asking.role)) && !names.includes(asking.role) && !names.includes("*");
}

function speaksOf(statement: Statement, request: AccessRequest): boolean {
  const { Action, NotAction, Resource, NotResource } = statement;
  const action = (values: Values): boolean =>
    listed(values).some((value) => actionWildcard(value).test(request.action));
  const resource = (values: Values): boolean => listed(values).some((value) => arnMatches(value, request.resource));
  const named = Action === undefined ? !action(NotAction ?? []) : action(Action);
  // A trust policy names no resource: it is the role's own.
  const meant = Resource === undefined ? NotResource === undefined || !resource(NotResource) : resource(Resource);
  return named && meant;
}

function applies(statement: Statement, request: AccessRequest, place: "identity" | "resource"): boolean {
  const { Principal, NotPrincipal, Condition } = statement;
  const named = Principal !== undefined || NotPrincipal !== undefined;
  if (named !== (place === "resource"))
    throw new Error(`${place} policy: misplaced principal in ${statement.Sid ?? ""}`);
  if (Principal !== undefined && !principalMatches(Principal, request.principal)) return false;
  if (NotPrincipal !== undefined && principalMatches(NotPrincipal, request.principal)) return false;
  const own = "role" in request.principal ? { "aws:PrincipalArn": request.principal.role } : {};
  return speaksOf(statement, request) && conditionsHold(Condition ?? {}, { ...own, ...request.context });
}

/** What AWS would say: an explicit denial wins, then one allowing statement is enough, else the answer is no. */
export function judge(request: AccessRequest, policies: AppliedPolicies): Verdict {
  const of = (texts: readonly (string | undefined)[], place: "identity" | "resource"): readonly Statement[] =>
    texts
      .flatMap((text) => (text === undefined ? [] : knownStatements(text)))
      .filter((s) => applies(s, request, place));
  const identity = of(policies.identity ?? [], "identity");
  const resource = of([policies.resource, policies.key], "resource");
  const boundary = of([policies.boundary], "identity");
  if ([...identity, ...resource, ...boundary].some(({ Effect }) => Effect === "Deny")) return "denied explicitly";
  if (policies.boundary !== undefined && boundary.length === 0) return "denied by default";
  if (policies.foreign === true) return identity.length > 0 && resource.length > 0 ? "allowed" : "denied by default";
  const handedOn = policies.key === undefined || resource.some((statement) => delegates(statement, request.principal));
  const allowed = identity.length > 0 && handedOn;
  const direct = resource.some((statement) => !delegates(statement, request.principal));
  return allowed || direct ? "allowed" : "denied by default";
}

/** A call that AWS checks against several resources: all must be allowed, and any explicit denial decides. */
export function judgeAll(requests: readonly AccessRequest[], policies: AppliedPolicies): Verdict {
  const verdicts = requests.map((request) => judge(request, policies));
  if (verdicts.includes("denied explicitly")) return "denied explicitly";
  return verdicts.includes("denied by default") ? "denied by default" : "allowed";
}
