import type { Plane } from "../domain/plane.ts";
import type { ServerReport } from "../domain/runs/serversRun.ts";
import { operatorDocumentName } from "../domain/stack/operatorDocuments.ts";
import type { RunSteps } from "./progress.ts";
import { judgedByReports } from "./runs/commandResults.ts";
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
 * location: those of {@link send} and of {@link judgedByReports}.
 */
export async function scanServers(plane: Plane, found: FoundServers, options: ScanOptions): Promise<Done> {
  const { record, runSteps, waitMinutes, signal, concurrency } = options;
  return everywhere(found, runSteps, record, async ({ location, client, servers, show }) => {
    const reports = new Map<string, ServerReport>();
    await send(
      servers.map(({ node }) => node),
      {
        client,
        location,
        record,
        order: { document: operatorDocumentName(plane.environment, "scan") },
        waitMinutes,
        signal,
        show,
        judge: judgedByReports({ client, location, record, installs: false, show, reports }),
        ...(concurrency === undefined ? {} : { concurrency }),
      },
    );
    return reports;
  });
}
