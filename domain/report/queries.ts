/** The queries in `reports/`, each a file. */
export const queries = [
  "changes",
  "compliance",
  "inventory",
  "locations",
  "needed",
  "patches",
  "runs",
  "servers",
  "trend",
  "updates",
  "versions",
] as const;

/** One of {@link queries}. */
export type Query = (typeof queries)[number];

/** Values of a query's parameters by name; `*` stands for all. */
export type Parameters = Readonly<Record<string, string>>;

/** The texts of `reports/`: each query, and the views that they read. */
export type ReportSql = Readonly<Record<Query | "views", string>>;

/** The statements of a text, without the semicolons between them. */
export function statementsIn(text: string): readonly string[] {
  return text
    .split(/;\s*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}

/** Names of a query's parameters, one for each question mark: its line `-- parameters:`. */
export function parametersOf(sql: string): readonly string[] {
  return /^-- parameters: (.+)$/m.exec(sql)?.[1]?.split(", ") ?? [];
}

/** What a query says of itself: the lines above its parameters. */
export function purposeOf(sql: string): string {
  const [above = ""] = sql.split(/^-- parameters:/m);
  return above.replaceAll(/^-- /gm, "").trim().replaceAll("\n", " ");
}

/**
 * The values of a query's question marks, in their order.
 * @throws Error when a value is left out, which is a mistake of the caller
 */
export function valuesOf(query: Query, sql: string, parameters: Parameters): readonly string[] {
  return parametersOf(sql).map((name) => {
    const value = parameters[name];
    if (value === undefined) throw new Error(`${query}.sql: no value for the parameter ${name}`);
    return value;
  });
}
