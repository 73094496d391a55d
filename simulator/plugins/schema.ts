import type { Value } from "./values.ts";

/** Says what is wrong with a text, or nothing when it is fine: `must …`, lower case, no full stop. */
export type TextCheck = (text: string) => string | undefined;

/** Whether two texts mean the same to the provider, e.g. two spellings of one policy document. */
export type SameText = (left: string, right: string) => boolean;

/** The type of a property, with the limits the real provider checks before it calls the cloud. */
export type Shape =
  | { readonly kind: "text"; readonly check?: TextCheck; readonly same?: SameText }
  | { readonly kind: "integer"; readonly min?: number; readonly max?: number }
  | { readonly kind: "flag" }
  | { readonly kind: "list" | "set"; readonly of: Shape; readonly min?: number; readonly max?: number }
  | { readonly kind: "map"; readonly of: Shape }
  | { readonly kind: "object"; readonly properties: PropertyTable }
  | { readonly kind: "archive" }
  | { readonly kind: "anything" };

/** How the API writes a property whose value is not the member as it stands; `told` is missing where the answer is. */
export interface Form {
  readonly sent: (value: Value) => unknown;
  readonly told?: (member: unknown) => Value | undefined;
}

/** Where and how a property stands in the API's requests and answers. */
interface ApiOptions {
  /** The member's name, `Outer.Inner` within a wrapper, empty for none; the property's own, capitalised, by default. */
  readonly member?: string;
  readonly form?: Form;
}

/** One row of a resource type's table. */
export interface Property extends ApiOptions {
  readonly shape: Shape;
  /** Outputs come from the cloud only; an uncovered input exists in the real provider and is refused here. */
  readonly use: "required" | "optional" | "output" | "uncovered";
  /** An optional input that the cloud fills in when it is left out: leaving it out changes nothing. */
  readonly computed: boolean;
  /** A change replaces the resource. */
  readonly forceNew: boolean;
  /** What an input that was left out becomes. */
  readonly default?: Value;
}

/** A resource type's properties by their Pulumi names. */
export type PropertyTable = Readonly<Record<string, Property>>;

interface InputOptions extends ApiOptions {
  readonly forceNew?: boolean;
}

interface OptionalOptions extends InputOptions {
  readonly computed?: boolean;
  readonly default?: Value;
}

/** An input that must be given. */
export function required(shape: Shape, options: InputOptions = {}): Property {
  return { shape, use: "required", computed: false, forceNew: false, ...options };
}

/** An input that may be left out. */
export function optional(shape: Shape, options: OptionalOptions = {}): Property {
  return { shape, use: "optional", computed: false, forceNew: false, ...options };
}

/** A property the cloud alone sets. */
export function output(shape: Shape = text(), options: ApiOptions = {}): Property {
  return { shape, use: "output", computed: true, forceNew: false, ...options };
}

/** Inputs that the real provider has and the stand-in refuses, rather than taking them without effect. */
export function uncovered(...names: readonly string[]): PropertyTable {
  const property: Property = { shape: anything, use: "uncovered", computed: true, forceNew: false };
  return Object.fromEntries(names.map((name) => [name, property]));
}

/** A string; every given check must pass. */
export function text(...checks: readonly TextCheck[]): Shape {
  if (checks.length === 0) {
    return { kind: "text" };
  }
  return { kind: "text", check: (value) => checks.map((check) => check(value)).find((fault) => fault !== undefined) };
}

/** A string whose spellings can differ while meaning the same. */
export function document(check: TextCheck, same: SameText): Shape {
  return { kind: "text", check, same };
}

/** A whole number, both limits inclusive. */
export function integer(min?: number, max?: number): Shape {
  return { kind: "integer", ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

/** A boolean. */
export const flag: Shape = { kind: "flag" };

interface SizeLimits {
  readonly min?: number;
  readonly max?: number;
}

/** An ordered list: another order is a change. */
export function list(of: Shape, limits: SizeLimits = {}): Shape {
  return { kind: "list", of, ...limits };
}

/** A set: the order means nothing. */
export function set(of: Shape, limits: SizeLimits = {}): Shape {
  return { kind: "set", of, ...limits };
}

/** A map from strings. */
export function map(of: Shape = text()): Shape {
  return { kind: "map", of };
}

/** A nested object with its own table. */
export function object(properties: PropertyTable): Shape {
  return { kind: "object", properties };
}

/** A value the provider passes on without looking into it. */
export const anything: Shape = { kind: "anything" };

/** Files, as the engine hands them over: they are the same where its hash of their content is, wherever they lie. */
export const archive: Shape = { kind: "archive" };
