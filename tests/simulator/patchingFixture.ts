import type {
  CreateMaintenanceWindowCommandInput,
  CreatePatchBaselineCommandInput,
  InstancePatchState,
  PatchComplianceData,
  RegisterTaskWithMaintenanceWindowCommandInput,
  SSM,
} from "@aws-sdk/client-ssm";
import type { Cloud, PatchingEntry } from "../../simulator/index.ts";
import { untilEnded } from "./cloudFixture.ts";

/** Patch group of every machine in these specs. */
export const group = "prod-auto";

/** One approval rule. */
export function rule(filters: Readonly<Record<string, readonly string[]>>, more: object = {}): object {
  const PatchFilters = Object.entries(filters).map(([Key, Values]) => ({ Key, Values }));
  return { PatchFilterGroup: { PatchFilters }, ...more };
}

/** Makes a baseline and registers it for the group. */
export async function baselineFor(
  ssm: SSM,
  OperatingSystem: NonNullable<CreatePatchBaselineCommandInput["OperatingSystem"]>,
  rules: readonly object[],
  more: Partial<CreatePatchBaselineCommandInput> = {},
): Promise<string> {
  const PatchRules = rules as NonNullable<CreatePatchBaselineCommandInput["ApprovalRules"]>["PatchRules"];
  const { BaselineId } = await ssm.createPatchBaseline({
    Name: "spec",
    OperatingSystem,
    ApprovalRules: { PatchRules },
    ...more,
  });
  await ssm.registerPatchBaselineForPatchGroup({ BaselineId, PatchGroup: group });
  return BaselineId ?? "";
}

/** Runs AWS-RunPatchBaseline on nodes to its end, and returns the command's id. */
export async function patch(
  ssm: SSM,
  InstanceIds: readonly string[],
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const Parameters = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]]));
  const { Command } = await ssm.sendCommand({
    DocumentName: "AWS-RunPatchBaseline",
    InstanceIds: [...InstanceIds],
    Parameters,
  });
  const id = Command?.CommandId ?? "";
  await untilEnded(ssm, id);
  return id;
}

/** What a node last reported, its counts. */
export async function stateOf(ssm: SSM, InstanceId: string): Promise<InstancePatchState | undefined> {
  const found = await ssm.describeInstancePatchStates({ InstanceIds: [InstanceId] });
  return found.InstancePatchStates?.[0];
}

/** What a node last reported, every row. */
export async function patchesOf(ssm: SSM, InstanceId: string): Promise<PatchComplianceData[]> {
  const rows: PatchComplianceData[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ssm.describeInstancePatches({ InstanceId, MaxResults: 100, NextToken });
    rows.push(...(page.Patches ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return rows;
}

/** Makes a window on the group with one Install task; the spec names what matters. */
export async function installWindow(
  ssm: SSM,
  window: Partial<CreateMaintenanceWindowCommandInput>,
  task: Partial<RegisterTaskWithMaintenanceWindowCommandInput> = {},
  parameters: Readonly<Record<string, string>> = { Operation: "Install", RebootOption: "RebootIfNeeded" },
): Promise<string> {
  const { WindowId } = await ssm.createMaintenanceWindow({
    Name: "mw-install",
    Schedule: "cron(0 2 ? * SUN *)",
    Duration: 4,
    Cutoff: 2,
    AllowUnassociatedTargets: false,
    ...window,
  });
  const Targets = [{ Key: "tag:PatchGroup", Values: [group] }];
  const { WindowTargetId } = await ssm.registerTargetWithMaintenanceWindow({
    WindowId,
    ResourceType: "INSTANCE",
    Targets,
  });
  const Parameters = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]]));
  await ssm.registerTaskWithMaintenanceWindow({
    WindowId,
    TaskType: "RUN_COMMAND",
    TaskArn: "AWS-RunPatchBaseline",
    Targets: [{ Key: "WindowTargetIds", Values: [WindowTargetId ?? ""] }],
    MaxConcurrency: "100%",
    MaxErrors: "100%",
    TaskInvocationParameters: { RunCommand: { Parameters } },
    ...task,
  });
  return WindowId ?? "";
}

/** Journal entries of scans and installs. */
export function patchings(cloud: Cloud): PatchingEntry[] {
  return cloud.journal.entries.filter((entry) => entry.kind === "patching");
}

/** Journal entries of installs. */
export function installs(cloud: Cloud): PatchingEntry[] {
  return patchings(cloud).filter((entry) => entry.operation === "Install");
}
