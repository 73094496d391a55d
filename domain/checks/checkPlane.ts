import { checkApproval } from "./approvals.ts";
import { checkBaseline, type BaselineUse } from "./baselineRules.ts";
import { checkCapacity, checkMaxErrors } from "./capacity.ts";
import { checkIds, describeCheck, finding } from "./checkTable.ts";
import { checkCollisions } from "./collisions.ts";
import { cohortsOf } from "../fleet/cohorts.ts";
import { checkCoverage } from "./coverage.ts";
import { declaredIn, type Declared } from "./declared.ts";
import type { Finding } from "../fault.ts";
import { checkIgnoredTags } from "./ignoredTags.ts";
import { checkLimits } from "./limits.ts";
import type { Baseline } from "../baseline.ts";
import type { Plane } from "../plane.ts";
import { checkOnboardingScripts } from "./onboarding.ts";
import { checkReferences } from "./references.ts";
import { checkScalingReboot } from "./scalingReboot.ts";
import { checkSchedules } from "./schedules.ts";
import { operatingSystems, type OperatingSystem } from "../server.ts";
import { checkSla } from "./sla.ts";
import { checkSuperseded } from "./superseded.ts";

export { checkTable } from "./checkTable.ts";

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
    return check === undefined || check.switchable || setting.severity === "error"
      ? []
      : [
          finding("check-setting", {
            path: `checks.${id}.severity`,
            message: "this check cannot be lowered",
            value: setting.severity,
            allowed: "error",
            fix: `mend what it finds: ${check.why}`,
          }),
        ];
  });
}

/** Operating systems that an approvals file names and no server of its group runs. */
function approvalServerFindings(plane: Plane): readonly Finding[] {
  const running = new Map<string, Set<OperatingSystem>>();
  for (const { group, os } of cohortsOf(plane)) running.set(group, (running.get(group) ?? new Set()).add(os));
  return Object.values(plane.approvals).flatMap(({ group, file, patches }) => {
    const here = running.get(group) ?? new Set();
    return operatingSystems
      .filter((os) => (patches[os] ?? []).length > 0 && !here.has(os))
      .map((os) =>
        finding("approval-servers", {
          file,
          path: `patches.${os}`,
          message: `no server of group ${group} runs ${os}`,
          value: patches[os]?.map(({ id }) => id),
          allowed: here.size === 0 ? "the group has no servers" : [...here].sort().join(", "),
          fix: "take the entries out, or correct the group",
        }),
      );
  });
}

/** Findings in the order of the table of checks, then by path. */
export function inTableOrder(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted(compare);
}

/** Findings at the severities that a stack file gives their checks, in the order of the table of checks, then by path. */
export function settledFindings(plane: Plane, findings: readonly Finding[]): readonly Finding[] {
  const settled = findings.flatMap((each) => {
    const setting = plane.checks[each.id]?.severity;
    if (setting === undefined || describeCheck(each.id)?.switchable !== true) {
      return [each];
    }
    return setting === "off" ? [] : [{ ...each, severity: setting }];
  });
  return inTableOrder(settled);
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
 * @param declared - what the stack file gives names to, where the plane may lack some of it
 */
export function checkPlane(plane: Plane, declared: Declared = declaredIn(plane)): readonly Finding[] {
  const findings = [
    ...settingFindings(plane),
    ...checkReferences(plane, declared),
    ...Object.values(plane.baselines).flatMap((baseline) => checkBaseline(baseline, useOf(plane, baseline))),
    ...checkIgnoredTags(plane),
    ...checkSchedules(plane),
    ...checkLimits(plane),
    ...checkCoverage(plane, declared),
    ...checkCapacity(plane),
    ...checkMaxErrors(plane),
    ...checkSla(plane),
    ...checkSuperseded(plane),
    ...checkScalingReboot(plane),
    ...checkCollisions(plane),
    ...checkOnboardingScripts(plane),
    ...Object.values(plane.approvals).flatMap(checkApproval),
    ...approvalServerFindings(plane),
  ];
  return settledFindings(plane, findings);
}
