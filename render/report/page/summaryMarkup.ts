import type { ReportDocument, ReportQuestion, SummaryFigure, Tone } from "../../../domain/report/report.ts";
import { instantOf } from "../../../domain/collection/stamp.ts";
import { cellText, instantText } from "./cellText.ts";
import { markup, present, type Markup } from "./markup.ts";

/** Signs of the tones, drawn: what a figure means is never said by its colour alone. */
const signs: Readonly<Record<Tone, Markup | undefined>> = {
  good: markup`<path d="m3 8.5 3.5 3.5L13 5" />`,
  warning: markup`<path d="M8 2 1.5 13.5h13zM8 6.5v3M8 11.6v.2" />`,
  bad: markup`<path d="m4 4 8 8m0-8-8 8" />`,
  unknown: markup`<path d="M5.5 6a2.5 2.5 0 1 1 3.6 2.2C8.3 8.6 8 9 8 10M8 12.6v.2" />`,
  neutral: undefined,
};

const toneWords: Readonly<Record<Tone, string>> = {
  good: "good",
  warning: "look at this",
  bad: "needs action",
  unknown: "not known",
  neutral: "",
};

function figureMarkup({ label, kind, value, tone, note }: SummaryFigure): Markup {
  const drawn = signs[tone];
  const sign =
    drawn && markup`<svg viewBox="0 0 16 16" role="img" aria-label="${toneWords[tone]}" class="sign">${drawn}</svg>`;
  return markup`<li class="figure ${tone}">
    <span class="label">${label}</span>
    <span class="value">${sign}${cellText(kind, value)}</span>
    ${note === undefined ? undefined : markup`<span class="note">${note}</span>`}
  </li>`;
}

/** The figures of a report: what there is each by itself, what there is none of in one line. */
export function figuresMarkup(figures: readonly SummaryFigure[]): Markup {
  const none = figures.filter(({ value }) => value === 0);
  const some = present(
    figures.filter((figure) => !none.includes(figure)),
    (shown) =>
      markup`<ul class="figures">
        ${shown.map(figureMarkup)}
      </ul>`,
  );
  return markup`${some}${present(none, () => markup`<p class="none"><b>None:</b> ${none.map(({ label }) => label).join(" · ")}</p>`)}`;
}

/** What the page's reports answer, each in a sentence: who reads no further knows how things stand. */
export function headlinesMarkup(documents: readonly ReportDocument[]): Markup | undefined {
  return present(
    documents,
    (all) =>
      markup`<ul class="headlines">
        ${all.map(({ headline }) => markup`<li>${headline}</li>`)}
      </ul>`,
  );
}

/** Which zone times are in, and what that is in the stack's own. */
export function zoneSentence(documents: readonly ReportDocument[], asOf: string): string {
  const zone = documents.flatMap(({ question }) => question.timezone ?? [])[0];
  const at = new Date(asOf);
  if (zone === undefined || zone === "UTC" || Number.isNaN(at.getTime())) return "All times are UTC.";
  const format = { timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  return `All times are UTC: ${asOf.slice(11, 16)} is ${new Intl.DateTimeFormat("en-GB", format).format(at)} in ${zone}.`;
}

/** When a collection was made; what is no stamp stays as it is. */
function stampText(stamp: string | undefined): string | undefined {
  const at = stamp === undefined ? undefined : instantOf(stamp);
  return at === undefined ? stamp : instantText(at.toISOString());
}

function questionParts(question: ReportQuestion): readonly (readonly [term: string, text: string])[] {
  const { stack, run, since, until, before, after, groups, owners, servers } = question;
  const parts: readonly (readonly [string, string | undefined])[] = [
    ["Stack", stack],
    ["Run", run],
    ["From", since && instantText(since)],
    ["Until", until && instantText(until)],
    [after === undefined ? "Collection before" : "From the collection of", stampText(before)],
    [before === undefined ? "Collection of" : "To the collection of", stampText(after)],
    ["Groups", groups?.join(", ")],
    ["Owners", owners?.join(", ")],
    ["Servers", servers?.join(", ")],
  ];
  return parts.flatMap(([term, text]) => (text === undefined ? [] : [[term, text] as const]));
}

/** What was asked, once where several reports ask alike. */
export function questionMarkup(documents: readonly ReportDocument[]): Markup {
  const compared = new Set(documents.flatMap(({ question: { before, after } }) => (before === undefined ? [] : after)));
  const parts = documents.flatMap(({ question }) => {
    const { after, ...rest } = question;
    const isSaid = question.before === undefined && compared.has(after);
    return questionParts(isSaid ? rest : question);
  });
  const once = [...new Map(parts.map((part) => [part.join("\n"), part])).values()];
  return markup`<dl class="question">
    ${once.map(
      ([term, text]) =>
        markup`<div>
          <dt>${term}</dt>
          <dd>${text}</dd>
        </div>`,
    )}
  </dl>`;
}

/** What the reports cannot know: said before any figure. */
export function unknownsMarkup(documents: readonly ReportDocument[]): Markup | undefined {
  const unknowns = [...new Set(documents.flatMap((document) => document.unknowns))];
  return present(
    unknowns,
    () =>
      markup`<section class="unknowns" aria-labelledby="unknowns">
        <h2 id="unknowns">Not known</h2>
        <ul>
          ${unknowns.map((text) => markup`<li>${text}</li>`)}
        </ul>
      </section>`,
  );
}
