import { distance } from "fastest-levenshtein";

/** Nobody misspells a name of more characters: comparing two of them would take longer than anybody waits. */
const longestCompared = 100;
const mostListed = 100;

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
  const more = names.length - mostListed;
  return `${names.slice(0, mostListed).join(", ")}${more > 0 ? `, and ${String(more)} more` : ""}`;
}

/** The `allowed` and `fix` parts of a fault about a name that is not known. */
export function suggest(name: string, known: readonly string[]): { readonly allowed: string; readonly fix?: string } {
  const near = nearest(name, known);
  return {
    allowed: known.length === 0 ? "none is defined" : listed(known),
    ...(near === undefined ? {} : { fix: `did you mean "${near}"?` }),
  };
}
