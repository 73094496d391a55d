import { checkInputs, type Checked } from "../check.ts";
import type { Change } from "../diff.ts";
import { givenText } from "../fields.ts";
import {
  InitFailed,
  NotCovered,
  type Difference,
  type Existing,
  type Plugin,
  type State,
  type Subject,
} from "../plugin.ts";
import { importedInputs, inStateOrder, refreshedInputs, settle } from "../refresh.ts";
import { optional } from "../schema.ts";
import { holdsUnknown, isList, isRecord, unknownValue, type Value, type Values } from "../values.ts";
import { checkSettings, configureSession, tagFilter } from "./config.ts";
import { awsChanges, type ResourceType } from "./resourceType.ts";
import { resourceTypes } from "./resourceTypes.ts";
import type { Session } from "./session.ts";

/** Version of @pulumi/aws whose provider this stands in for. */
const version = "7.48.0";

function resourceType({ type }: Subject): ResourceType {
  const found = resourceTypes[type];
  if (found === undefined) {
    throw new NotCovered(`resource type ${type}`);
  }
  return found;
}

/** The inputs with what they leave to the cloud: the old state of computed ones. */
function planned({ properties }: ResourceType, old: Values, inputs: Values): Values {
  const kept = Object.entries(properties).filter(
    ([name, { use, computed }]) =>
      use === "optional" && computed && inputs[name] === undefined && old[name] !== undefined,
  );
  return { ...Object.fromEntries(kept.map(([name]) => [name, old[name] ?? null])), ...inputs };
}

/** The outputs that only the cloud sets. */
function answered({ properties }: ResourceType, outputs: Values): Values {
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => properties[name]?.use === "output"));
}

/** Tags that were emptied are kept as none at all: set again they are added as a whole. */
function withoutEmptyTags(values: Values): Values {
  const { tags, ...others } = values;
  return isRecord(tags) && Object.keys(tags).length === 0 ? others : values;
}

/** What the cloud says, without the tags that the provider is told to ignore. */
function withoutTags(values: Values, isIgnored: (name: string) => boolean): Values {
  const { tags, ...others } = values;
  if (!isRecord(tags)) return values;
  const kept = Object.entries(tags).filter(([name]) => !isIgnored(name));
  return kept.length === 0 ? others : { ...others, tags: Object.fromEntries(kept) };
}

/** State properties that hold for every type. */
function common({ properties }: ResourceType, session: Session | undefined, state: Values): Values {
  return {
    ...(properties["region"] !== undefined && session !== undefined ? { region: session.region } : {}),
    ...(properties["tagsAll"] === undefined ? {} : { tagsAll: state["tags"] ?? {} }),
  };
}

/** What the state keeps of a resource. */
function stateOf(type: ResourceType, session: Session, values: Values): Values {
  return { ...inStateOrder(type.properties, values), ...common(type, session, values) };
}

/** Outputs of a resource that is not there yet: its inputs, and unknowns for what the cloud will say. */
function expectedOutputs(type: ResourceType, session: Session | undefined, inputs: Values): Values {
  const outputs: Record<string, Value> = { ...inputs };
  for (const [name, { use, computed }] of Object.entries(type.properties)) {
    if (inputs[name] === undefined && (use === "output" || (use === "optional" && computed))) {
      outputs[name] = unknownValue;
    }
  }
  return { ...outputs, ...common(type, session, inputs) };
}

function expectedUpdate(type: ResourceType, session: Session | undefined, old: Values, inputs: Values): Values {
  const outputs: Record<string, Value> = {
    ...answered(type, old),
    ...planned(type, old, inputs),
    ...common(type, session, inputs),
  };
  for (const name of type.renewed?.(old, inputs) ?? []) {
    outputs[name] = unknownValue;
  }
  return outputs;
}

function regionChange(
  type: ResourceType,
  session: Session | undefined,
  old: Values,
  inputs: Values,
): readonly Change[] {
  const before = old["region"];
  const moved =
    type.properties["region"] !== undefined &&
    inputs["region"] === undefined &&
    typeof before === "string" &&
    session !== undefined &&
    before !== session.region;
  return moved ? [{ path: "region", kind: "update", replaces: true }] : [];
}

/**
 * Tags change twice: as given and with the provider's defaults, of which the stand-in has none. With an empty tag the
 * provider plans the second as unknown as a whole.
 */
function allTagsChanges({ properties }: ResourceType, old: Values, inputs: Values): readonly Change[] {
  const allTags = properties["tagsAll"];
  const after = isRecord(inputs["tags"]) ? inputs["tags"] : {};
  if (allTags === undefined || holdsUnknown(after)) {
    return [];
  }
  const tagsAll = { tagsAll: optional(allTags.shape) };
  const changes = awsChanges(tagsAll, { tagsAll: old["tagsAll"] ?? {} }, { tagsAll: after });
  const unknown = changes.length > 0 && Object.values(after).includes("");
  return unknown ? [{ path: "tagsAll", kind: "update", replaces: false }] : changes;
}

/** The outputs that an update renews are listed among its changes too; a list that was empty counts as added. */
function renewedChanges(type: ResourceType, old: Values, inputs: Values): readonly Change[] {
  return (type.renewed?.(old, inputs) ?? []).map((path) => {
    const before = old[path];
    return { path, kind: isList(before) && before.length === 0 ? "add" : "update", replaces: false };
  });
}

/** An update that failed has left what it would have renewed without a value. */
function awaitsRenewal({ properties }: ResourceType, old: Values): boolean {
  return Object.entries(properties).some(([name, { use }]) => use === "output" && old[name] === "");
}

