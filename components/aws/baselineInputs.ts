import type { PatchBaselineArgs } from "@pulumi/aws/ssm/patchBaseline.js";
import type * as inputs from "@pulumi/aws/types/input.js";
import { patchFilters } from "../../domain/stack/baselineOverride.ts";
import { baselineName, ownTags } from "../../domain/stack/awsNames.ts";
import type { Approve, AptRule, Baseline, WindowsRule, YumRule } from "../../domain/baseline.ts";
import type { Location } from "../../domain/plane.ts";

/**
 * Days after release at which a rule of Ubuntu and Debian approves.
 *
 * Patch Manager supports neither `ApproveAfterDays` nor `ApproveUntilDate` there, although its API says that a request
 * must hold one of the two. The provider's source sends 0 for a rule that has neither, and that is what the community
 * sends; 0 is therefore written down, so that the preview shows what goes over the wire and no later provider can make
 * it something else. That the API takes 0 without a word is INFERRED.
 */
export const daysWithoutDelay = 0;

function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

/** The provider keeps filters as a list: an order of our own keeps a re-sorted stack file from showing a change. */
function filtersOf(baseline: Baseline, rule: Baseline["rules"][number]): { key: string; values: string[] }[] {
  return patchFilters(baseline, rule).map(({ key, values }) => ({ key, values: sorted(values) }));
}

type RuleInputs = inputs.ssm.PatchBaselineApprovalRule;

function approval(rule: AptRule | YumRule | WindowsRule): Approve {
  if ("approveUntilDate" in rule) return { approveUntilDate: rule.approveUntilDate };
  return { approveAfterDays: "approveAfterDays" in rule ? rule.approveAfterDays : daysWithoutDelay };
}

function ruleInputs(baseline: Baseline, rule: AptRule | YumRule | WindowsRule): RuleInputs {
  return {
    ...approval(rule),
    complianceLevel: rule.complianceLevel,
    ...("enableNonSecurity" in rule ? { enableNonSecurity: rule.enableNonSecurity } : {}),
    patchFilters: filtersOf(baseline, rule),
  };
}

/**
 * A baseline as `aws.ssm.PatchBaseline` takes it. `operatingSystem` is always set, because its default is `WINDOWS`;
 * everything that AWS keeps as a set or a list is in an order that does not depend on the stack file.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreatePatchBaseline.html
 */
export function patchBaselineInputs(environment: string, location: Location, baseline: Baseline): PatchBaselineArgs {
  return {
    name: baselineName(environment, baseline.name),
    description: baseline.description === "" ? undefined : baseline.description,
    operatingSystem: baseline.operatingSystem,
    approvedPatches: sorted(baseline.approvedPatches),
    approvedPatchesComplianceLevel: baseline.approvedPatchesComplianceLevel,
    rejectedPatches: sorted(baseline.rejectedPatches),
    rejectedPatchesAction: baseline.rejectedPatchesAction,
    tags: ownTags(environment, location),
    approvalRules: baseline.rules.map((rule) => ruleInputs(baseline, rule)),
    ...("approvedPatchesEnableNonSecurity" in baseline
      ? { approvedPatchesEnableNonSecurity: baseline.approvedPatchesEnableNonSecurity }
      : { availableSecurityUpdatesComplianceStatus: baseline.availableSecurityUpdatesComplianceStatus }),
  };
}
