import { withoutSubjects } from "../../domain/fault.ts";
import type { PlanReport } from "../../domain/plan/report.ts";

/** Plans as JSON, in the order in which they were asked for. */
export function planJson(plans: readonly PlanReport[], exitCode: number): string {
  return `${JSON.stringify({ schema: "patchplane/plan/1", exitCode, plans }, withoutSubjects, 2)}\n`;
}
