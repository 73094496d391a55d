import { isList, isRecord, type Value, type Values } from "./values.ts";

function wrong(name: string, wanted: string): Error {
  return new Error(`${name} was to be ${wanted} by now; the check should have refused it`);
}

/** A property of one kind; nothing when it is left out. */
function kindOf<Kind extends Value>(
  values: Values,
  name: string,
  wanted: string,
  isKind: (value: Value) => value is Kind,
): Kind | undefined {
  const value = values[name];
  if (value === undefined || value === null) return undefined;
  if (!isKind(value)) throw wrong(name, wanted);
  return value;
}

/** A text property; nothing when it is left out. */
export function textOf(values: Values, name: string): string | undefined {
  return kindOf(values, name, "a string", (value) => typeof value === "string");
}

/** A text property that counts only when it is not empty, as Terraform's `GetOk` has it. */
export function givenText(values: Values, name: string): string | undefined {
  const value = textOf(values, name);
  return value === "" ? undefined : value;
}

/** A text property that must be there. */
export function requiredText(values: Values, name: string): string {
  const value = textOf(values, name);
  if (value === undefined) throw wrong(name, "given");
  return value;
}

/** A number property; nothing when it is left out. */
export function numberOf(values: Values, name: string): number | undefined {
  return kindOf(values, name, "a number", (value) => typeof value === "number");
}

/** A boolean property; nothing when it is left out. */
export function flagOf(values: Values, name: string): boolean | undefined {
  return kindOf(values, name, "true or false", (value) => typeof value === "boolean");
}

/** A list or set property; empty when it is left out. */
export function listOf(values: Values, name: string): readonly Value[] {
  return kindOf(values, name, "a list", isList) ?? [];
}

/** A list of texts; empty when it is left out. */
export function textsOf(values: Values, name: string): string[] {
  return listOf(values, name).map((value) => {
    if (typeof value !== "string") {
      throw wrong(name, "a list of strings");
    }
    return value;
  });
}

/** A list of objects; empty when it is left out. */
export function recordsOf(values: Values, name: string): readonly Values[] {
  return listOf(values, name).map((value) => {
    if (!isRecord(value)) {
      throw wrong(name, "a list of objects");
    }
    return value;
  });
}

/** A nested object; nothing when it is left out. */
export function recordOf(values: Values, name: string): Values | undefined {
  return kindOf(values, name, "an object", isRecord);
}

/** A map of texts; empty when it is left out. */
export function textMapOf(values: Values, name: string): Readonly<Record<string, string>> {
  const entries = recordOf(values, name) ?? {};
  return Object.fromEntries(Object.keys(entries).map((key) => [key, requiredText(entries, key)]));
}
