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
import type { RegionState } from "../../state/region.ts";
import { pageOf } from "./paging.ts";

const usualPage = 50;
const resourceType = "ManagedInstance";
const ofAssociation = "Association";

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

/** What associations say of a node. Those with SyncCompliance MANUAL, and those that have not come to an end, say nothing. */
function associationItems(state: RegionState, node: ManagedNode): ComplianceItem[] {
  return [...node.associations].flatMap(([id, { status, ranAt }]): ComplianceItem[] => {
    const content = state.associations.get(id)?.content;
    if (content === undefined || content.SyncCompliance === "MANUAL") return [];
    if (ranAt === undefined || status === "Pending") return [];
    return [
      {
        ComplianceType: ofAssociation,
        ResourceType: resourceType,
        ResourceId: node.id,
        Id: id,
        Title: "",
        Status: status === "Success" ? "COMPLIANT" : "NON_COMPLIANT",
        Severity: content.ComplianceSeverity ?? "UNSPECIFIED",
        ExecutionSummary: { ExecutionTime: ranAt },
        Details: { DocumentName: content.Name, DocumentVersion: content.DocumentVersion ?? "$DEFAULT" },
      },
    ];
  });
}

/** Everything that is said of a node: how its associations went, what its last scan or install reported, and what was put. */
export function complianceItems(state: RegionState, node: ManagedNode): readonly ComplianceItem[] {
  const report = node.patchReport;
  const ofPatches = report === undefined ? [] : rowsOf(report.assessment).map((line) => item(node, report, line));
  const put = [...node.putCompliance.values()].flatMap(({ items }) => items);
  // A real agent tells itself how its associations went.
  const ofAssociations = node.putCompliance.has(ofAssociation) ? [] : associationItems(state, node);
  return [...ofAssociations, ...ofPatches, ...put];
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

function severitySummary(all: readonly (string | undefined)[]): Record<string, number> {
  const counts = Object.fromEntries(levels.map((level) => [countNames[level], 0]));
  for (const level of levels) counts[countNames[level]] = all.filter((own) => own === level).length;
  return counts;
}

/** What counts in a summary: one line of a report, or one association. */
interface Counted {
  readonly status: string | undefined;
  readonly severity: string | undefined;
}

interface Summary {
  readonly values: {
    readonly ComplianceType: string;
    readonly ResourceId: string;
    readonly Status: string;
    readonly OverallSeverity: string;
  };
  readonly execution: object;
  readonly good: readonly Counted[];
  readonly bad: readonly Counted[];
}

function summaryOf(node: ManagedNode, type: string, execution: object, all: readonly Counted[]): Summary {
  const bad = all.filter(({ status }) => status === "NON_COMPLIANT");
  const values = {
    ComplianceType: type,
    ResourceId: node.id,
    Status: bad.length === 0 ? "COMPLIANT" : "NON_COMPLIANT",
    OverallSeverity: levels.find((level) => bad.some(({ severity }) => severity === level)) ?? "UNSPECIFIED",
  };
  return { values, execution, good: all.filter(({ status }) => status !== "NON_COMPLIANT"), bad };
}

/** One summary for each compliance type that says something of a node. */
function summariesOf(state: RegionState, node: ManagedNode): Summary[] {
  const ofAssociations = associationItems(state, node);
  const counted = ofAssociations.map(({ Status, Severity }) => ({ status: Status, severity: Severity }));
  const times = ofAssociations.map(({ ExecutionSummary }) => ExecutionSummary?.ExecutionTime?.getTime() ?? 0);
  const ExecutionTime = new Date(Math.max(0, ...times));
  const report = node.patchReport;
  return [
    ...(counted.length === 0 ? [] : [summaryOf(node, "Association", { ExecutionTime }, counted)]),
    ...(report === undefined
      ? []
      : [
          summaryOf(
            node,
            "Patch",
            executionSummary(report),
            rowsOf(report.assessment).map((line) => ({ status: statusOf(report, line), severity: line.level })),
          ),
        ]),
  ];
}

function shown({ values, execution, good, bad }: Summary): object {
  return {
    ...values,
    ResourceType: resourceType,
    ExecutionSummary: execution,
    CompliantSummary: {
      CompliantCount: good.length,
      SeveritySummary: severitySummary(good.map(({ severity }) => severity)),
    },
    NonCompliantSummary: {
      NonCompliantCount: bad.length,
      SeveritySummary: severitySummary(bad.map(({ severity }) => severity)),
    },
  };
}

/** Resources of one compliance type, compliant or not, by their overall severity (INFERRED: by which severity AWS counts them). */
function typeSummary(type: string, all: readonly Summary[]): object {
  const own = all.filter(({ values }) => values.ComplianceType === type);
  const severities = (status: string): string[] =>
    own.filter(({ values }) => values.Status === status).map(({ values }) => values.OverallSeverity);
  const [good, bad] = [severities("COMPLIANT"), severities("NON_COMPLIANT")];
  return {
    ComplianceType: type,
    CompliantSummary: { CompliantCount: good.length, SeveritySummary: severitySummary(good) },
    NonCompliantSummary: { NonCompliantCount: bad.length, SeveritySummary: severitySummary(bad) },
  };
}

function matchingSummaries(call: Call, filters: readonly Filter[] | undefined): Summary[] {
  return sortedNodes(call.region)
    .flatMap((node) => summariesOf(call.region, node))
    .filter(({ values }) => passes(filters, summaryKeys, values));
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
 * Compliance of two types: Patch, from what the last scan or install of a node reported, and Association, from how its
 * associations last went.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListComplianceItems.html
 */
export const complianceOperations = {
  /** Takes one resource id per call, as documented. */
  ListComplianceItems: (call, request) => {
    const node = resource(call, request);
    const matching = complianceItems(call.region, node).filter(({ ComplianceType, Id, Severity, Status, Title }) =>
      passes(request.Filters, itemKeys, { ComplianceType, Id, Severity, Status, Title }),
    );
    const { items, ...next } = pageOf(matching, request, usualPage);
    return { ComplianceItems: items, ...next };
  },
  ListResourceComplianceSummaries: (call, request) => {
    const { items, ...next } = pageOf(matchingSummaries(call, request.Filters), request, usualPage);
    return { ResourceComplianceSummaryItems: items.map(shown), ...next };
  },
  /** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListComplianceSummaries.html */
  ListComplianceSummaries: (call, request) => {
    const all = matchingSummaries(call, request.Filters);
    const types = [...new Set(all.map(({ values }) => values.ComplianceType))].sort();
    const { items, ...next } = pageOf(types, request, usualPage);
    return { ComplianceSummaryItems: items.map((type) => typeSummary(type, all)), ...next };
  },
} satisfies OperationTable;
