import type { TimedRun } from "../fleet/measuredMinutes.ts";
import type { OperatingSystem } from "../server.ts";
import { minute } from "../time.ts";
import type { RunRecord } from "./records.ts";

/**
 * The installations of windows that ended well, each with what it took on its server, hooks and reboot included. One
 * that failed or was cut off says nothing of how long it would have taken.
 * @param systems - operating systems by node; runs on other nodes are left out
 */
export function timedRuns(
  runs: readonly RunRecord[],
  systems: ReadonlyMap<string, OperatingSystem>,
): readonly TimedRun[] {
  return runs.flatMap(({ window, operation, status, started, ended, resourceId }) => {
    const os = systems.get(resourceId);
    const minutes = (Date.parse(ended) - Date.parse(started)) / minute;
    const isMeasured = window !== "" && operation === "Install" && status === "Success" && minutes >= 0;
    return os === undefined || !isMeasured ? [] : [{ window, os, minutes }];
  });
}
