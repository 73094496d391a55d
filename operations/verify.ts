import type { SSMClient } from "@aws-sdk/client-ssm";
import pMap from "p-map";
import type { ApprovalRecord } from "../domain/approvals/merge.ts";
import {
  isJudged,
  newestInstalls,
  verifiedSince,
  verifyServer,
  type VerifiedServer,
  type VerifyEvidence,
} from "../domain/approvals/verification.ts";
import { seenEntries } from "../domain/approvals/verifiedEntries.ts";
import type { RunRecord as SentRecord } from "../domain/collection/records.ts";
import { unknownServers } from "../domain/collection/serverRecords.ts";
import { serversAt } from "../domain/fleet/placement.ts";
import { isReviewed, type Location, type Plane } from "../domain/plane.ts";
import { nodeResult } from "../domain/runs/nodeResult.ts";
import type { NodeResult } from "../domain/runs/runRecord.ts";
import { operatorDocumentName } from "../domain/stack/operatorDocuments.ts";
import { plannedLocation } from "../domain/stack/plannedLocation.ts";
import { freshnessOf } from "../domain/status/freshness.ts";
import { locationsOf, type LocationFacts } from "../domain/status/placedServers.ts";
import { byText } from "../domain/text.ts";
import { approvalRecordOf } from "./approvals/records.ts";
import { readScans } from "./approvals/scans.ts";
import { patchRuns } from "./aws/commandHistory.ts";
import { invocationsOf } from "./aws/commands.ts";
import { closeLocations, readLocations } from "./aws/locations.ts";
import type { LocationScope } from "./fleetNodes.ts";
import type { RunRecord } from "./runs/runRecords.ts";
import { send } from "./runs/send.ts";
import type { CollectionStore } from "./store/store.ts";

/** A scan of a server takes minutes; longer than this nobody waits. */
const scanMinutes = 45;
/** Commands at a time whose failures are looked into. */
const concurrency = 4;

/** What is verified. */
export interface VerifyTask {
  /** Patch group. */
  readonly group: string;
  readonly store: CollectionStore;
  readonly asOf: Date;
  /** From when on what was installed has to be approved. */
  readonly since?: Date;
  /** The record of a new scan; left out where what is there is read. */
  readonly rescan?: { readonly record: RunRecord; readonly signal: AbortSignal };
}

/** Servers of a group, judged, and the locations that could not be read. */
export interface Verified {
  readonly since: Date;
  /** The worst first. */
  readonly servers: readonly VerifiedServer[];
  readonly failures: readonly { readonly location: string; readonly failure: string }[];
  /** Who approved what is verified against; undefined where nothing is approved, or it is not on record. */
  readonly approvedBy?: ApprovalRecord | { readonly failure: string };
}

async function rescanned(
  client: SSMClient,
  plane: Plane,
  location: Location,
  facts: LocationFacts,
  { group, rescan }: VerifyTask,
  show: (line: string) => void,
): Promise<ReadonlyMap<string, NodeResult>> {
  if (rescan === undefined) return new Map();
  const nodes = facts.servers.flatMap(({ server, node }) =>
    server.patchGroup === group && node !== undefined ? [node] : [],
  );
  const order = { document: operatorDocumentName(plane.environment, "scan") };
  const { results } = await send(nodes, { client, location, order, ...rescan, waitMinutes: scanMinutes, show });
  return new Map(results.map((each) => [each.node, each]));
}

/** What came of the newest installation on each node, with why it failed in the words of what it wrote. */
async function installResults(
  client: SSMClient,
  location: Location,
  newest: ReadonlyMap<string, SentRecord>,
): Promise<ReadonlyMap<string, NodeResult>> {
  const failed = [...newest.values()].filter(({ status }) => status === "Failed");
  const commands = [...new Set(failed.map(({ commandId }) => commandId))];
  const outputs = await pMap(commands, (CommandId) => invocationsOf(client, location, { CommandId }), { concurrency });
  const wrote = new Map(
    outputs.flat().map(({ sent, output }) => [`${sent.commandId} ${sent.resourceId}`, output] as const),
  );
  return new Map(
    [...newest].map(([node, run]) => [
      node,
      nodeResult(location.name, run, wrote.get(`${run.commandId} ${node}`) ?? { value: "" }),
    ]),
  );
}

/**
 * Judges the servers of a group by what is on them: a new scan first where one is asked for, then for each node what
 * `readScans` reads with what is installed, and for the location what `patchRuns` reads of the time since.
 */
export async function verifyGroup(plane: Plane, scope: LocationScope, task: VerifyTask): Promise<Verified> {
  const { group, store, asOf } = task;
  const since = task.since ?? verifiedSince(plane, group, asOf);
  const question = { approval: plane.approvals[group], isReviewed: isReviewed(plane, group), since };
  const freshness = freshnessOf(plane, asOf);
  const locations = locationsOf(plane, scope).filter(({ name }) =>
    serversAt(plane, name).some(({ patchGroup }) => patchGroup === group),
  );
  const reads = await readLocations<{ readonly servers: readonly VerifyEvidence[]; readonly failure?: string }>(
    plane,
    locations,
    scope.runSteps,
    async (client, location, facts, show) => {
      const scans = await rescanned(client, plane, location, facts, task, show);
      const windows = new Map(
        [...plannedLocation(plane, location).windows].map(([name, { window }]) => {
          return [name, window.operation === "scan" ? "Scan" : "Install"] as const;
        }),
      );
      const scansQuestion = { groups: [group], store, asOf, installed: isJudged(question) };
      const [scanned, runs] = await Promise.all([
        readScans(client, plane, location, facts, scansQuestion, show),
        patchRuns(client, windows, since),
      ]);
      const newest = newestInstalls(runs);
      const installs = Map.groupBy(
        runs.filter(({ operation }) => operation === "Install").toSorted((a, b) => byText(a.started, b.started)),
        (each) => each.resourceId,
      );
      const results = await installResults(client, location, newest);
      const servers = scanned.servers.map((each): VerifyEvidence => {
        const { resourceId } = each.server;
        const [run, result, scan] = [newest.get(resourceId), results.get(resourceId), scans.get(resourceId)];
        return {
          scanned: each,
          freshSince: freshness(each.server.patchGroup, location.name).since,
          ...(run === undefined ? {} : { run }),
          installs: installs.get(resourceId) ?? [],
          ...(result === undefined ? {} : { result }),
          ...(scan === undefined || scan.outcome === "done" ? {} : { scanFailure: scan.reason }),
        };
      });
      return { servers, ...(scanned.failure === undefined ? {} : { failure: scanned.failure }) };
    },
  );
  closeLocations(reads);
  const { approval } = question;
  const approvedBy = approval === undefined ? undefined : await approvalRecordOf(plane, approval, locations);
  const evidence = reads.flatMap((read): readonly VerifyEvidence[] => {
    if (!("failure" in read)) return read.more.servers;
    const { accountId, region } = read.location;
    const servers = unknownServers(plane, read.location, read.failure, [group]);
    return servers.map((server) => {
      return { scanned: { accountId, region, server, patches: [], missing: [] } };
    });
  });
  const seen = seenEntries(evidence, approval);
  return {
    since,
    servers: evidence.map((each) => verifyServer(each, { ...question, seen })),
    failures: reads.flatMap((read) => {
      const failure = "failure" in read ? read.failure : read.more.failure;
      return failure === undefined ? [] : [{ location: read.location.name, failure }];
    }),
    ...(approvedBy === undefined ? {} : { approvedBy }),
  };
}
