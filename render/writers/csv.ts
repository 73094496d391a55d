import { stringify } from "csv-stringify/sync";
import { leftOut } from "../cut.ts";
import type { Block, Document, Words } from "../document.ts";
import { clean, cleanLines } from "./clean.ts";
import { wordsText } from "./text.ts";

type Row = readonly string[];

function blockRows(block: Block, section: string): readonly Row[] {
  const row = (words: Words): Row => [section, wordsText(words).trim()];
  switch (block.kind) {
    case "heading":
      return block.blocks.flatMap((each) => blockRows(each, wordsText(block.words)));
    case "paragraph":
      return [row(block.words)];
    case "code":
      return cleanLines(block.text).map((line) => [section, line.trim()]);
    case "lines":
      return block.items.flatMap(({ words, blocks }) => [
        row(words),
        ...blocks.flatMap((each) => blockRows(each, section)),
      ]);
    case "table": {
      const more = leftOut(block);
      return [
        [section, ...block.columns.map(({ title }) => title)],
        ...block.rows.map((cells) => [section, ...cells.map((cell) => wordsText(cell).trim())]),
        ...(more === undefined ? [] : [[section, more]]),
      ];
    }
    case "details":
      return [row(block.summary), ...block.blocks.flatMap((each) => blockRows(each, section))];
  }
}

/** Rows for a spreadsheet; no cell runs as a formula, and nothing in it acts. Numbers stay numbers. */
export function csvRows(rows: readonly (readonly (string | number | null)[])[]): string {
  const cleaned = rows.map((row) => row.map((cell) => (typeof cell === "string" ? clean(cell) : cell)));
  return stringify(cleaned, { escape_formulas: true });
}

/**
 * Documents as rows for a spreadsheet, in reading order: the heading first, then a table's cells, or one line. No cell
 * runs as a formula: what would begin one gets an apostrophe before it.
 */
export function writeCsv(documents: readonly Document[]): string {
  const rows = documents.flatMap(({ title = [], blocks }) => [
    ...(title.length === 0 ? [] : [["", wordsText(title)]]),
    ...blocks.flatMap((block) => blockRows(block, "")),
  ]);
  return stringify(rows, { escape_formulas: true });
}
