import type {
  ComplianceItem,
  ComplianceStringFilter,
  ListComplianceItemsRequest,
  PatchComplianceDataState,
  PatchComplianceLevel,
} from "@aws-sdk/client-ssm";
import { ApiError } from "../../http/apiError.ts";
import { complianceData, rowsOf } from "../../nodes/report.ts";
import type { PatchReport } from "../../state/reports.ts";
import type { ReportRow } from "../../nodes/report.ts";
import type { Call, OperationTable } from "./call.ts";
import type { Checked } from "../../state/checked.ts";
import { sortedNodes } from "./nodes.ts";
import type { ManagedNode } from "../../state/nodes.ts";
import { pageOf } from "./paging.ts";

const usualPage = 50;
const resourceType = "ManagedInstance";

const nonCompliant: ReadonlySet<PatchComplianceDataState> = new Set([
  "MISSING",
  "FAILED",
  "INSTALLED_REJECTED",
  "INSTALLED_PENDING_REBOOT",
]);

function statusOf({ assessment: { baseline } }: PatchReport, line: ReportRow): "COMPLIANT" | "NON_COMPLIANT" {
  const available =
    line.state === "AVAILABLE_SECURITY_UPDATE" && baseline.availableSecurityUpdatesComplianceStatus === "NON_COMPLIANT";
  return nonCompliant.has(line.state) || available ? "NON_COMPLIANT" : "COMPLIANT";
}

function executionSummary({ endTime, snapshotId }: PatchReport): object {
  return { ExecutionTime: endTime, ExecutionId: snapshotId, ExecutionType: "Command" };
}

function item(node: ManagedNode, report: PatchReport, line: ReportRow): ComplianceItem {
  const data = complianceData(report.assessment, line);
  return {
    ComplianceType: "Patch",
    ResourceType: resourceType,
    ResourceId: node.id,
    Id: data.KBId,
    Title: data.Title,
    Status: statusOf(report, line),
    Severity: line.level,
    ExecutionSummary: executionSummary(report) as NonNullable<ComplianceItem["ExecutionSummary"]>,
    Details: {
      PatchState: line.state,
      PatchBaselineId: report.baselineId,
      PatchGroup: report.patchGroup,
      PatchSeverity: data.Severity ?? "",
      Classification: data.Classification ?? "",
      InstalledTime: line.installedAt === 0 ? "" : new Date(line.installedAt * 1000).toISOString(),
      ...(data.CVEIds === undefined ? {} : { CVEIds: data.CVEIds }),
    },
  };
}

type Values = Readonly<Record<string, string | undefined>>;
type Filter = Checked<ComplianceStringFilter>;

/** Whether an item passes every filter; keys are those of `known`, and comparisons of order are refused. */
function passes(filters: readonly Filter[] | undefined, known: readonly string[], values: Values): boolean {
  return (filters ?? []).every(({ Key = "", Values = [], Type = "EQUAL" }) => {
    if (!known.includes(Key))
      throw new ApiError("InvalidFilter", `Invalid filter key: ${Key}. Valid keys: ${known.join(", ")}`);
    const own = values[Key] ?? "";
    if (Type === "EQUAL") return Values.includes(own);
    if (Type === "NOT_EQUAL") return !Values.includes(own);
    if (Type === "BEGIN_WITH") return Values.some((value) => own.startsWith(value));
    throw new ApiError("InvalidFilter", `The filter type ${Type} is not covered by the embedded cloud.`);
  });
}

const itemKeys = ["ComplianceType", "Id", "Severity", "Status", "Title"] as const;
const summaryKeys = ["ComplianceType", "OverallSeverity", "ResourceId", "Status"] as const;
const levels: readonly PatchComplianceLevel[] = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNSPECIFIED"];
const countNames: Readonly<Record<PatchComplianceLevel, string>> = {
  CRITICAL: "CriticalCount",
  HIGH: "HighCount",
  MEDIUM: "MediumCount",
  LOW: "LowCount",
  INFORMATIONAL: "InformationalCount",
  UNSPECIFIED: "UnspecifiedCount",
};

function severities(lines: readonly ReportRow[]): Record<string, number> {
  const counts = Object.fromEntries(levels.map((level) => [countNames[level], 0]));
  for (const { level } of lines) counts[countNames[level]] = (counts[countNames[level]] ?? 0) + 1;
  return counts;
}

function summary(node: ManagedNode, report: PatchReport): { readonly values: Values; readonly shown: object } {
  const lines = rowsOf(report.assessment);
  const bad = lines.filter((line) => statusOf(report, line) === "NON_COMPLIANT");
  const good = lines.filter((line) => statusOf(report, line) === "COMPLIANT");
  const Status = bad.length === 0 ? "COMPLIANT" : "NON_COMPLIANT";
  const OverallSeverity = levels.find((level) => bad.some((line) => line.level === level)) ?? "UNSPECIFIED";
  const values = { ComplianceType: "Patch", ResourceId: node.id, Status, OverallSeverity };
  const shown = {
    ...values,
    ResourceType: resourceType,
    ExecutionSummary: executionSummary(report),
    CompliantSummary: { CompliantCount: good.length, SeveritySummary: severities(good) },
    NonCompliantSummary: { NonCompliantCount: bad.length, SeveritySummary: severities(bad) },
  };
  return { values, shown };
}

function resource(call: Call, request: Checked<ListComplianceItemsRequest>): ManagedNode {
  const { ResourceIds = [], ResourceTypes = [resourceType] } = request;
  if (ResourceTypes.some((type) => type !== resourceType))
    throw new ApiError("InvalidResourceType", `Invalid resource type: ${ResourceTypes.join(", ")}`);
  const [id, ...more] = ResourceIds;
  const node = call.region.nodes.get(id ?? "");
  if (node === undefined || more.length > 0)
    throw new ApiError("InvalidResourceId", `Give the id of one managed node, got ${ResourceIds.join(", ")}`);
  return node;
}

/**
 * Patch compliance, from what the last scan or install of a node reported; association compliance is not kept.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListComplianceItems.html
 */
export const complianceOperations = {
  /** Takes one resource id per call, as documented. */
  ListComplianceItems: (call, request) => {
    const node = resource(call, request);
    const report = node.patchReport;
    const all = report === undefined ? [] : rowsOf(report.assessment).map((line) => item(node, report, line));
    const matching = all.filter(({ ComplianceType, Id, Severity, Status, Title }) =>
      passes(request.Filters, itemKeys, { ComplianceType, Id, Severity, Status, Title }),
    );
    const { items, ...next } = pageOf(matching, request, usualPage);
    return { ComplianceItems: items, ...next };
  },
  ListResourceComplianceSummaries: (call, request) => {
    const all = sortedNodes(call.region).flatMap((node) =>
      node.patchReport === undefined ? [] : [{ node, report: node.patchReport }],
    );
    const matching =
      request.Filters === undefined
        ? all
        : all.filter(({ node, report }) => passes(request.Filters, summaryKeys, summary(node, report).values));
    const { items, ...next } = pageOf(matching, request, usualPage);
    return { ResourceComplianceSummaryItems: items.map(({ node, report }) => summary(node, report).shown), ...next };
  },
} satisfies OperationTable;
