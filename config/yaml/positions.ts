import type { Fault } from "../../domain/fault.ts";
import { parentPath } from "./path.ts";

/** Where something stands in a text: the part of a fault that says so. */
export interface Position {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units. */
  readonly column: number;
  /** In code units; may go beyond the line's end. */
  readonly width: number;
}

/** A key or list entry, and its value where that is a single one. */
export interface KeyPlace {
  readonly key: Position;
  readonly value?: Position;
}

/** Places by path. */
export type Places = ReadonlyMap<string, KeyPlace>;

/**
 * The position of what a fault is about: the value where it is about one, else the key. What is missing has the key
 * of the nearest thing above it; undefined where there is none.
 */
export function positionIn(places: Places, fault: Pick<Fault, "path" | "value">): Position | undefined {
  const place = places.get(fault.path);
  if (place !== undefined) return fault.value === undefined ? place.key : (place.value ?? place.key);
  return fault.path === "" ? undefined : positionIn(places, { path: parentPath(fault.path) });
}
