import { expect } from "chai";
import { ReportQueries } from "../../../components/aws/reportQueries.ts";
import { settled, startMocks, valueOf, type Recorder } from "../../harness/mocks.ts";
import { expectInherited, inventory } from "./inventory.ts";
import { awsOutputs, sampleLocation, tags, withProvider } from "./samples.ts";

const bucket = "patchplane-prod-main-111122223333";

async function built(): Promise<Recorder> {
  const recorder = await startMocks(awsOutputs);
  const args = { environment: "prod", location: sampleLocation(), scanLimitGigabytes: 10, bucketName: bucket };
  const made = new ReportQueries("queries", args, withProvider());
  await settled();
  expect([await valueOf(made.workgroup), await valueOf(made.database)]).to.deep.equal([
    "patchplane-prod-reports",
    "patchplane_prod",
  ]);
  return recorder;
}

describe("ReportQueries", () => {
  it("makes a database, a table for each type of records, and the workgroup after them", async () => {
    const recorder = await built();
    const types = ["application", "complianceitem", "instanceinformation", "location", "missing", "patchsummary"];
    expect(inventory(recorder)).to.deep.equal([
      "CatalogDatabase queries-database",
      ...[...types, "run", "server", "tag"].map((type) => `CatalogTable queries-record_${type}`),
      "Workgroup queries-workgroup",
    ]);
    expectInherited(recorder);
    const tables = recorder.ofType("aws:glue/catalogTable:CatalogTable");
    expect([...recorder.only("aws:athena/workgroup:Workgroup").dependsOn].sort()).to.deep.equal(
      tables.map(({ urn }) => urn).sort(),
    );
  });

  it("has tables of texts over gz JSON lines, whose partitions each query names", async () => {
    const { inputs } = (await built()).only("aws:glue/catalogTable:CatalogTable", "queries-record_tag");
    const columns = (...names: readonly string[]) => names.map((name) => ({ name, type: "string" }));
    const location = `s3://${bucket}/collections/AWS:Tag/`;
    expect(inputs).to.deep.equal({
      databaseName: "patchplane_prod",
      name: "record_tag",
      description: "AWS:Tag of every collection",
      tableType: "EXTERNAL_TABLE",
      parameters: {
        EXTERNAL: "TRUE",
        "projection.enabled": "true",
        "storage.location.template": `${location}collected=\${collected}/accountid=\${accountid}/region=\${region}/resourcetype=\${resourcetype}/`,
        "projection.collected.type": "injected",
        "projection.accountid.type": "injected",
        "projection.region.type": "injected",
        "projection.resourcetype.type": "enum",
        "projection.resourcetype.values": "ManagedInstanceInventory",
      },
      partitionKeys: columns("collected", "accountid", "region", "resourcetype"),
      storageDescriptor: {
        location,
        inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
        outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        serDeInfo: { name: "json", serializationLibrary: "org.openx.data.jsonserde.JsonSerDe" },
        columns: columns("resourceid", "key", "value"),
      },
    });
  });

  it("has no column twice, and none in upper case, which the catalogue would not have", async () => {
    for (const { name, inputs } of (await built()).ofType("aws:glue/catalogTable:CatalogTable")) {
      const { columns } = inputs["storageDescriptor"] as { readonly columns: readonly { readonly name: string }[] };
      const keys = inputs["partitionKeys"] as readonly { readonly name: string }[];
      const all = [...columns, ...keys].map((column) => column.name);
      expect(new Set(all).size, name).to.equal(all.length);
      expect(
        all.filter((column) => column !== column.toLowerCase()),
        name,
      ).to.deep.equal([]);
    }
  });

  it("holds every query to its limit, and its results to the location's bucket, encrypted", async () => {
    expect((await built()).only("aws:athena/workgroup:Workgroup").inputs).to.deep.equal({
      name: "patchplane-prod-reports",
      description: "Reports of patchplane: limits what a query reads, and keeps results encrypted for a few days",
      configuration: {
        enforceWorkgroupConfiguration: true,
        publishCloudwatchMetricsEnabled: true,
        requesterPaysEnabled: false,
        bytesScannedCutoffPerQuery: 10_000_000_000,
        engineVersion: { selectedEngineVersion: "Athena engine version 3" },
        resultConfiguration: {
          outputLocation: `s3://${bucket}/athena/`,
          expectedBucketOwner: "111122223333",
          encryptionConfiguration: { encryptionOption: "SSE_S3" },
        },
      },
      forceDestroy: true,
      tags,
    });
  });
});
