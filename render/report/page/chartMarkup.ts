import type { BarChart, Chart, ChartSeries, LineChart } from "../../../domain/report/report.ts";
import { cellText, instantText, numberText } from "./cellText.ts";
import { markup, present, type Markup } from "./markup.ts";

/** Bars that are drawn; the figures under the chart have all of them. */
const mostBars = 24;

/** The tone's colour where it tells the series apart, else one of the palette's. */
function colours(series: readonly ChartSeries[]): readonly string[] {
  const tones = new Set(series.map(({ tone }) => tone));
  return series.map(({ tone }, index) => (tones.size === series.length ? tone : `series-${String(index % 6)}`));
}

/** A number of few digits that is no smaller. */
function roundedUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 3, 4, 5, 6, 8].find((step) => step * power >= value) ?? 10) * power;
}

function scaleOf(unit: string, values: readonly (number | null | undefined)[]): number {
  return unit === "%" ? 100 : Math.max(...values.map((value) => value ?? 0)) || 1;
}

function withUnit(value: number, unit: string): string {
  return unit === "%" ? `${numberText(value)} %` : numberText(value);
}

/** Of a length on the scale, in percent of the drawing. */
function part(value: number, scale: number): string {
  return `${String(Math.min(100, Math.round((1e5 * value) / scale) / 1e3))}%`;
}

function legendMarkup(names: readonly string[], classes: readonly string[]): Markup | undefined {
  return present(
    names,
    () =>
      markup`<ul class="legend">
        ${names.map((name, index) => markup`<li><span class="swatch ${classes[index]}"></span>${name}</li>`)}
      </ul>`,
  );
}

interface FiguresTable {
  readonly corner: string;
  readonly rows: readonly string[];
  readonly series: readonly ChartSeries[];
}

