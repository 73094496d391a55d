import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  Scalar,
  type Alias,
  type Document,
  type Pair,
} from "yaml";
import { utf16Fault, type Fault } from "../../domain/fault.ts";
import { pathText, type Path } from "./path.ts";
import { deepestNesting, longestText, mostValues, tooDeepAt } from "./yamlBounds.ts";
import type { KeyPlace, Places, Position } from "./positions.ts";
import { isMapping } from "../../domain/values.ts";

/** A YAML text, read. */
export interface YamlText {
  /** Undefined when the text has faults. */
  readonly value: unknown;
  /** Every key and list entry, by its path. */
  readonly places: Places;
  readonly faults: readonly Fault[];
}

const words: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
]);

/** A time behind a T has a zone, one behind a blank has none; anything else is text. */
const timestamp =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt](?=.*(?:Z|[+-]\d{2}:\d{2})$)| (?!.*(?:Z|[+-]\d{2}:\d{2})$))(\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d+)?(Z|[+-]\d{2}:\d{2})?)?$/;
/** What Go's YAML reads as no number that JSON has: the CLI refuses the file. */
const notFinite = /^[-+]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$/;
const decimal = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/;

/** What Go prints of the time that a bare date stands for; undefined for text that is no date. */
function goTime(source: string): string | undefined {
  const [, year = "", month = "", day = "", hour = "0", minute = "0", second = "0", fraction = "", zone = "Z"] =
    timestamp.exec(source) ?? [];
  const two = (part: string): string => part.padStart(2, "0");
  const date = `${year}-${two(month)}-${two(day)}`;
  const parsed = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 10) !== date) {
    return undefined;
  }
  const offset = zone.replace(":", "");
  const place = zone === "Z" || zone === "+00:00" ? "+0000 UTC" : `${offset} ${offset}`;
  return `${date} ${two(hour)}:${two(minute)}:${two(second)}${fraction.replace(/\.?0+$/, "")} ${place}`;
}

/** A bare number as Go's YAML reads it: also `0x1F`, `0o17`, `0b1`, `017` (octal) and `1_000`. */
function goNumber(source: string): number | undefined {
  if (!/^[-+.\d]/.test(source)) return undefined;
  const plain = source.replaceAll("_", "");
  const [, sign = "", prefix = "", digits = ""] =
    /^([-+]?)(0[xX]|0[bB]|0[oO]|0(?=[0-7]))([0-9a-fA-F]+)$/.exec(plain) ?? [];
  const base = { x: 16, b: 2, o: 8, "": 8 }[prefix.slice(1).toLowerCase()] ?? 10;
  if (digits !== "" && digits.split(/(?=.)/).every((digit) => Number.parseInt(digit, 16) < base)) {
    const size = Number.parseInt(digits, base);
    // Go reads 64 bits; what is larger, and no decimal, stays text.
    if (size <= 2 ** 64) return size === 0 ? 0 : Number(`${sign}1`) * size;
  }
  const value = decimal.test(plain) ? Number(plain) : Infinity;
  return Number.isFinite(value) ? value + 0 : undefined;
}

const textTag = "tag:yaml.org,2002:str";

function scalarValue(scalar: Scalar): unknown {
  const source = scalar.source ?? "";
  if (scalar.tag !== undefined) return source;
  if (scalar.type !== Scalar.PLAIN) return scalar.value;
  if (words.has(source)) {
    return words.get(source);
  }
  return goTime(source) ?? goNumber(source) ?? source;
}

function positionOf(counter: LineCounter, start: number, end: number): Position {
  const { line, col } = counter.linePos(start);
  return { line, column: col, width: Math.max(1, end - start) };
}

