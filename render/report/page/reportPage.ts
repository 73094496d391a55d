import { createHash } from "node:crypto";
import type { ReportDocument, ReportTable } from "../../../domain/report/report.ts";
import { readingOrder } from "../reportDocument.ts";
import { script, style } from "./assets.ts";
import { instantText, numberText } from "./cellText.ts";
import { chartMarkup } from "./chartMarkup.ts";
import { directoryMarkup, type Directory, type PageLink } from "./directoryMarkup.ts";
import { markup, present, type Markup } from "./markup.ts";
import { packTables } from "./pack.ts";
import { figuresMarkup, headlinesMarkup, questionMarkup, unknownsMarkup, zoneSentence } from "./summaryMarkup.ts";
import { paperRules, tableMarkup, widthRules } from "./tableMarkup.ts";

/** What a page has besides its reports. */
export interface PageOptions {
  /** @default the title of the first report */
  readonly title?: string;
  /** Ways to other pages. */
  readonly links?: readonly PageLink[];
  /** Pages to choose from, after the summary. */
  readonly directories?: readonly Directory[];
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** Nothing runs or shows but what was written here, nothing is fetched, and no text becomes markup. */
function policyOf(styles: string): string {
  return [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(styles)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

interface PlacedTable {
  readonly id: string;
  readonly table: ReportTable;
}

/** The table as it is read. */
function arranged(table: ReportTable): ReportTable {
  const order = readingOrder(table);
  return {
    ...table,
    columns: order.flatMap((index) => table.columns[index] ?? []),
    rows: table.rows.map((row) => order.map((index) => row[index] ?? null)),
  };
}

/** Every table with an id that no other has, also where two reports of a kind are on the page. */
function placedTables(documents: readonly ReportDocument[]): readonly PlacedTable[] {
  const taken = new Map<string, number>();
  return documents
    .flatMap(({ kind, tables }) => tables.map((table) => ({ id: `${kind}-${table.id}`, table: arranged(table) })))
    .map(({ id, table }) => {
      const before = taken.get(id) ?? 0;
      taken.set(id, before + 1);
      return { id: before === 0 ? id : `${id}-${String(before + 1)}`, table };
    });
}

function summaryMarkup(document: ReportDocument, index: number, alone: boolean): Markup {
  const { title, summary, charts } = document;
  const drawn = charts.map((chart, place) => chartMarkup(chart, `chart-${String(index)}-${String(place)}`));
  return markup`${alone ? undefined : markup`<h3>${title}</h3>`}
    ${figuresMarkup(summary)}
    ${present(charts, () => markup`<div class="charts">${drawn}</div>`)}`;
}

function navigation(tables: readonly PlacedTable[]): Markup {
  const links = tables.map(
    ({ id, table }) =>
      markup`<li>
        <a href="#${id}">${table.title} <span class="rows">${numberText(table.rows.length)}</span></a>
      </li>`,
  );
  return markup`<nav aria-label="Tables">
    <ul>
      ${links}
    </ul>
  </nav>`;
}

function linksMarkup(links: readonly PageLink[]): Markup | undefined {
  return present(
    links,
    () =>
      markup`<nav aria-label="Pages" class="pages">
        <ul>
          ${links.map(({ text, href }) => markup`<li><a href="${href}">${text}</a></li>`)}
        </ul>
      </nav>`,
  );
}

function oldest(documents: readonly ReportDocument[]): string {
  return documents.map(({ asOf }) => asOf).sort()[0] ?? "";
}

/**
 * Reports as one page of HTML that needs nothing else: no network, no other file. Summary, charts and the first rows of
 * every table are there without a script; with it tables are sorted, searched and narrowed, also with 100,000 rows. The
 * same reports give the same bytes.
 */
export function reportPage(
  documents: readonly ReportDocument[],
  { title, links = [], directories = [] }: PageOptions = {},
): string {
  const heading = title ?? documents[0]?.title ?? "Report";
  const tables = placedTables(documents);
  const packed = packTables(tables.flatMap(({ id, table }) => (table.rows.length === 0 ? [] : [[id, table]])));
  const paper = tables.map(({ id, table }) => paperRules(table, id));
  const styles = [style, ...packed.tables.map(widthRules), ...paper].join("");
  const asOf = oldest(documents);
  const page = markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policyOf(styles)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${heading}</title>
        <style>${{ html: styles }}</style>
      </head>
      <body>
        <a class="skip" href="#tables">Skip to the tables</a>
        <header>
          ${linksMarkup(links)}
          <h1>${heading}</h1>
          <p class="as-of">
            As of <time id="as-of" datetime="${asOf}">${instantText(asOf)}</time><span id="age"></span>.
            ${zoneSentence(documents, asOf)}
          </p>
          ${questionMarkup(documents)} ${headlinesMarkup(documents)}
        </header>
        <main>
          ${unknownsMarkup(documents)}
          <section aria-labelledby="summary">
            <h2 id="summary">Summary</h2>
            ${documents.map((document, index) => summaryMarkup(document, index, documents.length === 1))}
          </section>
          ${directories.map((directory, index) => directoryMarkup(directory, `pages-${String(index)}`))}
          <section aria-labelledby="tables">
            <h2 id="tables">Tables</h2>
            <p id="trouble" class="trouble" hidden>
              This browser could not unpack the tables, so only their first rows are shown.
            </p>
            ${navigation(tables)}
            <div id="page-filter" role="search" aria-label="Narrow every table" hidden></div>
            <p class="paper">
              On paper are the summary and at most 500 rows of what the tables show, without the columns that say where a
              server is and where things are from; the CSV files have all.
            </p>
            ${tables.map(({ id, table }) => tableMarkup(table, id))}
          </section>
        </main>
        <script type="application/gzip" id="rows">${packed.text}</script>
        <script>${{ html: script }}</script>
      </body>
    </html>
`;
  return page.html;
}
