import { readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "..", "..", "reports");

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

/** A statement as an engine takes it: the values in the order of its question marks. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly string[];
}

/** The statements of a file in `reports/`, without the semicolons between them. */
export function statementsOf(file: string): readonly string[] {
  return readFileSync(join(folder, file), "utf8")
    .split(/;\s*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}

/** Names of a query's parameters, one for each question mark: its line `-- parameters:`. */
export function parametersOf(sql: string): readonly string[] {
  return /^-- parameters: (.+)$/m.exec(sql)?.[1]?.split(", ") ?? [];
}

/**
 * A query of `reports/` with its values.
 * @throws Error when a value is left out, which is a mistake of the caller
 */
export function statement(query: Query, parameters: Parameters): Statement {
  const [sql = ""] = statementsOf(`${query}.sql`);
  const values = parametersOf(sql).map((name) => {
    const value = parameters[name];
    if (value === undefined) throw new Error(`${query}.sql: no value for the parameter ${name}`);
    return value;
  });
  return { sql, values };
}
