import { ApiError, validationError } from "../../../http/apiError.ts";
import { readModelTable } from "./shapes.ts";
import type { OperationEntry, Shape } from "./shapes.ts";

const table = readModelTable();
const patterns = new Map<string, RegExp>();

type Of<T extends Shape["type"]> = Extract<Shape, { type: T }>;
type Report = (path: string, value: string, constraint: string) => void;

/** The model's entry of an operation; undefined when the embedded cloud does not know it. */
export function operationEntry(name: string): OperationEntry | undefined {
  return table.operations[name];
}

function shapeOf(name: string): Shape {
  const shape = table.shapes[name];
  if (shape === undefined)
    throw new Error(`shape ${name} is not in the model table; run simulator/services/ssm/model/generate.ts`);
  return shape;
}

function patternOf(source: string): RegExp {
  const known = patterns.get(source);
  if (known !== undefined) return known;
  // The model's patterns are Java's: an inline flag is spelt differently, and escapes that `u` refuses are allowed.
  const body = source.startsWith("(?i)") ? `(?i:${source.slice(4)})` : `(?:${source})`;
  let pattern: RegExp;
  try {
    pattern = new RegExp(`^${body}$`, "u");
  } catch {
    pattern = new RegExp(`^${body}$`);
  }
  patterns.set(source, pattern);
  return pattern;
}

function camel(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function below(path: string, name: string): string {
  return path === "" ? camel(name) : `${path}.${camel(name)}`;
}

function shown(value: unknown): string {
  return typeof value === "string" ? `'${value}'` : `'${JSON.stringify(value)}'`;
}

function checkBounds(
  measure: "length" | "value",
  size: number,
  bounds: { readonly min?: number; readonly max?: number },
  fail: (constraint: string) => void,
): void {
  if (bounds.min !== undefined && size < bounds.min)
    fail(`Member must have ${measure} greater than or equal to ${String(bounds.min)}`);
  if (bounds.max !== undefined && size > bounds.max)
    fail(`Member must have ${measure} less than or equal to ${String(bounds.max)}`);
}

function serializationError(value: unknown, type: string): ApiError {
  return new ApiError("SerializationException", `${shown(value)} can not be converted to ${type}`);
}

function checkString(shape: Of<"string">, value: unknown, path: string, report: Report): string {
  if (typeof value !== "string") throw serializationError(value, "a String");
  const fail = (constraint: string): void => {
    report(path, shown(value), constraint);
  };
  if (shape.enum !== undefined && !shape.enum.includes(value))
    fail(`Member must satisfy enum value set: [${shape.enum.join(", ")}]`);
  checkBounds("length", value.length, shape, fail);
  if (shape.pattern !== undefined && !patternOf(shape.pattern).test(value))
    fail(`Member must satisfy regular expression pattern: ${shape.pattern}`);
  return value;
}

function checkNumber(shape: Of<"integer" | "long">, value: unknown, path: string, report: Report): number {
  if (typeof value !== "number" || !Number.isInteger(value)) throw serializationError(value, "an Integer");
  checkBounds("value", value, shape, (constraint) => {
    report(path, shown(String(value)), constraint);
  });
  return value;
}

function checkTimestamp(value: unknown): Date {
  const date =
    typeof value === "number" ? new Date(value * 1000) : typeof value === "string" ? new Date(value) : undefined;
  if (date === undefined || Number.isNaN(date.getTime())) throw serializationError(value, "a Timestamp");
  return date;
}

function checkStructure(shape: Of<"structure">, value: unknown, path: string, report: Report): object {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw serializationError(value, "a Structure");
  const given = value as Readonly<Record<string, unknown>>;
  for (const name of shape.required ?? []) {
    if (given[name] === undefined || given[name] === null) report(below(path, name), "null", "Member must not be null");
  }
  const checked: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(given)) {
    const memberShape = shape.members[name];
    if (memberShape === undefined) report(below(path, name), shown(member), "Member must be known to the API model");
    else if (member !== null) checked[name] = checkValue(memberShape, member, below(path, name), report);
  }
  return checked;
}

function checkList(shape: Of<"list">, value: unknown, path: string, report: Report): readonly unknown[] {
  if (!Array.isArray(value)) throw serializationError(value, "a List");
  checkBounds("length", value.length, shape, (constraint) => {
    report(path, shown(value), constraint);
  });
  return value.map((member: unknown, index) =>
    checkValue(shape.member, member, `${path}.${String(index + 1)}.member`, report),
  );
}

