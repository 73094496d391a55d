import type { OperatingSystem as SsmSystem } from "@aws-sdk/client-ssm";
import { operatingSystemOf } from "../world/operatingSystems.ts";
import { ApiError } from "../http/apiError.ts";
import { baselineOf } from "../services/ssm/baselineLookup.ts";
import type { BaselineContent } from "../state/baselines.ts";
import { patchGroupOf } from "../services/ssm/nodes.ts";
import { effectiveBaselineId } from "../services/ssm/patchGroups.ts";
import type { PatchCounts, PatchingEntry } from "../state/journal.ts";
import { activeFault } from "../world/faults.ts";
import type { PackageChange } from "../world/packageState.ts";
import { failureWords } from "./failureWords.ts";
import { OverrideFault, readBaselineOverride, readInstallOverride } from "./overrideFiles.ts";
import type { OverrideEntry } from "./overrideFiles.ts";
import { installReleases, packagesOf, reboot } from "./packages.ts";
import { listedUpgrades, missingUpgrades, withDependencies } from "./plan.ts";
import type { InstallPlan } from "./plan.ts";
import { patchingPlace } from "./patchingEntry.ts";
import { assess, missingOn } from "./report.ts";
import type { Assessment } from "../state/reports.ts";
import type { PatchParameters, StepContext, StepOutcome } from "./step.ts";

const minute = 60_000;
const usualScanMinutes = 2;
const usualRebootMinutes = 4;

