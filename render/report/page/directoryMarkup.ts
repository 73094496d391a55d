import type { SummaryFigure } from "../../../domain/report/report.ts";
import { cellText, instantText } from "./cellText.ts";
import { markup, type Markup } from "./markup.ts";

/** A way to another page. */
export interface PageLink {
  readonly text: string;
  /** Relative. */
  readonly href: string;
}

/** Pages of one sort, to choose from. */
export interface Directory {
  readonly title: string;
  /** Said where there are none. */
  readonly empty: string;
  readonly entries: readonly {
    readonly link: PageLink;
    /** When what the page is about was over, ISO 8601 in UTC. */
    readonly at?: string;
    readonly figures: readonly SummaryFigure[];
  }[];
}

/** A figure that says something by itself, in two words. */
function figureMarkup({ label, kind, value, tone }: SummaryFigure): Markup {
  return markup`<span class="pill ${tone}">${label} ${cellText(kind, value)}</span> `;
}

function entryMarkup({ link, at, figures }: Directory["entries"][number]): Markup {
  const telling = figures.filter(({ tone, value }) => tone !== "neutral" && value !== 0 && value !== null);
  return markup`<li>
    <a href="${link.href}">${link.text}</a>
    ${at === undefined ? undefined : markup`<time datetime="${at}">${instantText(at)}</time>`}
    <span class="pills">${telling.map(figureMarkup)}</span>
  </li>`;
}

/** The pages as a list of links, each with the figures that need a look. */
export function directoryMarkup({ title, empty, entries }: Directory, id: string): Markup {
  const list =
    entries.length === 0
      ? markup`<p class="empty">${empty}</p>`
      : markup`<ul class="directory">
          ${entries.map(entryMarkup)}
        </ul>`;
  return markup`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${list}
  </section>`;
}
