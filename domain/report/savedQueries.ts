import type { Plane } from "../plane.ts";
import { collectionsFolder, type AthenaNames } from "../stack/athena.ts";
import { regionalName } from "../stack/awsNames.ts";
import { athenaStatement, stampParameters } from "./athenaStatement.ts";
import { parametersOf, purposeOf, queries, type Query, type ReportSql } from "./queries.ts";

/** A query that Athena's console lists under "Saved queries". */
export interface SavedQuery {
  readonly query: Query;
  /** 1–128 characters. */
  readonly name: string;
  /** At most 1,024 characters. */
  readonly description: string;
  readonly sql: string;
}

/** What a parameter that is no stamp takes. */
const meanings: Readonly<Record<string, string>> = {
  groups: "patch groups, one a line, or '*'",
  nodes: "managed nodes' ids, one a line",
  owners: "owners, one a line, or '*'",
  packages: "names of packages, one a line",
  run: "id of a window execution or of a command, or '*'",
  servers: "names or ids of servers, one a line, or '*'",
};

const blank = (parameter: string): string => `<${parameter}>`;

/** The lines above a saved query. Its blanks have no quotes here, so that a value of several lines is not put in there. */
function introduction(purpose: string, parameters: readonly string[], { bucket }: Pick<AthenaNames, "bucket">): string {
  const stamps = `a collection's stamp, a folder's name in s3://${bucket}/${collectionsFolder}/Patchplane:Location/`;
  const blanks = parameters.map((name) => `--   ${blank(name)}  ${meanings[name] ?? stamps}`);
  return [
    `-- ${purpose}`,
    "-- Put a text in single quotes, '2026-11-15T060000Z', in place of each of these and its double quotes, wherever it stands:",
    ...blanks,
  ].join("\n");
}

/**
 * Every query of the reports as `patchplane report` sends it to Athena, over all locations of the stack, with blanks for
 * what is asked. A blank is a column that there is not: a query that was not filled in is refused, and does not find
 * nothing.
 *
 * Blanks, because Athena's own parameters (`?`, prepared statements too) stand in `WHERE` alone and by position; `changes`
 * has the two stamps in twelve places, eight of them elsewhere.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html
 */
export function savedQueries(
  texts: ReportSql,
  { environment, locations }: Pick<Plane, "environment" | "locations">,
  names: AthenaNames,
): readonly SavedQuery[] {
  return queries.map((query) => {
    const text = texts[query];
    const parameters = [...new Set(parametersOf(text))];
    const stamps = parameters.filter((name) => stampParameters.has(name)).map(blank);
    const partitions = stamps.flatMap((collected) =>
      Object.values(locations).map(({ accountId, region }) => ({ collected, accountId, region })),
    );
    const blanks = Object.fromEntries(parameters.map((name) => [name, blank(name)]));
    const asked = { partitions, stamps: stamps.sort(), unfinished: [] };
    const statement = athenaStatement(texts, query, blanks, asked, names.database, (name) => `"${name}"`);
    const purpose = purposeOf(text);
    return {
      query,
      name: regionalName(environment, query, 128),
      description: purpose,
      sql: `${introduction(purpose, parameters, names)}\n${statement ?? ""}\n`,
    };
  });
}
