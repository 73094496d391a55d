import type { Property, PropertyTable, Shape } from "./schema.ts";
import { canonical, holdsUnknown, isList, isRecord, unknownValue, type Value, type Values } from "./values.ts";

/** One changed property. */
export interface Change {
  /** Pulumi's path, e.g. `targets[0].values[1]` or `tags["Patch Group"]`. */
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
  /** Whether this change replaces the resource. */
  readonly replaces: boolean;
}

type Pair = readonly [old: Value | undefined, new_: Value | undefined];

/**
 * What the cloud answers for something never set: an empty text, list or map, zero, false, an object of such, or nothing
 * at all. An empty text is a value in a map, though: a tag may be empty.
 */
function isZero(shape: Shape, value: Value | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) {
    return true;
  }
  if (isList(value)) {
    return value.length === 0;
  }
  if (!isRecord(value)) {
    return false;
  }
  const entries = Object.entries(value);
  return shape.kind === "object"
    ? entries.every(([name, entry]) => isZero(shape.properties[name]?.shape ?? shape, entry))
    : entries.length === 0;
}

function keyPath(path: string, key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

/** Whether two settled values of a shape mean the same. */
export function sameValue(shape: Shape, left: Value | undefined, right: Value | undefined): boolean {
  if (isZero(shape, left) && isZero(shape, right)) {
    return true;
  }
  return changesOf("", shape, [left, right], false).length === 0;
}

/** The parts two sequences share, as index pairs: their longest common subsequence. */
function commonItems(left: readonly string[], right: readonly string[]): readonly (readonly [number, number])[] {
  const lengths = left.map(() => new Array<number>(right.length + 1).fill(0));
  lengths.push(new Array<number>(right.length + 1).fill(0));
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      const row = lengths[i];
      if (row !== undefined) {
        row[j] = left[i] === right[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
      }
    }
  }
  const pairs: (readonly [number, number])[] = [];
  let [i, j] = [0, 0];
  while (i < left.length && j < right.length) {
    if (left[i] === right[j]) {
      pairs.push([i, j]);
      [i, j] = [i + 1, j + 1];
    } else if (at(i + 1, j) >= at(i, j + 1)) {
      i += 1;
    } else {
      j += 1;
    }
  }
  return pairs;
}

/** Changes of a list or set of scalars, or of a set of objects: an item at one index is new, gone or another. */
function itemChanges(
  path: string,
  removed: readonly number[],
  added: readonly number[],
  replaces: boolean,
): readonly Change[] {
  const indexes = [...new Set([...removed, ...added])].sort((left, right) => left - right);
  return indexes.map((index) => ({
    path: `${path}[${String(index)}]`,
    kind: removed.includes(index) ? (added.includes(index) ? "update" : "delete") : "add",
    replaces,
  }));
}

function setChanges(path: string, old: readonly Value[], new_: readonly Value[], replaces: boolean): readonly Change[] {
  const [before, after] = [old.map(canonical), new_.map(canonical)];
  const indexesOutside = (items: readonly string[], others: readonly string[]): readonly number[] =>
    items.flatMap((item, index) => (others.includes(item) || items.indexOf(item) !== index ? [] : [index]));
  return itemChanges(path, indexesOutside(before, after), indexesOutside(after, before), replaces);
}

function listChanges(
  path: string,
  of: Shape,
  old: readonly Value[],
  new_: readonly Value[],
  replaces: boolean,
): readonly Change[] {
  if (of.kind === "object" || of.kind === "list" || of.kind === "set" || of.kind === "map") {
    const indexes = Array.from({ length: Math.max(old.length, new_.length) }, (_, index) => index);
    return indexes.flatMap((index) => changesOf(`${path}[${String(index)}]`, of, [old[index], new_[index]], replaces));
  }
  const common = commonItems(old.map(canonical), new_.map(canonical));
  const [kept, stayed] = [new Set(common.map(([i]) => i)), new Set(common.map(([, j]) => j))];
  const outside = (items: readonly Value[], inside: ReadonlySet<number>): readonly number[] =>
    items.flatMap((_, index) => (inside.has(index) ? [] : [index]));
  return itemChanges(path, outside(old, kept), outside(new_, stayed), replaces);
}

