import { z } from "zod";
import { presetBaselines } from "../../../config/schema/presetBaselines.ts";
import { presetGroups, presetWindows } from "../../../config/schema/presets.ts";
import { stackSchema } from "../../../config/schema/stack.ts";

/** The parts of a JSON schema that are read or written here. */
export interface JsonSchema {
  readonly [key: string]: unknown;
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly additionalProperties?: JsonSchema | boolean;
}

type Presets = Readonly<Record<string, object>>;

/** The settings under `patchplane:`, as zod describes what may be written. */
export function settingsJsonSchema(): JsonSchema {
  return z.toJSONSchema(stackSchema, { io: "input" }) as JsonSchema;
}

function orNull({ description, ...schema }: JsonSchema): JsonSchema {
  return { ...(description === undefined ? {} : { description }), anyOf: [schema, { type: "null" }] };
}

/** A change to an object: any of its keys, each of which `null` takes away. */
function changeOf(schema: JsonSchema): JsonSchema {
  const { required, properties = {}, ...rest } = schema;
  const changed = Object.entries(properties).map(([key, value]) => [key, orNull(value)] as const);
  return required === undefined && changed.length === 0 ? schema : { ...rest, properties: Object.fromEntries(changed) };
}

function takes(form: JsonSchema, preset: object): boolean {
  return Object.entries(preset).every(([key, value]) => {
    const property = form.properties?.[key];
    const allowed = property?.["const"] === undefined ? property?.enum : [property["const"]];
    return property !== undefined && (allowed?.includes(value) ?? true);
  });
}

/**
 * A section whose presets may be changed key by key or taken away, while other names need all that is required; with
 * the definitions it refers to: each form that an object may have, and a change to it.
 */
function overPresets(key: string, section: JsonSchema, presets: Presets) {
  const whole = section.additionalProperties;
  if (typeof whole !== "object") throw new Error(`${key} must be a mapping of named objects`);
  const forms = whole.anyOf ?? whole.oneOf ?? [whole];
  const ref = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` });
  const refs = forms.map((_, index) => ref(`${key}${String(index)}`));
  const properties = Object.entries(presets).map(([name, preset]) => {
    const fitting = forms.findIndex((form) => takes(form, preset));
    if (fitting < 0) throw new Error(`no form of ${key} takes its preset ${name}`);
    const change = ref(`${key}${String(fitting)}Change`);
    const description = "description" in preset ? { description: `preset: ${String(preset.description)}` } : {};
    return [name, { ...description, anyOf: [change, ...refs.filter((_, at) => at !== fitting), { type: "null" }] }] as const;
  });
  return {
    schema: { ...section, properties: Object.fromEntries(properties), additionalProperties: { anyOf: refs } },
    definitions: forms.flatMap((form, index) => [
      [`${key}${String(index)}`, form] as const,
      [`${key}${String(index)}Change`, changeOf(form)] as const,
    ]),
  };
}

/** The JSON schema of a whole stack file, for editors. Keys of other namespaces are free. */
export function stackJsonSchema(): JsonSchema {
  const { properties = {}, required = [] } = settingsJsonSchema();
  const presets: Readonly<Record<string, Presets>> = {
    baselines: presetBaselines,
    groups: presetGroups,
    windows: presetWindows,
  };
  const sections = Object.entries(properties).map(([key, section]) => {
    const over = presets[key];
    return { key, ...(over === undefined ? { schema: section, definitions: [] } : overPresets(key, section, over)) };
  });
  const defaultProviders = {
    description: 'must hold "*": every resource names its provider',
    type: "array",
    contains: { const: "*" },
  };
  const settings = Object.fromEntries(sections.map(({ key, schema }) => [`patchplane:${key}`, schema]));
  const known = [...Object.keys(settings), "pulumi:disable-default-providers"];
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "patchplane stack file",
    type: "object",
    required: ["config"],
    properties: {
      config: {
        type: "object",
        required: [...required.map((key) => `patchplane:${key}`), "pulumi:disable-default-providers"],
        properties: { ...settings, "pulumi:disable-default-providers": defaultProviders },
        propertyNames: { anyOf: [{ enum: known }, { pattern: "^(?!patchplane:)[^:]+:" }] },
      },
    },
    $defs: Object.fromEntries(sections.flatMap(({ definitions }) => definitions)),
  };
}
