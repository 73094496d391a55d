import type { Failure } from "../../check.ts";
import { sameJson, samePolicy } from "../../documents.ts";
import { flagOf } from "../../fields.ts";
import { document } from "../../schema.ts";
import { json, policy } from "../../textChecks.ts";
import type { Values } from "../../values.ts";
import type { Records } from "../records.ts";
import type { ResourceType } from "../resourceType.ts";
import type { Session } from "../session.ts";

/** The record that another stands on, by its kind, e.g. `iam-role`, and its id. */
interface Parent {
  readonly type: string;
  readonly id: string;
  /** The service's words when there is none. */
  readonly missing: string;
}

/** A type whose service the embedded cloud does not emulate: it is kept as a record, and nothing acts on it. */
export interface RecordedType extends Pick<
  ResourceType,
  "properties" | "nameProperty" | "deleteBeforeReplace" | "check" | "renewed"
> {
  /** Kind of record, the last part but one of its address at the embedded cloud. */
  readonly record: string;
  /** Whether it belongs to the account and not to a Region, as IAM does. */
  readonly accountWide?: boolean;
  /** Id of a new resource. */
  readonly id: (session: Session, inputs: Values) => string;
  /** What the service adds to the inputs; `old` is the state before an update. */
  readonly outputs?: (session: Session, id: string, inputs: Values, old: Values) => Values;
  /** What it stands on; without it, nothing is made, and it goes with it. */
  readonly parent?: (session: Session, inputs: Values) => Parent;
  /** The service's words for a second one of that name; without it, creating it again is an update. */
  readonly taken?: (id: string) => string;
  /** The service's words for what it refuses, e.g. a document over its size limit. */
  readonly refusal?: (inputs: Values) => string | undefined;
}

function store(type: Pick<RecordedType, "accountWide">, session: Session): Records {
  return type.accountWide === true ? session.accountRecords : session.records;
}

async function hasParent(session: Session, type: RecordedType, parent: Parent | undefined): Promise<boolean> {
  return parent === undefined || (await store(type, session).get(parent.type, parent.id)) !== undefined;
}

async function write(type: RecordedType, session: Session, id: string, inputs: Values, old: Values): Promise<void> {
  const refusal = type.refusal?.(inputs);
  if (refusal !== undefined) {
    throw new Error(refusal);
  }
  const parent = type.parent?.(session, inputs);
  if (parent !== undefined && !(await hasParent(session, type, parent))) {
    throw new Error(parent.missing);
  }
  await store(type, session).put(type.record, id, { ...inputs, ...type.outputs?.(session, id, inputs, old) });
}

/** Makes a resource type of a recorded one. */
export function recorded(type: RecordedType): ResourceType {
  const { record, id: idOf, taken } = type;
  return {
    ...type,
    create: async (session, inputs) => {
      const id = idOf(session, inputs);
      if (taken !== undefined && (await store(type, session).get(record, id)) !== undefined) {
        throw new Error(taken(id));
      }
      await write(type, session, id, inputs, {});
      return { id };
    },
    read: async (session, id) => {
      const found = await store(type, session).get(record, id);
      return found !== undefined && (await hasParent(session, type, type.parent?.(session, found))) ? found : undefined;
    },
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

/** A policy document, compared by meaning. */
export const policyText = document(policy, samePolicy);

/** JSON, compared by meaning. */
export const jsonText = document(json, sameJson);

/** Name and de-duplication of a topic or a queue; a FIFO one's name says so. */
export function fifoFailures(inputs: Values, kind: "topic" | "queue", longest: number): readonly Failure[] {
  const fifo = flagOf(inputs, kind === "topic" ? "fifoTopic" : "fifoQueue") ?? false;
  const { name } = inputs;
  const most = fifo ? longest - ".fifo".length : longest;
  const allowed = new RegExp(`^[0-9A-Za-z_-]{1,${String(most)}}${fifo ? "\\.fifo" : ""}$`);
  const failures: Failure[] = [];
  if (typeof name === "string" && !allowed.test(name)) {
    failures.push({ path: "name", reason: `must match ${allowed.source}, got ${JSON.stringify(name)}` });
  }
  if (!fifo && flagOf(inputs, "contentBasedDeduplication") === true) {
    failures.push({ path: "contentBasedDeduplication", reason: `can only be set for FIFO ${kind}s` });
  }
  return failures;
}
