/** A row of Resource Graph. */
export type GraphRow = Readonly<Record<string, unknown>>;

/** Makes the error for what is not covered. */
type Refuse = (what: string) => Error;

const path = String.raw`[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*`;
const text = String.raw`'[^'\\]*'`;
const stages = {
  where: new RegExp(`^where (${path}) (=~ ${text}|in~ \\(${text}(?:, ?${text})*\\))$`),
  project: new RegExp(`^project (.+)$`),
  order: new RegExp(`^order by ([A-Za-z_]\\w*) asc$`),
} as const;
const column = new RegExp(`^(?:([A-Za-z_]\\w*) ?= ?)?(?:tostring\\((${path})\\)|(${path}))$`);

function at(row: GraphRow, where: string): unknown {
  return where
    .split(".")
    .reduce<unknown>(
      (value, key) => (typeof value === "object" && value !== null ? (value as GraphRow)[key] : undefined),
      row,
    );
}

/** KQL's `tostring`: nothing is the empty text, and what is no text is JSON. */
function asText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function filtered(rows: readonly GraphRow[], where: string, test: string): readonly GraphRow[] {
  const values = [...test.matchAll(/'([^']*)'/g)].map(([, value = ""]) => value.toLowerCase());
  return rows.filter((row) => values.includes(asText(at(row, where)).toLowerCase()));
}

function projected(rows: readonly GraphRow[], list: string, refuse: Refuse): readonly GraphRow[] {
  const columns = list.split(/, ?/).map((each) => {
    const [, name, ofText, plain] = column.exec(each.trim()) ?? [];
    const from = ofText ?? plain;
    if (from === undefined || (name === undefined && from.includes("."))) throw refuse(`The column '${each}'`);
    return {
      name: name ?? from,
      value: (row: GraphRow) => (ofText === undefined ? at(row, from) : asText(at(row, from))),
    };
  });
  return rows.map((row) => Object.fromEntries(columns.map(({ name, value }) => [name, value(row) ?? null])));
}

/**
 * Runs a query over the table `resources`. It knows `where <path> =~ '…'` and `in~ ('…', …)`, `project` of columns,
 * paths and `tostring`, and `order by <column> asc`; anything else is refused, because an answer that leaves a part of
 * the question out would be a wrong one.
 * https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language
 */
export function runQuery(table: readonly GraphRow[], query: string, refuse: Refuse): readonly GraphRow[] {
  const [source = "", ...rest] = query.split("|").map((stage) => stage.trim().replaceAll(/\s+/g, " "));
  if (source.toLowerCase() !== "resources") throw refuse(`The table '${source}'`);
  return rest.reduce<readonly GraphRow[]>((rows, stage) => {
    const where = stages.where.exec(stage);
    if (where !== null) return filtered(rows, where[1] ?? "", where[2] ?? "");
    const list = stages.project.exec(stage)?.[1];
    if (list !== undefined) return projected(rows, list, refuse);
    const by = stages.order.exec(stage)?.[1];
    if (by === undefined) throw refuse(`The query's part '${stage}'`);
    return rows.toSorted((a, b) => (asText(at(a, by)) < asText(at(b, by)) ? -1 : 1));
  }, table);
}
