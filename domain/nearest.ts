import { distance } from "fastest-levenshtein";
import { firstOf } from "./text.ts";

/** Nobody misspells a name of more characters: comparing two of them would take longer than anybody waits. */
const longestCompared = 100;
const mostListed = 100;
/** Names of a suggestion: what is meant stands behind them, and must not scroll away. */
const mostSuggested = 20;

/**
 * The known name that a misspelled one most likely means; undefined when none is near: at most two edits, or a third
 * of the name's length, letter case apart.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const within = Math.max(2, Math.floor(name.length / 3));
  if (name.length > longestCompared) return undefined;
  const [best] = known
    .filter((candidate) => Math.abs(candidate.length - name.length) <= within)
    .map((candidate) => ({ candidate, edits: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ edits }) => edits <= within)
    .sort((a, b) => a.edits - b.edits);
  return best?.candidate;
}

/** Names in a row, the first hundred of them. */
export function listed(names: readonly string[]): string {
  return firstOf(names, mostListed);
}

/**
 * The `allowed` and `fix` parts of a fault about a name that is not known.
 * @param unlisted - what it may mean too, and nobody wants to read
 */
export function suggest(
  name: string,
  known: readonly string[],
  unlisted: readonly string[] = [],
): { readonly allowed: string; readonly fix?: string } {
  const near = nearest(name, [...known, ...unlisted]);
  return {
    allowed: known.length === 0 ? "none is defined" : firstOf(known, mostSuggested),
    ...(near === undefined ? {} : { fix: `did you mean "${near}"?` }),
  };
}
