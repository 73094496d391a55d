import { readFileSync } from "node:fs";
import { join } from "node:path";
import { statementsIn, valuesOf, type Parameters, type Query } from "../../domain/report/queries.ts";

const folder = join(import.meta.dirname, "..", "..", "reports");

/** A statement as an engine takes it: the values in the order of its question marks. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly string[];
}

/** The statements of a file in `reports/`. */
export function statementsOf(file: string): readonly string[] {
  return statementsIn(readFileSync(join(folder, file), "utf8"));
}

/**
 * A query of `reports/` with its values.
 * @throws Error when a value is left out, which is a mistake of the caller
 */
export function statement(query: Query, parameters: Parameters): Statement {
  const [sql = ""] = statementsOf(`${query}.sql`);
  return { sql, values: valuesOf(query, sql, parameters) };
}
