import { perStatement, places } from "./policyRules.ts";
import { perResource, type Registration, type Rule } from "./registration.ts";
import { statementsIn, type Statement } from "./statements.ts";

/** What AWS lets in without telling for which account, by its own pages: a condition there would keep everybody out. */
const untold: Readonly<Record<string, readonly string[]>> = {
  "events.amazonaws.com": ["kms:decrypt", "kms:generatedatakey*", "sns:publish"],
  // A role is taken by what this account hands it to.
  "lambda.amazonaws.com": ["sts:assumerole"],
  "ssm.amazonaws.com": ["s3:getbucketacl", "sts:assumerole"],
};

const sources = ["aws:sourceaccount", "aws:sourcearn"];

/** Whether a statement holds for what one account asks of a service. */
function ofAccount({ Condition = {} }: Statement, account: string): boolean {
  const tests = ["StringEquals", "ArnEquals", "ArnLike"].flatMap((test) => Object.entries(Condition[test] ?? {}));
  return tests.some(
    ([key, values]) =>
      sources.includes(key.toLowerCase()) &&
      [values].flat().every((value) => String(value).split(":").includes(account)),
  );
}

/** A service that is let in acts for this account: it would otherwise do the same for whoever asks it. */
export const servicesForOneAccount: Rule = perStatement((statement, { account }) => {
  if (typeof statement.Principal !== "object" || ofAccount(statement, account)) return undefined;
  for (const service of statement.Principal["Service"] ?? []) {
    const wide = (statement.Action ?? []).find((action) => !untold[service]?.includes(action.toLowerCase()));
    if (wide !== undefined) return `lets ${service} use ${wide} for any account`;
  }
  return undefined;
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

type Entry = readonly [key: string, value: unknown];

/** Everything that stands in a value, also in text that is JSON, with its nearest key; policies are judged elsewhere. */
function entriesIn(value: unknown, key = ""): readonly Entry[] {
  if (typeof value === "string" && /^\s*[[{]/.test(value)) {
    const read = parsed(value);
    return typeof read === "string" ? [[key, read]] : entriesIn(read, key);
  }
  if (Array.isArray(value)) return value.flatMap((each) => entriesIn(each, key));
  if (typeof value !== "object" || value === null) return [[key, value]];
  if ("Statement" in value) return [];
  return [[key, value], ...Object.entries(value).flatMap(([inner, each]) => entriesIn(each, inner))];
}

const accountKeys = ["expectedBucketOwner", "sourceAccount"];
const bucketKeys = ["bucket", "bucketName", "outputS3Bucket", "REPORT_BUCKET", "s3BucketName"];

/** Whether a text names something of an account, or a bucket, that is not the given account's. */
function isForeign([key, value]: Entry, account: string): boolean {
  if (typeof value !== "string") return false;
  const [, owner] = /^arn:[^:]*:[^:]*:[^:]*:([^:]*):/.exec(value) ?? [];
  if (owner !== undefined) return owner !== "" && owner !== account;
  if (accountKeys.includes(key)) return value !== account;
  const [, named] = /^s3:\/\/([^/]+)/.exec(value) ?? [];
  const bucket = named ?? (bucketKeys.includes(key) ? value : undefined);
  return bucket !== undefined && !bucket.endsWith(`-${account}`);
}

/** What AWS itself owns, and a patch group may have: its predefined baselines. */
const foreignByNature = ["baselineId"];

/** Nothing is sent to, taken from or started in another account: not a log, not an inventory, not an event. */
export const nothingForeign: Rule = (all) => {
  const placeOf = places(all);
  return perResource((each) => {
    const { tags: _tags, description: _description, ...inputs } = each.inputs;
    if (!each.type.startsWith("aws:")) return undefined;
    const { account } = placeOf(each);
    const found = entriesIn(inputs).find((entry) => !foreignByNature.includes(entry[0]) && isForeign(entry, account));
    return found === undefined ? undefined : `${found[0]} is ${String(found[1])}, which is not of account ${account}`;
  })(all);
};

const lists = ["InstallOverrideList", "BaselineOverride"];
const hookNames = ["OnExitHookDocName", "PostInstallHookDocName", "PreInstallHookDocName"];

/** Values of Run Command's parameters, as tasks, associations and documents write them. */
function parametersIn(inputs: unknown): readonly (readonly [name: string, value: string])[] {
  return entriesIn(inputs).flatMap(([key, value]) => {
    if (typeof value === "string") return [[key, value] as const];
    const { name, values, default: usual } = (value ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof usual === "string") return [[key, usual] as const];
    return typeof name === "string" && Array.isArray(values) ? values.map((each) => [name, String(each)] as const) : [];
  });
}

/** What is installed, and what runs around it, is an object or a document of this very review. */
export const installsOwnLists: Rule = (all) => {
  const objects = all
    .filter(({ type }) => type === "aws:s3/bucketObjectv2:BucketObjectv2")
    .map(({ inputs }) => `s3://${String(inputs["bucket"])}/${String(inputs["key"])}`);
  const documents = all.filter(({ type }) => type === "aws:ssm/document:Document").map(({ inputs }) => inputs["name"]);
  // A document hands its own parameter on, and AWS-Noop is AWS's word for no hook.
  const isOwn = (name: string, value: string): boolean =>
    value === "" ||
    value === `{{ ${name} }}` ||
    (lists.includes(name) ? objects.includes(value) : value === "AWS-Noop" || documents.includes(value));
  return perResource(({ type, inputs }) => {
    if (!type.startsWith("aws:ssm/")) return undefined;
    const strange = parametersIn(inputs).find(
      ([name, value]) => (lists.includes(name) || hookNames.includes(name)) && !isOwn(name, value),
    );
    return strange === undefined ? undefined : `takes ${strange[0]} from ${strange[1]}, which is not made here`;
  })(all);
};

/**
 * Whether a statement keeps all but one of the roles from writing what decides about installations. Another condition
 * beside that role would narrow whom it keeps.
 */
function keepsApprovals({ Effect, Principal, Action, Resource, Condition }: Statement, roles: string): boolean {
  const [spared, ...more] = [Condition?.["ArnNotEquals"]?.["aws:PrincipalArn"]].flat();
  return (
    Effect === "Deny" &&
    Principal === "*" &&
    more.length === 0 &&
    Object.values(Condition ?? {}).flatMap(Object.keys).length === 1 &&
    typeof spared === "string" &&
    roles.includes(`"${spared}"`) &&
    ["s3:PutObject*", "s3:DeleteObject*"].every((action) => Action?.includes(action)) &&
    ["/approvals/*", "/overrides/*"].every((folder) => Resource?.some((resource) => resource.endsWith(folder)))
  );
}

/** Whoever may write to a bucket's approvals approves for all: where the deploying role is known, nobody else may. */
export const approvalsGuarded: Rule = (all) => {
  const placeOf = places(all);
  const policies = all.filter(({ type }) => type === "aws:s3/bucketPolicy:BucketPolicy");
  const guarded = (each: Registration, roles: string): boolean =>
    policies.some(
      ({ inputs }) =>
        inputs["bucket"] === each.inputs["bucket"] &&
        statementsIn(inputs).statements.some((statement) => keepsApprovals(statement, roles)),
    );
  return perResource((each) => {
    const { deployers } = placeOf(each);
    return each.type !== "aws:s3/bucket:Bucket" || deployers === "undefined" || guarded(each, deployers)
      ? undefined
      : "has approvals/ and overrides/ that others than the deploying role may write";
  })(all);
};
