import type { JsonSchema } from "./stackJsonSchema.ts";

const namedSections = ["locations", "subscriptions", "baselines", "groups", "windows", "checks"];

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function code(value: unknown): string {
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

/** What may be written for a key, in a few words. */
function typeOf(schema: JsonSchema): string {
  if (schema["const"] !== undefined) return code(schema["const"]);
  if (schema.enum !== undefined) return schema.enum.map(code).join(", ");
  const forms = schema.anyOf ?? schema.oneOf;
  if (forms !== undefined) return [...new Set(forms.map(typeOf))].join(" or ");
  switch (schema.type) {
    case "integer": {
      const { minimum, maximum } = schema;
      const bounded = typeof maximum === "number" && maximum < Number.MAX_SAFE_INTEGER;
      return bounded ? `${String(minimum)}–${String(maximum)}` : `whole number from ${String(minimum)}`;
    }
    case "array":
      return schema.items?.type === "object" ? "list of mappings" : "list";
    case "object":
      return "mapping";
    case "boolean":
      return "`true`, `false`";
    case "string":
      return "text";
    default:
      return schema.type ?? "anything";
  }
}

function row(path: string, schema: JsonSchema, needed: boolean): string {
  const fallback = schema["default"];
  const isPlain = fallback !== undefined && (typeof fallback !== "object" || JSON.stringify(fallback).length < 3);
  const absent = needed ? "required" : isPlain ? code(fallback) : "";
  return `| \`${path}\` | ${cell(typeOf(schema))} | ${absent} | ${cell(schema.description ?? "")} |`;
}

function rowsBelow(path: string, schema: JsonSchema): readonly string[] {
  if (schema.type === "array" && schema.items !== undefined) return rowsBelow(`${path}[]`, schema.items);
  const forms = schema.anyOf ?? schema.oneOf;
  if (forms !== undefined) return forms.flatMap((form) => rowsBelow(path, form));
  const { properties = {}, required = [] } = schema;
  return Object.entries(properties).flatMap(([key, value]) => {
    const at = path === "" ? key : `${path}.${key}`;
    return [row(at, value, required.includes(key)), ...rowsBelow(at, value)];
  });
}

const heading = ["| key | value | when left out | meaning |", "| --- | --- | --- | --- |"];

/** A table of everything below a schema; what several forms share stands there once. */
export function schemaTable(schema: JsonSchema): string {
  return [...heading, ...new Set(rowsBelow("", schema))].join("\n");
}

/** A table of the settings that are no mapping of named objects. */
export function plainSettings(settings: JsonSchema): string {
  const { properties = {}, ...rest } = settings;
  const plain = Object.entries(properties).filter(([key]) => !namedSections.includes(key));
  return schemaTable({ ...rest, properties: Object.fromEntries(plain) });
}

/** The schema of one object of a mapping of named ones, split into its forms. */
export function formsOf(settings: JsonSchema, section: string): readonly JsonSchema[] {
  const entry = settings.properties?.[section]?.additionalProperties;
  return typeof entry === "object" ? (entry.anyOf ?? entry.oneOf ?? [entry]) : [];
}
