import type { Property, PropertyTable, Shape } from "../../schema.ts";
import { isList, isRecord, type Value, type Values } from "../../values.ts";

/** Where a property stands in the API: the member, and the one within it when that is a wrapper. */
function memberOf(name: string, { member }: Property): readonly [outer: string, inner?: string] {
  const [outer = "", inner] = (member ?? name.charAt(0).toUpperCase() + name.slice(1)).split(".");
  return inner === undefined ? [outer] : [outer, inner];
}

/** Of what need not be there, Terraform's `GetOk` takes an empty text or list and zero for left out. */
function sentValue(shape: Shape, value: Value | undefined, needed: boolean): unknown {
  switch (shape.kind) {
    case "flag":
      return value ?? false;
    case "text":
    case "integer":
      return needed || (value !== "" && value !== 0) ? value : undefined;
    case "list":
    case "set": {
      const items = isList(value) ? value.map((item) => sentValue(shape.of, item, true)) : [];
      return needed || items.length > 0 ? items : undefined;
    }
    case "object":
      return isRecord(value) ? membersOf(shape.properties, value) : undefined;
    case "map":
    case "archive":
    case "anything":
      return undefined;
  }
}

function sentOf({ shape, use, form }: Property, value: Value | undefined): unknown {
  if (form === undefined) {
    return sentValue(shape, value, use === "required");
  }
  return value === undefined ? undefined : form.sent(value);
}

/**
 * Inputs in the API's form, by the members and forms of their table. What is left out is not sent; a flag always is.
 * Maps without a form are left to their type, as are the members that only some of its calls take.
 */
export function membersOf(table: PropertyTable, values: Values): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(table)) {
    const [outer, inner] = memberOf(name, property);
    const inputs = property.use === "required" || property.use === "optional";
    const sent = inputs && outer !== "" ? sentOf(property, values[name] ?? undefined) : undefined;
    if (sent !== undefined) {
      members[outer] = inner === undefined ? sent : { [inner]: sent };
    }
  }
  return members;
}

/** RFC 3339 in UTC with whole seconds, as the real provider writes times into the state. */
function wholeSeconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

function toldValue(shape: Shape, told: unknown, keepsEmpty: boolean): Value | undefined {
  if (shape.kind === "flag") {
    return told === true;
  }
  if (told instanceof Date) {
    return wholeSeconds(told);
  }
  if ((shape.kind === "list" || shape.kind === "set") && Array.isArray(told)) {
    const items = told.map((item: unknown) => toldValue(shape.of, item, true) ?? null);
    return keepsEmpty || items.length > 0 ? items : undefined;
  }
  if (shape.kind === "object" && typeof told === "object" && told !== null) {
    return stateOf(shape.properties, told);
  }
  return typeof told === "string" || typeof told === "number" ? told : undefined;
}

function toldOf({ shape, use, form }: Property, told: unknown): Value | undefined {
  if (form?.told === undefined) {
    return toldValue(shape, told, use === "output");
  }
  return told === undefined ? undefined : form.told(told);
}

function memberIn(answer: unknown, name: string): unknown {
  return typeof answer === "object" && answer !== null ? (answer as Record<string, unknown>)[name] : undefined;
}

/**
 * An answer of the API in the state's form, the opposite of {@link membersOf}: what it does not tell is left out, as is
 * an empty list of an input; a flag it does not tell is false.
 */
export function stateOf(table: PropertyTable, answer: object): Values {
  const state: Record<string, Value> = {};
  for (const [name, property] of Object.entries(table)) {
    const [outer, inner] = memberOf(name, property);
    const member = memberIn(answer, outer);
    const told =
      outer === "" || property.use === "uncovered" ? undefined : inner === undefined ? member : memberIn(member, inner);
    const value = toldOf(property, told);
    if (value !== undefined) {
      state[name] = value;
    }
  }
  return state;
}
