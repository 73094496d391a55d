import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";
import { buildFunctionCode } from "../../config/functionCode.ts";
import { loadOnboardingScripts } from "../../config/onboardingScripts.ts";
import type { Plane } from "../../domain/plane.ts";
import type { ReportDocument } from "../../domain/report/report.ts";
import { reportRun, type Reported, type ReporterClients } from "../../functions/runReporter/reportRun.ts";
import { openStack } from "../../rehearsal/stack.ts";
import { startCloud, worldFromPlane, type Cloud } from "../../simulator/index.ts";
import { s3Store } from "../../operations/store/s3Store.ts";
import type { CollectionStore } from "../../operations/store/store.ts";
import { root } from "../config/sources.ts";
import { collectPlace } from "../operations/collectFixture.ts";
import { aptBaseline, group, location, samplePlane, schedule, servers, window } from "../domain/samplePlane.ts";

export const accountId = "111122223333";
export const region = "eu-central-1";
export const bucket = `patchplane-prod-main-${accountId}`;
export const topicArn = `arn:aws:sns:${region}:${accountId}:patchplane-prod-patching`;
export const reporterRole = "patchplane-prod-main-run-reporter";

/** A plane of so many Ubuntu servers, all in one window that installs on Saturdays. */
export function planeOf(count: number, more: Parameters<typeof samplePlane>[0] = {}): Plane {
  return samplePlane({
    locations: [location("main", { accountId, region })],
    baselines: [aptBaseline("ubuntu-auto")],
    groups: [group("app")],
    windows: [
      window("mw-install", {
        groups: ["app"],
        schedules: [schedule("cron(0 22 ? * SAT *)")],
        durationHours: 8,
        cutoffHours: 1,
        maxConcurrency: "100%",
        maxErrors: "100%",
      }),
    ],
    fleet: servers(count),
    ...more,
  });
}

/** A cloud with the whole stack deployed, the reporter with it; its servers are those of the plane, or of another. */
export async function reportingCloud(plane: Plane, inWorld: Plane = plane): Promise<Cloud> {
  const cloud = await startCloud({
    world: worldFromPlane(inWorld, { seed: 1, failureShare: 0 }),
    now: new Date("2026-12-01T00:00:00Z"),
    seed: 1,
  });
  await openStack(cloud.url, loadOnboardingScripts(root), buildFunctionCode(root)).deploy(plane);
  return cloud;
}

/** Changes a record of the cloud, such as a role's policy, or takes it away. */
export async function editRecord(
  cloud: Cloud,
  kind: string,
  id: string,
  edit: (record: Record<string, unknown>) => Record<string, unknown> | undefined,
  place = "global",
): Promise<void> {
  const url = `${cloud.url}/_patchplane/records/${[accountId, place, kind, id].map(encodeURIComponent).join("/")}`;
  const edited = edit((await (await fetch(url)).json()) as Record<string, unknown>);
  const response = await fetch(
    url,
    edited === undefined ? { method: "DELETE" } : { method: "PUT", body: JSON.stringify(edited) },
  );
  if (!response.ok) throw new Error(await response.text());
}

/** Clients of the account, whose rights nobody enforces. */
export function clientsOf(cloud: Cloud): ReporterClients {
  const settings = { endpoint: cloud.url, region, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  return { ssm: new SSMClient(settings), s3, sns: new SNSClient(settings) };
}

/** The collections of the location's bucket. */
export function bucketStore(cloud: Cloud): CollectionStore {
  return s3Store(clientsOf(cloud).s3, { bucket, prefix: "collections/" });
}

/** Collects into the location's bucket, as `patchplane collect --store s3://…` does. */
export async function collectInto(cloud: Cloud, plane: Plane): Promise<string> {
  const place = await collectPlace();
  const { collected } = await place.run(plane, cloud, { store: bucketStore(cloud) });
  await place.close();
  return collected;
}

/** Keys of the bucket under a prefix. */
export async function keys(cloud: Cloud, prefix: string): Promise<readonly string[]> {
  const { Contents = [] } = await clientsOf(cloud).s3.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }),
  );
  return Contents.map(({ Key = "" }) => Key);
}

/** Takes an object away, as nobody may in the account. */
export async function remove(cloud: Cloud, key: string): Promise<void> {
  await clientsOf(cloud).s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
}

/** A report that is kept, by its key. */
export async function report(cloud: Cloud, key: string): Promise<ReportDocument> {
  const { Body } = await clientsOf(cloud).s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return JSON.parse((await Body?.transformToString()) ?? "") as ReportDocument;
}

/** Calls the reporter's own code on the last run, as one more attempt. */
export function again(cloud: Cloud, clients = clientsOf(cloud), remainingMs = () => 900_000): Promise<Reported> {
  const run = cloud.journal.entries.findLast((entry) => entry.kind === "windowRun");
  if (run?.kind !== "windowRun") throw new Error("no window ran");
  const event = { accountId, region, windowId: run.windowId, runId: run.executionId };
  return reportRun(event, { bucket, idleWindows: [], stack: "prod", topicArn }, clients, remainingMs);
}
