import type { Property, PropertyTable, Shape } from "./schema.ts";
import { hashOf } from "./archives.ts";
import { isList, isRecord, unknownValue, type Value, type Values } from "./values.ts";

/** One thing that is wrong with a resource's inputs; the engine prints each with the resource's name. */
export interface Failure {
  /** Pulumi's path of the property, e.g. `approvalRules[0].patchFilters`. */
  readonly path: string;
  readonly reason: string;
}

/** Inputs with the defaults filled in, and everything that is wrong with them. */
export interface Checked {
  readonly inputs: Values;
  readonly failures: readonly Failure[];
}

function shown(value: Value): string {
  if (value === unknownValue) {
    return "an unknown value";
  }
  const json = JSON.stringify(value);
  return json.length > 80 ? `${json.slice(0, 80)}…` : json;
}

function typeFailure(path: string, wanted: string, value: Value): Failure {
  return { path, reason: `must be ${wanted}, got ${shown(value)}` };
}

function checkInteger(path: string, shape: Extract<Shape, { kind: "integer" }>, value: Value): readonly Failure[] {
  if (typeof value !== "number" || !Number.isInteger(value)) {
    return [typeFailure(path, "a whole number", value)];
  }
  const { min = -Infinity, max = Infinity } = shape;
  if (value >= min && value <= max) {
    return [];
  }
  const allowed = max === Infinity ? `at least ${String(min)}` : `${String(min)} to ${String(max)}`;
  return [typeFailure(path, allowed, value)];
}

function checkItems(
  path: string,
  shape: Extract<Shape, { kind: "list" | "set" }>,
  value: Value,
): { value: Value; failures: readonly Failure[] } {
  if (!isList(value)) {
    return { value, failures: [typeFailure(path, "a list", value)] };
  }
  const { min = 0, max = Infinity } = shape;
  const items = value.map((item, index) => checkValue(`${path}[${String(index)}]`, shape.of, item));
  const failures = items.flatMap((item) => item.failures);
  if (value.length < min || value.length > max) {
    const allowed = max === Infinity ? `at least ${String(min)}` : `${String(min)} to ${String(max)}`;
    return {
      value,
      failures: [{ path, reason: `must have ${allowed} items, got ${String(value.length)}` }, ...failures],
    };
  }
  return { value: items.map((item) => item.value), failures };
}

function checkEntries(path: string, of: Shape, value: Value): { value: Value; failures: readonly Failure[] } {
  if (!isRecord(value)) {
    return { value, failures: [typeFailure(path, "a map", value)] };
  }
  const entries = Object.entries(value).map(([key, entry]) => [key, checkValue(`${path}.${key}`, of, entry)] as const);
  return {
    value: Object.fromEntries(entries.map(([key, entry]) => [key, entry.value])),
    failures: entries.flatMap(([, entry]) => entry.failures),
  };
}

function checkValue(path: string, shape: Shape, value: Value): { value: Value; failures: readonly Failure[] } {
  if (value === unknownValue) {
    return { value, failures: [] };
  }
  switch (shape.kind) {
    case "text": {
      if (typeof value !== "string") {
        return { value, failures: [typeFailure(path, "a string", value)] };
      }
      const reason = shape.check?.(value);
      return { value, failures: reason === undefined ? [] : [{ path, reason }] };
    }
    case "integer":
      return { value, failures: checkInteger(path, shape, value) };
    case "flag":
      return { value, failures: typeof value === "boolean" ? [] : [typeFailure(path, "true or false", value)] };
    case "list":
    case "set":
      return checkItems(path, shape, value);
    case "map":
      return checkEntries(path, shape.of, value);
    case "object": {
      if (!isRecord(value)) {
        return { value, failures: [typeFailure(path, "an object", value)] };
      }
      const checked = checkTable(`${path}.`, shape.properties, value);
      return { value: checked.inputs, failures: checked.failures };
    }
    case "archive":
      return { value, failures: hashOf(value) === undefined ? [typeFailure(path, "an archive", value)] : [] };
    case "anything":
      return { value, failures: [] };
  }
}

function isInput(property: Property | undefined): boolean {
  return property?.use === "required" || property?.use === "optional";
}

function unknownNames(prefix: string, table: PropertyTable, inputs: Values): readonly Failure[] {
  const known = Object.keys(table).filter((name) => isInput(table[name]));
  return Object.keys(inputs)
    .filter((name) => !known.includes(name) && table[name]?.use !== "uncovered")
    .map((name) => ({ path: `${prefix}${name}`, reason: `is not an input; known inputs: ${known.sort().join(", ")}` }));
}

function checkProperty(
  path: string,
  property: Property,
  value: Value | undefined,
): {
  value: Value | undefined;
  failures: readonly Failure[];
} {
  if (property.use === "uncovered") {
    const reason = "is not covered by the embedded cloud's stand-in provider; leave it out";
    return { value: undefined, failures: value === undefined || value === null ? [] : [{ path, reason }] };
  }
  if (value === undefined || value === null) {
    return property.use === "required"
      ? { value: undefined, failures: [{ path, reason: "is required and was not given" }] }
      : { value: property.default, failures: [] };
  }
  return checkValue(path, property.shape, value);
}

function checkTable(prefix: string, table: PropertyTable, inputs: Values): Checked {
  const failures = [...unknownNames(prefix, table, inputs)];
  const settled: Record<string, Value> = {};
  for (const [name, property] of Object.entries(table)) {
    if (property.use === "output") {
      continue;
    }
    const checked = checkProperty(`${prefix}${name}`, property, inputs[name]);
    failures.push(...checked.failures);
    if (checked.value !== undefined) {
      settled[name] = checked.value;
    }
  }
  return { inputs: settled, failures };
}

/**
 * Checks inputs against a table and fills in its defaults. Every fault is listed: names the table does not have,
 * required inputs left out, wrong types, broken limits. Unknown values pass.
 */
export function checkInputs(table: PropertyTable, inputs: Values): Checked {
  return checkTable("", table, inputs);
}
