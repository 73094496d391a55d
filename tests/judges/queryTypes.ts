import { ReportQueries } from "../../components/aws/reportQueries.ts";
import { savedQueries } from "../../domain/report/savedQueries.ts";
import { athenaNames } from "../../domain/stack/athena.ts";
import { configuredPlugin } from "./inputChecks.ts";
import { startScenarioCloud } from "./judgeRun.ts";
import { awsOutputs, sampleLocation, samplePlane, sql, withProvider } from "../components/aws/samples.ts";
import { settled, startMocks } from "../harness/mocks.ts";
import type { Json, Resource } from "../simulator/plugins/pluginClient.ts";
import { answersOf, removedAnswers, type RecordedAnswer, type Subject } from "./typeAnswers.ts";

const types = {
  database: "aws:glue/catalogDatabase:CatalogDatabase",
  table: "aws:glue/catalogTable:CatalogTable",
  workgroup: "aws:athena/workgroup:Workgroup",
  query: "aws:athena/namedQuery:NamedQuery",
} as const;

const long = (length: number): string => "x".repeat(length);

/** The four types as the component registers them, in the order in which they can be made. */
async function subjects(): Promise<readonly Subject[]> {
  const recorder = await startMocks(awsOutputs);
  const location = sampleLocation();
  const names = athenaNames("prod", location);
  const saved = savedQueries(sql, samplePlane(), names);
  const args = { environment: "prod", location, scanLimitGigabytes: 10, bucketName: names.bucket, saved };
  new ReportQueries("queries", args, withProvider());
  await settled();
  const inputsOf = (type: string, name: string): Json => recorder.only(type, name).inputs;
  const table = inputsOf(types.table, "queries-record_tag");
  const workgroup = inputsOf(types.workgroup, "queries-workgroup");
  const storage = table["storageDescriptor"] as Json & { readonly columns: readonly Json[] };
  const configuration = workgroup["configuration"] as Json;
  const results = configuration["resultConfiguration"] as Json;
  const stored = (changes: Json): Json => ({ storageDescriptor: { ...storage, ...changes } });
  const configured = (changes: Json): Json => ({ configuration: { ...configuration, ...changes } });
  return [
    {
      type: types.database,
      inputs: inputsOf(types.database, "queries-database"),
      updates: { description: { description: "other" }, "no description": { description: undefined } },
      differences: { name: { name: "patchplane_other" } },
      faults: {
        "upper case": { name: "Patchplane" },
        "no name": { name: "" },
        description: { description: long(2049) },
      },
    },
    {
      type: types.table,
      inputs: table,
      updates: {
        description: { description: "other" },
        "a column more": stored({ columns: [...storage.columns, { name: "more", type: "string" }] }),
        "columns in another order": stored({ columns: storage.columns.toReversed() }),
        "a parameter": { parameters: { ...(table["parameters"] as Json), "projection.collected.type": "date" } },
        "a parameter less": { parameters: { "projection.enabled": "true" } },
        location: stored({ location: "s3://other/collections/" }),
      },
      differences: {
        name: { name: "record_other" },
        database: { databaseName: "patchplane_other" },
        partitions: { partitionKeys: [{ name: "collected", type: "string" }] },
      },
      faults: { "upper case": { name: "Record" }, "no name": { name: "" }, description: { description: long(2049) } },
    },
    {
      type: types.workgroup,
      inputs: workgroup,
      updates: {},
      differences: {
        description: { description: "other" },
        limit: configured({ bytesScannedCutoffPerQuery: 20_000_000_000 }),
        "no limit": configured({ bytesScannedCutoffPerQuery: undefined }),
        "not enforced": configured({ enforceWorkgroupConfiguration: false }),
        engine: configured({ engineVersion: { selectedEngineVersion: "AUTO" } }),
        output: configured({ resultConfiguration: { ...results, outputLocation: "s3://other/" } }),
        disabled: { state: "DISABLED" },
        tags: { tags: { Owner: "other" } },
        name: { name: "other" },
        "kept with what ran": { forceDestroy: false },
      },
      faults: {
        "a limit below 10 MB": configured({ bytesScannedCutoffPerQuery: 10_485_759 }),
        "a name with a space": { name: "a b" },
        "a name of 129": { name: long(129) },
        "another encryption": configured({
          resultConfiguration: { ...results, encryptionConfiguration: { encryptionOption: "NONE" } },
        }),
        "an owner that is no account": configured({ resultConfiguration: { ...results, expectedBucketOwner: "1" } }),
        state: { state: "PAUSED" },
        description: { description: long(1025) },
      },
    },
    {
      type: types.query,
      inputs: inputsOf(types.query, "queries-inventory"),
      updates: {},
      differences: {
        query: { query: "select 1" },
        description: { description: "other" },
        "no description": { description: undefined },
        name: { name: "other" },
        workgroup: { workgroup: "other" },
        database: { database: "other" },
      },
      faults: {
        "no query": { query: undefined },
        "a long query": { query: long(262_145) },
        "a long name": { name: long(129) },
        "a long description": { description: long(1025) },
      },
    },
  ];
}

/**
 * Makes, edits, reads and removes each of the types by the AWS provider plugin of a folder, and tells what it showed.
 *
 * @param others - base URL of what answers Glue and Athena to a real provider; the embedded cloud has neither's catalogue
 */
export async function queryAnswers(plugins: string, others?: string): Promise<readonly RecordedAnswer[]> {
  const cloud = await startScenarioCloud();
  const client = await configuredPlugin(plugins, cloud.url, others);
  try {
    const answers: RecordedAnswer[] = [];
    const kept: Resource[] = [];
    for (const subject of await subjects()) {
      const { made, answers: told } = await answersOf(client, subject);
      answers.push(...told);
      // The emulator that the recording was made on does not take a saved query away.
      if (subject.type !== types.query) kept.push(made);
    }
    return [...answers, ...(await removedAnswers(client, kept))];
  } finally {
    client.close();
    await cloud.close();
  }
}
