import { unitInterval } from "../../simulator/index.ts";

/** Draws that depend on the seed and on what is drawn alone, so that one more draw changes no other. */
export interface Draws {
  /** In [0, 1). */
  unit(what: string): number;
  /** True in so large a share of all seeds, 0–1. */
  chance(what: string, share: number): boolean;
  /** A whole number, both ends included. */
  whole(what: string, least: number, most: number): number;
  /** One of a list; a `RangeError` of an empty one. */
  pick<T>(what: string, list: readonly T[]): T;
  /** A part of a list, in its order, of at least so many entries. */
  some<T>(what: string, list: readonly T[], least: number): readonly T[];
  /** The draws of a part, apart from those of every other part. */
  within(part: string): Draws;
}

/** The draws of a seed. */
export function drawsOf(seed: number, scope = "seed"): Draws {
  const unit = (what: string): number => unitInterval(seed, scope, what);
  const whole = (what: string, least: number, most: number): number =>
    least + Math.floor(unit(what) * (most - least + 1));
  return {
    unit,
    chance: (what, share) => unit(what) < share,
    whole,
    pick: (what, list) => {
      const found = list[whole(what, 0, list.length - 1)];
      if (found === undefined) throw new RangeError(`nothing to pick ${what} from`);
      return found;
    },
    some: (what, list, least) => {
      const wanted = whole(`${what}: how many`, Math.min(least, list.length), list.length);
      const ranked = list.map((entry, index) => ({ entry, index, rank: unit(`${what}: ${String(index)}`) }));
      const kept = ranked.toSorted((a, b) => a.rank - b.rank).slice(0, wanted);
      return kept.toSorted((a, b) => a.index - b.index).map(({ entry }) => entry);
    },
    within: (part) => drawsOf(seed, `${scope}/${part}`),
  };
}
