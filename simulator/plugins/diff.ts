import { hashOf } from "./archives.ts";
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
 * How a provider compares. `bridged` is Pulumi's bridge to a Terraform provider, whose state holds every property of
 * an object, set or not: a text, number or flag is then never added but updated; an empty object is not the same as
 * none; a map loses its entries one by one, a list its last ones as a whole; objects of a set at one index are compared inside.
 */
export type Comparison = "plain" | "bridged";

interface Manner {
  readonly replaces: boolean;
  readonly comparison: Comparison;
}

/**
 * What the cloud answers for something never set: an empty text, list or map, zero, false, an object of such, or nothing
 * at all. An empty text is a value in a map, though: a tag may be empty.
 */
function isZero(shape: Shape, value: Value | undefined, comparison: Comparison): boolean {
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
  if (shape.kind !== "object") {
    return entries.length === 0;
  }
  return (
    comparison === "plain" &&
    entries.every(([name, entry]) => isZero(shape.properties[name]?.shape ?? shape, entry, comparison))
  );
}

function isScalar({ kind }: Shape): boolean {
  return kind === "text" || kind === "integer" || kind === "flag";
}

/** Kind of the change of a property that was not set before. */
function kindOfNew(shape: Shape, comparison: Comparison): Change["kind"] {
  return comparison === "bridged" && isScalar(shape) ? "update" : "add";
}

