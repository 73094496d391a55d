import type { ResourceTypeForTagging, SSM } from "@aws-sdk/client-ssm";
import { textOf } from "../../fields.ts";
import { defined, type Values } from "../../values.ts";
import { attempt, changesBesidesTags, unless, type Made, type ResourceType } from "../resourceType.ts";
import type { Session } from "../session.ts";
import { changeTags, readTags } from "./tags.ts";

/** An SSM type: its table and its calls, whose failures {@link ssmType} names by what was tried. */
interface SsmType extends Omit<ResourceType, "create" | "read" | "update" | "delete"> {
  /** What the real provider calls it, e.g. `Maintenance Window`. */
  readonly title: string;
  /** What a failed creation is told of, `name` by default; empty for nothing. */
  readonly label?: (inputs: Values) => string;
  /** The API's error that says there is none, as `ErrorName: message`. */
  readonly missing?: RegExp;
  /** Whether the deletion of what is gone already is no fault; true unless said. */
  readonly deletesTwice?: boolean;
  /** What its tags are kept under, where calls of their own change them. */
  readonly taggedAs?: ResourceTypeForTagging;
  /** Whether `read` tells the tags by itself. */
  readonly tellsTags?: boolean;
  readonly create: (ssm: SSM, inputs: Values, session: Session) => Promise<Made>;
  readonly read: (ssm: SSM, id: string, state: Values, session: Session) => Promise<Values | undefined>;
  /** Everything but the tags. */
  readonly update?: (ssm: SSM, id: string, old: Values, new_: Values) => Promise<unknown>;
  readonly delete: (ssm: SSM, id: string, state: Values) => Promise<unknown>;
}

function updated(
  { title, taggedAs, properties }: SsmType,
  update: NonNullable<SsmType["update"]>,
): NonNullable<ResourceType["update"]> {
  return async (session, id, old, new_) => {
    const ssm = await session.ssm();
    if (taggedAs === undefined || changesBesidesTags(properties, old, new_)) {
      await attempt(`updating SSM ${title} (${id})`, () => update(ssm, id, old, new_));
    }
    if (taggedAs !== undefined) {
      await changeTags(ssm, taggedAs, id, old, new_);
    }
  };
}

/** Makes a resource type of an SSM one. */
export function ssmType(type: SsmType): ResourceType {
  const {
    title,
    label,
    missing,
    deletesTwice,
    taggedAs,
    tellsTags,
    create,
    read,
    update,
    delete: remove,
    ...rest
  } = type;
  return {
    ...rest,
    create: async (session, inputs) => {
      const ssm = await session.ssm();
      const named = label === undefined ? ` (${textOf(inputs, "name") ?? ""})` : label(inputs);
      return attempt(`creating SSM ${title}${named}`, () => create(ssm, inputs, session));
    },
    read: async (session, id, state) => {
      const ssm = await session.ssm();
      const found = await unless(missing, `reading SSM ${title} (${id})`, () => read(ssm, id, state, session));
      return found === undefined || taggedAs === undefined || tellsTags === true
        ? found
        : defined({ ...found, tags: await readTags(ssm, taggedAs, id) });
    },
    ...(update === undefined ? {} : { update: updated(type, update) }),
    delete: async (session, id, state) => {
      const ssm = await session.ssm();
      const expected = deletesTwice === false ? undefined : missing;
      await unless(expected, `deleting SSM ${title} (${id})`, () => remove(ssm, id, state));
    },
  };
}
