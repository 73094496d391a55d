const shownNames = 10;

/** The first ten names, and how many more there are. */
export function firstNames(names: readonly string[]): string {
  const more = names.length - shownNames;
  const shown = names.slice(0, shownNames).join(", ");
  return more > 0 ? `${shown} and ${String(more)} more (--json lists all)` : shown;
}

/** The first ten lines, and how many more there are. */
export function firstLines(lines: readonly string[]): readonly string[] {
  const more = lines.length - shownNames;
  return more > 0 ? [...lines.slice(0, shownNames), `and ${String(more)} more (--json lists all)`] : lines;
}

/** A headed, indented section; nothing where it has no lines. */
export function section(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [[heading, ...lines.map((line) => `  ${line}`)].join("\n")];
}
