import type { InstallList } from "../domain/runs/installPlan.ts";
import type { Run } from "../domain/runs/runRecord.ts";
import type { ServerReport } from "../domain/runs/serversRun.ts";
import type { ManagedNode } from "../domain/fleet/managedNode.ts";
import type { Location, Plane } from "../domain/plane.ts";
import { bucketName } from "../domain/stack/awsNames.ts";
import type { PublishedObject } from "../domain/stack/publications.ts";
import { s3Client } from "./aws/clients.ts";
import { putOnce } from "./aws/reportObjects.ts";
import type { RunSteps } from "./progress.ts";
import { tellTopics, type Notice } from "./runs/breakGlass.ts";
import { judgedByReports } from "./runs/commandResults.ts";
import type { RunRecord } from "./runs/runRecords.ts";
import { send, type Sending } from "./runs/send.ts";
import type { Done, FoundServers, Site } from "./runs/servers.ts";
import { inWaves } from "./runs/waves.ts";

/** How much is installed at a time, and when it ends. */
export interface InstallLimits {
  /** Servers of the first wave; each next one is twice as large, and begins when the one before is verified. */
  readonly canary: number;
  /** Servers at a time in one location. */
  readonly concurrency: number;
  /** Servers that may fail before no more are begun. */
  readonly maxErrors: number;
  readonly reboot: "RebootIfNeeded" | "NoReboot";
}

/** How an installation is run. */
export interface InstallOptions extends InstallLimits {
  readonly record: RunRecord;
  readonly runSteps: RunSteps;
  readonly waitMinutes: number;
  readonly signal: AbortSignal;
  /** What alone is installed, and on which nodes; everything that the baseline approves where it is left out. */
  readonly lists?: readonly InstallList[];
  /** What the topics are told first, where approvals are passed over. */
  readonly noticeOf?: (run: Run, location: Location) => Notice;
}

/** Puts what is to be installed where the location's nodes read it, and answers its URL; one that is there is the same. */
async function published(plane: Plane, { location }: Pick<Site, "location">, list: PublishedObject): Promise<string> {
  const bucket = bucketName(plane.environment, location.name, location.accountId);
  const client = s3Client(location);
  try {
    await putOnce(client, bucket, { key: list.key, body: list.content, contentType: list.contentType });
  } finally {
    client.destroy();
  }
  return `s3://${bucket}/${list.key}`;
}

/** The nodes of a wave, those that get the same beside each other, and what each is told beside what all are. */
async function whatNodesGet(
  plane: Plane,
  site: Site,
  { lists }: InstallOptions,
): Promise<Pick<Sending, "told"> & { readonly nodes: readonly ManagedNode[] }> {
  const all = new Map(site.servers.map(({ node }) => [node.id, node]));
  if (lists === undefined) return { nodes: [...all.values()] };
  const urls = new Map<string, string>();
  for (const { list, nodes } of lists) {
    const own = nodes.filter((id) => all.has(id));
    if (own.length === 0) continue;
    const url = await published(plane, site, list);
    for (const id of own) urls.set(id, url);
  }
  const nodes = [...urls.keys()].flatMap((id) => all.get(id) ?? []);
  return { nodes, told: (id) => ({ InstallOverrideList: [urls.get(id) ?? ""] }) };
}

async function installWave(
  plane: Plane,
  site: Site,
  options: InstallOptions,
  maxErrors: number,
): Promise<ReadonlyMap<string, ServerReport>> {
  const { record, waitMinutes, signal, concurrency, reboot } = options;
  const { location, client, show } = site;
  const parameters = { Operation: ["Install"], RebootOption: [reboot] };
  const order = { document: "AWS-RunPatchBaseline", parameters };
  const { nodes, told } = await whatNodesGet(plane, site, options);
  const reports = new Map<string, ServerReport>();
  const judge = judgedByReports({ client, location, record, installs: true, show, reports });
  await send(nodes, {
    ...{ client, location, record, order, concurrency, maxErrors, waitMinutes, signal, judge, show },
    ...(told === undefined ? {} : { told }),
  });
  return reports;
}

/**
 * Installs on servers now, outside of any window, wave by wave: a wave begins when every server of the one before has
 * done it and reported so. Hooks of windows do not run. Where approvals are passed over nothing is sent to a location
 * whose topic could not be told.
 */
export async function installOn(plane: Plane, found: FoundServers, options: InstallOptions): Promise<Done> {
  const { record, noticeOf } = options;
  const told = noticeOf === undefined ? found : await tellTopics(plane, found, record, noticeOf);
  return inWaves(plane, told, options, (site, mayFail) => installWave(plane, site, options, mayFail));
}
