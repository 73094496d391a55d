import type { OperatingSystem as SsmSystem, RebootOption } from "@aws-sdk/client-ssm";
import { operatingSystemOf } from "../../domain/server.ts";
import type { SimulatedCloud } from "../cloud.ts";
import { ApiError } from "../http/apiError.ts";
import { baselineOf } from "../ssm/baselineRecords.ts";
import type { BaselineContent } from "../ssm/baselineRecords.ts";
import { patchGroupOf } from "../ssm/nodes.ts";
import type { ManagedNode } from "../ssm/nodes.ts";
import { effectiveBaselineId } from "../ssm/patchGroups.ts";
import type { RegionState } from "../ssm/regionState.ts";
import type { Machine } from "../world/machine.ts";
import { drawPackages } from "../world/packageState.ts";
import type { PackageState } from "../world/packageState.ts";
import { OverrideFault, readBaselineOverride, readInstallOverride } from "./overrideFiles.ts";
import type { OverrideEntry } from "./overrideFiles.ts";
import { listedUpgrades, missingUpgrades, withDependencies } from "./plan.ts";
import type { InstallPlan } from "./plan.ts";
import { reportRows } from "./report.ts";
import type { ReportRow } from "./report.ts";

/** Parameters of AWS-RunPatchBaseline that the embedded cloud acts on. */
export interface PatchParameters {
  readonly operation: "Scan" | "Install";
  readonly rebootOption: RebootOption;
  readonly snapshotId: string;
  readonly installOverrideList: string | undefined;
  readonly baselineOverride: string | undefined;
}

/** Where and when a step runs. */
export interface StepContext {
  readonly cloud: SimulatedCloud;
  readonly state: RegionState;
  readonly node: ManagedNode;
  readonly machine: Machine;
  readonly at: Date;
  readonly commandId: string;
  readonly windowExecutionId: string | undefined;
}

/** What a step did. */
export interface StepOutcome {
  readonly exitCode: number;
  readonly minutes: number;
  readonly stdout: string;
  readonly stderr: string;
  /** True when the machine never answers again. */
  readonly lost: boolean;
}

const minute = 60_000;
const second = 1000;
const scanMinutes = 2;
const rebootMinutes = 4;

/** Packages of a machine, drawn when first needed. */
export function packagesOf(cloud: SimulatedCloud, machine: Machine): PackageState {
  machine.packages ??= drawPackages(machine.spec, cloud.startedAt, cloud.seed);
  return machine.packages;
}

/** Restarts a machine: what awaited a reboot is in force now. */
export function reboot(cloud: SimulatedCloud, machine: Machine, at: Date): void {
  packagesOf(cloud, machine).awaitingReboot.clear();
  machine.bootedAt = at;
}

function failure(minutes: number, message: string): StepOutcome {
  return { exitCode: 1, minutes, stdout: "", stderr: `${message}\n`, lost: false };
}

type Changes = readonly { readonly name: string; readonly from: string; readonly to: string }[];

function install(packages: PackageState, plan: InstallPlan, end: Date): Changes {
  return [...plan].map(([row, release]) => {
    const entry = packages.table.rows[row];
    const from = entry?.release(packages.installed[row] ?? 0).version ?? "";
    packages.installed[row] = release;
    packages.installedAt[row] = Math.floor(end.getTime() / second);
    return { name: entry?.name ?? "", from, to: entry?.release(release).version ?? "" };
  });
}

interface Ready {
  readonly baselineId: string;
  readonly baseline: BaselineContent;
  readonly list: readonly OverrideEntry[] | undefined;
}

function prepared({ cloud, state, node, machine }: StepContext, parameters: PatchParameters): Ready {
  const os = operatingSystemOf(machine.spec);
  const { baselineOverride, installOverrideList } = parameters;
  const baselineId = effectiveBaselineId(state, patchGroupOf(node), os satisfies SsmSystem);
  if (baselineOverride !== undefined && installOverrideList !== undefined)
    throw new OverrideFault("BaselineOverride and InstallOverrideList cannot be used together.");
  return {
    baselineId,
    baseline:
      baselineOverride === undefined
        ? baselineOf(state, baselineId)
        : readBaselineOverride(cloud, state.accountId, baselineOverride, os),
    // A scan ignores the list.
    list:
      installOverrideList === undefined || parameters.operation === "Scan"
        ? undefined
        : readInstallOverride(cloud, state.accountId, installOverrideList),
  };
}

function stillUnpatched(rows: readonly ReportRow[], wanted: InstallPlan | undefined): ReportRow[] {
  // Without a list everything that an install left missing has failed; with one, only what the list named.
  return rows.map((line) =>
    line.state === "MISSING" && (wanted === undefined || wanted.has(line.row)) ? { ...line, state: "FAILED" } : line,
  );
}

