/** Where a cell stands in its line. */
interface Cell {
  /** 1-based, in UTF-16 code units. */
  readonly column: number;
  readonly width: number;
}

/** The cells of a line of CSV; a comma between quotes separates nothing. */
function cellsOf(line: string): readonly Cell[] {
  const cells: Cell[] = [];
  let start = 0;
  let quoted = false;
  for (let index = 0; index <= line.length; index += 1) {
    if (line[index] === '"') quoted = !quoted;
    if (index === line.length || (line[index] === "," && !quoted)) {
      cells.push({ column: start + 1, width: Math.max(1, index - start) });
      start = index + 1;
    }
  }
  return cells;
}

/** Finds the cells of a fleet file's text, which are wanted of faulty rows only. */
export class Cells {
  readonly #text: string;
  #lines: readonly string[] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /**
   * A cell of a row that ends in a line; nothing where the row goes over several lines.
   * @param line - 1-based
   * @param index - of the cell, from 0
   * @param count - how many cells the row has
   */
  at(line: number, index: number, count: number): Cell | undefined {
    this.#lines ??= this.#text.split("\n");
    const cells = cellsOf((this.#lines[line - 1] ?? "").replace(/\r$/, ""));
    return cells.length === count ? cells[index] : undefined;
  }
}