function keyPath(path: string, key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

/** Whether two settled values of a shape mean the same. */
export function sameValue(shape: Shape, left: Value | undefined, right: Value | undefined): boolean {
  const manner: Manner = { replaces: false, comparison: "plain" };
  if (isZero(shape, left, "plain") && isZero(shape, right, "plain")) {
    return true;
  }
  return changesOf("", shape, [left, right], manner).length === 0;
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

/** Whether an item leaves a property to the cloud: what it will be is unknown while it is planned. */
function leavesToCloud(of: Shape, item: Value | undefined): boolean {
  if (of.kind !== "object" || !isRecord(item)) return false;
  return Object.entries(of.properties).some(([name, { computed, shape }]) => {
    const value = item[name];
    return value === undefined || value === null ? computed : leavesToCloud(shape, value);
  });
}

function setChanges(
  path: string,
  of: Shape,
  old: readonly Value[],
  new_: readonly Value[],
  manner: Manner,
): readonly Change[] {
  const [before, after] = [old.map(canonical), new_.map(canonical)];
  const indexesOutside = (items: readonly string[], others: readonly string[]): readonly number[] =>
    items.flatMap((item, index) => (others.includes(item) || items.indexOf(item) !== index ? [] : [index]));
  const added = indexesOutside(after, before);
  // As with any unknown in a set.
  if (added.some((index) => leavesToCloud(of, new_[index])))
    return [{ path, kind: "update", replaces: manner.replaces }];
  const changes = itemChanges(path, indexesOutside(before, after), added, manner.replaces);
  if (manner.comparison === "plain" || of.kind !== "object") {
    return changes;
  }
  return changes.flatMap((change) => {
    const index = Number(/\[(\d+)\]$/.exec(change.path)?.[1]);
    return change.kind === "update" ? changesOf(change.path, of, [old[index], new_[index]], manner) : [change];
  });
}

function listChanges(
  path: string,
  of: Shape,
  old: readonly Value[],
  new_: readonly Value[],
  manner: Manner,
): readonly Change[] {
  if (of.kind === "object" || of.kind === "list" || of.kind === "set" || of.kind === "map") {
    const indexes = Array.from({ length: Math.max(old.length, new_.length) }, (_, index) => index);
    return indexes.flatMap((index) => changesOf(`${path}[${String(index)}]`, of, [old[index], new_[index]], manner));
  }
  const common = commonItems(old.map(canonical), new_.map(canonical));
  const [kept, stayed] = [new Set(common.map(([i]) => i)), new Set(common.map(([, j]) => j))];
  const outside = (items: readonly Value[], inside: ReadonlySet<number>): readonly number[] =>
    items.flatMap((_, index) => (inside.has(index) ? [] : [index]));
  return itemChanges(path, outside(old, kept), outside(new_, stayed), manner.replaces);
}

function entryChanges(path: string, of: Shape, old: Values, new_: Values, manner: Manner): readonly Change[] {
  const keys = [...new Set([...Object.keys(old), ...Object.keys(new_)])].sort();
  return keys.flatMap((key) => {
    const before = old[key];
    const after = new_[key];
    const bothThere = before !== undefined && after !== undefined;
    if (!bothThere && before !== after) {
      const kind = after === undefined ? "delete" : "add";
      return [{ path: keyPath(path, key), kind, replaces: manner.replaces } as const];
    }
    return changesOf(keyPath(path, key), of, [before, after], manner);
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

function sameArchive(shape: Shape, old: Value, new_: Value): boolean {
  return shape.kind === "archive" && hashOf(old) !== undefined && hashOf(old) === hashOf(new_);
}

function presentChanges(path: string, shape: Shape, old: Value, new_: Value, manner: Manner): readonly Change[] {
  const { replaces } = manner;
  if ((shape.kind === "list" || shape.kind === "set") && isList(old) && isList(new_)) {
    if (shape.kind === "list") {
      return listChanges(path, shape.of, old, new_, manner);
    }
    return holdsUnknown(new_) ? [{ path, kind: "update", replaces }] : setChanges(path, shape.of, old, new_, manner);
  }
  if (isRecord(old) && isRecord(new_)) {
    if (shape.kind === "map") {
      return entryChanges(path, shape.of, old, new_, manner);
    }
    if (shape.kind === "object") {
      return tableChanges(`${path}.`, shape.properties, old, new_, manner);
    }
  }
  const same = canonical(old) === canonical(new_) || sameText(shape, old, new_) || sameArchive(shape, old, new_);
  return same ? [] : [{ path, kind: "update", replaces }];
}

function changesOf(path: string, shape: Shape, [old, new_]: Pair, manner: Manner): readonly Change[] {
  const { replaces, comparison } = manner;
  if (new_ === unknownValue) {
    return [{ path, kind: isZero(shape, old, comparison) ? kindOfNew(shape, comparison) : "update", replaces }];
  }
  if (isZero(shape, old, comparison) && isZero(shape, new_, comparison)) {
    return [];
  }
  if (old === undefined || old === null) {
    return [{ path, kind: kindOfNew(shape, comparison), replaces }];
  }
  if (new_ === undefined || new_ === null) {
    return comparison === "bridged" && shape.kind === "map" && isRecord(old)
      ? entryChanges(path, shape.of, old, {}, manner)
      : [{ path, kind: "delete", replaces }];
  }
  // A list that becomes empty is taken away as a whole.
  if (comparison === "bridged" && isList(new_) && new_.length === 0) {
    return [{ path, kind: "delete", replaces }];
  }
  return presentChanges(path, shape, old, new_, manner);
}

function propertyChanges(path: string, property: Property, pair: Pair, manner: Manner): readonly Change[] {
  const leftOut = pair[1] === undefined || pair[1] === null;
  if (property.use === "output" || property.use === "uncovered" || (leftOut && property.computed)) {
    return [];
  }
  return changesOf(path, property.shape, pair, { ...manner, replaces: manner.replaces || property.forceNew });
}

function tableChanges(
  prefix: string,
  table: PropertyTable,
  old: Values,
  new_: Values,
  manner: Manner,
): readonly Change[] {
  return Object.entries(table).flatMap(([name, property]) =>
    propertyChanges(`${prefix}${name}`, property, [old[name], new_[name]], manner),
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
  comparison: Comparison = "plain",
): readonly Change[] {
  const changes = tableChanges("", table, old, new_, { replaces: false, comparison });
  return changes.filter((change) => !isIgnored(change.path, ignored));
}