class Reader {
  readonly places = new Map<string, KeyPlace>();
  readonly faults: Fault[] = [];
  readonly #file: string;
  readonly #counter: LineCounter;
  /** What is being read: an alias of one of these holds itself. */
  readonly #open = new Set<unknown>();
  /** The last node before this place that has the anchor. */
  readonly #anchors = new Map<string, unknown>();
  /** How many aliases are being followed: what they stand for sets no anchors a second time. */
  #following = 0;
  #values = 0;
  /** Whether an alias led nowhere, or there was too much, so that the value is not what anybody wrote. */
  broken = false;

  constructor(file: string, counter: LineCounter) {
    this.#file = file;
    this.#counter = counter;
  }

  #position(node: unknown): Position | undefined {
    const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : undefined;
    return range ? positionOf(this.#counter, range[0], range[1]) : undefined;
  }

  /** Takes down where something stands; a value that is a mapping or a list has its key's place. */
  #note(path: Path, node: unknown, value?: unknown): Position | undefined {
    const key = this.#position(node);
    const written = isAlias(value) || (isScalar(value) && value.source !== "");
    const at = written ? this.#position(value) : undefined;
    if (key !== undefined) this.places.set(pathText(path), { key, ...(at === undefined ? {} : { value: at }) });
    return key;
  }

  #key(node: unknown, path: Path): string {
    const key = isScalar(node) ? scalarValue(node) : undefined;
    if (typeof key === "string") return key;
    const at = this.#note([...path, String(key)], node);
    const fault = { file: this.#file, path: pathText([...path, String(key)]), message: "a key must be text" };
    this.faults.push({ ...fault, ...at, value: key, fix: "quote the key" });
    return String(key);
  }

  /** Whether so much was read, or so deep, that the rest is left out; says so once. */
  #tooMuch(node: unknown, path: Path): boolean {
    this.#values += 1;
    const deep = path.length + this.#following > deepestNesting;
    if (!deep && this.#values <= mostValues) return this.broken && this.#values > mostValues;
    if (!this.broken) {
      const message = deep ? "is nested too deeply, aliases followed" : "holds too many values, aliases followed";
      const allowed = deep ? `at most ${String(deepestNesting)} levels` : `at most ${String(mostValues)} values`;
      const fault = { file: this.#file, path: pathText(path.slice(0, 3)), message, allowed };
      this.faults.push({ ...fault, ...this.#position(node) });
    }
    this.broken = true;
    this.#values = mostValues + 1;
    return true;
  }

  #refuse(node: unknown, path: Path, message: string, fix: string): void {
    this.broken = true;
    this.faults.push({ file: this.#file, path: pathText(path), message, fix, ...this.#position(node) });
  }

  /** What the CLI refuses, or reads by a tag that a reviewer would have to know the meaning of. */
  #checkForm(node: unknown, path: Path): void {
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return;
    if (node.tag !== undefined && node.tag !== textTag) {
      this.#refuse(node, path, "has a tag, by which it is read as something else", "write the value without the tag");
    }
    if (isScalar(node) && node.type === Scalar.PLAIN && notFinite.test(node.source ?? "")) {
      this.#refuse(node, path, "is no number that the Pulumi CLI takes", "quote it, or write a number");
    }
  }

  read(node: unknown, path: Path): unknown {
    if (this.#tooMuch(node, path)) return undefined;
    this.#checkForm(node, path);
    if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined && this.#following === 0) {
      this.#anchors.set(node.anchor, node);
    }
    if (isAlias(node)) {
      return this.#followed(node, path);
    }
    if (!isSeq(node) && !isMap(node)) {
      return isScalar(node) ? scalarValue(node) : null;
    }
    this.#open.add(node);
    const value = isSeq(node) ? this.#list(node.items, path) : this.#mapping(node.items, path);
    this.#open.delete(node);
    return value;
  }

  #list(items: readonly unknown[], path: Path): unknown[] {
    return items.map((item, index) => {
      this.#note([...path, index], item);
      return this.read(item, [...path, index]);
    });
  }

  #mapping(items: readonly Pair[], path: Path): Record<string, unknown> {
    let inherited: Record<string, unknown> = {};
    const own = new Map<string, unknown>();
    const seen = new Set<string>();
    for (const { key, value } of items) {
      if (this.#values > mostValues) break;
      const name = this.#key(key, path);
      if (seen.has(name) && name !== "<<") this.#twice(key, name, path);
      seen.add(name);
      if (name === "<<") {
        inherited = { ...this.#merged(value, path), ...inherited };
        continue;
      }
      this.#note([...path, name], key, value);
      own.set(name, this.read(value, [...path, name]));
    }
    // By entries, because an assignment to the key __proto__ would not show.
    return Object.fromEntries([...Object.entries(inherited), ...own]);
  }

  #twice(node: unknown, name: string, path: Path): void {
    this.broken = true;
    const fault = { file: this.#file, path: "yaml", message: `duplicate key ${pathText([...path, name])}` };
    this.faults.push({ ...fault, ...this.#position(node) });
  }

  #followed(alias: Alias, path: Path): unknown {
    const target = this.#anchors.get(alias.source);
    if (target !== undefined && !this.#open.has(target)) {
      this.#following += 1;
      const value = this.read(target, path);
      this.#following -= 1;
      return value;
    }
    this.broken = true;
    const message = target === undefined ? "there is no such anchor" : "the anchor holds itself";
    const fault = { file: this.#file, path: pathText(path), message, value: `*${alias.source}` };
    this.faults.push({ ...fault, ...this.#position(alias) });
    return undefined;
  }

  #merged(node: unknown, path: Path): Record<string, unknown> {
    const value = this.read(node, path);
    const sources = Array.isArray(value) ? (value as unknown[]).toReversed() : [value];
    return Object.assign({}, ...sources.filter(isMapping)) as Record<string, unknown>;
  }
}

/**
 * Reads YAML as the Pulumi CLI does (Go's yaml.v3), which is neither YAML 1.1 nor 1.2: a bare date becomes the text
 * `2026-12-06 00:00:00 +0000 UTC`, bare digits a number, with leading zero an octal one, `yes` stays text.
 * Measured with CLI 3.250; the recordings are in `tests/config/traps`.
 */
export function readYaml(text: string, file: string): YamlText {
  if (text.length > longestText) {
    const allowed = `at most ${String(longestText)} characters`;
    const fault = { file, line: 1, path: "yaml", message: "the file is too long", value: text.length, allowed };
    return { value: undefined, places: new Map(), faults: [fault] };
  }
  const utf16 = utf16Fault(text);
  if (utf16 !== undefined) {
    return { value: undefined, places: new Map(), faults: [{ file, line: 1, path: "yaml", ...utf16 }] };
  }
  const counter = new LineCounter();
  const deep = tooDeepAt(text);
  if (deep !== undefined) {
    const line = text.slice(0, deep).split("\n").length;
    const allowed = `at most ${String(deepestNesting)} levels`;
    const fault = { file, line, path: "yaml", message: "is nested too deeply", allowed };
    return { value: undefined, places: new Map(), faults: [fault] };
  }
  const options = { lineCounter: counter, schema: "core", prettyErrors: false, uniqueKeys: false } as const;
  const document = parseDocument(text, options);
  if (document.errors.length > 0) {
    // What comes after the first error in the form mostly follows from it.
    const faults = document.errors.slice(0, 1).map((error) => {
      return { file, ...positionOf(counter, ...error.pos), path: "yaml", message: errorMessage(error) };
    });
    return { value: undefined, places: new Map(), faults };
  }
  const reader = new Reader(file, counter);
  const value = reader.read(document.contents, []);
  return { value: reader.broken ? undefined : value, places: reader.places, faults: reader.faults };
}

type YamlError = Pick<Document["errors"][number], "code" | "message" | "pos">;

function errorMessage({ code, message }: YamlError): string {
  return code === "MULTIPLE_DOCS"
    ? "the file holds more than one document"
    : message.charAt(0).toLowerCase() + message.slice(1).replace(/\.$/, "");
}
