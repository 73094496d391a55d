import { cutDocument, leftOut } from "../cut.ts";
import type { Block, Document, DocumentTable, Item, Span, Words } from "../document.ts";
import { plainTable } from "../plainTable.ts";
import { clean, cleanLines } from "./clean.ts";
import { unbroken, withBlanks, wrapped } from "./wrap.ts";

/** Names that a list on a terminal shows. */
const shownNames = 10;
/** Rows of a table or a list that a terminal shows; what is more is in the other formats. */
const shownRows = 50;
const indent = 2;

/** How a document is written for a terminal. */
export interface TextOptions {
  /** Whether to show also what is background. @default false */
  readonly all?: boolean;
  /** Columns that lines may have, wrapped between words; a value stays whole. @default no limit */
  readonly width?: number;
}

function spanText(span: Span): string {
  if (typeof span === "string") return clean(span);
  switch (span.kind) {
    case "value":
      return unbroken(clean(span.text));
    case "strong":
      return span.words.map(spanText).join("");
    case "mark":
      return span.mark;
    case "names":
      return span.names.map((name) => name.map(spanText).join("")).join(", ");
  }
}

/** Words as one line of text, without anything that a terminal would act on. */
export function wordsText(words: Words): string {
  return withBlanks(words.map(spanText).join(""));
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (line === "" ? "" : `${" ".repeat(indent)}${line}`));
}

function sentence(words: Words, width: number, end = ""): readonly string[] {
  return wrapped(`${words.map(spanText).join("")}${end}`, width);
}

/** A line of a list; what it is wrapped to is indented, so that the next line of the list is told from it. */
function itemLines(words: Words, width: number): readonly string[] {
  const text = words.map(spanText).join("");
  const [first = ""] = wrapped(text, width);
  const rest = text.slice(first.length).trimStart();
  return rest === "" ? [first] : [first, ...indented(wrapped(rest, width - indent))];
}

function tableLines(block: DocumentTable, width: number): readonly string[] {
  const text = (row: readonly Words[], index: number): string => (row[index] ?? []).map(spanText).join("");
  const nested = (row: readonly Words[]): string => {
    const below = text(row, 1);
    return below === "" ? text(row, 0) : `${unbroken(" ".repeat(indent))}${below}`;
  };
  const columns = block.columns.map((column, index) => ({
    ...column,
    cell: (row: readonly Words[]) => text(row, index),
  }));
  const [first, ...others] = columns;
  const shown =
    block.nested === true && first !== undefined ? [{ ...first, cell: nested }, ...others.slice(1)] : columns;
  const rest = leftOut(block);
  return [...plainTable(shown, block.rows, width).split("\n"), ...(rest === undefined ? [] : wrapped(rest, width))];
}

function blockLines(block: Block, all: boolean, width: number): readonly string[] {
  const under = (blocks: readonly Block[]): readonly string[] =>
    indented(blocks.flatMap((each) => blockLines(each, all, width - indent)));
  switch (block.kind) {
    case "heading":
      return [...sentence(block.words, width, ":"), ...under(block.blocks)];
    case "paragraph":
      return sentence(block.words, width);
    case "code":
      return cleanLines(block.text);
    case "lines":
      return block.items.flatMap(({ words, blocks }: Item) => [...itemLines(words, width), ...under(blocks)]);
    case "table":
      return tableLines(block, width);
    case "details":
      return block.aside && !all
        ? sentence(block.summary, width, " (--all shows them)")
        : [...sentence(block.summary, width, ":"), ...under(block.blocks)];
  }
}

/** Paragraphs that follow each other, and what is only named, stand together. */
function isLine(block: Block | undefined, all: boolean): boolean {
  return block === undefined || block.kind === "paragraph" || (block.kind === "details" && block.aside && !all);
}

/** A document for a terminal, a pipe or a log: no colour, columns aligned, lists cut to their first rows and names. */
export function writeText(document: Document, { all = false, width = Infinity }: TextOptions = {}): string {
  const { title, blocks } = cutDocument(document, { rows: all ? Infinity : shownRows, names: shownNames });
  const parts = blocks.map((block, index) => {
    const before = index === 0 ? "" : isLine(block, all) && isLine(blocks[index - 1], all) ? "\n" : "\n\n";
    return `${before}${blockLines(block, all, width).join("\n")}`;
  });
  const head =
    title === undefined ? "" : `${sentence(title, width).join("\n")}${isLine(blocks[0], all) ? "\n" : "\n\n"}`;
  return `${head}${parts.join("")}`.trimEnd() + "\n";
}
