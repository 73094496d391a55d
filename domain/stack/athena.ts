import type { Location, Plane } from "../plane.ts";
import { bucketName, productName, regionalName } from "./awsNames.ts";

/** Folder of a location's bucket that `collect` keeps collections in, and that Athena's tables read. */
export const collectionsFolder = "collections";

/** Folder of the bucket that Athena writes results to. */
export const resultsFolder = "athena";

/** How long Athena's results stay: each report is made anew, and its own file is what is kept. */
export const resultDays = 7;

/** Names of what Athena queries collections by, in the account and Region of one location. */
export interface AthenaNames {
  readonly workgroup: string;
  /** Of the Glue catalogue: lower case, digits and underscores. */
  readonly database: string;
  readonly bucket: string;
}

/** The names of a stack's Athena. */
export function athenaNames(
  environment: string,
  { name, accountId }: Pick<Location, "name" | "accountId">,
): AthenaNames {
  return {
    workgroup: regionalName(environment, "reports"),
    database: `${productName}_${environment.replaceAll("-", "_")}`,
    bucket: bucketName(environment, name, accountId),
  };
}

/** The location that has the stack's Athena; undefined where there is none. */
export function athenaLocation({ reports, locations }: Pick<Plane, "reports" | "locations">): Location | undefined {
  return reports.athena === undefined ? undefined : locations[reports.athena.location];
}
