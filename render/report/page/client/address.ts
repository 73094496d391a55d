import { namesIn, type Query, type Table } from "./query.ts";

/*
 * What is narrowed and how it is sorted stands in the address, behind the #, and nowhere else: such a link shows others
 * the same. `server=web-1` is the whole page's, `<table>.<column>=…` a column's, `<table>/search` and `<table>/sort` a
 * table's; `sort=-age` is descending.
 */

/** Columns that the whole page can be narrowed by, wherever a table has one. */
export const pageKeys: readonly string[] = ["server", "owner", "group"];

/** What the address says; an address without `=` is a place on the page. */
export function fromAddress(hash: string): URLSearchParams {
  const parts = new URLSearchParams(hash.includes("=") ? hash.slice(1) : "");
  return new URLSearchParams([...parts].filter(([, value]) => value.trim() !== ""));
}

/** Sets a part of it, or takes it out. */
export function setPart(parts: URLSearchParams, key: string, value: string): void {
  if (value === "") parts.delete(key);
  else parts.set(key, value);
}

/** Parts that are about one table. */
export function partsOf(parts: URLSearchParams, { id }: Pick<Table, "id">): readonly string[] {
  return [...parts.keys()].filter((key) => key.startsWith(`${id}.`) || key.startsWith(`${id}/`));
}

/** A column of a table that the whole page's filter of that key narrows: `servers` is a list of `server`. */
export function namedColumn({ columns }: Table, key: string): Table["columns"][number] | undefined {
  return columns.find((column) => column.key === key) ?? columns.find((column) => column.key === `${key}s`);
}

/** Whether a name stands as it is in some table: web-1 is then not web-10, in no table. */
function isWhole(tables: readonly Table[], key: string, name: string): boolean {
  return tables.some((table) => {
    const column = namedColumn(table, key);
    return column?.lowerTexts.some((text) => namesIn(column.kind, text).includes(name.toLowerCase()));
  });
}

/**
 * What of a table is to be seen; parts that name no column of it are not heeded.
 * @param tables - all tables of the page
 */
export function queryOf(table: Table, parts: URLSearchParams, tables: readonly Table[]): Query {
  const narrowed = table.columns.flatMap((column) => {
    const wanted = parts.get(`${table.id}.${column.key}`) ?? "";
    return wanted === "" ? [] : [[column, wanted] as const];
  });
  const named = pageKeys.flatMap((key) => {
    const column = namedColumn(table, key);
    const text = (parts.get(key) ?? "").trim();
    if (column === undefined || text === "") return [];
    return [[column, { text, whole: isWhole(tables, key, text) }] as const];
  });
  const sort = parts.get(`${table.id}/sort`) ?? "";
  const descending = sort.startsWith("-");
  const column = table.columns.find(({ key }) => key === (descending ? sort.slice(1) : sort));
  return {
    narrowed: new Map(narrowed),
    named: new Map(named),
    search: parts.get(`${table.id}/search`) ?? "",
    ...(column === undefined ? {} : { sort: { column, descending } }),
  };
}
