import type { Cell, ReportColumn, ReportTable } from "../../../domain/report/report.ts";
import { leftOutWhereNarrow } from "../reportDocument.ts";
import { cellText, isNumeric, numberText } from "./cellText.ts";
import { markup, type Markup } from "./markup.ts";
import type { PackedTable } from "./packed.ts";

/** Rows that are there without a script. */
export const firstRows = 100;

function cellMarkup({ kind, tones }: ReportColumn, cell: Cell): Markup {
  const text = cellText(kind, cell);
  if (kind !== "state" || cell === null) return markup`${text}`;
  return markup`<span class="pill ${tones?.[String(cell)] ?? "neutral"}">${text}</span>`;
}

function kindClass({ kind }: ReportColumn): string {
  return isNumeric(kind) ? "number" : kind;
}

function rowMarkup(columns: readonly ReportColumn[], row: readonly Cell[], index: number): Markup {
  const cells = columns.map((column, place) => {
    const content = cellMarkup(column, row[place] ?? null);
    return place === 0
      ? markup`<th scope="row" class="${kindClass(column)}">${content}</th>`
      : markup`<td class="${kindClass(column)}">${content}</td>`;
  });
  return markup`<tr aria-rowindex="${index + 2}"${index % 2 === 1 ? markup` class="odd"` : undefined}>${cells}</tr>
`;
}

/** A table with its first rows; what the script adds is not there to promise what it cannot do. */
export function tableMarkup({ title, note, empty, columns, rows }: ReportTable, id: string): Markup {
  const head = markup`<h3 id="${id}-title" tabindex="-1">${title}</h3>
    ${note === undefined ? undefined : markup`<p class="note">${note}</p>`}`;
  if (rows.length === 0) {
    return markup`<section class="table" id="${id}">
      ${head}
      <p class="empty">${empty}</p>
    </section>`;
  }
  const count =
    rows.length <= firstRows
      ? `${numberText(rows.length)} ${rows.length === 1 ? "row" : "rows"}`
      : `The first ${numberText(firstRows)} of ${numberText(rows.length)} rows; the others, sorting and searching need JavaScript.`;
  const titles = columns.map((column) => markup`<th scope="col" class="${kindClass(column)}">${column.title}</th>`);
  const shown = rows.slice(0, firstRows).map((row, index) => rowMarkup(columns, row, index));
  return markup`<section class="table" id="${id}">
    ${head}
    <p class="count" role="status">${count}</p>
    <div class="region" role="region" tabindex="0" aria-labelledby="${id}-title">
      <table aria-rowcount="${rows.length + 1}">
        <colgroup>
          ${columns.map(() => markup`<col />`)}
        </colgroup>
        <thead>
          <tr aria-rowindex="1">
            ${titles}
          </tr>
        </thead>
        <tbody>
          ${shown}
        </tbody>
      </table>
    </div>
  </section>`;
}

/** Narrowest and widest column, in widths of a digit. */
const narrowest = 9;
const widest = 40;

/** The widths of a table's columns, by the longest text of each: a fixed layout is what long tables need. */
export function widthRules({ id, columns }: PackedTable): string {
  const widths = columns.map(({ title, kind, values }) => {
    const longest = values.reduce<number>((most, value) => Math.max(most, cellText(kind, value).length), 0);
    const inState = kind === "state" ? 2 : 0;
    return Math.min(
      widest,
      Math.max(narrowest, Math.ceil(title.length * 1.1) + 5, Math.ceil(longest * 1.1) + 2 + inState),
    );
  });
  const whole = widths.reduce((sum, width) => sum + width, 0);
  const shares = widths.map((width) => String(Math.round((1e4 * width) / whole) / 100));
  const rules = shares.map((share, index) => `#${id} col:nth-child(${String(index + 1)}){width:${share}%}`);
  return `${rules.join("")}@media screen{#${id} table{width:${String(whole)}ch}}`;
}

/** Paper is narrow: it goes without the columns in which things are looked up. */
export function paperRules(table: ReportTable, id: string): string {
  const hidden = [...leftOutWhereNarrow(table)].map((index) => `#${id} :is(col,th,td):nth-child(${String(index + 1)})`);
  return hidden.length === 0 ? "" : `@media print{${hidden.join()}{display:none}}`;
}
