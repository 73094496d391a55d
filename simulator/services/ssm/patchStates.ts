import type {
  DescribeInstancePatchStatesForPatchGroupRequest,
  InstancePatchState,
  PatchComplianceData,
  PatchComplianceDataState,
} from "@aws-sdk/client-ssm";
import { ApiError } from "../../http/apiError.ts";
import { complianceData, rowsOf } from "../../nodes/report.ts";
import type { PatchReport } from "../../state/reports.ts";
import type { Call, OperationTable } from "./call.ts";
import type { Checked } from "../../state/checked.ts";
import { nodeOf, patchGroupOf, sortedNodes } from "./nodes.ts";
import type { ManagedNode } from "../../state/nodes.ts";
import { filtered, pageOf } from "./paging.ts";
import type { RegionState } from "../../state/region.ts";

const usualPage = 50;

/** A node without a patch group reports an empty one, although the API model asks for at least one character. */
function patchState(node: ManagedNode, report: PatchReport): InstancePatchState {
  const { counts } = report.assessment;
  return {
    InstanceId: node.id,
    PatchGroup: report.patchGroup,
    BaselineId: report.baselineId,
    SnapshotId: report.snapshotId,
    InstallOverrideList: report.installOverrideList,
    InstalledCount: counts.installed,
    InstalledOtherCount: counts.installedOther,
    InstalledPendingRebootCount: counts.pendingReboot,
    InstalledRejectedCount: counts.installedRejected,
    MissingCount: counts.missing,
    FailedCount: counts.failed,
    UnreportedNotApplicableCount: 0,
    NotApplicableCount: 0,
    AvailableSecurityUpdateCount: counts.availableSecurityUpdate,
    OperationStartTime: report.startTime,
    OperationEndTime: report.endTime,
    Operation: report.operation,
    LastNoRebootInstallOperationTime: report.lastNoRebootInstall,
    RebootOption: report.rebootOption,
    CriticalNonCompliantCount: counts.criticalNonCompliant,
    SecurityNonCompliantCount: counts.securityNonCompliant,
    OtherNonCompliantCount: counts.otherNonCompliant,
  };
}

function statesOf(nodes: readonly ManagedNode[]): InstancePatchState[] {
  return nodes.flatMap((node) => (node.patchReport === undefined ? [] : [patchState(node, node.patchReport)]));
}

function groupNodes(state: RegionState, group: string): ManagedNode[] {
  return sortedNodes(state).filter((node) => patchGroupOf(node) === group);
}

type CountName = keyof {
  [Key in keyof InstancePatchState as NonNullable<InstancePatchState[Key]> extends number ? Key : never]: true;
};

const countNames: readonly CountName[] = [
  "InstalledCount",
  "InstalledOtherCount",
  "InstalledPendingRebootCount",
  "InstalledRejectedCount",
  "MissingCount",
  "FailedCount",
  "UnreportedNotApplicableCount",
  "NotApplicableCount",
];

function countName(key: string): CountName {
  const name = countNames.find((known) => known === key);
  if (name === undefined)
    throw new ApiError("InvalidFilter", `Invalid filter key: ${key}. Valid keys: ${countNames.join(", ")}`);
  return name;
}

function passes(
  own: number,
  filter: Checked<NonNullable<DescribeInstancePatchStatesForPatchGroupRequest["Filters"]>>[number],
): boolean {
  return filter.Values.some((text) => {
    const value = Number(text);
    switch (filter.Type) {
      case "Equal":
        return own === value;
      case "NotEqual":
        return own !== value;
      case "LessThan":
        return own < value;
      case "GreaterThan":
        return own > value;
    }
  });
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstancePatchStates.html */
export const patchStateOperations = {
  /** Nodes that are unknown or were never scanned are left out. */
  DescribeInstancePatchStates: (call, request) => {
    const nodes = request.InstanceIds.flatMap((id) => call.region.nodes.get(id) ?? []);
    const { items, ...next } = pageOf(statesOf(nodes), request, usualPage);
    return { InstancePatchStates: items, ...next };
  },
  DescribeInstancePatchStatesForPatchGroup: (
    call: Call,
    request: Checked<DescribeInstancePatchStatesForPatchGroupRequest>,
  ) => {
    const filters = (request.Filters ?? []).map((filter) => [countName(filter.Key), filter] as const);
    const all = statesOf(groupNodes(call.region, request.PatchGroup));
    const matching = all.filter((state) => filters.every(([name, filter]) => passes(state[name] ?? 0, filter)));
    const { items, ...next } = pageOf(matching, request, usualPage);
    return { InstancePatchStates: items, ...next };
  },
  DescribeInstancePatches: (call, request) => {
    const report = nodeOf(call.region, request.InstanceId).patchReport;
    const { assessment } = report ?? {};
    const rows = assessment === undefined ? [] : rowsOf(assessment).map((line) => complianceData(assessment, line));
    const matching = filtered(
      rows,
      request.Filters,
      {
        State: (row: PatchComplianceData, value) => row.State === value || stateNames[value] === row.State,
        KBId: (row, value) => row.KBId === value,
        Classification: (row, value) => row.Classification === value,
        Severity: (row, value) => row.Severity === value,
      },
      "InvalidFilter",
    );
    const { items, ...next } = pageOf(matching, request, usualPage);
    return { Patches: items, ...next };
  },
  DescribePatchGroupState: (call, request) => {
    const nodes = groupNodes(call.region, request.PatchGroup);
    const states = statesOf(nodes);
    const having = (name: CountName): number => states.filter((state) => (state[name] ?? 0) > 0).length;
    return {
      Instances: nodes.length,
      InstancesWithInstalledPatches: having("InstalledCount"),
      InstancesWithInstalledOtherPatches: having("InstalledOtherCount"),
      InstancesWithInstalledPendingRebootPatches: having("InstalledPendingRebootCount"),
      InstancesWithInstalledRejectedPatches: having("InstalledRejectedCount"),
      InstancesWithMissingPatches: having("MissingCount"),
      InstancesWithFailedPatches: having("FailedCount"),
      InstancesWithNotApplicablePatches: having("NotApplicableCount"),
      InstancesWithUnreportedNotApplicablePatches: 0,
      InstancesWithCriticalNonCompliantPatches: having("CriticalNonCompliantCount"),
      InstancesWithSecurityNonCompliantPatches: having("SecurityNonCompliantCount"),
      InstancesWithOtherNonCompliantPatches: having("OtherNonCompliantCount"),
      InstancesWithAvailableSecurityUpdates: having("AvailableSecurityUpdateCount"),
    };
  },
} satisfies OperationTable;

/** The filter takes the names of the console too, as the API's page shows them. */
const stateNames: Readonly<Record<string, PatchComplianceDataState>> = {
  Installed: "INSTALLED",
  InstalledOther: "INSTALLED_OTHER",
  InstalledPendingReboot: "INSTALLED_PENDING_REBOOT",
  InstalledRejected: "INSTALLED_REJECTED",
  Missing: "MISSING",
  Failed: "FAILED",
  NotApplicable: "NOT_APPLICABLE",
};
