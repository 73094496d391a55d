import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** Files of the templates; the second one's roles hold policies of the first. */
export const templateFiles = ["aws-account.yaml", "aws-operators.yaml"].map((name) =>
  join(import.meta.dirname, "..", "..", "bootstrap", name),
);

/** The account the template is rendered for, and the one workflows sign in to. */
export const account = "111122223333";
export const entryAccount = "999900001111";

/** Values of the parameters and of CloudFormation's own. */
export type Parameters = Readonly<Record<string, string | readonly string[]>>;

export const parameters: Parameters = {
  "AWS::AccountId": account,
  "AWS::Partition": "aws",
  Environment: "prod",
  RepositorySubject: "repo:acme@1/patching@2",
  EntryAccountId: entryAccount,
  Regions: ["us-east-1", "eu-west-1"],
  CreateOidcProvider: "true",
  CreateServiceLinkedRole: "false",
  OperatorPrincipals: [
    `arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Patching_0123456789abcdef`,
  ],
  InstallPatchGroups: ["prod-auto", "prod-web"],
  BreakGlassPrincipals: [`arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Emergency_0`],
  BreakGlassLocation: "use1",
  DeployRoleName: "patchplane-deploy",
  PreviewRoleName: "patchplane-preview",
  ReportBucket: "acme-patching-pages",
  StateBucket: "acme-pulumi-state",
  StateKeyArn: `arn:aws:kms:us-east-1:${entryAccount}:key/0123`,
};

/** The same in the entry account itself. */
export const atEntry: Parameters = { ...parameters, "AWS::AccountId": entryAccount };

interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(values: Parameters, name: string): string {
  const value = values[name];
  if (typeof value !== "string") throw new Error(`the template uses ${name}, which has no text`);
  return value;
}

/** What of a template is read here. */
interface Template {
  readonly Conditions: Fields;
  readonly Resources: Readonly<Record<string, Resource>>;
}

/** What a condition comes to; a function that is not known is an error. */
function holds(condition: unknown, conditions: Fields, values: Parameters): boolean {
  const [[key, argument] = ["", undefined]] = Object.entries(condition as Fields);
  const each = [argument].flat();
  if (key === "Condition") return holds(conditions[String(argument)], conditions, values);
  if (key === "Fn::Not") return !holds(each[0], conditions, values);
  if (key === "Fn::And") return each.every((one) => holds(one, conditions, values));
  if (key !== "Fn::Equals") throw new Error(`unknown function ${key} in a condition`);
  const [left, right] = each.map((side) => rendered(side, values, conditions));
  return left === right;
}

const noValue = "AWS::NoValue";

/** A value with its references filled in; a function that is not known is an error. */
function rendered(value: unknown, values: Parameters, conditions: Fields): unknown {
  if (Array.isArray(value))
    return value.map((each) => rendered(each, values, conditions)).filter((each) => each !== noValue);
  if (!isFields(value)) return value;
  const [[key, argument] = ["", undefined], ...more] = Object.entries(value);
  if (more.length === 0 && key === "Ref") return values[String(argument)] ?? String(argument);
  if (more.length === 0 && key === "Fn::Sub") {
    const [pattern, own] = Array.isArray(argument) ? (argument as readonly unknown[]) : [argument];
    const all = { ...values, ...(rendered(own ?? {}, values, conditions) as Parameters) };
    return String(pattern).replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => text(all, name));
  }
  if (more.length === 0 && key === "Fn::If") {
    const [name, then, otherwise] = argument as readonly unknown[];
    return rendered(holds({ Condition: name }, conditions, values) ? then : otherwise, values, conditions);
  }
  if (more.length === 0 && (key === "Fn::Join" || key === "Fn::Split")) {
    const [by, what] = rendered(argument, values, conditions) as readonly [string, string | readonly string[]];
    return typeof what === "string" ? what.split(by) : what.join(by);
  }
  if (Object.keys(value).some((each) => each.startsWith("Fn::"))) throw new Error(`unknown function ${key}`);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, rendered(each, values, conditions)]));
}

