import { readFileSync } from "node:fs";
import type { AccessRequest, Asking, Context } from "./evaluator.ts";

interface Action {
  /** AWS's access levels, e.g. `Permissions management, Write`. */
  readonly level: string;
  /** Types of resources that a request is always judged on. */
  readonly required: readonly string[];
  /** Types of resources that it is judged on where it names one. */
  readonly optional: readonly string[];
  /** Condition keys that can be asked for. */
  readonly keys: readonly string[];
  readonly dependent?: readonly string[];
}

interface Reference {
  readonly source: string;
  readonly updatedAt: string;
  readonly actions: Readonly<Record<string, Action>>;
  readonly resources: Readonly<Record<string, { readonly arn: string; readonly keys: readonly string[] }>>;
}

/**
 * AWS's own list of actions, the resources they are judged on and the condition keys they know, for the services of this
 * project; `tests/bootstrap/reference/write.ts` writes it.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const reference = JSON.parse(readFileSync(new URL("reference.json", import.meta.url), "utf8")) as Reference;

/** Something a request is about. */
export interface AtHand {
  readonly arn: string;
  /** Its tags, as far as they count for access yet. */
  readonly tags?: ReadonlyMap<string, string> | Readonly<Record<string, string>>;
}

/** What a request names, before it is known which of it an action is judged on. */
export interface Named {
  /** By AWS's resource type with its service, e.g. `ssm:document`. */
  readonly resources: Readonly<Record<string, AtHand | readonly AtHand[]>>;
  /** Tags that the request puts on. */
  readonly requestTags?: Readonly<Record<string, string>>;
  /** Values of other condition keys. */
  readonly keys?: Context;
}

/** The names of all actions, with their service. */
export function actionNames(): readonly string[] {
  return Object.keys(reference.actions);
}

/** What AWS says of an action; one it does not list is an error. */
export function actionNamed(name: string): Action {
  const found = reference.actions[name];
  if (found === undefined) throw new Error(`AWS's reference of ${reference.updatedAt} has no action ${name}`);
  return found;
}

function entries(tags: NonNullable<AtHand["tags"]>): readonly (readonly [string, string])[] {
  return tags instanceof Map ? [...(tags as ReadonlyMap<string, string>)] : Object.entries(tags);
}

function known(keys: readonly string[], key: string): boolean {
  return keys.some((each) => {
    const [prefix = each] = each.split(/\$\{|tag-key/);
    return (
      key.toLowerCase() === each.toLowerCase() ||
      (prefix !== each && key.toLowerCase().startsWith(prefix.toLowerCase()))
    );
  });
}

/** Keys that AWS gives every request, whatever its action. */
const everywhere: ReadonlySet<string> = new Set(["aws:RequestedRegion", "aws:SecureTransport"]);

/** The condition keys that AWS knows for an action on a resource, with the values at hand. */
function contextOf(action: Action, type: string | undefined, on: AtHand | undefined, named: Named): Context {
  const keys = [...action.keys, ...(type === undefined ? [] : (reference.resources[type]?.keys ?? []))];
  const requestTags = Object.entries(named.requestTags ?? {});
  const tags = entries(on?.tags ?? {});
  const all: readonly (readonly [string, Context[string]])[] = [
    ...Object.entries(named.keys ?? {}),
    ...requestTags.map(([key, value]) => [`aws:RequestTag/${key}`, value] as const),
    ...(requestTags.length === 0 ? [] : [["aws:TagKeys", requestTags.map(([key]) => key)] as const]),
    ...tags.flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value] as const,
      [`ssm:resourceTag/${key}`, value] as const,
    ]),
  ];
  return Object.fromEntries(all.filter(([key]) => everywhere.has(key) || known(keys, key)));
}

/**
 * The checks that AWS makes for one action: one per resource that the request names and the action is judged on, or one
 * on `*` where the action knows no resource. A resource that the action requires and the request does not name is an
 * error of who asks; that it names none of a kind, as nodes outside EC2 are no instances, is said by an empty list.
 */
export function requestsFor(principal: Asking, name: string, named: Named): readonly AccessRequest[] {
  const action = actionNamed(name);
  const service = name.slice(0, name.indexOf(":"));
  const checks = [...action.required, ...action.optional].flatMap((each) => {
    const type = `${service}:${each}`;
    const found = [named.resources[type] ?? []].flat();
    if (named.resources[type] === undefined && action.required.includes(each))
      throw new Error(`${name} needs a ${type}`);
    return found.map((on) => ({
      principal,
      action: name,
      resource: on.arn,
      context: contextOf(action, type, on, named),
    }));
  });
  if (checks.length > 0) return checks;
  return [{ principal, action: name, resource: "*", context: contextOf(action, undefined, undefined, named) }];
}
