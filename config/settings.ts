import { z } from "zod";
import type { Fault } from "../domain/fault.ts";
import { nearest, suggest } from "../domain/nearest.ts";
import { pathText, type Path } from "./yaml/path.ts";
import { presetNames } from "./schema/presets.ts";
import { stackSchema, type Settings } from "./schema/stack.ts";
import { zodFaults } from "./zodFaults.ts";
import { isMapping } from "../domain/values.ts";

/** What parsed of the settings: of a mapping of named objects those that are right, of the rest all or nothing. */
export interface ParsedSettings {
  readonly settings: Partial<Settings>;
  readonly faults: readonly Fault[];
}

/**
 * Most named objects of a kind: AWS holds 50 windows, and as many baselines, in an account and Region; S3 takes ten tags
 * on an object, of which the stack sets three itself.
 */
const mostNamed = (section: string): number => ({ windows: 100, tags: 7 })[section] ?? 300;

const options = { reportInput: true } as const;

function parsed(
  schema: z.ZodType,
  value: unknown,
  at: Path,
): { readonly value?: unknown; readonly faults: readonly Fault[] } {
  const result = schema.safeParse(value, options);
  return result.success ? { value: result.data, faults: [] } : { faults: zodFaults(result.error, at) };
}

/** A misspelled preset looks like an entry of its own that lacks what one needs: then which preset is meant is said. */
function misspelledPreset(section: string, name: string, faults: readonly Fault[]): readonly Fault[] {
  const presets = presetNames[section] ?? [];
  const lacking = faults.filter(({ message }) => message === "is missing");
  const meant = presets.includes(name) ? undefined : nearest(name, presets);
  if (meant === undefined || lacking.length === 0) return faults;
  const at = pathText([section, name]);
  const keys = lacking.map(({ path }) => path.slice(at.length + 1)).filter((key) => key !== "patchedElsewhere");
  const otherwise = keys.length === 0 ? "" : `; of its own it lacks ${keys.join(", ")}`;
  const fix = `did you mean "${meant}"?${otherwise}`;
  return [
    { path: at, message: "is no preset, and not whole as an entry of its own", fix },
    ...faults.filter((fault) => !lacking.includes(fault)),
  ];
}

/** The record behind a section's default. */
function recordIn(schema: z.ZodType): z.ZodRecord | undefined {
  const inner = schema instanceof z.ZodDefault ? schema.unwrap() : schema;
  return inner instanceof z.ZodRecord ? inner : undefined;
}

function parseNamed(record: z.ZodRecord, value: unknown, section: string) {
  if (!isMapping(value)) {
    return {
      faults: [{ path: section, message: "must be a mapping", value, fix: "write names below it, or leave it out" }],
    };
  }
  const count = Object.keys(value).length;
  if (count > mostNamed(section)) {
    const allowed = `at most ${String(mostNamed(section))}`;
    return { faults: [{ path: section, message: "has too many entries", value: count, allowed }] };
  }
  const faults: Fault[] = [];
  const good: Record<string, unknown> = {};
  for (const name of Object.keys(value).sort()) {
    const at = [section, name];
    const presets = presetNames[section];
    if (value[name] === null && presets !== undefined) {
      const message = "is empty; null takes a preset away, and none has this name";
      faults.push({ path: pathText(at), message, ...suggest(name, presets) });
      continue;
    }
    const key = parsed(record.keyType as z.ZodType, name, at);
    const entry = parsed(record.valueType as z.ZodType, value[name], at);
    faults.push(...key.faults, ...misspelledPreset(section, name, entry.faults));
    if (key.faults.length + entry.faults.length === 0) {
      good[name] = entry.value;
    }
  }
  return { value: good, faults };
}

/** Parses settings part by part, so that a fault in one part hides none in another. */
export function parseSettings(merged: Readonly<Record<string, unknown>>): ParsedSettings {
  const settings: Record<string, unknown> = {};
  const faults: Fault[] = [];
  const schemas: Readonly<Record<string, z.ZodType>> = stackSchema.shape;
  for (const [section, schema] of Object.entries(schemas)) {
    const value = merged[section];
    const record = recordIn(schema);
    const outcome =
      record === undefined || value === undefined
        ? parsed(schema, value, [section])
        : parseNamed(record, value, section);
    faults.push(...outcome.faults);
    if ("value" in outcome) {
      settings[section] = outcome.value;
    }
  }
  const known = Object.keys(schemas);
  for (const key of Object.keys(merged).filter((name) => !known.includes(name))) {
    faults.push({ path: key, message: "unknown key", ...suggest(key, known) });
  }
  return { settings, faults };
}
