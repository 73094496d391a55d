import type { S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { SSMClient } from "@aws-sdk/client-ssm";
import type { ComplianceItemRecord, PatchSummaryRecord } from "../../domain/collection/records.ts";
import type { ReportDocument } from "../../domain/report/report.ts";
import { runReportFolder, type RunEvidence, type WindowRunFacts } from "../../domain/report/runFacts.ts";
import { isWorthTelling, runReport } from "../../domain/report/runReport.ts";
import { byText } from "../../domain/text.ts";
import { patchSummaries } from "../../operations/aws/patches.ts";
import { keysUnder, put, putOnce, readJson, type ReportFile } from "../../operations/aws/reportObjects.ts";
import { readWindowRun } from "../../operations/aws/windowRun.ts";
import { reportPage } from "../../render/report/page/reportPage.ts";
import { reportCsv } from "../../render/report/reportCsv.ts";
import { runMessage } from "../../render/report/runMessage.ts";
import type { ReporterSettings, RunEvent } from "./event.ts";
import { readBefore, readNodes, readPatches } from "./evidence.ts";

/** Servers whose patches are kept together, so that a later attempt need not read them again. */
const serversInAPart = 100;
/** What an attempt leaves itself to end in order: a part takes less. */
const reserveMs = 60_000;

/** As long as telling takes at most: who was to tell and has not told by then has died. */
const tellingMs = 120_000;

/** Who is asked and told. */
export interface ReporterClients {
  readonly ssm: SSMClient;
  readonly s3: S3Client;
  readonly sns: SNSClient;
}

/** What became of an event. */
export interface Reported {
  readonly result: "reported" | "reportedBefore";
  /** Folder of the report, as `s3://` URL. */
  readonly place: string;
  /** Whether the topic was told. */
  readonly told: boolean;
  readonly subject: string;
}

/** An attempt that Lambda has to go on with: it throws, and the next one finds what this one has kept. */
export class Unfinished extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Unfinished";
  }
}

const ended: ReadonlySet<string> = new Set(["SUCCESS", "FAILED", "TIMED_OUT", "CANCELLED"]);

function folderOf({ window, started, runId }: WindowRunFacts): string {
  return `${runReportFolder(window, new Date(started))}${runId}/`;
}

function jsonFile(key: string, value: unknown): ReportFile {
  return { key, body: `${JSON.stringify(value, undefined, 1)}\n`, contentType: "application/json" };
}

/** The report for programs, for a browser and, server by server, for a spreadsheet. */
function filesOf(folder: string, document: ReportDocument): readonly ReportFile[] {
  return [
    jsonFile(`${folder}report.json`, document),
    { key: `${folder}report.html`, body: reportPage([document]), contentType: "text/html; charset=utf-8" },
    { key: `${folder}servers.csv`, body: reportCsv(document), contentType: "text/csv; charset=utf-8" },
  ];
}

interface Work {
  readonly run: WindowRunFacts;
  readonly bucket: string;
  readonly clients: ReporterClients;
  readonly remainingMs: () => number;
}

/** Patches of all servers of a run, part by part; what an earlier attempt has kept is taken from there. */
async function allPatches(
  work: Work,
  summaries: readonly PatchSummaryRecord[],
): Promise<readonly ComplianceItemRecord[]> {
  const { run, bucket, clients, remainingMs } = work;
  const folder = `reports/parts/${run.runId}/`;
  const kept = new Set(summaries.length <= serversInAPart ? [] : await keysUnder(clients.s3, bucket, folder));
  const patches: ComplianceItemRecord[] = [];
  for (let at = 0; at < summaries.length; at += serversInAPart) {
    const part = summaries.slice(at, at + serversInAPart);
    // By its first server, whatever has joined or left since.
    const key = `${folder}${part[0]?.resourceId ?? ""}.json`;
    if (kept.has(key)) {
      patches.push(...(await readJson<ComplianceItemRecord[]>(clients.s3, bucket, key)));
      continue;
    }
    if (remainingMs() < reserveMs) {
      throw new Unfinished(`${String(at)} of ${String(summaries.length)} servers were read in time`);
    }
    const read = await readPatches(clients.ssm, run, part);
    patches.push(...read);
    if (summaries.length > serversInAPart) await putOnce(clients.s3, bucket, jsonFile(key, read));
  }
  return patches;
}

