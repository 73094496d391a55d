import type { PatchComplianceDataState } from "@aws-sdk/client-ssm";
import type { OperatingSystem } from "../../domain/server.ts";
import type { Assessment } from "../state/reports.ts";
import { packageManagerOf } from "../world/operatingSystems.ts";
import { reportedOlder } from "../world/packageState.ts";
import { apt } from "./apt.ts";
import type { PackageManager, Verdict } from "./verdict.ts";
import { windows } from "./windows.ts";
import { yum } from "./yum.ts";

const managers = { apt, yum, windows } as const;

/** The package manager of an operating system. */
export function managerOf(os: OperatingSystem): PackageManager {
  return managers[packageManagerOf(os)];
}

/** States of what is on the machine. */
export const installedStates: ReadonlySet<PatchComplianceDataState> = new Set([
  "INSTALLED",
  "INSTALLED_OTHER",
  "INSTALLED_REJECTED",
  "INSTALLED_PENDING_REBOOT",
]);

/** What decides the lines of a report. */
export type Seen = Omit<Assessment, "counts">;

/** One verdict on one row of the table. */
export interface Line {
  readonly state: PatchComplianceDataState;
  readonly verdict: Verdict;
  /** When the release spoken of was installed, in seconds since 1970. */
  readonly since: number;
}

function stateOf({ awaitingReboot, failing }: Seen, row: number, { state }: Verdict): PatchComplianceDataState {
  if (installedStates.has(state)) return awaitingReboot.has(row) ? "INSTALLED_PENDING_REBOOT" : state;
  if (state !== "MISSING" || failing === "none") return state;
  return failing === "missing" || failing.has(row) ? "FAILED" : state;
}

/** The lines of one row; packages that await a reboot say so. */
export function linesOf(
  seen: Seen,
  row: number,
  verdictsOf: (row: number, installed: number) => readonly Verdict[],
): readonly Line[] {
  const since = seen.installedAt[row] ?? 0;
  const newest = verdictsOf(row, seen.installed[row] ?? 0).map((verdict) => ({
    state: stateOf(seen, row, verdict),
    verdict,
    since,
  }));
  const older = reportedOlder(seen, row);
  if (older.length === 0) return newest;
  // What awaits the reboot is the newest of them.
  const kept = older.flatMap(({ release, installedAt }) =>
    verdictsOf(row, release).map((verdict) => ({ state: verdict.state, verdict, since: installedAt })),
  );
  return [...newest, ...kept];
}