function entryChanges(path: string, of: Shape, old: Values, new_: Values, replaces: boolean): readonly Change[] {
  const keys = [...new Set([...Object.keys(old), ...Object.keys(new_)])].sort();
  return keys.flatMap((key) => {
    const before = old[key];
    const after = new_[key];
    const bothThere = before !== undefined && after !== undefined;
    if (!bothThere && before !== after) {
      return [{ path: keyPath(path, key), kind: after === undefined ? "delete" : "add", replaces } as const];
    }
    return changesOf(keyPath(path, key), of, [before, after], replaces);
  });
}

function sameText(shape: Shape, old: Value, new_: Value): boolean {
  return (
    shape.kind === "text" &&
    shape.same !== undefined &&
    typeof old === "string" &&
    typeof new_ === "string" &&
    shape.same(old, new_)
  );
}

function presentChanges(path: string, shape: Shape, old: Value, new_: Value, replaces: boolean): readonly Change[] {
  if ((shape.kind === "list" || shape.kind === "set") && isList(old) && isList(new_)) {
    if (shape.kind === "list") {
      return listChanges(path, shape.of, old, new_, replaces);
    }
    return holdsUnknown(new_) ? [{ path, kind: "update", replaces }] : setChanges(path, old, new_, replaces);
  }
  if (isRecord(old) && isRecord(new_)) {
    if (shape.kind === "map") {
      return entryChanges(path, shape.of, old, new_, replaces);
    }
    if (shape.kind === "object") {
      return tableChanges(`${path}.`, shape.properties, old, new_, replaces);
    }
  }
  const same = canonical(old) === canonical(new_) || sameText(shape, old, new_);
  return same ? [] : [{ path, kind: "update", replaces }];
}

function changesOf(path: string, shape: Shape, [old, new_]: Pair, replaces: boolean): readonly Change[] {
  if (new_ === unknownValue) {
    return [{ path, kind: isZero(shape, old) ? "add" : "update", replaces }];
  }
  if (isZero(shape, old) && isZero(shape, new_)) {
    return [];
  }
  if (old === undefined || old === null) {
    return [{ path, kind: "add", replaces }];
  }
  if (new_ === undefined || new_ === null) {
    return [{ path, kind: "delete", replaces }];
  }
  return presentChanges(path, shape, old, new_, replaces);
}

function propertyChanges(path: string, property: Property, pair: Pair, replaces: boolean): readonly Change[] {
  const leftOut = pair[1] === undefined || pair[1] === null;
  if (property.use === "output" || property.use === "uncovered" || (leftOut && property.computed)) {
    return [];
  }
  return changesOf(path, property.shape, pair, replaces || property.forceNew);
}

function tableChanges(
  prefix: string,
  table: PropertyTable,
  old: Values,
  new_: Values,
  replaces: boolean,
): readonly Change[] {
  return Object.entries(table).flatMap(([name, property]) =>
    propertyChanges(`${prefix}${name}`, property, [old[name], new_[name]], replaces),
  );
}

function isIgnored(path: string, ignored: readonly string[]): boolean {
  return ignored.some(
    (prefix) => path === prefix || (path.startsWith(prefix) && [".", "["].includes(path.charAt(prefix.length))),
  );
}

/**
 * What changes when a resource goes from `old` (its state) to `new_` (its inputs, defaults filled in). A computed input
 * that was left out keeps its state; something never set equals its empty value; sets compare without order, documents
 * by meaning. Paths under `ignored` (the resource's `ignoreChanges`) are left out.
 */
export function diffProperties(
  table: PropertyTable,
  old: Values,
  new_: Values,
  ignored: readonly string[] = [],
): readonly Change[] {
  return tableChanges("", table, old, new_, false).filter((change) => !isIgnored(change.path, ignored));
}
