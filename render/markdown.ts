import { markdownTable } from "markdown-table";

/**
 * Text as code, so that nothing in it is Markdown, HTML or a mention: names, values and addresses come from files that
 * anybody may propose a change of. A backtick in it lengthens the fence, a line break becomes a space, and a bar is
 * escaped because tables are cut at bars first.
 */
export function code(text: string): string {
  if (text === "") return "` `";
  const line = text.replace(/\s+/g, " ").replaceAll("|", "\\|");
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** Text in which nothing is Markdown, HTML or a mention, for sentences that hold values. */
export function plain(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\\`*_{}[\]<>#|~]/g, "\\$&")
    .replaceAll("@", "@\u200B")
    .replaceAll("&", "&amp;");
}

/** A table in GitHub's form; cells are Markdown already. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  align?: readonly ("l" | "r")[],
): string {
  return markdownTable([[...head], ...rows.map((row) => [...row])], {
    alignDelimiters: false,
    ...(align === undefined ? {} : { align: [...align] }),
  });
}

/** A part that is folded until somebody opens it. The summary is HTML to GitHub: give it no values. */
export function folded(summary: string, content: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${content}\n\n</details>`;
}