function checkMap(shape: Of<"map">, value: unknown, path: string, report: Report): object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw serializationError(value, "a Map");
  const entries = Object.entries(value);
  checkBounds("length", entries.length, shape, (constraint) => {
    report(path, shown(value), constraint);
  });
  return Object.fromEntries(
    entries.map(([key, member]: [string, unknown]) => {
      checkValue(shape.key, key, `${path}.key`, report);
      return [key, checkValue(shape.value, member, `${path}.${key}.member`, report)];
    }),
  );
}

function checkValue(shapeName: string, value: unknown, path: string, report: Report): unknown {
  const shape = shapeOf(shapeName);
  switch (shape.type) {
    case "structure":
      return checkStructure(shape, value, path, report);
    case "list":
      return checkList(shape, value, path, report);
    case "map":
      return checkMap(shape, value, path, report);
    case "string":
      return checkString(shape, value, path, report);
    case "integer":
    case "long":
      return checkNumber(shape, value, path, report);
    case "timestamp":
      return checkTimestamp(value);
    case "boolean":
      if (typeof value !== "boolean") throw serializationError(value, "a Boolean");
      return value;
    case "blob":
      if (typeof value !== "string") throw serializationError(value, "a Blob");
      return Buffer.from(value, "base64");
  }
}

/**
 * Checks a request body against the API model and turns wire values into SDK values (epoch seconds into Date,
 * base64 into bytes).
 *
 * Every violation is in one `ValidationException`, worded as AWS words it. Stricter than AWS in one point: a member
 * that the model does not know is refused instead of ignored, so that a misspelt input cannot pass.
 */
export function checkRequest(entry: OperationEntry, body: unknown): object {
  const violations: string[] = [];
  const checked = checkValue(entry[0], body, "", (path, value, constraint) => {
    violations.push(`Value ${value} at '${path}' failed to satisfy constraint: ${constraint}`);
  });
  if (violations.length > 0) {
    const count = `${String(violations.length)} validation error${violations.length === 1 ? "" : "s"}`;
    throw validationError(`${count} detected: ${violations.join("; ")}`);
  }
  return checked as object;
}

function wireValue(shapeName: string, value: unknown, path: string): unknown {
  const shape = shapeOf(shapeName);
  const fail = (expected: string): never => {
    throw new Error(`the embedded cloud answered ${path} with ${shown(value)}; the API model wants ${expected}`);
  };
  switch (shape.type) {
    case "structure":
      return Object.fromEntries(
        Object.entries(value as object)
          .filter(([, member]) => member !== undefined)
          .map(([name, member]: [string, unknown]) => {
            const memberShape = shape.members[name];
            if (memberShape === undefined) return fail(`no member ${name}`);
            return [name, wireValue(memberShape, member, `${path}.${name}`)];
          }),
      );
    case "list":
      return Array.isArray(value) ? value.map((member) => wireValue(shape.member, member, path)) : fail("a list");
    case "map":
      return Object.fromEntries(
        Object.entries(value as object).map(([key, member]) => [key, wireValue(shape.value, member, `${path}.${key}`)]),
      );
    case "string":
      if (typeof value !== "string") return fail("a string");
      return shape.enum === undefined || shape.enum.includes(value) ? value : fail(`one of ${shape.enum.join(", ")}`);
    case "integer":
    case "long":
      return Number.isInteger(value) ? value : fail("an integer");
    case "timestamp":
      return value instanceof Date ? value.getTime() / 1000 : fail("a date");
    case "boolean":
      return typeof value === "boolean" ? value : fail("a boolean");
    case "blob":
      return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : fail("bytes");
  }
}

/**
 * Turns an answer into wire values, and refuses what the API model does not know: an answer that AWS could not give
 * is a fault of the embedded cloud and becomes an `InternalServerError`.
 */
export function wireResponse(operation: string, entry: OperationEntry, answer: object): unknown {
  return entry[1] === null ? {} : wireValue(entry[1], answer, operation);
}

/** Members of an error's shape that carry its text: `Message`, `message`, or none. */
export function errorTextMember(code: string): string | undefined {
  const shape = table.shapes[code];
  if (shape?.type !== "structure") return "message";
  return Object.keys(shape.members).find((name) => name.toLowerCase() === "message");
}
