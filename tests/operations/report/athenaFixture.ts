import { readFile, readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { AthenaClient } from "@aws-sdk/client-athena";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ReportQueries } from "../../../components/aws/reportQueries.ts";
import { readPlane } from "../../../config/file.ts";
import type { Plane } from "../../../domain/plane.ts";
import { athenaLocation, athenaNames, collectionsFolder } from "../../../domain/stack/athena.ts";
import type { AthenaPlace } from "../../../operations/report/athena.ts";
import { s3Store } from "../../../operations/store/s3Store.ts";
import type { CollectionStore } from "../../../operations/store/store.ts";
import { startCloud, type Cloud, type KnownRole } from "../../../simulator/index.ts";
import { awsOutputs, withProvider } from "../../components/aws/samples.ts";
import { settled, startMocks } from "../../harness/mocks.ts";

/** The checked-in stack, and its location that has Athena. */
export const plane = checkedIn();
const { environment } = plane;
export const location = athenaLocation(plane) ?? nowhere();
const { accountId } = location;
export const otherAccountId = "444455556666";
export const names = athenaNames(environment, location);
function checkedIn(): Plane {
  const resolved = readPlane(join(import.meta.dirname, "..", "..", ".."), "prod");
  if ("faults" in resolved) throw new Error("the checked-in stack has faults");
  return resolved.plane;
}

function nowhere(): never {
  throw new Error("the checked-in stack has no Athena");
}

export const credentials = { accessKeyId: "test", secretAccessKey: "test" };

/** Puts a record where the stand-in provider would. */
export async function putRecord(cloud: Cloud, kind: string, id: string, fields: object): Promise<void> {
  const path = [accountId, location.region, kind, id].map(encodeURIComponent).join("/");
  const answer = await fetch(`${cloud.url}/_patchplane/records/${path}`, {
    method: "PUT",
    body: JSON.stringify(fields),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

/** The catalogue and the workgroup as the component makes them, in the embedded cloud. */
async function makeQueries(cloud: Cloud): Promise<void> {
  const recorder = await startMocks(awsOutputs);
  const args = { environment, location, scanLimitGigabytes: 10, bucketName: names.bucket, saved: [] };
  new ReportQueries("queries", args, withProvider());
  await settled();
  const text = (value: unknown): string => String(value);
  await putRecord(cloud, "s3-bucket", names.bucket, { bucket: names.bucket });
  for (const { type, inputs } of recorder.resources) {
    const name = text(inputs["name"]);
    if (type.endsWith(":Workgroup")) await putRecord(cloud, "athena-workgroup", name, inputs);
    if (type.endsWith(":CatalogDatabase")) await putRecord(cloud, "glue-database", `${accountId}:${name}`, inputs);
    if (type.endsWith(":CatalogTable"))
      await putRecord(cloud, "glue-table", `${accountId}:${text(inputs["databaseName"])}:${name}`, inputs);
  }
}

/** A cloud with the component's tables over a folder of collections that was copied into its bucket. */
export async function cloudWithQueries(folder: string, roles: readonly KnownRole[] = []): Promise<Cloud> {
  const cloud = await startCloud({
    world: {
      homeAccountId: accountId,
      homeRegion: location.region,
      accountIds: [accountId, otherAccountId],
      predefinedBaselines: {},
      subscriptionIds: [],
      machines: [],
    },
    now: new Date("2026-11-16T00:00:00Z"),
    seed: 1,
    roles,
  });
  await makeQueries(cloud);
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const s3 = s3Of(cloud);
  for (const file of files.filter((each) => each.isFile())) {
    const path = join(file.parentPath, file.name);
    const Key = `${collectionsFolder}/${relative(folder, path)}`;
    await s3.send(new PutObjectCommand({ Bucket: names.bucket, Key, Body: await readFile(path) }));
  }
  s3.destroy();
  return cloud;
}

/** A client of S3, with keys that may do everything or with those of a role. */
export function s3Of(cloud: Cloud, keys = credentials): S3Client {
  return new S3Client({ endpoint: cloud.url, region: location.region, credentials: keys, forcePathStyle: true });
}

export function storeOf(cloud: Cloud, keys = credentials): CollectionStore {
  return s3Store(s3Of(cloud, keys), { bucket: names.bucket, prefix: `${collectionsFolder}/` });
}

/** Where the command would ask. */
export function placeOf(cloud: Cloud, keys = credentials): AthenaPlace {
  const client = new AthenaClient({ endpoint: cloud.url, region: location.region, credentials: keys, maxAttempts: 1 });
  return { client, workgroup: names.workgroup, database: names.database, scanLimitGigabytes: 10, pause: 5 };
}
