import { settledFindings } from "../checks/checkPlane.ts";
import type { LivePlan } from "../drift/judgeLocation.ts";
import type { Plane } from "../plane.ts";
import type { PlanReport } from "./report.ts";

/**
 * A report with what only the clouds know, at the severities that the stack file gives the checks: an error there
 * stands against merging as any other.
 */
export function withLive(report: PlanReport, plane: Plane, live: LivePlan): PlanReport {
  const locations = live.locations.map((location) => ({
    ...location,
    findings: settledFindings(plane, location.findings),
  }));
  const errors = locations.some(({ findings }) => findings.some(({ severity }) => severity === "error"));
  return { ...report, live: { ...live, locations }, blocking: report.blocking || errors };
}
