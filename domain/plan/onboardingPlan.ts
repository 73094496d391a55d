import type { Plane } from "../plane.ts";
import type { AzureVm, Server } from "../server.ts";
import type { JudgedServer } from "./serverChanges.ts";

/** An Azure VM on which the onboarding script will run. */
export interface WaveRun {
  readonly id: string;
  readonly name: string;
  readonly subscription: string;
  readonly location: string;
  readonly method: AzureVm["onboardingMethod"];
  readonly script: string;
  readonly attempt: number;
  readonly line: number;
  /** Why it runs. */
  readonly reason: string;
}

/** A machine that goes on being a managed node although its row is gone. */
export interface NodeLeftBehind {
  readonly id: string;
  readonly name: string;
  readonly cloud: "aws" | "azure";
  readonly location: string;
  readonly group: string;
  /** Line of the old fleet file. */
  readonly line: number;
}

/** What happens on machines beside patching. */
export interface OnboardingPlan {
  /** VMs that register for the first time. */
  readonly onboarded: readonly WaveRun[];
  /** VMs whose script runs once more. */
  readonly runAgain: readonly WaveRun[];
  readonly leftBehind: readonly NodeLeftBehind[];
  /** VMs whose `vm_id` differs: another machine under the same name. */
  readonly otherVm: readonly { readonly run: WaveRun; readonly attemptRaised: boolean }[];
  /**
   * Rows whose tags differ from now on: hybrid nodes get them by `patchplane tags --apply`, EC2 instances from whoever
   * tags them. Until then a node stays in its old patch group.
   */
  readonly retagged: readonly { readonly server: Server; readonly from: string; readonly to: string }[];
}

function run(plane: Plane, server: Server, azure: AzureVm, reason: string): WaveRun {
  const { id, name, site, line } = server;
  const { onboardingMethod: method, onboardingScript: script, onboardingAttempt: attempt } = azure;
  const location = plane.subscriptions[site]?.location ?? "";
  return { id, name, subscription: site, location, method, script, attempt, line, reason };
}

/** Account and Region in which a VM becomes a node. */
function placeOf(plane: Plane, server: Server): string {
  const location = plane.locations[plane.subscriptions[server.site]?.location ?? ""];
  return location === undefined ? "no location" : `${location.accountId} ${location.region}`;
}

/** What makes the script run again: each means new settings, which is what Azure's handlers go by. */
function againBecause(before: Plane, after: Plane, was: Server, is: Server): readonly string[] {
  const [old, now] = [was.azure, is.azure];
  if (old === undefined || now === undefined) return [];
  const [from, to] = [placeOf(before, was), placeOf(after, is)];
  return [
    ...(was.site === is.site ? [] : [`its subscription's name is another: ${was.site} → ${is.site}`]),
    ...(old.onboardingAttempt === now.onboardingAttempt
      ? []
      : [`attempt ${String(old.onboardingAttempt)} → ${String(now.onboardingAttempt)}, with a fresh activation`]),
    ...(old.onboardingScript === now.onboardingScript
      ? []
      : [`script ${old.onboardingScript} → ${now.onboardingScript}`]),
    ...(old.onboardingMethod === now.onboardingMethod
      ? []
      : [`method ${old.onboardingMethod} → ${now.onboardingMethod}`]),
    ...(from === to ? [] : [`registers in ${to} and no longer in ${from}`]),
  ];
}

function left(plane: Plane, server: Server): NodeLeftBehind {
  const { id, name, cloud, site, patchGroup: group, line } = server;
  const location = cloud === "aws" ? site : (plane.subscriptions[site]?.location ?? "");
  return { id, name, cloud, location, group, line };
}

/** What a change makes happen on the machines themselves. */
export function onboardingPlan(before: Plane, after: Plane, judged: readonly JudgedServer[]): OnboardingPlan {
  const plan = {
    onboarded: [] as WaveRun[],
    runAgain: [] as WaveRun[],
    leftBehind: [] as NodeLeftBehind[],
    otherVm: [] as { run: WaveRun; attemptRaised: boolean }[],
    retagged: [] as { server: Server; from: string; to: string }[],
  };
  for (const { before: was, after: is } of judged) {
    if (is === undefined) {
      if (was !== undefined) plan.leftBehind.push(left(before, was));
      continue;
    }
    if (was === undefined) {
      if (is.azure !== undefined) plan.onboarded.push(run(after, is, is.azure, "new row"));
      continue;
    }
    if (was.patchGroup !== is.patchGroup) plan.retagged.push({ server: is, from: was.patchGroup, to: is.patchGroup });
    if (is.azure === undefined || was.azure === undefined) continue;
    const reasons = againBecause(before, after, was, is);
    if (reasons.length > 0) plan.runAgain.push(run(after, is, is.azure, reasons.join("; ")));
    if (was.azure.vmId !== is.azure.vmId) {
      const attemptRaised = is.azure.onboardingAttempt > was.azure.onboardingAttempt;
      plan.otherVm.push({ run: run(after, is, is.azure, "another vm_id"), attemptRaised });
    }
  }
  return plan;
}
