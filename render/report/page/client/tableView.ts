import { numberText } from "../cellText.ts";
import { partsOf, queryOf, pageKeys, namedColumn, setPart } from "./address.ts";
import { afterTyping, element, found } from "./elements.ts";
import { csvOf, rowsOf, type Column, type Table } from "./query.ts";
import { Rows } from "./rows.ts";

const headerRows = 2;

/** What all views of a page share. */
export interface Page {
  readonly tables: readonly Table[];
  /** What the address says; views write to it. */
  readonly parts: URLSearchParams;
  /** Called when something was written. */
  readonly changed: () => void;
}

/** Sorts up, then down, then as the report orders. */
function nextSort(key: string, now: string): string {
  if (now === key) return `-${key}`;
  return now === `-${key}` ? "" : key;
}

/** One table of the page with what narrows and sorts it. */
export class TableView {
  readonly table: Table;
  readonly #page: Page;
  readonly #element: HTMLTableElement;
  readonly #rows: Rows;
  readonly #count: HTMLElement;
  readonly #clear = element("button", { type: "button" }, "Clear filters");
  readonly #controls = new Map<string, HTMLInputElement | HTMLSelectElement>();
  readonly #headers = new Map<Column, HTMLElement>();
  #left: Uint32Array = new Uint32Array();
  #asked = "?";

  constructor(section: HTMLElement, table: Table, page: Page) {
    [this.table, this.#page] = [table, page];
    this.#element = found(section, "table", HTMLTableElement);
    this.#count = found(section, ".count", HTMLElement);
    const [body] = this.#element.tBodies;
    if (body === undefined) throw new Error(`the table ${table.id} has no body`);
    this.#rows = new Rows(table, found(section, ".region", HTMLElement), body, headerRows);
    this.#addTools();
    this.#addHeaders();
  }

  /** Shows what the address says, if that is something else than before. */
  update(): void {
    const own = partsOf(this.#page.parts, this.table).concat(pageKeys);
    const asked = JSON.stringify(own.map((key) => [key, this.#page.parts.get(key)]));
    if (asked === this.#asked) return;
    this.#asked = asked;
    const query = queryOf(this.table, this.#page.parts, this.#page.tables);
    this.#left = rowsOf(this.table, query);
    this.#rows.show(this.#left);
    this.#element.setAttribute("aria-rowcount", String(this.#left.length + headerRows));
    for (const [key, control] of this.#controls) {
      if (document.activeElement !== control) control.value = this.#page.parts.get(key) ?? "";
    }
    for (const [column, header] of this.#headers) {
      const { sort } = query;
      const direction = sort?.column === column ? (sort.descending ? "descending" : "ascending") : "none";
      header.setAttribute("aria-sort", direction);
    }
    this.#clear.hidden = partsOf(this.#page.parts, this.table).every((key) => key.endsWith("/sort"));
    this.#count.textContent = this.#countText();
  }

  /** How many rows it has for paper, of those that are left. */
  get left(): number {
    return this.#left.length;
  }

  /** Prepares it for paper, and says what is not on it. */
  print(most: number): void {
    this.#rows.print(most);
    if (most < this.#left.length) {
      this.#count.textContent = `Printed: the first ${numberText(most)} of ${this.#countText()}`;
    }
  }

  /** As it was before. */
  afterPrint(): void {
    this.#asked = "?";
    this.update();
  }

  #countText(): string {
    const { count } = this.table;
    const wide = pageKeys.filter((key) => this.#page.parts.has(key) && namedColumn(this.table, key) === undefined);
    const rows =
      this.#left.length === count ? numberText(count) : `${numberText(this.#left.length)} of ${numberText(count)}`;
    return `${rows} ${count === 1 ? "row" : "rows"}${wide.length === 0 ? "" : ` (this table has no ${wide.join(" and no ")})`}`;
  }

  #set(key: string, value: string): void {
    setPart(this.#page.parts, key, value);
    this.#page.changed();
  }

  #input(key: string, attributes: Readonly<Record<string, string>>): HTMLInputElement {
    const input = element("input", { autocomplete: "off", spellcheck: "false", ...attributes });
    this.#controls.set(key, input);
    input.addEventListener(
      "input",
      afterTyping(() => {
        this.#set(key, input.value);
      }),
    );
    return input;
  }

  #addTools(): void {
    const search = this.#input(`${this.table.id}/search`, { type: "search" });
    const download = element("button", { type: "button" }, "Download CSV");
    this.#clear.addEventListener("click", () => {
      for (const key of partsOf(this.#page.parts, this.table)) if (!key.endsWith("/sort")) this.#page.parts.delete(key);
      this.#page.changed();
      search.focus();
    });
    download.addEventListener("click", () => {
      const blob = new Blob(["\ufeff", csvOf(this.table, this.#left)], { type: "text/csv;charset=utf-8" });
      const link = element("a", { href: URL.createObjectURL(blob), download: `${this.table.id}.csv` });
      link.click();
      URL.revokeObjectURL(link.href);
    });
    const tools = element("div", { class: "tools" }, element("label", {}, "Search ", search), this.#clear, download);
    this.#count.before(tools);
    tools.append(this.#count);
  }

  #addHeaders(): void {
    const [titles] = found(this.#element, "thead", HTMLTableSectionElement).rows;
    if (titles === undefined) throw new Error(`the table ${this.table.id} has no header`);
    const filters = element("tr", { class: "filters", "aria-rowindex": "2" });
    this.table.columns.forEach((column, index) => {
      const header = titles.cells[index];
      if (header === undefined) throw new Error(`the table ${this.table.id} lacks the header of ${column.key}`);
      const button = element("button", { type: "button" }, column.title);
      header.replaceChildren(button);
      header.dataset["title"] = column.title;
      this.#headers.set(column, header);
      button.addEventListener("click", () => {
        const key = `${this.table.id}/sort`;
        this.#set(key, nextSort(column.key, this.#page.parts.get(key) ?? ""));
      });
      filters.append(element("td", {}, this.#filter(column)));
    });
    titles.after(filters);
  }

  #filter(column: Column): HTMLElement {
    const key = `${this.table.id}.${column.key}`;
    const name = { "aria-label": `${column.title}: filter` };
    if (column.control.kind === "atLeast") return this.#input(key, { ...name, type: "number", placeholder: "≥" });
    if (column.control.kind === "contains")
      return this.#input(key, { ...name, type: "search", placeholder: "contains" });
    const choices = column.control.choices.map((choice) => element("option", {}, choice));
    const select = element("select", name, element("option", { value: "" }, "all"), ...choices);
    this.#controls.set(key, select);
    select.addEventListener("change", () => {
      this.#set(key, select.value);
    });
    return select;
  }
}
