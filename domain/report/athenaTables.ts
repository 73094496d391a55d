import { recordTypes } from "../collection/layout.ts";
import { collectionsFolder, type AthenaNames } from "../stack/athena.ts";
import { fieldsOf, partitionColumns, tableOf } from "./sources.ts";

/** A column that is a level of the path, and where Athena has its values from. */
export interface ProjectedColumn {
  readonly name: string;
  /** All values there are; left out where each query names the ones that it reads. */
  readonly values?: readonly string[];
}

/** A table over gz JSON lines, of texts alone. */
export interface PlannedTable {
  readonly name: string;
  readonly description: string;
  /** Folder above all of its files, `s3://…/`. */
  readonly location: string;
  /** Path of a partition with `${column}` for each of its columns. */
  readonly template: string;
  /** In lower case, as the catalogue keeps them. */
  readonly columns: readonly string[];
  readonly partitionColumns: readonly ProjectedColumn[];
}

/** What resource data sync and `collect` call nodes; the one value of that level. */
const resourceType = "ManagedInstanceInventory";

/**
 * The tables of the collections in a bucket, one a type of records, by the names that `reports/views.sql` reads. Athena
 * computes the paths of partitions from the query (partition projection), so that a collection can be queried once it is
 * written, and a location that left the stack still can: no crawler runs, and nobody registers partitions.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/partition-projection-dynamic-id-partitioning.html
 */
export function athenaTables({ bucket }: Pick<AthenaNames, "bucket">): readonly PlannedTable[] {
  return recordTypes.map((type) => {
    const location = `s3://${bucket}/${collectionsFolder}/${type}/`;
    return {
      name: tableOf(type),
      description: `${type} of every collection`,
      location,
      template: `${location}${partitionColumns.map((column) => `${column}=\${${column}}/`).join("")}`,
      columns: fieldsOf(type).map((field) => field.toLowerCase()),
      partitionColumns: partitionColumns.map((name) =>
        name === "resourcetype" ? { name, values: [resourceType] } : { name },
      ),
    };
  });
}
