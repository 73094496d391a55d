import { recordTypes } from "../../domain/collection/layout.ts";
import { tableOf } from "../../domain/report/sources.ts";
import { placeOf, type Collections } from "./partitions.ts";
import { parametersOf, statement, statementsOf, type Parameters, type Query } from "./sql.ts";

/** Parameters whose values are stamps of collections. */
const stampParameters: ReadonlySet<string> = new Set(["before", "after", "since", "until", "collected"]);

/** A text as SQL writes it: nothing but the quote has a meaning in it. */
function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function within(column: string, values: readonly string[]): string {
  return `${column} in (${[...new Set(values)].sort().map(literal).join(", ")})`;
}

/** The bodies of the views that reports read, by their names. */
function viewBodies(): readonly (readonly [name: string, body: string])[] {
  return statementsOf("views.sql").map((sql) => {
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
 * @returns undefined where no collection has anything that is asked for
 * @see https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html
 */
export function athenaStatement(
  query: Query,
  parameters: Parameters,
  { partitions, stamps, unfinished }: Collections,
  database: string,
): string | undefined {
  const { sql, values } = statement(query, parameters);
  const wanted = stampsFor(sql, parameters, stamps);
  if (wanted.length === 0) return undefined;
  const read = partitions.filter(({ collected }) => wanted.includes(collected));
  const left = unfinished.filter(({ collected }) => wanted.includes(collected));
  const conditions = [
    within("collected", wanted),
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
  const views = viewBodies().filter(([name]) => speaksOf(body, name));
  const tables = recordTypes.map(tableOf).filter((name) => views.some(([, view]) => speaksOf(view, name)));
  const expressions = [
    ...tables.map((name): readonly [string, string] => [
      name,
      `select * from "${database}"."${name}"\nwhere ${conditions.join("\n  and ")}`,
    ]),
    ...views,
  ].map(([name, inner]) => `${name} as (\n${inner})`);
  const given = [...values];
  const bound = body.replaceAll("?", () => literal(given.shift() ?? ""));
  const rest = bound.startsWith("with ") ? `,\n${bound.slice("with ".length)}` : `\n${bound}`;
  return `with ${expressions.join(",\n")}${rest}`;
}
