import { formatFaultInPlace, type Fault } from "../domain/fault.ts";
import { snippet } from "./snippet.ts";
import type { ProjectFiles } from "./projectFiles.ts";

/** Beyond these many faults the rest are plain lines: nobody reads more pictures than that. */
const mostShown = 20;

/** Ciphertext of a secret, and what Pulumi writes of the key that it is encrypted with. */
const secretKey = /^(\s*)(?:.*[\s{,])?["']?(?:secure|encryptionsalt|encryptedkey)["']?\s*:/;

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** Numbers of the lines that hold a secret, one that goes on over several lines included. */
function secretLines(lines: readonly string[]): ReadonlySet<number> {
  const secret = new Set<number>();
  let within: number | undefined;
  for (const [index, line] of lines.entries()) {
    const [, indent] = secretKey.exec(line) ?? [];
    if (indent !== undefined) within = indent.length;
    else if (within !== undefined && line.trim() !== "" && indentOf(line) <= within) within = undefined;
    if (within !== undefined) secret.add(index + 1);
  }
  return secret;
}

/** The lines of a file that may be shown. */
class Source {
  readonly #lines: readonly string[];
  readonly #secret: ReadonlySet<number>;

  constructor(text: string) {
    this.#lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
    this.#secret = secretLines(this.#lines);
  }

  line(number: number): string | undefined {
    return this.#secret.has(number) ? undefined : this.#lines[number - 1];
  }
}

function pictureOf(faults: readonly Fault[], source: Source): readonly string[] {
  const line = faults[0]?.line ?? 0;
  const text = source.line(line);
  const marks = faults.flatMap(({ column, width }) =>
    column === undefined ? [] : [{ column, ...(width === undefined ? {} : { width }) }],
  );
  return text === undefined || marks.length === 0 ? [] : snippet(text, line, marks);
}

/**
 * Faults for people: a line each, and below those of one place the file's line with carets at what they are about.
 * A line that holds a secret is never shown.
 * @param faults - sorted by file and line
 */
export function faultReport(faults: readonly Fault[], files: Pick<ProjectFiles, "read">): string {
  const sources = new Map<string, Source>();
  const sourceOf = (file: string): Source => {
    const source = sources.get(file) ?? new Source(files.read(file) ?? "");
    sources.set(file, source);
    return source;
  };
  const shown = faults.slice(0, mostShown);
  // A fault without a place stands alone.
  const places = Map.groupBy(shown, ({ file, line }, index) =>
    file === undefined || line === undefined ? String(index) : `${file}:${String(line)}`,
  );
  const pictured = [...places.values()].flatMap((members) => {
    const file = members[0]?.file;
    return [...members.map(formatFaultInPlace), ...(file === undefined ? [] : pictureOf(members, sourceOf(file)))];
  });
  return [...pictured, ...faults.slice(mostShown).map(formatFaultInPlace)].join("\n");
}
