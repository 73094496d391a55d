import { sameValue } from "./diff.ts";
import type { PropertyTable, Shape } from "./schema.ts";
import { canonical, isList, isRecord, type Value, type Values } from "./values.ts";

/**
 * What the cloud says, in the spelling the state already has: a set in another order or a policy document in another
 * layout is no drift.
 */
export function settle(table: PropertyTable, old: Values, current: Values): Values {
  const settled: Record<string, Value> = {};
  for (const [name, value] of Object.entries(current)) {
    const property = table[name];
    const before = old[name];
    settled[name] =
      property !== undefined && before !== undefined && sameValue(property.shape, before, value) ? before : value;
  }
  return settled;
}

/**
 * The inputs of a refreshed resource: those it had, with what the cloud now says. An input the cloud no longer has is
 * dropped; one it never tells (`keep`) stays.
 */
export function refreshedInputs(
  table: PropertyTable,
  inputs: Values,
  current: Values,
  keep: readonly string[] = [],
): Values {
  const refreshed: Record<string, Value> = {};
  for (const [name, value] of Object.entries(inputs)) {
    const now = current[name];
    if (keep.includes(name)) {
      refreshed[name] = value;
    } else if (now !== undefined) {
      const property = table[name];
      refreshed[name] = property !== undefined && sameValue(property.shape, value, now) ? value : now;
    } else if (table[name] !== undefined && sameValue(table[name].shape, value, undefined)) {
      refreshed[name] = value;
    }
  }
  return refreshed;
}

/** The inputs that would make an imported resource: its inputs that hold something other than their default. */
export function importedInputs(table: PropertyTable, current: Values): Values {
  return Object.fromEntries(
    Object.entries(current).filter(([name, value]) => {
      const property = table[name];
      if (property === undefined || property.use === "output" || property.use === "uncovered") {
        return false;
      }
      return property.use === "required" || !sameValue(property.shape, value, property.default);
    }),
  );
}

function inOrder(shape: Shape | undefined, value: Value): Value {
  if ((shape?.kind === "set" || shape?.kind === "list") && isList(value)) {
    const items = value.map((item) => inOrder(shape.of, item));
    return shape.kind === "list"
      ? items
      : items.toSorted((left, right) =>
          canonical(left) < canonical(right) ? -1 : canonical(left) > canonical(right) ? 1 : 0,
        );
  }
  return shape?.kind === "object" && isRecord(value) ? inStateOrder(shape.properties, value) : value;
}

/** Outputs with the items of their sets in order, as a Terraform provider's state has them. */
export function inStateOrder(table: PropertyTable, outputs: Values): Values {
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, inOrder(table[name]?.shape, value)]));
}
