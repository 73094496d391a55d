import { join } from "node:path";
import { loadReportSql } from "../../../config/reportSql.ts";
import type { Parameters, Query } from "../../../domain/report/queries.ts";
import { savedQueries } from "../../../domain/report/savedQueries.ts";
import type { AthenaNames } from "../../../domain/stack/athena.ts";
import type { Collections } from "../../../operations/report/partitions.ts";
import { byName, location } from "../../domain/samplePlane.ts";

/** The texts of `reports/`. */
export const texts = loadReportSql(join(import.meta.dirname, "..", "..", ".."));

/** The saved query of a stack whose locations are the places of these collections, filled in with the values that are given. */
export function filledIn(
  query: Query,
  parameters: Parameters,
  { partitions }: Collections,
  names: AthenaNames,
): string {
  const places = new Map(partitions.map((each) => [`${each.accountId}-${each.region}`, each]));
  const locations = byName(
    ...[...places].map(([name, { accountId, region }]) => location(name, { accountId, region })),
  );
  const saved = savedQueries(texts, { environment: "prod", locations }, names).find((each) => each.query === query);
  return Object.entries(parameters).reduce(
    (sql, [name, value]) => sql.replaceAll(`"<${name}>"`, `'${value}'`),
    saved?.sql ?? "",
  );
}
