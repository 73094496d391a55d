import { placeOf, recordTypes, type Partition } from "../collection/layout.ts";
import { parametersOf, statementsIn, valuesOf, type Parameters, type Query, type ReportSql } from "./queries.ts";
import { tableOf } from "./sources.ts";

type Place = Omit<Partition, "type">;

/** The collections that a statement may read. */
export interface Asked {
  readonly partitions: readonly Place[];
  /** Stamps of the collections, ascending. */
  readonly stamps: readonly string[];
  /** Locations of collections that are left out. */
  readonly unfinished: readonly Place[];
}

/** Parameters whose values are stamps of collections. */
export const stampParameters: ReadonlySet<string> = new Set(["before", "after", "since", "until", "collected"]);

/** A text as SQL writes it: nothing but the quote has a meaning in it. */
function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function within(column: string, values: readonly string[], write: (value: string) => string = literal): string {
  return `${column} in (${[...new Set(values)].sort().map(write).join(", ")})`;
}

/** The bodies of the views that reports read, by their names. */
function viewBodies(views: string): readonly (readonly [name: string, body: string])[] {
  return statementsIn(views).map((sql) => {
    const [, name = "", body = ""] = /^(?:--.*\n)*create or replace view (\w+) as\n([^]+)$/.exec(sql) ?? [];
    return [name, body];
  });
}

function speaksOf(sql: string, name: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(sql);
}

/** The stamps that a query can ask for: between its bounds where it has such, else those that it names. */
function stampsFor(sql: string, parameters: Parameters, stamps: readonly string[]): readonly string[] {
  const named = parametersOf(sql)
    .filter((name) => stampParameters.has(name))
    .map((name) => parameters[name] ?? "")
    .sort();
  const [first = "", last = ""] = [named[0], named.at(-1)];
  return /\bcollected >/.test(sql)
    ? stamps.filter((stamp) => stamp >= first && stamp <= last)
    : stamps.filter((stamp) => named.includes(stamp));
}

/**
 * A query of `reports/` as one statement that asks nothing but to read tables: before it, as common table expressions,
 * what it reads of `reports/views.sql`, over the partitions that there are. A location that a collection did not finish is
 * left out.
 *
 * Values stand in the text. Athena takes parameters only in `WHERE` and each with 1,024 characters at most, and computes
 * partitions from values that it finds in the text.
 *
 * @param write how a stamp or another value stands in the text; as a literal, where nothing is said
 * @returns undefined where no collection has anything that is asked for
 * @see https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html
 */
export function athenaStatement(
  texts: ReportSql,
  query: Query,
  parameters: Parameters,
  { partitions, stamps, unfinished }: Asked,
  database: string,
  write: (value: string) => string = literal,
): string | undefined {
  const sql = texts[query];
  const wanted = stampsFor(sql, parameters, stamps);
  if (wanted.length === 0) return undefined;
  const read = partitions.filter(({ collected }) => wanted.includes(collected));
  const left = unfinished.filter(({ collected }) => wanted.includes(collected));
  const conditions = [
    within("collected", wanted, write),
    within(
      "accountid",
      read.map(({ accountId }) => accountId),
    ),
    within(
      "region",
      read.map(({ region }) => region),
    ),
    ...(left.length === 0
      ? []
      : [`not ${within("collected || ' ' || accountid || ' ' || region", left.map(placeOf))}`]),
  ];
  const body = sql.replaceAll(/^--.*\n/gm, "");
  const views = viewBodies(texts.views).filter(([name]) => speaksOf(body, name));
  const tables = recordTypes.map(tableOf).filter((name) => views.some(([, view]) => speaksOf(view, name)));
  const expressions = [
    ...tables.map((name): readonly [string, string] => [
      name,
      `select * from "${database}"."${name}"\nwhere ${conditions.join("\n  and ")}`,
    ]),
    ...views,
  ].map(([name, inner]) => `${name} as (\n${inner})`);
  const given = [...valuesOf(query, sql, parameters)];
  const bound = body.replaceAll("?", () => write(given.shift() ?? ""));
  const rest = bound.startsWith("with ") ? `,\n${bound.slice("with ".length)}` : `\n${bound}`;
  return `with ${expressions.join(",\n")}${rest}`;
}