/** The chart's figures, for who cannot see it and for who wants to know them exactly. */
function figuresTable({ corner, rows, series }: FiguresTable, { title, unit }: Chart): Markup {
  const cell = (value: number | null | undefined): Markup =>
    markup`<td class="number">${value === null || value === undefined ? "–" : withUnit(value, unit)}</td>`;
  return markup`<details>
    <summary>Figures of this chart</summary>
    <div class="region" role="region" tabindex="0" aria-label="Figures: ${title}">
      <table>
        <thead>
          <tr>
            <th scope="col">${corner}</th>
            ${series.map(({ name }) => markup`<th scope="col" class="number">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row, index) =>
              markup`<tr>
                <th scope="row">${row}</th>
                ${series.map(({ values }) => cell(values[index]))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}

const rowHeight = 44;

/** Two limits of a bar are told apart without a colour: the first is dashed. */
function limitClass(place: number): string {
  return place === 0 ? "limit dashed" : "limit";
}

function barMarkup(chart: BarChart, index: number, scale: number): Markup {
  const { series, limits = [], categories, unit } = chart;
  const classes = colours(series);
  const top = index * rowHeight;
  let begin = 0;
  const segments = series.map(({ values, name }, place) => {
    const value = values[index] ?? 0;
    const x = begin;
    begin += value;
    return value === 0
      ? markup``
      : markup`<rect
          x="${part(x, scale)}"
          y="${top + 20}"
          width="${part(value, scale)}"
          height="14"
          class="${classes[place]}"
          ><title>${name}: ${withUnit(value, unit)}</title></rect
        >`;
  });
  const lines = limits.map(({ values, name }, place) => {
    const value = values[index];
    return value === null || value === undefined
      ? markup``
      : markup`<line x1="${part(value, scale)}" x2="${part(value, scale)}" y1="${top + 16}" y2="${top + 38}" class="${limitClass(place)}"
          ><title>${name}: ${withUnit(value, unit)}</title></line
        >`;
  });
  const known = series.some(({ values }) => typeof values[index] === "number");
  return markup`<text x="0" y="${top + 13}">${categories[index]}</text
    ><text x="100%" y="${top + 13}" class="total">${known ? withUnit(begin, unit) : "–"}</text>
    <rect x="0" y="${top + 20}" width="100%" height="14" class="track" />${segments}${lines}`;
}

function barsMarkup(chart: BarChart): Markup {
  const { series, limits = [], categories, unit, title } = chart;
  const totals = categories.map((_, index) => series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0));
  const scale = scaleOf(unit, [...totals, ...limits.flatMap(({ values }) => values)]);
  const drawn = categories.slice(0, mostBars);
  const more = categories.length - drawn.length;
  return markup`<svg
      width="100%"
      height="${drawn.length * rowHeight}"
      role="img"
      aria-label="${title}: bars in ${unit}, one for each of ${drawn.length}. The figures follow."
    >
      ${drawn.map((_, index) => barMarkup(chart, index, scale))}
    </svg>
    ${more > 0 ? markup`<p class="note">${more} more in the figures.</p>` : undefined}
    ${legendMarkup(
      [...series, ...limits].map(({ name }) => name),
      [...colours(series), ...limits.map((_, place) => limitClass(place))],
    )}
    ${figuresTable({ corner: "Bar", rows: categories, series: [...series, ...limits] }, chart)}`;
}

const lineHeight = 180;

/** A line breaks where a value is missing; a value alone is a dot. */
function pathOf(values: readonly (number | null)[], x: (index: number) => number, scale: number): string {
  return values
    .map((value, index) => {
      if (value === null) return "";
      const before = values[index - 1] ?? null;
      const y = Math.round((1 - value / scale) * 1e5) / 1e3;
      const point = `${String(Math.round(x(index) * 1e3) / 1e3)} ${String(y)}`;
      return before === null ? `M${point}h0` : `L${point}`;
    })
    .join("");
}

function linesMarkup(chart: LineChart): Markup {
  const { instants, series, unit, title } = chart;
  const scale = roundedUp(
    scaleOf(
      unit,
      series.flatMap(({ values }) => values),
    ),
  );
  const classes = colours(series);
  const times = instants.map((instant) => Date.parse(instant));
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  const x = (index: number): number => (last > first ? (100 * ((times[index] ?? 0) - first)) / (last - first) : 50);
  const marks = [1, 0.5, 0].map((share) => {
    const y = String(Math.round(18 + (1 - share) * lineHeight));
    return markup`<line x1="0" x2="100%" y1="${y}" y2="${y}" class="grid" /><text x="0" y="${Number(y) - 4}" class="mark"
        >${withUnit(share * scale, unit)}</text
      >`;
  });
  const ends = [instants[0], instants.at(-1)].map((instant) =>
    instant === undefined ? "" : cellText("date", instant),
  );
  return markup`<svg
      width="100%"
      height="${lineHeight + 44}"
      role="img"
      aria-label="${title}: ${series.length} lines in ${unit} over ${instants.length} instants. The figures follow."
    >
      ${marks}<svg
        x="0"
        y="18"
        width="100%"
        height="${lineHeight}"
        viewBox="0 0 100 100"
        preserveAspectRatio="none"
        class="lines"
      >
        ${series.map(({ values }, index) => markup`<path d="${pathOf(values, x, scale)}" class="${classes[index]}" />`)}
      </svg>
      <text x="0" y="${lineHeight + 38}">${ends[0]}</text>
      <text x="100%" y="${lineHeight + 38}" class="total">${ends[0] === ends[1] ? "" : ends[1]}</text>
    </svg>
    ${legendMarkup(
      series.map(({ name }) => name),
      classes,
    )}
    ${figuresTable({ corner: "When (UTC)", rows: instants.map(instantText), series }, chart)}`;
}

/** A chart as a figure: drawn without a script, with its figures as a table. */
export function chartMarkup(chart: Chart, id: string): Markup {
  const note = chart.note === undefined ? undefined : markup`<p class="note">${chart.note}</p>`;
  return markup`<figure class="chart" aria-labelledby="${id}">
    <figcaption id="${id}">${chart.title} <span class="unit">${chart.unit}</span></figcaption>
    ${note} ${chart.kind === "bars" ? barsMarkup(chart) : linesMarkup(chart)}
  </figure>`;
}
