import { cutDocument, leftOut } from "../cut.ts";
import type { Block, Document, Item, Span, Words } from "../document.ts";
import { plainTable } from "../plainTable.ts";
import { clean, cleanLines } from "./clean.ts";

/** Names that a list on a terminal shows. */
const shownNames = 10;

function spanText(span: Span): string {
  if (typeof span === "string") return clean(span);
  switch (span.kind) {
    case "value":
      return clean(span.text);
    case "strong":
      return wordsText(span.words);
    case "mark":
      return span.mark;
    case "names":
      return span.names.map(wordsText).join(", ");
  }
}

/** Words as one line of text, without anything that a terminal would act on. */
export function wordsText(words: Words): string {
  return words.map(spanText).join("");
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (line === "" ? "" : `  ${line}`));
}

function blockLines(block: Block, all: boolean): readonly string[] {
  const under = (blocks: readonly Block[]): readonly string[] =>
    indented(blocks.flatMap((each) => blockLines(each, all)));
  switch (block.kind) {
    case "heading":
      return [`${wordsText(block.words)}:`, ...under(block.blocks)];
    case "paragraph":
      return [wordsText(block.words)];
    case "code":
      return cleanLines(block.text);
    case "lines":
      return block.items.flatMap(({ words, blocks }: Item) => [wordsText(words), ...under(blocks)]);
    case "table": {
      const columns = block.columns.map((column, index) => ({
        ...column,
        cell: (row: readonly Words[]) => wordsText(row[index] ?? []),
      }));
      const rest = leftOut(block);
      return [...plainTable(columns, block.rows).split("\n"), ...(rest === undefined ? [] : [rest])];
    }
    case "details":
      return block.aside && !all
        ? [`${wordsText(block.summary)} (--all shows them)`]
        : [`${wordsText(block.summary)}:`, ...under(block.blocks)];
  }
}

/** Paragraphs that follow each other, and what is only named, stand together. */
function isLine(block: Block | undefined, all: boolean): boolean {
  return block === undefined || block.kind === "paragraph" || (block.kind === "details" && block.aside && !all);
}

/**
 * A document for a terminal, a pipe or a log: no colour, columns aligned, lists of names cut to the first ten.
 * @param all - whether to show also what is background
 */
export function writeText(document: Document, all = false): string {
  const { title, blocks } = cutDocument(document, { rows: Infinity, names: shownNames });
  const parts = blocks.map((block, index) => {
    const before = index === 0 ? "" : isLine(block, all) && isLine(blocks[index - 1], all) ? "\n" : "\n\n";
    return `${before}${blockLines(block, all).join("\n")}`;
  });
  const head = title === undefined ? "" : `${wordsText(title)}${isLine(blocks[0], all) ? "\n" : "\n\n"}`;
  return `${head}${parts.join("")}`.trimEnd() + "\n";
}
