import type { Failure } from "../../check.ts";
import type { PropertyTable } from "../../schema.ts";
import type { Values } from "../../values.ts";
import type { Records } from "../records.ts";
import type { ResourceType } from "../resourceType.ts";
import type { Session } from "../session.ts";

/** Names one record. */
export interface RecordKey {
  /** Kind of record, e.g. `iam-role`. */
  readonly type: string;
  readonly id: string;
}

/** A type whose service the embedded cloud does not emulate: it is kept as a record, and nothing acts on it. */
export interface RecordedType {
  /** Kind of record, the last part but one of its address at the embedded cloud. */
  readonly record: string;
  /** Whether it belongs to the account and not to a Region, as IAM does. */
  readonly accountWide?: boolean;
  readonly properties: PropertyTable;
  readonly nameProperty?: string;
  readonly deleteBeforeReplace?: boolean;
  readonly check?: (inputs: Values) => readonly Failure[];
  readonly renewed?: (old: Values, new_: Values) => readonly string[];
  /** Id of a new resource. */
  readonly id: (session: Session, inputs: Values) => string;
  /** What the service adds to the inputs; `old` is the state before an update. */
  readonly outputs?: (session: Session, id: string, inputs: Values, old: Values) => Values;
  /** What it stands on; a missing one fails in the service's words. */
  readonly parent?: (session: Session, inputs: Values) => RecordKey & { readonly missing: string };
  /** The service's words for a second one of that name; without it, creating it again is an update. */
  readonly taken?: (id: string) => string;
  /** The service's words for what it refuses, e.g. a document over its size limit. */
  readonly refusal?: (inputs: Values) => string | undefined;
}

function store(type: Pick<RecordedType, "accountWide">, session: Session): Records {
  return type.accountWide === true ? session.accountRecords : session.records;
}

async function write(type: RecordedType, session: Session, id: string, inputs: Values, old: Values): Promise<void> {
  const refusal = type.refusal?.(inputs);
  if (refusal !== undefined) {
    throw new Error(refusal);
  }
  const parent = type.parent?.(session, inputs);
  if (parent !== undefined && (await store(type, session).get(parent.type, parent.id)) === undefined) {
    throw new Error(parent.missing);
  }
  await store(type, session).put(type.record, id, { ...inputs, ...type.outputs?.(session, id, inputs, old) });
}

/** Makes a resource type of a recorded one. */
export function recorded(type: RecordedType): ResourceType {
  const { record, properties, nameProperty, deleteBeforeReplace, check, renewed } = type;
  return {
    properties,
    ...(nameProperty === undefined ? {} : { nameProperty }),
    ...(deleteBeforeReplace === undefined ? {} : { deleteBeforeReplace }),
    ...(check === undefined ? {} : { check }),
    ...(renewed === undefined ? {} : { renewed }),
    create: async (session, inputs) => {
      const id = type.id(session, inputs);
      if (type.taken !== undefined && (await store(type, session).get(record, id)) !== undefined) {
        throw new Error(type.taken(id));
      }
      await write(type, session, id, inputs, {});
      return { id };
    },
    read: (session, id) => store(type, session).get(record, id),
    update: (session, id, old, new_) => write(type, session, id, new_, old),
    delete: async (session, id) => {
      await store(type, session).delete(record, id);
    },
  };
}

/** Length of a document as AWS counts it against its limits: without white space. */
export function documentLength(text: string): number {
  return text.replaceAll(/\s/g, "").length;
}
