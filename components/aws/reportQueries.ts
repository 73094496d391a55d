import * as pulumi from "@pulumi/pulumi";
import { NamedQuery } from "@pulumi/aws/athena/namedQuery.js";
import { Workgroup } from "@pulumi/aws/athena/workgroup.js";
import { CatalogDatabase } from "@pulumi/aws/glue/catalogDatabase.js";
import { CatalogTable } from "@pulumi/aws/glue/catalogTable.js";
import type { Location } from "../../domain/plane.ts";
import { athenaTables, type PlannedTable } from "../../domain/report/athenaTables.ts";
import type { SavedQuery } from "../../domain/report/savedQueries.ts";
import { ownTags } from "../../domain/stack/awsNames.ts";
import { athenaNames, resultsFolder } from "../../domain/stack/athena.ts";

const type = "patchplane:aws:ReportQueries";
const gigabyte = 1_000_000_000;

/** Where reports are queried, and how much one query may read. */
export interface ReportQueriesArgs {
  readonly environment: string;
  readonly location: Location;
  /** Gigabytes that one query may read at most; at least 1. */
  readonly scanLimitGigabytes: number;
  /** The location's bucket: collections are in it, and results go to it. */
  readonly bucketName: pulumi.Input<string>;
  /** Queries that the console lists for who works there. */
  readonly saved: readonly SavedQuery[];
}

/** What tells Athena where the partitions of a table are. */
function projection({ template, partitionColumns }: PlannedTable): Record<string, string> {
  return {
    EXTERNAL: "TRUE",
    "projection.enabled": "true",
    "storage.location.template": template,
    ...Object.fromEntries(
      partitionColumns.flatMap(({ name, values }) =>
        values === undefined
          ? [[`projection.${name}.type`, "injected"]]
          : [
              [`projection.${name}.type`, "enum"],
              [`projection.${name}.values`, values.join(",")],
            ],
      ),
    ),
  };
}

/**
 * What Athena queries collections by: a database of the Glue catalogue with a table for each type of records, and a
 * workgroup whose settings no query can leave: results encrypted in the location's bucket, and a limit to what a query
 * reads, and saved queries for who asks in the console. Queries run with the rights of who asks; nothing here gives any.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html
 */
export class ReportQueries extends pulumi.ComponentResource {
  /** Name of the workgroup, known once the tables are there. */
  readonly workgroup: pulumi.Output<string>;
  readonly database: pulumi.Output<string>;

  constructor(name: string, args: ReportQueriesArgs, opts?: pulumi.ComponentResourceOptions) {
    super(type, name, {}, opts);
    const { environment, location, scanLimitGigabytes, bucketName, saved } = args;
    const names = athenaNames(environment, location);
    const tags = ownTags(environment, location);

    const database = new CatalogDatabase(
      `${name}-database`,
      { name: names.database, description: "Collections of patchplane, for reports", tags },
      { parent: this },
    );
    const tables = athenaTables(names).map(
      (table) =>
        new CatalogTable(
          `${name}-${table.name}`,
          {
            databaseName: database.name,
            name: table.name,
            description: table.description,
            tableType: "EXTERNAL_TABLE",
            parameters: projection(table),
            partitionKeys: table.partitionColumns.map((column) => ({ name: column.name, type: "string" })),
            storageDescriptor: {
              location: table.location,
              inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
              outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
              serDeInfo: { name: "json", serializationLibrary: "org.openx.data.jsonserde.JsonSerDe" },
              columns: table.columns.map((column) => ({ name: column, type: "string" })),
            },
          },
          { parent: this },
        ),
    );
    const workgroup = new Workgroup(
      `${name}-workgroup`,
      {
        name: names.workgroup,
        description: "Reports of patchplane: limits what a query reads, and keeps results encrypted for a few days",
        configuration: {
          enforceWorkgroupConfiguration: true,
          publishCloudwatchMetricsEnabled: true,
          requesterPaysEnabled: false,
          bytesScannedCutoffPerQuery: scanLimitGigabytes * gigabyte,
          engineVersion: { selectedEngineVersion: "Athena engine version 3" },
          resultConfiguration: {
            outputLocation: pulumi.interpolate`s3://${bucketName}/${resultsFolder}/`,
            expectedBucketOwner: location.accountId,
            encryptionConfiguration: { encryptionOption: "SSE_S3" },
          },
        },
        // What ran there is a record of who asked what: it goes with the workgroup, or a stack could not be removed.
        forceDestroy: true,
        tags,
      },
      { parent: this, dependsOn: tables },
    );
    for (const { query, name: called, description, sql } of saved) {
      new NamedQuery(
        `${name}-${query}`,
        { name: called, description, database: database.name, workgroup: workgroup.name, query: sql },
        { parent: this },
      );
    }
    this.workgroup = workgroup.name;
    this.database = database.name;
    this.registerOutputs({ workgroup: this.workgroup, database: this.database });
  }
}
