import { distance } from "fastest-levenshtein";

/**
 * The known name that a misspelled one most likely means; undefined when none is near: at most two edits, or a third
 * of the name's length, letter case apart.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const within = Math.max(2, Math.floor(name.length / 3));
  const [best] = known
    .map((candidate) => ({ candidate, edits: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ edits }) => edits <= within)
    .sort((a, b) => a.edits - b.edits);
  return best?.candidate;
}

/** The `allowed` and `fix` parts of a fault about a name that is not known. */
export function suggest(name: string, known: readonly string[]): { readonly allowed: string; readonly fix?: string } {
  const near = nearest(name, known);
  return {
    allowed: known.length === 0 ? "none is defined" : known.join(", "),
    ...(near === undefined ? {} : { fix: `did you mean "${near}"?` }),
  };
}
