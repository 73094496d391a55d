import type { Failure } from "../check.ts";
import { diffProperties, type Change } from "../diff.ts";
import { optional, output, map, text, type Property, type PropertyTable } from "../schema.ts";
import type { Values } from "../values.ts";
import type { Session } from "./session.ts";

/** A resource that was just made. */
export interface Made {
  readonly id: string;
  /** What only the creation tells and no later read does. */
  readonly state?: Values;
}

/** One resource type: its table and the calls that the real provider makes for it. */
export interface ResourceType {
  readonly properties: PropertyTable;
  /** The property the real provider would name by itself; the stand-in wants it given. */
  readonly nameProperty?: string;
  /** Whether the real provider always deletes before it replaces. */
  readonly deleteBeforeReplace?: boolean;
  /** Faults that take more than one property to see. */
  readonly check?: (inputs: Values) => readonly Failure[];
  /** Outputs that an update will change; a preview shows them as unknown. */
  readonly renewed?: (old: Values, new_: Values) => readonly string[];
  create(session: Session, inputs: Values): Promise<Made>;
  /** Calls that follow a creation; when one fails, the resource is kept as not initialised. */
  readonly afterCreate?: (session: Session, id: string, inputs: Values) => Promise<void>;
  /** What the cloud knows, or nothing when it is gone. `state` is what the stack file knows. */
  read(session: Session, id: string, state: Values): Promise<Values | undefined>;
  /**
   * Missing where every input replaces the resource. `new_` are the inputs, with the old state of those that are
   * computed and were left out.
   */
  readonly update?: (session: Session, id: string, old: Values, new_: Values) => Promise<void>;
  delete(session: Session, id: string, state: Values): Promise<void>;
  /** Splits an import id into the id and the state that `read` needs; the id itself where this is missing. */
  readonly importId?: (id: string) => { readonly id: string; readonly state: Values };
}

/** The `region` of a regional resource: the provider's unless given; another one replaces the resource. */
export const regional: Readonly<Record<"region", Property>> = {
  region: optional(text(), { computed: true, forceNew: true, member: "" }),
};

/** The tags of a resource that can be tagged. */
export const tagged: Readonly<Record<"tags" | "tagsAll", Property>> = {
  tags: optional(map()),
  tagsAll: output(map()),
};

/** What changes in an AWS resource, as Pulumi's bridge to its Terraform provider sees it. */
export function awsChanges(
  table: PropertyTable,
  old: Values,
  new_: Values,
  ignored: readonly string[] = [],
): readonly Change[] {
  return diffProperties(table, old, new_, ignored, "bridged");
}

/** Whether anything but the tags changes. */
export function changesBesidesTags(table: PropertyTable, old: Values, new_: Values): boolean {
  return awsChanges(table, old, new_).some(({ path }) => !/^tags(All)?\b/.test(path));
}

/** Whether a property changes. */
export function changesOfProperty(table: PropertyTable, name: string, old: Values, new_: Values): boolean {
  const property = table[name];
  return property !== undefined && awsChanges({ [name]: property }, old, new_).length > 0;
}

/** A call that failed, named by what was tried. */
export class CallFailed extends Error {}

/** Names an error by what was tried, in the API's words: `doing: ErrorName: message`; once is enough. */
function callFailure(doing: string, error: unknown): Error {
  if (error instanceof CallFailed) {
    return error;
  }
  return new CallFailed(`${doing}: ${error instanceof Error ? apiWords(error) : String(error)}`, { cause: error });
}

function apiWords({ name, message }: Error): string {
  return name === "Error" ? message : `${name}: ${message}`;
}

/** Runs a call and names its failure by what was tried. */
export async function attempt<Result>(doing: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw callFailure(doing, error);
  }
}

/** Runs a call; answers nothing when it fails with an error of the API that `expected` matches: `ErrorName: message`. */
export async function unless<Result>(
  expected: RegExp | undefined,
  doing: string,
  call: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Error && expected?.test(apiWords(error)) === true) {
      return undefined;
    }
    throw callFailure(doing, error);
  }
}