function failure(minutes: number, message: string): StepOutcome {
  return { exitCode: 1, minutes, stdout: "", stderr: `${message}\n`, lost: false };
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

/** The node reports when it has come to the end, whether or not its command is still wanted then. */
function writeReport(
  context: StepContext,
  parameters: PatchParameters,
  ready: Ready,
  assessment: Assessment,
  end: Date,
): void {
  const { cloud, node, at } = context;
  const noReboot = parameters.operation === "Install" && parameters.rebootOption === "NoReboot";
  const report = {
    assessment,
    baselineId: ready.baselineId,
    patchGroup: patchGroupOf(node) ?? "",
    snapshotId: parameters.snapshotId,
    operation: parameters.operation,
    rebootOption: parameters.rebootOption,
    startTime: at,
    endTime: end,
    installOverrideList: parameters.installOverrideList,
  };
  cloud.agenda.add(end, () => {
    node.patchReport = { ...report, lastNoRebootInstall: noReboot ? end : node.patchReport?.lastNoRebootInstall };
  });
}

function summary(counts: PatchCounts, installed: number, rebooted: boolean): string {
  const parts = [
    `Installed now: ${String(installed)}.`,
    `Missing: ${String(counts.missing)}.`,
    `Failed: ${String(counts.failed)}.`,
    `Installed: ${String(counts.installed)}.`,
    `Installed other: ${String(counts.installedOther)}.`,
    `Pending reboot: ${String(counts.pendingReboot)}.`,
    ...(rebooted ? ["Rebooted."] : []),
  ];
  return `${parts.join(" ")}\n`;
}

type Result = Pick<PatchingEntry, "outcome" | "detail" | "packages" | "rebooted"> &
  Partial<Pick<PatchingEntry, "counts" | "hangs">> &
  Pick<PatchingEntry, "baselineId" | "endsAt">;

function record(context: StepContext, parameters: PatchParameters, result: Result): void {
  context.cloud.journal.add({ ...patchingPlace(context, parameters), at: context.at, ...result });
}

function after(at: Date, minutes: number): Date {
  return new Date(at.getTime() + minutes * minute);
}

/** The baseline that decides; an override decides in its place. */
function decidedBy(ready: Ready, parameters: PatchParameters): string | null {
  return parameters.baselineOverride === undefined ? ready.baselineId : null;
}

const nothing: readonly PackageChange[] = [];

function scan(context: StepContext, parameters: PatchParameters, ready: Ready): StepOutcome {
  const { cloud, machine, at } = context;
  const { scanMinutes = usualScanMinutes } = machine.spec;
  const end = after(at, scanMinutes);
  const assessment = assess(packagesOf(cloud, machine), ready.baseline, at);
  const { counts } = assessment;
  // A run with BaselineOverride writes no compliance.
  if (parameters.baselineOverride === undefined) writeReport(context, parameters, ready, assessment, end);
  record(context, parameters, {
    baselineId: decidedBy(ready, parameters),
    endsAt: end,
    outcome: "scanned",
    detail: "",
    packages: nothing,
    rebooted: false,
    counts,
  });
  return { exitCode: 0, minutes: scanMinutes, stdout: summary(counts, 0, false), stderr: "", lost: false };
}

/** What an install changed on a machine, before it is reported. */
interface Installed {
  readonly wanted: InstallPlan;
  readonly packages: readonly PackageChange[];
  /** Until the last package was installed, and until the reboot was over. */
  readonly patchMinutes: number;
  readonly minutes: number;
  readonly reboots: boolean;
  readonly hangs: boolean;
}

function change(context: StepContext, parameters: PatchParameters, ready: Ready): Installed {
  const { cloud, machine, at } = context;
  const packages = packagesOf(cloud, machine);
  const ground = { state: packages, baseline: ready.baseline, now: at };
  const missing = missingOn(packages, ready.baseline, at);
  const wanted = ready.list === undefined ? missingUpgrades(missing) : listedUpgrades(ground, missing, ready.list);
  const plan = withDependencies(ground, wanted, ready.list);
  const wasPending = packages.awaitingReboot.size > 0;
  const { scanMinutes = usualScanMinutes, rebootMinutes = usualRebootMinutes } = machine.spec;
  const patchMinutes = scanMinutes + plan.size * machine.spec.minutesPerPatch;
  const installEnd = after(at, patchMinutes);
  const changes = installReleases(packages, plan, installEnd);
  const reboots = parameters.rebootOption === "RebootIfNeeded" && (plan.size > 0 || wasPending);
  const minutes = patchMinutes + (reboots ? rebootMinutes : 0);
  const upAt = after(at, minutes);
  const hangs = reboots && !reboot(cloud, machine, installEnd, upAt);
  return { wanted, packages: changes, patchMinutes, minutes, reboots, hangs };
}

function installAll(context: StepContext, parameters: PatchParameters, ready: Ready): StepOutcome {
  const { cloud, machine, at } = context;
  const done = change(context, parameters, ready);
  const end = after(at, done.minutes);
  const base = { baselineId: decidedBy(ready, parameters), packages: done.packages, endsAt: end };
  const changed = done.packages.length > 0;
  if (done.hangs) {
    record(context, parameters, {
      ...base,
      outcome: changed ? "patched" : "nothingToDo",
      detail: "did not come back from its reboot",
      rebooted: false,
      hangs: true,
    });
    return { exitCode: 1, minutes: done.minutes, stdout: "", stderr: "", lost: true };
  }
  // Without a list everything that an install left missing has failed; with one, only what the list named.
  const failing = ready.list === undefined ? "missing" : new Set(done.wanted.keys());
  const assessment = assess(packagesOf(cloud, machine), ready.baseline, at, failing);
  if (parameters.baselineOverride === undefined) writeReport(context, parameters, ready, assessment, end);
  const { counts } = assessment;
  const stderr = counts.failed > 0 ? "Some patches could not be installed.\n" : "";
  record(context, parameters, {
    ...base,
    outcome: changed ? "patched" : counts.failed > 0 ? "failed" : "nothingToDo",
    detail: stderr.trim(),
    rebooted: done.reboots,
    counts,
  });
  return {
    exitCode: counts.failed > 0 ? 1 : 0,
    minutes: done.minutes,
    stdout: summary(counts, done.packages.length, done.reboots),
    stderr,
    lost: false,
    rebooted: done.reboots,
  };
}

function refusal({ machine, at }: StepContext, { operation }: PatchParameters): string | undefined {
  if (activeFault(machine, "repositoryUnreachable", at) !== undefined)
    return failureWords(machine.spec, "repositoryUnreachable").patching;
  if (activeFault(machine, "s3Unreachable", at) !== undefined)
    return "Unable to download the patch baseline snapshot from S3: Connection timed out";
  if (operation === "Install" && activeFault(machine, "lockHeld", at) !== undefined)
    return failureWords(machine.spec, "lockHeld").patching;
  if (operation === "Install" && activeFault(machine, "diskFull", at) !== undefined)
    return failureWords(machine.spec, "diskFull").patching;
  return undefined;
}

/**
 * Runs what AWS-RunPatchBaseline runs on a node.
 *
 * RebootIfNeeded reboots after any install, and when something awaits a reboot; NoReboot leaves what it installed as
 * INSTALLED_PENDING_REBOOT until a reboot and the next scan.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaseline.html
 */
export function runPatchBaseline(context: StepContext, parameters: PatchParameters): StepOutcome {
  const fail = (minutes: number, detail: string): StepOutcome => {
    const result = { outcome: "failed", packages: nothing, rebooted: false, baselineId: null } as const;
    record(context, parameters, { ...result, endsAt: after(context.at, minutes), detail });
    return failure(minutes, detail);
  };
  const refused = refusal(context, parameters);
  if (refused !== undefined) return fail(context.machine.spec.scanMinutes ?? usualScanMinutes, refused);
  try {
    const ready = prepared(context, parameters);
    return parameters.operation === "Scan" ? scan(context, parameters, ready) : installAll(context, parameters, ready);
  } catch (error) {
    if (error instanceof OverrideFault || error instanceof ApiError) return fail(1, error.message);
    throw error;
  }
}
