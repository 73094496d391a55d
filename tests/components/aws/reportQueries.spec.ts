import { expect } from "chai";
import { ReportQueries } from "../../../components/aws/reportQueries.ts";
import { queries } from "../../../domain/report/queries.ts";
import { savedQueries } from "../../../domain/report/savedQueries.ts";
import { athenaNames } from "../../../domain/stack/athena.ts";
import { settled, startMocks, valueOf, type Recorder } from "../../harness/mocks.ts";
import { expectInherited, inventory } from "./inventory.ts";
import { awsOutputs, sampleLocation, samplePlane, sql, tags, withProvider } from "./samples.ts";

const bucket = "patchplane-prod-main-111122223333";

async function built(): Promise<Recorder> {
  const recorder = await startMocks(awsOutputs);
  const location = sampleLocation();
  const saved = savedQueries(sql, samplePlane(), athenaNames("prod", location));
  const args = { environment: "prod", location, scanLimitGigabytes: 10, bucketName: bucket, saved };
  const made = new ReportQueries("queries", args, withProvider());
  await settled();
  expect([await valueOf(made.workgroup), await valueOf(made.database)]).to.deep.equal([
    "patchplane-prod-reports",
    "patchplane_prod",
  ]);
  return recorder;
}

describe("ReportQueries", () => {
  it("makes a database, a table for each type of records, the workgroup after them, and in it every query", async () => {
    const recorder = await built();
    const types = ["application", "complianceitem", "instanceinformation", "location", "missing", "patchsummary"];
    expect(inventory(recorder)).to.deep.equal([
      "CatalogDatabase queries-database",
      ...[...types, "run", "server", "tag"].map((type) => `CatalogTable queries-record_${type}`),
      ...queries.map((query) => `NamedQuery queries-${query}`),
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

  it("saves each query with what it is for and what has to be put in, over all locations", async () => {
    const { inputs } = (await built()).only("aws:athena/namedQuery:NamedQuery", "queries-inventory");
    const { query, ...others } = inputs;
    expect(others).to.deep.equal({
      name: "patchplane-prod-inventory",
      description: "Every package of some nodes in a collection.",
      database: "patchplane_prod",
      workgroup: "patchplane-prod-reports",
    });
    expect(String(query).split("\n").slice(0, 9)).to.deep.equal([
      "-- Every package of some nodes in a collection.",
      "-- Put a text in single quotes, '2026-11-15T060000Z', in place of each of these and its double quotes, wherever it stands:",
      `--   <collected>  a collection's stamp, a folder's name in s3://${bucket}/collections/Patchplane:Location/`,
      "--   <nodes>  managed nodes' ids, one a line",
      "with record_application as (",
      'select * from "patchplane_prod"."record_application"',
      `where collected in ("<collected>")`,
      "  and accountid in ('111122223333')",
      "  and region in ('eu-central-1')),",
    ]);
    expect(query).to.include(`where collected = cast("<collected>" as varchar)`);
  });

  it("keeps within what Athena takes of a saved query", async () => {
    for (const { name, inputs } of (await built()).ofType("aws:athena/namedQuery:NamedQuery")) {
      expect(String(inputs["description"]).length, name).to.be.within(10, 1_024);
      expect(Buffer.byteLength(String(inputs["query"])), name).to.be.within(100, 262_144);
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
