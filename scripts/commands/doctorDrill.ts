import { readinessChecks } from "../../domain/stack/readinessScripts.ts";
import type { DrillCheckId } from "../../domain/doctor/catalogue.ts";
import type { Diagnosis } from "../../domain/doctor/diagnosis.ts";
import { chooseDrill, judgeDrill } from "../../domain/doctor/drill.ts";
import { chosenBy } from "../../domain/runs/choice.ts";
import { drillDocument } from "../../render/doctor/drillDocument.ts";
import { agreed } from "../cli/agreement.ts";
import type { Call } from "../cli/command.ts";
import type { Invocation } from "../cli/invocation.ts";
import { refuseOthers } from "../cli/otherRuns.ts";
import { onRecord, withServers, type ServersOptions } from "../cli/serversRun.ts";

/** Options of a drill. */
export interface DrillOptions extends ServersOptions {
  readonly anyway?: boolean;
}

/** What a drill found, and where it is on record. */
export interface Drilled {
  readonly diagnoses: readonly Diagnosis[];
  /** Path of its record; undefined where nothing was sent, or the answer was no. */
  readonly record?: string;
  readonly declined: boolean;
}

/** Has a drill agreed to, made, kept on record, and judged. */
export async function drilled(
  invocation: Invocation,
  { root, options }: Call<DrillOptions>,
  isWanted: (check: DrillCheckId) => boolean,
): Promise<Drilled> {
  const { stack, plane, scope } = invocation;
  const { servers, wait, anyway } = options;
  const { drill } = await import("../../operations/drill.ts");
  const { recordPath } = await import("../../operations/runs/runRecords.ts");
  return withServers(invocation, scope, chosenBy(servers), async (all) => {
    const choice = chooseDrill(plane, all.placed, servers !== undefined);
    const found = { ...all, placed: choice.servers.map(({ server }) => server) };
    await refuseOthers(invocation, root, found, anyway);
    const plan = {
      looks: readinessChecks.some((id) => isWanted(`drill-${id}`)),
      scans: isWanted("drill-scan") || isWanted("drill-report"),
      installs: isWanted("drill-install"),
    };
    if (!(await agreed(drillDocument({ stack }, choice, plan), options))) return { diagnoses: [], declined: true };
    const { record, done, unkept } = await onRecord(invocation, root, {
      verb: "drill",
      why: "",
      found,
      options: { ...plan },
      act: (record, signal) => drill(plane, found, choice, { scope, record, waitMinutes: wait, signal, isWanted }),
    });
    const kept = unkept.map(({ location, failure }): Diagnosis => {
      const message = `the bucket did not take the drill's record: ${failure}`;
      return { check: "drill-servers", result: "unknown", about: { location }, message };
    });
    // Of a place where nothing could be tried no other check says anything.
    const isShown = ({ check, result }: Diagnosis): boolean =>
      isWanted(check as DrillCheckId) || (check === "drill-servers" && result !== "ok");
    return {
      diagnoses: [...kept, ...judgeDrill(done).filter(isShown)],
      record: recordPath(record.id),
      declined: false,
    };
  });
}
