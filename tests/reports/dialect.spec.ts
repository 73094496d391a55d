import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect } from "chai";
import { parametersOf, queries, statementsIn } from "../../domain/report/queries.ts";

const folder = join(import.meta.dirname, "..", "..", "reports");
const statementsOf = (file: string): readonly string[] => statementsIn(readFileSync(join(folder, file), "utf8"));

/** What DuckDB and Trino both take and understand differently, or what an older Trino lacks, and what to write. */
const silent: Readonly<Record<string, { readonly form: RegExp; readonly instead: string }>> = {
  "a decimal literal": { form: /\b\d+\.\d+\b(?!e)/i, instead: "1e2 * a / b" },
  "a division by what may be 0": { form: /\/\s*(?!nullif\b)[a-z(]/i, instead: "nullif(b, 0)" },
  "try_cast of a time": {
    form: /try_cast\([^)]* as (?:timestamp|date|time)\b/i,
    instead: "cast(substr(x, 1, 10) as date)",
  },
  "a number as a text": { form: /cast\(\s*[\d.]+(?:e\d+)?\s+as varchar/i, instead: "no such cast" },
  greatest: { form: /\b(?:greatest|least)\(/i, instead: "coalesce first" },
  interval: { form: /\binterval\b/i, instead: "texts of ISO 8601, which sort as their times do" },
  "the clock": { form: /\bcurrent_(?:date|timestamp|time)\b|\bnow\(/i, instead: "pass the instant in" },
  "a function that is not in both": {
    form: /\b(?:any_value|string_agg|listagg|json_value|json_extract\w*|strftime|date_format|format|date_add|date_trunc|date_diff|concat|array_join|cardinality|element_at|regexp_\w+)\(/i,
    instead: "||, contains, split, filter, max_by",
  },
  "syntax of one engine": { form: /\b(?:qualify|ilike|exclude|ignore nulls)\b|::|->/i, instead: "standard SQL" },
  "a parameter whose type an engine chooses": { form: /(?<!cast\()\?/, instead: "cast(? as varchar)" },
  "grouping by position or alias": { form: /\b(?:group|order) by\s+\d/i, instead: "the expression" },
  "a list without an order": { form: /array_agg\((?![^)]*order by)/i, instead: "array_agg(x order by x)" },
};

const withoutComments = (sql: string): string => sql.replace(/--.*$/gm, "").replace(/'[^']*'/g, "''");

function faultsOf(sql: string): readonly string[] {
  const text = withoutComments(sql);
  return Object.entries(silent).flatMap(([name, { form }]) => (form.test(text) ? [name] : []));
}

describe("the SQL of the reports", () => {
  it("is in files that the program knows, each a query, but for views and prelude", () => {
    const files = readdirSync(folder).filter((file) => file !== "prelude.duckdb.sql" && file !== "views.sql");
    expect(files).to.deep.equal([...queries].sort().map((query) => `${query}.sql`));
    for (const file of files) expect(statementsOf(file), file).to.have.lengthOf(1);
  });

  it("has nothing that two engines would understand differently", () => {
    for (const file of [...queries.map((query) => `${query}.sql`), "views.sql"]) {
      for (const sql of statementsOf(file)) expect(faultsOf(sql), file).to.deep.equal([]);
    }
  });

  it("names a parameter for each question mark, and orders by columns that tell its rows apart", () => {
    for (const query of queries) {
      const [sql = ""] = statementsOf(`${query}.sql`);
      expect(parametersOf(sql), query).to.have.lengthOf(withoutComments(sql).split("?").length - 1);
      expect(sql, query).to.match(/\border by [^()]+$/);
    }
  });

  it("is refused by this lint where it would differ", () => {
    const cases: Readonly<Record<string, string>> = {
      "a decimal literal": "select 100.0 * a from t",
      "a division by what may be 0": "select a / b from t",
      "try_cast of a time": "select try_cast(a as timestamp) from t",
      "a number as a text": "select cast(1e0 as varchar)",
      greatest: "select greatest(a, b) from t",
      interval: "select a + interval '1' day from t",
      "the clock": "select current_date",
      "a function that is not in both": "select any_value(a) from t",
      "syntax of one engine": "select a::varchar from t",
      "a parameter whose type an engine chooses": "select a from t where b = ?",
      "grouping by position or alias": "select a from t order by 1",
      "a list without an order": "select array_agg(a) from t",
    };
    expect(Object.keys(cases)).to.deep.equal(Object.keys(silent));
    for (const [name, sql] of Object.entries(cases)) expect(faultsOf(sql), sql).to.deep.equal([name]);
  });

  it("means in DuckDB what it means in Trino, by the prelude", async () => {
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    for (const sql of statementsOf("prelude.duckdb.sql")) await connection.run(sql);
    const answers: Readonly<Record<string, unknown>> = {
      "7 / 2": 3,
      "current_setting('TimeZone')": "UTC",
    };
    for (const [expression, expected] of Object.entries(answers)) {
      const result = await connection.runAndReadAll(`select ${expression} as x`);
      expect(result.getRowsJson()[0]?.[0], expression).to.equal(expected);
    }
    connection.closeSync();
  });
});
