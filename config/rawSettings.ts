import { z } from "zod";
import type { Fault } from "../domain/fault.ts";
import { stackSchema } from "./schema/stack.ts";

/** A stack's configuration as the Pulumi CLI hands it to a program: text, which is JSON where the file has an object. */
export interface StackConfig {
  readonly values: Readonly<Record<string, string>>;
  /** Keys that hold a secret anywhere in them. */
  readonly secretKeys: ReadonlySet<string>;
}

/** The settings under `patchplane:`, without that prefix and not validated. */
export interface RawSettings {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly faults: readonly Fault[];
}

const namespace = "patchplane:";
const defaultProviders = "pulumi:disable-default-providers";

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

function isText(key: string): boolean {
  const schema: unknown = (stackSchema.shape as Readonly<Record<string, unknown>>)[key];
  return (schema instanceof z.ZodDefault ? schema.unwrap() : schema) instanceof z.ZodString;
}

/** Objects and lists of their text; a scalar stays the text it is, because the CLI does not tell `5` from `"5"`. */
function decoded(key: string, text: string): unknown {
  if (isText(key) && !/^[[{]/.test(text)) {
    return text;
  }
  const value = parsedJson(text);
  return typeof value === "object" && value !== null ? value : text;
}

function defaultProviderFaults(values: StackConfig["values"]): readonly Fault[] {
  const value = parsedJson(values[defaultProviders] ?? "[]");
  if (Array.isArray(value) && value.includes("*")) {
    return [];
  }
  const message =
    "default providers are on: a resource without a provider of its own would go to whatever account is at hand";
  return [{ path: defaultProviders, message, fix: `write ${defaultProviders}: ["*"] under config` }];
}

/**
 * Takes the settings out of a stack's configuration. Keys of other namespaces are not this project's. No secret is
 * read, so none can get into a fault's text.
 */
export function rawSettings({ values, secretKeys }: StackConfig): RawSettings {
  const faults = [...defaultProviderFaults(values)];
  const settings: Record<string, unknown> = {};
  for (const [fullKey, text] of Object.entries(values)) {
    if (!fullKey.startsWith(namespace)) {
      continue;
    }
    const key = fullKey.slice(namespace.length);
    if (secretKeys.has(fullKey)) {
      const fix = "write it in the clear, or leave it out: nothing here is secret";
      faults.push({ path: key, message: "holds a secret, and no setting is one", fix });
    } else {
      settings[key] = decoded(key, text);
    }
  }
  return { settings, faults };
}
