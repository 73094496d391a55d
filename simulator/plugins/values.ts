/** Stands for a value that only the deployment will settle; previews carry it through. */
export const unknownValue: unique symbol = Symbol("unknown");

/** A property value as the engine sends it, with unknowns made visible and secrets already opened by the engine. */
export type Value =
  null | boolean | number | string | typeof unknownValue | readonly Value[] | { readonly [key: string]: Value };

/** The properties of one resource. */
export type Values = Readonly<Record<string, Value>>;

/** Pulumi's sentinel for an unknown of any type; the typed ones follow in {@link unknownSentinels}. */
const unknownSentinel = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Sentinels of the engine's property encoding (sdk/go/common/resource/plugin, rpc.go): one per type of unknown. */
const unknownSentinels: ReadonlySet<string> = new Set([
  unknownSentinel,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** True for a plain object, false for arrays, null, unknowns and scalars. */
export function isRecord(value: Value | undefined): value is { readonly [key: string]: Value } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for an array value. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** True when a value is unknown or holds an unknown anywhere inside. */
export function holdsUnknown(value: Value | undefined): boolean {
  if (value === unknownValue) {
    return true;
  }
  if (isList(value)) {
    return value.some(holdsUnknown);
  }
  return isRecord(value) && Object.values(value).some(holdsUnknown);
}

/**
 * Reads the JSON form of the engine's encoding: sentinels become {@link unknownValue}, nulls inside objects are dropped,
 * as Terraform-based providers do.
 */
export function fromWire(wire: unknown): Value {
  if (wire === null || wire === undefined) {
    return null;
  }
  if (typeof wire === "string") {
    return unknownSentinels.has(wire) ? unknownValue : wire;
  }
  if (typeof wire === "boolean" || typeof wire === "number") {
    return wire;
  }
  if (Array.isArray(wire)) {
    return wire.map(fromWire);
  }
  if (typeof wire === "object") {
    const entries = Object.entries(wire).filter(([, value]) => value !== null && value !== undefined);
    return Object.fromEntries(entries.map(([key, value]) => [key, fromWire(value)]));
  }
  throw new Error(`a ${typeof wire} cannot cross the plugin protocol`);
}

/** Reads a whole property map; see {@link fromWire}. */
export function valuesFromWire(wire: unknown): Values {
  const value = fromWire(wire ?? {});
  if (!isRecord(value)) {
    throw new Error("the engine sent properties that are not an object");
  }
  return value;
}

/** The JSON form of the engine's encoding: {@link unknownValue} becomes its sentinel. */
export type WireValue = null | boolean | number | string | WireValue[] | { [key: string]: WireValue };

/** The opposite of {@link fromWire}. */
export function toWire(value: Value): WireValue {
  if (value === unknownValue) {
    return unknownSentinel;
  }
  if (isList(value)) {
    return value.map(toWire);
  }
  if (isRecord(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, toWire(entry)]));
  }
  return value;
}

/** JSON text with sorted keys: two values are the same when their texts are. Unknowns are never the same. */
export function canonical(value: Value): string {
  if (value === unknownValue) {
    return unknownSentinel;
  }
  if (isList(value)) {
    return `[${value.map(canonical).join(",")}]`;
  }
  if (isRecord(value)) {
    const keys = Object.keys(value).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

/** Drops undefined entries, so that optional fields of a cloud's answer can be written down plainly. */
export function defined(entries: Readonly<Record<string, Value | undefined>>): Values {
  const kept: Record<string, Value> = {};
  for (const [key, value] of Object.entries(entries)) {
    if (value !== undefined) {
      kept[key] = value;
    }
  }
  return kept;
}
