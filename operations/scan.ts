import type { Plane } from "../domain/plane.ts";
import { operatorDocumentName } from "../domain/stack/operatorDocuments.ts";
import type { RunSteps } from "./progress.ts";
import { reportsSince } from "./runs/reports.ts";
import type { RunRecord } from "./runs/runRecords.ts";
import { send } from "./runs/send.ts";
import { everywhere, type Done, type FoundServers } from "./runs/servers.ts";

/** How a scan is run. */
export interface ScanOptions {
  readonly record: RunRecord;
  readonly runSteps: RunSteps;
  readonly waitMinutes: number;
  readonly signal: AbortSignal;
  /** Servers at a time in one location; all where it is left out. */
  readonly concurrency?: number;
}

/**
 * Scans servers now, by the document that can do nothing else, and answers what each of them lacks. Calls of one
 * location: those of {@link send} and of {@link reportsSince}.
 */
export async function scanServers(plane: Plane, found: FoundServers, options: ScanOptions): Promise<Done> {
  const { record, runSteps, waitMinutes, signal, concurrency } = options;
  return everywhere(found, runSteps, record, async ({ location, client, servers, show }) => {
    const order = { document: operatorDocumentName(plane.environment, "scan") };
    const { results, since } = await send(
      servers.map(({ node }) => node),
      {
        client,
        location,
        record,
        order,
        waitMinutes,
        signal,
        show,
        ...(concurrency === undefined ? {} : { concurrency }),
      },
    );
    const done = results.filter(({ outcome }) => outcome === "done").map(({ node }) => node);
    return since === undefined ? new Map() : reportsSince(client, done, since, { updates: true, show });
  });
}