function writeReport(
  context: StepContext,
  parameters: PatchParameters,
  ready: Ready,
  rows: readonly ReportRow[],
  end: Date,
): void {
  const { node, machine, cloud, at } = context;
  const noReboot = parameters.operation === "Install" && parameters.rebootOption === "NoReboot";
  node.patchReport = {
    table: packagesOf(cloud, machine).table,
    rows,
    baselineId: ready.baselineId,
    patchGroup: patchGroupOf(node) ?? "",
    snapshotId: parameters.snapshotId,
    operation: parameters.operation,
    rebootOption: parameters.rebootOption,
    startTime: at,
    endTime: end,
    installOverrideList: parameters.installOverrideList,
    lastNoRebootInstall: noReboot ? end : node.patchReport?.lastNoRebootInstall,
    availableSecurityUpdatesCompliant: ready.baseline.availableSecurityUpdatesComplianceStatus !== "NON_COMPLIANT",
  };
}

function summary(rows: readonly ReportRow[], installed: number, rebooted: boolean): string {
  const count = (state: string): number => rows.filter((line) => line.state === state).length;
  return `Installed now: ${String(installed)}. Missing: ${String(count("MISSING"))}. Failed: ${String(count("FAILED"))}. Installed: ${String(count("INSTALLED"))}. Installed other: ${String(count("INSTALLED_OTHER"))}. Pending reboot: ${String(count("INSTALLED_PENDING_REBOOT"))}.${rebooted ? " Rebooted." : ""}\n`;
}

function scan(context: StepContext, parameters: PatchParameters, ready: Ready): StepOutcome {
  const { cloud, machine, at } = context;
  const end = new Date(at.getTime() + scanMinutes * minute);
  const rows = reportRows(packagesOf(cloud, machine), ready.baseline, at);
  // A run with BaselineOverride writes no compliance.
  if (parameters.baselineOverride === undefined) writeReport(context, parameters, ready, rows, end);
  return { exitCode: 0, minutes: scanMinutes, stdout: summary(rows, 0, false), stderr: "", lost: false };
}

function installAll(context: StepContext, parameters: PatchParameters, ready: Ready): StepOutcome {
  const { cloud, machine, node, state, at } = context;
  const packages = packagesOf(cloud, machine);
  const ground = { state: packages, baseline: ready.baseline, now: at };
  const missing = reportRows(packages, ready.baseline, at).filter((line) => line.state === "MISSING");
  const wanted = ready.list === undefined ? missingUpgrades(missing) : listedUpgrades(ground, missing, ready.list);
  const plan = withDependencies(ground, wanted, ready.list);
  const wasPending = packages.awaitingReboot.size > 0;
  const patchMinutes = scanMinutes + plan.size * machine.spec.minutesPerPatch;
  const installEnd = new Date(at.getTime() + patchMinutes * minute);
  const changes = install(packages, plan, installEnd);
  for (const row of plan.keys()) packages.awaitingReboot.add(row);
  const reboots = parameters.rebootOption === "RebootIfNeeded" && (plan.size > 0 || wasPending);
  const hangs = reboots && machine.spec.failure === "rebootHang";
  const minutes = patchMinutes + (reboots ? rebootMinutes : 0);
  cloud.journal.add({
    kind: "patched",
    at,
    accountId: state.accountId,
    region: state.region,
    nodeId: node.id,
    machine: machine.spec.id,
    commandId: context.commandId,
    ...(context.windowExecutionId === undefined ? {} : { windowExecutionId: context.windowExecutionId }),
    outcome: plan.size > 0 ? "patched" : "nothingToDo",
    detail: hangs ? "did not come back from its reboot" : "",
    packages: changes,
    rebooted: reboots && !hangs,
  });
  if (hangs) {
    machine.online = false;
    node.lastPingAt = installEnd;
    return { exitCode: 1, minutes, stdout: "", stderr: "", lost: true };
  }
  if (reboots) reboot(cloud, machine, new Date(at.getTime() + minutes * minute));
  const after = stillUnpatched(reportRows(packages, ready.baseline, at), ready.list === undefined ? undefined : wanted);
  const end = new Date(at.getTime() + minutes * minute);
  if (parameters.baselineOverride === undefined) writeReport(context, parameters, ready, after, end);
  const unpatched = after.some((line) => line.state === "FAILED");
  return {
    exitCode: unpatched ? 1 : 0,
    minutes,
    stdout: summary(after, plan.size, reboots),
    stderr: unpatched ? "Some patches could not be installed.\n" : "",
    lost: false,
  };
}

/**
 * Runs what AWS-RunPatchBaseline runs on a node.
 *
 * RebootIfNeeded reboots after any install, and when something awaits a reboot; NoReboot leaves what it installed as
 * INSTALLED_PENDING_REBOOT until a reboot and the next scan.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaseline.html
 */
export function runPatchBaseline(context: StepContext, parameters: PatchParameters): StepOutcome {
  const { failure: kind } = context.machine.spec;
  if (kind === "repositoryUnreachable")
    return failure(scanMinutes, "Failed to fetch the package index: Connection timed out");
  if (kind === "lockHeld" && parameters.operation === "Install")
    return failure(scanMinutes, "Could not get lock /var/lib/dpkg/lock-frontend. It is held by another process");
  try {
    const ready = prepared(context, parameters);
    return parameters.operation === "Scan" ? scan(context, parameters, ready) : installAll(context, parameters, ready);
  } catch (error) {
    if (error instanceof OverrideFault || error instanceof ApiError) return failure(1, error.message);
    throw error;
  }
}