/**
 * The stand-in for the AWS provider: the types the program uses, checked and compared as the real provider does it, and
 * made in the embedded cloud.
 */
export function awsPlugin(environment: NodeJS.ProcessEnv): Plugin {
  let configured: Session | undefined;
  let isIgnoredTag: (name: string) => boolean = () => false;
  const sessionFor = (values: Values): Session => {
    if (configured === undefined) {
      throw new Error("the provider is not configured: its settings were not known when it was asked");
    }
    const region = givenText(values, "region");
    return region === undefined ? configured : configured.inRegion(region);
  };
  const current = async (
    type: ResourceType,
    session: Session,
    id: string,
    old: Values,
  ): Promise<Values | undefined> => {
    const found = await type.read(session, id, old);
    if (found === undefined) {
      return undefined;
    }
    return stateOf(type, session, settle(type.properties, old, withoutTags(found, isIgnoredTag)));
  };

  return {
    version,
    checkConfig: checkSettings,
    configure: async (inputs) => {
      isIgnoredTag = tagFilter(inputs);
      configured = holdsUnknown(inputs) ? undefined : await configureSession(inputs, environment);
    },
    check: (subject, inputs): Checked => {
      const { properties, nameProperty, check } = resourceType(subject);
      const checked = checkInputs(properties, inputs);
      const unnamed = nameProperty !== undefined && inputs[nameProperty] === undefined;
      const alreadySaid = checked.failures.some(({ path }) => path === nameProperty);
      return {
        inputs: checked.inputs,
        failures: [
          ...checked.failures,
          ...(unnamed && !alreadySaid
            ? [{ path: nameProperty, reason: "must be given: the stand-in provider makes up no names" }]
            : []),
          ...(check?.(checked.inputs) ?? []),
        ],
      };
    },
    diff: (existing, inputs, ignored): Difference => {
      const type = resourceType(existing);
      const { outputs } = existing;
      const tagged = ignored.some((path) => path.startsWith("tags")) ? [] : allTagsChanges(type, outputs, inputs);
      const changed = [
        ...awsChanges(type.properties, outputs, inputs, ignored),
        ...tagged,
        ...regionChange(type, configured, outputs, inputs),
      ];
      const changes = changed.length === 0 ? [] : [...changed, ...renewedChanges(type, outputs, inputs)];
      // A type that could have been named by itself and was named by hand cannot exist twice under that name.
      const namedByHand = type.nameProperty !== undefined && inputs[type.nameProperty] !== undefined;
      return { changes, deleteBeforeReplace: type.deleteBeforeReplace === true || namedByHand };
    },
    create: async (subject, inputs, preview): Promise<State> => {
      const type = resourceType(subject);
      if (preview) {
        return { id: "", outputs: expectedOutputs(type, configured, inputs) };
      }
      const session = sessionFor(inputs);
      const { id, state } = await type.create(session, inputs);
      const made = { ...withoutEmptyTags(inputs), ...state };
      try {
        await type.afterCreate?.(session, id, inputs);
        const outputs = await current(type, session, id, made);
        if (outputs === undefined) {
          throw new Error(`${subject.type} ${id} was made and is not there`);
        }
        return { id, outputs };
      } catch (error) {
        throw new InitFailed(error instanceof Error ? error.message : String(error), { id, outputs: made }, inputs);
      }
    },
    read: async (existing: Existing) => {
      const type = resourceType(existing);
      const importing = Object.keys(existing.outputs).length === 0 && Object.keys(existing.inputs).length === 0;
      const { id, state } = (importing ? type.importId?.(existing.id) : undefined) ?? {
        id: existing.id,
        state: existing.outputs,
      };
      const session = sessionFor(state);
      const outputs = await current(type, session, id, state);
      if (outputs === undefined) {
        return undefined;
      }
      const inputs = importing
        ? importedInputs(type.properties, outputs)
        : refreshedInputs(type.properties, existing.inputs, outputs);
      return { id, outputs, inputs };
    },
    update: async (existing, inputs, preview) => {
      const type = resourceType(existing);
      const { outputs: old } = existing;
      if (preview) {
        return expectedUpdate(type, configured, old, inputs);
      }
      if (type.update === undefined) {
        throw new Error(`${existing.type} cannot be updated: every change replaces it`);
      }
      const session = sessionFor(old);
      const wanted = planned(type, old, inputs);
      const kept = { ...answered(type, old), ...withoutEmptyTags(wanted) };
      // The engine asks for an update without changes after one that failed; the provider then calls nothing.
      if (awsChanges(type.properties, old, inputs).length === 0 && !awaitsRenewal(type, old)) {
        return stateOf(type, session, kept);
      }
      try {
        await type.update(session, existing.id, old, wanted);
      } catch (error) {
        // The provider keeps what it could not make: only a refresh shows that the cloud has something else.
        const blank = Object.fromEntries((type.renewed?.(old, inputs) ?? []).map((name) => [name, ""]));
        const outputs = { ...stateOf(type, session, kept), ...blank };
        throw new InitFailed(
          error instanceof Error ? error.message : String(error),
          { id: existing.id, outputs },
          inputs,
        );
      }
      const outputs = await current(type, session, existing.id, kept);
      if (outputs === undefined) {
        throw new Error(`${existing.type} ${existing.id} is gone`);
      }
      return outputs;
    },
    delete: async (existing) => {
      await resourceType(existing).delete(sessionFor(existing.outputs), existing.id, existing.outputs);
    },
  };
}