async function evidenceOf(
  work: Work,
  stack: string,
  place: Pick<RunEvent, "accountId" | "region">,
): Promise<RunEvidence> {
  const { run, bucket, clients, remainingMs } = work;
  const { groups, nodes } = await readNodes(clients.ssm, run);
  const found = await patchSummaries(
    clients.ssm,
    nodes.map(({ id }) => id),
  );
  const summaries = [...found.values()].sort((a, b) => byText(a.resourceId, b.resourceId));
  const patches = await allPatches(work, summaries);
  if (remainingMs() < reserveMs) throw new Unfinished("the collection before the run was not read in time");
  const { accountId, region, started, ended } = { ...place, ...run };
  const times = { before: new Date(started), asOf: new Date(ended) };
  const history = await readBefore(clients.s3, bucket, { place: { accountId, region }, ...times, patches });
  return { stack, accountId, region, run, groups, nodes, summaries, patches, history };
}

/** What an attempt leaves while it tells, so that no other tells at the same time. */
interface Telling {
  readonly at: string;
}

/**
 * Tells the topic, once: of attempts at the same time one tells, and the others are tried again. An event may come
 * twice, and nothing but this keeps its two attempts apart where none of Lambda's concurrency is reserved.
 *
 * @throws Unfinished while another attempt tells
 */
async function tell({ bucket, clients: { s3, sns } }: Work, folder: string, message: PublishCommand): Promise<void> {
  const key = `${folder}telling.json`;
  const taken = (at: Date): ReportFile => jsonFile(key, { at: at.toISOString() } satisfies Telling);
  if (!(await putOnce(s3, bucket, taken(new Date())))) {
    const { at } = await readJson<Telling>(s3, bucket, key);
    if (Date.now() - Date.parse(at) < tellingMs) throw new Unfinished("another attempt is telling of the run");
    await put(s3, bucket, taken(new Date()));
  }
  try {
    await sns.send(message);
  } catch (error) {
    await put(s3, bucket, taken(new Date(0)));
    throw error;
  }
}

/**
 * Reports one run of a window: keeps the report in the bucket and tells the topic what somebody has to know. An event
 * that comes again finds that it was told, and does nothing: the last thing that is kept says so. Between telling and
 * keeping there is a moment in which an attempt that dies is told twice, rather than never.
 *
 * @param remainingMs how long this attempt still has
 * @throws Unfinished when its time does not suffice; the next attempt goes on where it stopped
 */
export async function reportRun(
  event: RunEvent,
  { bucket, idleWindows, stack, topicArn }: ReporterSettings,
  clients: ReporterClients,
  remainingMs: () => number,
): Promise<Reported> {
  const run = await readWindowRun(clients.ssm, event.windowId, event.runId);
  if (!ended.has(run.status)) throw new Unfinished(`the run is ${run.status}, though its end was told`);
  const folder = folderOf(run);
  const place = `s3://${bucket}/${folder}`;
  if ((await keysUnder(clients.s3, bucket, folder)).includes(`${folder}told.json`)) {
    return { result: "reportedBefore", place, told: false, subject: "" };
  }
  const work: Work = { run, bucket, clients, remainingMs };
  const evidence = await evidenceOf(work, stack, event);
  const report = runReport(evidence, idleWindows);
  for (const file of filesOf(folder, report.document)) await putOnce(clients.s3, bucket, file);
  const told = isWorthTelling(report);
  const { subject, text } = runMessage(report, place);
  if (told) await tell(work, folder, new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: text }));
  await putOnce(clients.s3, bucket, jsonFile(`${folder}told.json`, { told, subject }));
  return { result: "reported", place, told, subject };
}
