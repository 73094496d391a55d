import stringWidth from "string-width";

/** A stretch of a line to point at. */
export interface Mark {
  /** 1-based, in UTF-16 code units. */
  readonly column: number;
  /** In code units, 1 when left out; what goes beyond the line is left out. */
  readonly width?: number;
}

/** One character as a reader sees it. */
interface Cell {
  readonly text: string;
  /** Index of its first code unit in the line, and of the first behind it. */
  readonly from: number;
  readonly to: number;
  /** Terminal columns: its first one, and how many it takes. */
  readonly at: number;
  readonly columns: number;
}

const tabColumns = 4;
const longestShown = 100;
/** How much of a long line stays before the first mark. */
const contextBefore = 30;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** What of a character can be printed: nothing that moves the cursor or changes the colours of a terminal. */
function printable(character: string, at: number): string {
  if (character === "\t") return " ".repeat(tabColumns - (at % tabColumns));
  return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(character) && stringWidth(character) === 0 ? "\uFFFD" : character;
}

function cellsOf(line: string): readonly Cell[] {
  const cells: Cell[] = [];
  let at = 0;
  for (const { segment, index } of graphemes.segment(line)) {
    const text = printable(segment, at);
    const columns = stringWidth(text);
    cells.push({ text, from: index, to: index + segment.length, at, columns });
    at += columns;
  }
  return cells;
}

/** The cells of a mark: one at least, and none that the line does not have. */
function markedCells(cells: readonly Cell[], { column, width = 1 }: Mark): readonly Cell[] {
  const last = cells.at(-1);
  if (last === undefined) return [];
  const from = Math.max(0, Math.min(column - 1, last.to - 1));
  const to = from + Math.max(1, width);
  return cells.filter((cell) => cell.to > from && cell.from < to);
}

/** The stretch of terminal columns that is shown, its end excluded. */
function shownStretch(total: number, firstMark: number): readonly [number, number] {
  if (total <= longestShown) return [0, total];
  const from = Math.max(0, Math.min(firstMark - contextBefore, total - longestShown));
  return [from, from + longestShown];
}

/**
 * A line of a file and, below it, a line of carets at the marks; both with a gutter of the same width, the first with
 * the line's number. Tabs, wide and invisible characters are made so that the carets stand below what they mean; a
 * long line is cut around the first mark.
 */
export function snippet(line: string, number: number, marks: readonly Mark[]): readonly [string, string] {
  const cells = cellsOf(line);
  const marked = new Set(marks.flatMap((mark) => markedCells(cells, mark)));
  const last = cells.at(-1);
  const total = last === undefined ? 0 : last.at + last.columns;
  const first = cells.find((cell) => marked.has(cell))?.at ?? 0;
  const [from, to] = shownStretch(total, first);
  const shown = cells.filter((cell) => cell.at >= from && cell.at + cell.columns <= to);
  const [before, after] = [from > 0 ? "…" : "", to < total ? "…" : ""];
  const carets = shown.map((cell) => (marked.has(cell) ? "^" : " ").repeat(cell.columns)).join("");
  const gutter = String(number).padStart(5);
  return [
    `${gutter} | ${before}${shown.map((cell) => cell.text).join("")}${after}`.trimEnd(),
    `${" ".repeat(gutter.length)} | ${" ".repeat(before.length)}${carets.includes("^") ? carets.trimEnd() : "^"}`,
  ];
}
