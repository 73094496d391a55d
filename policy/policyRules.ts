import { actionsOnGroups, principals, scopedActions, unscopedActions } from "./allowedRights.ts";
import { perResource, type Registration, type Rule } from "./registration.ts";
import { statementsIn, type Statement } from "./statements.ts";

/** Where a resource lands: the only account that its provider takes, and the roles it may work with there. */
export interface Place {
  readonly account: string;
  readonly deployers: string;
}

/** Where each of the resources lands; one whose provider is none of AWS's lands in no account. */
export function places(all: readonly Registration[]): (each: Registration) => Place {
  const known = new Map(
    all.flatMap(({ type, urn, inputs: { allowedAccountIds, assumeRoles } }) => {
      const [, account] = /^\["(\d{12})"\]$/.exec(String(allowedAccountIds)) ?? [];
      return type === "pulumi:providers:aws" && account !== undefined
        ? [[urn, { account, deployers: String(assumeRoles) }] as const]
        : [];
    }),
  );
  const nowhere = { account: "none", deployers: "" };
  return ({ provider }) => known.get(provider.split("::").slice(0, -1).join("::")) ?? nowhere;
}

type Look = (statement: Statement, place: Place) => string | undefined;

/** A rule over every allowing statement, wherever in the inputs it stands. */
export function perStatement(look: Look): Rule {
  return (all) => {
    const placeOf = places(all);
    return all.flatMap((each) =>
      statementsIn(each.inputs).statements.flatMap((statement) => {
        const message = statement.Effect === "Allow" ? look(statement, placeOf(each)) : undefined;
        return message === undefined
          ? []
          : [{ urn: each.urn, message: `${statement.Sid ?? "a statement"}: ${message}` }];
      }),
    );
  };
}

function isIdentity(statement: Statement): boolean {
  return statement.Principal === undefined && statement.NotPrincipal === undefined;
}

/** IAM takes `?` for one character as it takes `*` for many; actions are compared without case. */
function isWild(text: string): boolean {
  return /[*?]/.test(text);
}

const named = new Map(
  [...unscopedActions, ...Object.keys(scopedActions), ...Object.values(principals).flat()].map((action) => [
    action.toLowerCase(),
    action,
  ]),
);

/** The action as the tables write it; undefined for one that they do not have. */
function known(action: string): string | undefined {
  return named.get(action.toLowerCase());
}

/** Every policy is of IAM's grammar, so that nothing in it is left unread. */
export const policiesRead: Rule = (all) =>
  all
    .filter(({ inputs }) => statementsIn(inputs).unread)
    .map(({ urn }) => ({ urn, message: "holds a policy with an element or an effect that IAM does not know" }));

/** No right by a wildcard of actions. */
export const noWildcardActions: Rule = perStatement((statement) => {
  if (statement.NotAction !== undefined) return "allows everything but some actions";
  const wild = (statement.Action ?? []).find((action) => isWild(action) && known(action) === undefined);
  return wild === undefined ? undefined : `allows ${wild}`;
});

/** No right but those that the program needs. */
export const onlyKnownActions: Rule = perStatement((statement) => {
  const strange = (statement.Action ?? []).find((action) => {
    if (isWild(action) && known(action) === undefined) return false;
    const name = known(action) ?? "";
    return isIdentity(statement) && !(name in scopedActions) && !unscopedActions.has(name);
  });
  return strange === undefined ? undefined : `allows ${strange}, which nothing here needs`;
});

function matches(patterns: readonly string[] | undefined, resource: string, account: string): boolean {
  return (patterns ?? []).some((each) => new RegExp(`^${each.replaceAll("<account>", account)}$`).test(resource));
}

/** A condition that names the patch groups without a wildcard. */
function onGroups({ Condition }: Statement): boolean {
  const groups = [Condition?.["StringEquals"]?.["ssm:resourceTag/PatchGroup"]].flat();
  return groups.length > 0 && groups.every((group) => typeof group === "string" && !isWild(group));
}

/** No right on more than what the action is needed for; `*` only for actions that know no resource. */
export const noForeignResources: Rule = perStatement((statement, { account }) => {
  if (!isIdentity(statement)) return undefined;
  if (statement.NotResource !== undefined) return "allows everything but some resources";
  const resources = statement.Resource ?? ["*"];
  for (const name of (statement.Action ?? []).map(known)) {
    if (name === undefined || unscopedActions.has(name) || !(name in scopedActions)) continue;
    const wide = resources.find(
      (resource) =>
        !matches(scopedActions[name], resource, account) &&
        !(onGroups(statement) && matches(actionsOnGroups[name], resource, account)),
    );
    if (wide !== undefined) return `allows ${name} on ${wide}`;
  }
  return undefined;
});

/** No policy managed by AWS or by hand is attached, nor a boundary of another account: what it allows is not in the review. */
export const onlyOwnPolicies: Rule = (all) => {
  const own = new Set(all.filter(({ type }) => type === "aws:iam/policy:Policy").map(({ arn }) => arn));
  const placeOf = places(all);
  return all.flatMap((each) => {
    const { policyArn, permissionsBoundary } = each.inputs;
    if (typeof policyArn === "string" && !own.has(policyArn)) {
      return [{ urn: each.urn, message: `attaches ${policyArn}, which is not made here` }];
    }
    return typeof permissionsBoundary === "string" &&
      !matches(["arn:[a-z-]+:iam::<account>:policy/.+"], permissionsBoundary, placeOf(each).account)
      ? [{ urn: each.urn, message: `has the boundary ${permissionsBoundary}, which is not of its account` }]
      : [];
  });
};

function everybody({ Principal }: Statement): boolean {
  const all = typeof Principal === "string" ? [Principal] : Object.values(Principal ?? {}).flat();
  return all.some((each) => each === "*" || each === "?" || /^[*?]+$/.test(each));
}

/** Nothing is open to everybody. */
export const nothingPublic: Rule = perStatement((statement) => {
  if (statement.NotPrincipal !== undefined) return "allows everybody but some";
  if (!everybody(statement)) return undefined;
  return statement.Condition === undefined ? "allows everybody" : "allows everybody on a condition: name who is meant";
});

/** What a principal may do: a listed service, the account's administrators, the deploying role; undefined for others. */
function rightsOf(kind: string, principal: string, { account, deployers }: Place): readonly string[] | undefined {
  if (kind === "Service") return principal.endsWith(".amazonaws.com") ? principals[principal] : undefined;
  if (kind !== "AWS") return undefined;
  if (matches(["arn:[a-z-]+:iam::<account>:root"], principal, account)) return principals["root"];
  const isRole = matches(["arn:[a-z-]+:iam::<account>:role/[\\w+=,.@/-]+"], principal, account);
  return isRole && deployers.includes(JSON.stringify(principal)) ? principals["deployer"] : undefined;
}

/** Nobody of another account, no service but those the stack works with, and those for nothing else. */
export const onlyKnownPrincipals: Rule = perStatement((statement, place) => {
  const { Principal } = statement;
  if (Principal === undefined || everybody(statement)) return undefined;
  if (typeof Principal === "string") return `lets ${Principal} in, which nothing here works with`;
  for (const [kind, names] of Object.entries(Principal)) {
    for (const name of names) {
      const rights = rightsOf(kind, name, place);
      if (rights === undefined) return `lets ${name} in, which nothing here works with`;
      const strange = (statement.Action ?? []).find((action) => !rights.includes(known(action) ?? action));
      if (strange !== undefined) return `lets ${name} use ${strange}`;
    }
  }
  return undefined;
});

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
