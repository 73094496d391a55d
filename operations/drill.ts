import pMap from "p-map";
import type { DrillChoice, DrillEvidence, DrillStep } from "../domain/doctor/drill.ts";
import type { DrillCheckId } from "../domain/doctor/catalogue.ts";
import type { Plane } from "../domain/plane.ts";
import type { NodeResult } from "../domain/runs/runRecord.ts";
import type { Reachable, ServerReport } from "../domain/runs/serversRun.ts";
import { isWindows } from "../domain/server.ts";
import { operatorDocumentName, readinessSteps } from "../domain/stack/operatorDocuments.ts";
import { readinessChecks } from "../domain/stack/readinessScripts.ts";
import { stepOutput, type Order } from "./aws/commands.ts";
import type { LocationScope } from "./fleetNodes.ts";
import { nodesAtOnce, reportsSince } from "./runs/reports.ts";
import type { RunRecord } from "./runs/runRecords.ts";
import { send, type Sendings } from "./runs/send.ts";
import { everywhere, type FoundServers, type Site } from "./runs/servers.ts";
import { findStoppable } from "./stop.ts";

/** How a drill is made. */
export interface DrillOptions {
  readonly scope: LocationScope;
  readonly record: RunRecord;
  readonly waitMinutes: number;
  readonly signal: AbortSignal;
  readonly isWanted: (check: DrillCheckId) => boolean;
  /** Whether a report that is not there yet is waited for. @default true */
  readonly waits?: boolean;
}

/** Has one order carried out on servers in every location, and what else is asked of each location then. */
async function sendEverywhere(
  found: FoundServers,
  servers: readonly Reachable[],
  { scope, record, waitMinutes, signal }: DrillOptions,
  orderAt: (site: Site) => Order,
  then: (site: Site, sent: Sendings) => Promise<void> = () => Promise.resolve(),
): Promise<DrillStep> {
  const results = new Map<string, NodeResult>();
  const { failures } = await everywhere(
    { ...found, placed: servers, failures: [] },
    scope.runSteps,
    record,
    async (site) => {
      const { location, client, show } = site;
      const nodes = site.servers.map(({ node }) => node);
      const order = orderAt(site);
      const sent = await send(nodes, { client, location, record, order, waitMinutes, signal, show });
      for (const result of sent.results) results.set(result.node, result);
      await then(site, sent);
      return new Map();
    },
  );
  return { results, failures: new Map(failures.map(({ location, failure }) => [location.name, failure])) };
}

async function askReadiness(
  plane: Plane,
  found: FoundServers,
  servers: readonly Reachable[],
  options: DrillOptions,
): Promise<NonNullable<DrillEvidence["readiness"]>> {
  const outputs = new Map<string, string>();
  const order = ({ location }: Site): Order => ({
    document: operatorDocumentName(plane.environment, "readiness"),
    parameters: { Region: [location.region] },
  });
  const windows = new Set(servers.filter(({ server }) => isWindows(server)).map(({ node }) => node.id));
  const step = await sendEverywhere(found, servers, options, order, async ({ client }, { results }) => {
    await pMap(
      results,
      async ({ node, command, outcome }) => {
        if (command === null || outcome !== "done") return;
        const name = readinessSteps[windows.has(node) ? "Windows" : "Linux"];
        outputs.set(node, await stepOutput(client, command, node, name));
      },
      { concurrency: nodesAtOnce },
    );
  });
  return { ...step, outputs };
}

async function testScan(
  plane: Plane,
  found: FoundServers,
  servers: readonly Reachable[],
  options: DrillOptions,
): Promise<NonNullable<DrillEvidence["scan"]>> {
  const reports = new Map<string, ServerReport>();
  const order = { document: operatorDocumentName(plane.environment, "scan") };
  const step = await sendEverywhere(
    found,
    servers,
    options,
    () => order,
    async ({ client }, { results, since }) => {
      const done = results.filter(({ outcome }) => outcome === "done").map(({ node }) => node);
      if (since === undefined) return;
      for (const [node, report] of await reportsSince(client, done, since, { waits: options.waits ?? true }))
        reports.set(node, report);
    },
  );
  return { ...step, reports };
}

/**
 * Makes a drill on the chosen servers, one thing after the other: looks whether each is ready, scans, installs nothing
 * (not where a group is reviewed), and reads what a stop would end. What fails is part of the answer. Calls of one
 * location: three times those of {@link send}, and 1 GetCommandInvocation for each server.
 */
export async function drill(
  plane: Plane,
  found: FoundServers,
  choice: DrillChoice,
  options: DrillOptions,
): Promise<DrillEvidence> {
  const { isWanted, scope } = options;
  const servers = choice.servers.map(({ server }) => server);
  const automatic = choice.servers.filter(({ reviewed }) => !reviewed).map(({ server }) => server);
  const looks = readinessChecks.some((id) => isWanted(`drill-${id}`));
  const readiness = looks ? await askReadiness(plane, found, servers, options) : undefined;
  const scans = isWanted("drill-scan") || isWanted("drill-report");
  const scan = scans ? await testScan(plane, found, servers, options) : undefined;
  const order = { document: operatorDocumentName(plane.environment, "drill") };
  const install = isWanted("drill-install") ? await sendEverywhere(found, automatic, options, () => order) : undefined;
  const stop = isWanted("drill-stop") ? (await findStoppable(plane, scope)).locations : undefined;
  return {
    choice,
    failures: found.failures,
    ...(readiness === undefined ? {} : { readiness }),
    ...(scan === undefined ? {} : { scan }),
    ...(install === undefined ? {} : { install }),
    ...(stop === undefined ? {} : { stop }),
  };
}
