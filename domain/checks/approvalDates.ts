import type { Finding } from "../fault.ts";
import type { Baseline } from "../baseline.ts";
import type { Plane } from "../plane.ts";
import { counted } from "../text.ts";
import { day } from "../time.ts";
import { finding } from "./checkTable.ts";

function isUsed(plane: Plane, { name, default: isDefault }: Baseline): boolean {
  return (
    isDefault ||
    Object.values(plane.groups).some(
      (group) => group.kind === "managed" && Object.values(group.baselines).includes(name),
    ) ||
    Object.values(plane.windows).some(({ baselineOverride }) => baselineOverride.includes(name))
  );
}

/**
 * Rules whose `approveUntilDate` lies so far back that what came out since is over its time limit. Nothing of that is
 * approved, so it is missing in no report; on Windows nothing at all is left to install once the next month's updates
 * replace those of the date.
 * @param asOf - the instant whose UTC day is today
 */
export function approvalDateFindings(plane: Plane, asOf: Date): readonly Finding[] {
  return Object.values(plane.baselines)
    .filter((baseline) => isUsed(plane, baseline))
    .flatMap((baseline) =>
      baseline.rules.flatMap((rule, index) => {
        if (!("approveUntilDate" in rule)) return [];
        const age = Math.floor((asOf.getTime() - Date.parse(rule.approveUntilDate)) / day) - 1;
        if (age <= rule.slaDays) return [];
        return [
          finding("approval-date-over", {
            path: `baselines.${baseline.name}.rules[${String(index)}].approveUntilDate`,
            message: `approves nothing of the last ${counted(age, "day")}: what came out since is missing in no report`,
            value: rule.approveUntilDate,
            allowed: `at most the rule's slaDays ago, ${String(rule.slaDays)}`,
            fix: "give it a later date, or approve after a number of days",
            about: { baseline: baseline.name },
          }),
        ];
      }),
    );
}