/** CloudFormation's short forms of its functions. */
const shortForms = [
  { tag: "!Ref", resolve: (name: string) => ({ Ref: name }) },
  { tag: "!Sub", resolve: (argument: string) => ({ "Fn::Sub": argument }) },
];

let read: readonly Template[] | undefined;

/** Both templates, parsed once: that takes longer than all else here, and every role of every account is asked for. */
function templates(): readonly Template[] {
  read ??= templateFiles.map((file) => parse(readFileSync(file, "utf8"), { customTags: shortForms }) as Template);
  return read;
}

/** The templates' resources by name, rendered; their own conditions are left to the reader. */
export function resources(values: Parameters = parameters): Readonly<Record<string, Resource>> {
  const all = templates().flatMap((template) => {
    return Object.entries(template.Resources).map(([name, { Properties, ...rest }]) => {
      return [name, { ...rest, Properties: rendered(Properties, values, template.Conditions) as Fields }] as const;
    });
  });
  const twice = all.map(([name]) => name).filter((name, at, names) => names.indexOf(name) !== at);
  if (twice.length > 0) throw new Error(`both templates have ${twice.join(", ")}`);
  return Object.fromEntries(all);
}

function property(resource: Resource | undefined, name: string): unknown {
  const value = resource?.Properties[name];
  if (value === undefined) throw new Error(`no ${name} there`);
  return value;
}

/** JSON of a role's trust policy. */
export function trustOf(role: string, values: Parameters = parameters): string {
  return JSON.stringify(property(resources(values)[role], "AssumeRolePolicyDocument"));
}

/** A managed policy by its logical name or, where another template made it, by the ARN that its name has. */
function managedPolicy(all: Readonly<Record<string, Resource>>, reference: string): Resource | undefined {
  const [, name] = /^arn:[a-z-]+:iam::\d{12}:policy\/(.+)$/.exec(reference) ?? [];
  if (name === undefined) return all[reference];
  return Object.values(all).find(({ Properties }) => Properties["ManagedPolicyName"] === name);
}

/** JSON of every policy a role holds: attached, of its own, and added by itself. */
export function policiesOf(role: string, values: Parameters = parameters): readonly string[] {
  const all = resources(values);
  const { ManagedPolicyArns = [], Policies = [] } = (all[role]?.Properties ?? {}) as {
    readonly ManagedPolicyArns?: readonly string[];
    readonly Policies?: readonly { readonly PolicyDocument: unknown }[];
  };
  const added = Object.values(all).filter(
    ({ Type, Properties }) => Type === "AWS::IAM::RolePolicy" && Properties["RoleName"] === role,
  );
  return [
    ...ManagedPolicyArns.map((name) => property(managedPolicy(all, name), "PolicyDocument")),
    ...Policies.map((policy) => policy.PolicyDocument),
    ...added.map((policy) => property(policy, "PolicyDocument")),
  ].map((document) => JSON.stringify(document));
}

/** JSON of a managed policy of the template. */
export function policyOf(name: string, values: Parameters = parameters): string {
  return JSON.stringify(property(resources(values)[name], "PolicyDocument"));
}

/** One statement as the template has it. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Fields;
}

/** The statements of a role's policies. */
export function statementsOf(role: string, values: Parameters = parameters): readonly Statement[] {
  return policiesOf(role, values).flatMap((policy) => (JSON.parse(policy) as { Statement: Statement[] }).Statement);
}

/** Actions that a role's statements allow. */
export function actionsOf(role: string, values: Parameters = parameters): readonly string[] {
  const allowed = statementsOf(role, values).filter(({ Effect }) => Effect === "Allow");
  return [...new Set(allowed.flatMap(({ Action }) => [Action ?? []].flat()))].sort();
}
