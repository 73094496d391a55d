import { join } from "node:path";
import { loadReportSql } from "../../../config/reportSql.ts";
import type { Parameters, Query } from "../../../domain/report/queries.ts";
import { savedQueries } from "../../../domain/report/savedQueries.ts";
import type { AthenaNames } from "../../../domain/stack/athena.ts";
import type { Collections } from "../../../operations/report/partitions.ts";
import { byName, location } from "../../domain/samplePlane.ts";
import { runId, stamps } from "./fixture.ts";

/** A value of every parameter, as the fixture has them. */
export const parameters: Parameters = {
  before: stamps.before,
  after: stamps.after,
  since: stamps.first,
  until: stamps.after,
  collected: stamps.after,
  groups: "prod-auto\nprod-reviewed",
  owners: "*",
  servers: "*",
  run: runId,
  packages: "kernel\nlibc6",
  nodes: "i-00000000000000001\ni-0000000000000000f",
};

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
