import type { DuckDBConnection } from "@duckdb/node-api";
import { AthenaFailure } from "./failure.ts";

type Tree = Readonly<Record<string, unknown>>;

/** A table that a statement reads, and the values that it asks of columns by `=` and `in`. */
export interface Scan {
  readonly database: string;
  readonly table: string;
  readonly values: ReadonlyMap<string, readonly string[]>;
}

/**
 * Functions and operators of which DuckDB and Athena think alike, for texts and whole numbers. Any other is refused:
 * what has two meanings would be answered with the wrong one.
 */
const alike: ReadonlySet<string> = new Set([
  ..."|| + - * < > count count_star sum min max max_by coalesce nullif upper lower replace split contains chr strpos".split(
    " ",
  ),
  ..."substr split_part starts_with ~~ !~~ row".split(" "),
]);
const types: ReadonlySet<string> = new Set(["VARCHAR", "BIGINT"]);

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every object of a tree, the tree itself first. */
function* inside(value: unknown): Generator<Tree> {
  if (Array.isArray(value)) for (const each of value) yield* inside(each);
  if (!isTree(value)) return;
  yield value;
  for (const each of Object.values(value)) yield* inside(each);
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

function children(tree: Tree): readonly Tree[] {
  return Array.isArray(tree["children"]) ? tree["children"].filter(isTree) : [];
}

/** A text that stands in the statement, with a cast around it or without. */
function constant(tree: unknown): string | undefined {
  if (!isTree(tree)) return undefined;
  if (tree["class"] === "CAST") return constant(tree["child"]);
  const value = tree["class"] === "CONSTANT" && isTree(tree["value"]) ? tree["value"]["value"] : undefined;
  return typeof value === "string" ? value : undefined;
}

function columnOf(tree: unknown): string | undefined {
  if (!isTree(tree) || tree["class"] !== "COLUMN_REF" || !Array.isArray(tree["column_names"])) return undefined;
  return text(tree["column_names"].at(-1)).toLowerCase();
}

/** The parts of a condition that all have to hold. */
function conjuncts(tree: unknown): readonly Tree[] {
  if (!isTree(tree)) return [];
  return tree["type"] === "CONJUNCTION_AND" ? children(tree).flatMap(conjuncts) : [tree];
}

function equality(tree: Tree): readonly [string, readonly string[]] | undefined {
  const [left, ...right] =
    tree["type"] === "COMPARE_EQUAL"
      ? [tree["left"], tree["right"]]
      : tree["type"] === "COMPARE_IN"
        ? children(tree)
        : [];
  const column = columnOf(left);
  const values = right.map(constant);
  if (column === undefined || values.some((value) => value === undefined)) return undefined;
  return [column, values.filter((value) => value !== undefined)];
}

function scanOf(select: Tree, table: Tree, database: string): Scan {
  const values = new Map<string, readonly string[]>();
  for (const each of conjuncts(select["where_clause"])) {
    const [column, asked] = equality(each) ?? [];
    if (column === undefined || asked === undefined) continue;
    values.set(column, values.get(column)?.filter((value) => asked.includes(value)) ?? asked);
  }
  return { database: text(table["schema_name"]) || database, table: text(table["table_name"]).toLowerCase(), values };
}

function refuseDifferent(trees: readonly Tree[]): void {
  for (const tree of trees) {
    if (tree["class"] === "FUNCTION" && !alike.has(text(tree["function_name"])))
      throw new AthenaFailure(
        `NOT_SUPPORTED: the embedded Athena does not have the function ${text(tree["function_name"])}`,
      );
    const type = tree["class"] === "CAST" && isTree(tree["cast_type"]) ? text(tree["cast_type"]["id"]) : "VARCHAR";
    if (!types.has(type)) throw new AthenaFailure(`NOT_SUPPORTED: the embedded Athena does not cast to ${type}`);
  }
}

/**
 * The tables that a statement reads, as DuckDB's own parser has it; a table is read where it stands alone in a `from`,
 * with its conditions beside it.
 *
 * @throws AthenaFailure for what is no query, and for whatever the two engines do not understand alike
 */
export async function scansOf(connection: DuckDBConnection, sql: string, database: string): Promise<readonly Scan[]> {
  if (!/^(?:\s|--.*\n)*(?:select|with)\b/i.test(sql))
    throw new AthenaFailure("NOT_SUPPORTED: the embedded Athena has SELECT statements only");
  const answer = await connection.runAndReadAll(`select json_serialize_sql('${sql.replaceAll("'", "''")}')`);
  const parsed: unknown = JSON.parse(text(answer.getRowsJson()[0]?.[0]));
  if (!isTree(parsed) || parsed["error"] === true)
    throw new AthenaFailure(`SYNTAX_ERROR: ${isTree(parsed) ? text(parsed["error_message"]) : "no statement"}`);
  const statements = parsed["statements"];
  if (!Array.isArray(statements) || statements.length !== 1)
    throw new AthenaFailure("SYNTAX_ERROR: only one sql statement is allowed");
  const trees = [...inside(statements)];
  refuseDifferent(trees);
  const known = new Set(
    trees
      .flatMap((tree) => (isTree(tree["cte_map"]) ? (tree["cte_map"]["map"] as readonly Tree[]) : []))
      .map(({ key }) => text(key)),
  );
  const isStored = (table: Tree): boolean => text(table["schema_name"]) !== "" || !known.has(text(table["table_name"]));
  const tables = trees.filter((tree) => tree["type"] === "BASE_TABLE" && isStored(tree));
  return tables.map((table) => {
    const select = trees.find((tree) => tree["from_table"] === table);
    if (select === undefined)
      throw new AthenaFailure("NOT_SUPPORTED: the embedded Athena reads a table where it stands alone in a FROM");
    return scanOf(select, table, database);
  });
}
