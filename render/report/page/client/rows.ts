import { isNumeric } from "../cellText.ts";
import { pageKeys } from "./address.ts";
import { element } from "./elements.ts";
import type { Column, Table } from "./query.ts";

/** Up to so many rows are all there, each as high as its text; of more, only those in sight, each one line high. */
const fewRows = 200;
/** Rows above and below what is in sight, so that Tab and fast scrolling find them there. */
const margin = 15;
/** Browsers end an element at some height; beyond, a filter has to help. */
const mostRows = 400_000;

function cellContent(column: Column, row: number): Node | string {
  const place = column.rows[row] ?? 0;
  const text = column.texts[place] ?? "";
  if (column.values[place] === null) return text;
  if (column.kind === "state") {
    const tone = column.tones?.[String(column.values[place])] ?? "neutral";
    return element("span", { class: `pill ${tone}` }, text);
  }
  if (!pageKeys.includes(column.key)) return text;
  return element("a", { href: `#${new URLSearchParams({ [column.key]: text }).toString()}` }, text);
}

/** The body of a table, which has as many rows as have to be there. */
export class Rows {
  readonly #table: Table;
  readonly #region: HTMLElement;
  readonly #body: HTMLTableSectionElement;
  readonly #before = element("tr", { "aria-hidden": "true", class: "gap" });
  readonly #after = element("tr", { "aria-hidden": "true", class: "gap" });
  readonly #headerRows: number;
  #shown = new Map<number, HTMLTableRowElement>();
  #rows: Uint32Array = new Uint32Array();
  #rowHeight = 0;

  constructor(table: Table, region: HTMLElement, body: HTMLTableSectionElement, headerRows: number) {
    [this.#table, this.#region, this.#body, this.#headerRows] = [table, region, body, headerRows];
    region.addEventListener("scroll", () => {
      this.#fill();
    });
    addEventListener("resize", () => {
      this.#rowHeight = 0;
      this.#fill();
    });
  }

  /** Rows that the body shows from now on. */
  show(rows: Uint32Array): void {
    this.#rows = rows.subarray(0, mostRows);
    this.#region.classList.toggle("many", this.#rows.length > fewRows);
    this.#region.scrollTop = 0;
    this.#replace(0, 0);
    this.#fill();
  }

  /** Has the first rows there, all of them as high as their texts, for paper. */
  print(most: number): void {
    this.#region.classList.remove("many");
    this.#replace(0, Math.min(most, this.#rows.length), false);
  }

  #fill(): void {
    const { length } = this.#rows;
    if (length <= fewRows) {
      this.#replace(0, length);
      return;
    }
    if (this.#rowHeight === 0) {
      this.#replace(0, 1);
      this.#rowHeight = this.#shown.get(0)?.getBoundingClientRect().height ?? 36;
    }
    const from = Math.floor(this.#region.scrollTop / this.#rowHeight) - margin;
    const count = Math.ceil(this.#region.clientHeight / this.#rowHeight) + 2 * margin;
    const first = Math.max(0, Math.min(from, length - count));
    this.#replace(first, Math.min(length, first + count));
  }

  /** Rows that stay are left where they are, and with them the reader's focus. */
  #replace(first: number, end: number, gaps = true): void {
    const kept = end === 0 ? new Map<number, HTMLTableRowElement>() : this.#shown;
    const shown = new Map<number, HTMLTableRowElement>();
    for (let index = first; index < end; index++) shown.set(index, kept.get(index) ?? this.#row(index));
    if (kept.size === 0) this.#body.replaceChildren(this.#before, this.#after);
    for (const [index, row] of kept) if (!shown.has(index)) row.remove();
    let next: Element | null = this.#before.nextElementSibling;
    for (const row of shown.values()) {
      if (row === next) next = row.nextElementSibling;
      else this.#body.insertBefore(row, next);
    }
    this.#shown = shown;
    const height = (rows: number): string => (gaps ? `${String(rows * this.#rowHeight)}px` : "0");
    this.#before.style.height = height(first);
    this.#after.style.height = height(this.#rows.length - end);
  }

  #row(index: number): HTMLTableRowElement {
    const row = this.#rows[index] ?? 0;
    const made = element("tr", { "aria-rowindex": String(index + 1 + this.#headerRows) });
    if (index % 2 === 1) made.className = "odd";
    made.append(
      ...this.#table.columns.map((column, place) => {
        const content = cellContent(column, row);
        const kind = { class: isNumeric(column.kind) ? "number" : column.kind };
        const cell = place === 0 ? element("th", { scope: "row", ...kind }, content) : element("td", kind, content);
        const text = column.texts[column.rows[row] ?? 0] ?? "";
        if (text.length > 24) cell.title = text;
        return cell;
      }),
    );
    return made;
  }
}
