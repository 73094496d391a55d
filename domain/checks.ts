import { checkApproval } from "./approvals.ts";
import { checkBaseline, type BaselineUse } from "./baselineRules.ts";
import { checkCapacity } from "./capacity.ts";
import { checkIds, describeCheck, finding } from "./checkTable.ts";
import { checkCoverage } from "./coverage.ts";
import type { Finding } from "./fault.ts";
import { checkLimits } from "./limits.ts";
import type { Baseline, Plane } from "./plane.ts";
import { checkSchedules } from "./scheduleChecks.ts";
import { checkSla } from "./sla.ts";

export { checkIds, checkTable } from "./checkTable.ts";

/** Scans go by the baselines of groups and by defaults; one that only windows carry cannot blind them. */
function useOf(plane: Plane, baseline: Baseline): BaselineUse {
  const chosen = Object.values(plane.groups).some(
    (group) => group.kind === "managed" && Object.values(group.baselines).includes(baseline.name),
  );
  return chosen || baseline.default ? "compliance" : "override";
}

function settingFindings(plane: Plane): readonly Finding[] {
  return Object.entries(plane.checks).flatMap(([id, setting]) => {
    const check = describeCheck(id);
    const path = `checks.${id}`;
    if (check === undefined) {
      const fix = "see the list of checks for the id that was meant";
      return [finding("check-setting", { path, message: "no check has this id", value: id, fix })];
    }
    return check.switchable || setting.severity === "error"
      ? []
      : [
          finding("check-setting", {
            path: `${path}.severity`,
            message: "this check cannot be lowered",
            value: setting.severity,
            allowed: "error",
            fix: `mend what it finds: ${check.why}`,
          }),
        ];
  });
}

/** Only a reviewed group's install task reads an approvals file. */
function approvalFindings(plane: Plane): readonly Finding[] {
  return Object.values(plane.approvals).flatMap(({ group: name, file }) => {
    const group = plane.groups[name];
    return group?.kind === "managed" && group.approval === "reviewed"
      ? []
      : [
          finding("approval-unused", {
            file,
            path: "group",
            message: "no reviewed group has this name, so nothing installs by the file",
            value: name,
            fix: "remove the file, or make the group reviewed",
          }),
        ];
  });
}

function applySettings(plane: Plane, findings: readonly Finding[]): readonly Finding[] {
  return findings.flatMap((each) => {
    const setting = plane.checks[each.id]?.severity;
    if (setting === undefined || describeCheck(each.id)?.switchable !== true) {
      return [each];
    }
    return setting === "off" ? [] : [{ ...each, severity: setting }];
  });
}

const rank: ReadonlyMap<string, number> = new Map(checkIds.map((id, index) => [id, index]));

function sortKey(each: Finding): readonly [number, string, number, string] {
  return [rank.get(each.id) ?? checkIds.length, `${each.file ?? ""} ${each.path}`, each.line ?? 0, each.message];
}

function compare(a: Finding, b: Finding): number {
  const left = sortKey(a);
  const right = sortKey(b);
  for (const [index, value] of left.entries()) {
    const other = right[index] ?? value;
    if (value !== other) {
      return value < other ? -1 : 1;
    }
  }
  return 0;
}

/**
 * Everything a plane's checks find, at the severities that the stack file's `checks` give them: the same plane always
 * gives the same list, ordered as the table of checks, then by path. Linear in servers.
 *
 * What AWS's API refuses stays an error whatever `checks` says; trying to lower it is an error itself.
 */
export function checkPlane(plane: Plane): readonly Finding[] {
  const findings = [
    ...settingFindings(plane),
    ...Object.values(plane.baselines).flatMap((baseline) => checkBaseline(baseline, useOf(plane, baseline))),
    ...checkSchedules(plane),
    ...checkLimits(plane),
    ...checkCoverage(plane),
    ...checkCapacity(plane),
    ...checkSla(plane),
    ...Object.values(plane.approvals).flatMap(checkApproval),
    ...approvalFindings(plane),
  ];
  return applySettings(plane, findings).toSorted(compare);
}
