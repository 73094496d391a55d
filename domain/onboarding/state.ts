import { isOnline, type Activation, type ManagedNode } from "../fleet/managedNode.ts";
import { parseOnboardingResult, type OnboardingResult } from "./onboardingResult.ts";
import { deployedAttempt } from "./payload.ts";
import type { Server } from "../server.ts";
import { failedRun, meantExitCode } from "./exitCodes.ts";
import { compareVmId, vmIdAdvice } from "./vmId.ts";

/** Every {@link OnboardingState}. */
export const onboardingStates = [
  "registered",
  "tagsDiffer",
  "connectionLost",
  "failed",
  "registeredElsewhere",
  "deregistered",
  "codeExpired",
  "otherVm",
  "stopped",
  "noVm",
  "notDeployed",
  "unreadable",
] as const;

/**
 * How an Azure VM's onboarding stands. `registered` is the one that wants nothing done:
 * `tagsDiffer` a node with another PatchGroup than the fleet file's; `connectionLost` a node that is silent;
 * `failed` the script or its handler failed; `registeredElsewhere` the VM's agent belongs to a node that is not this
 * server's here; `deregistered` it was registered, and Systems Manager no longer has the node; `codeExpired` its
 * activation ran out unused; `otherVm` Azure's VM of that id has another `vmId` than the row; `stopped` it was not running when the script should have; `noVm` Azure does not know it;
 * `notDeployed` the script has not run yet; `unreadable` Azure did not answer.
 */
export type OnboardingState = (typeof onboardingStates)[number];

/** What Azure shows of a VM. */
export type AzureView =
  | {
      readonly kind: "vm";
      readonly powerState: string;
      /** Azure's `vmId`; left out where Azure does not say it. */
      readonly vmId?: string;
      /** What Azure says of its guest agent, e.g. `Ready`, `Not Ready`; left out where it says nothing. */
      readonly guestAgent?: string;
      /** Whether the VM takes extensions and run commands (`osProfile.allowExtensionOperations`); left out likewise. */
      readonly takesExtensions?: boolean;
      readonly run?: OnboardingScriptRun;
    }
  | { readonly kind: "noVm" }
  | { readonly kind: "unreadable"; readonly reason: string };

/** What Azure shows of the extension or run command that carries the onboarding script. */
export interface OnboardingScriptRun {
  readonly state: "succeeded" | "failed" | "running";
  /** Everything the handler says, the script's output included. */
  readonly output: string;
}

/** What a VM's onboarding is judged from. */
export interface OnboardingEvidence {
  readonly server: Server;
  /** Name of the location it registers in. */
  readonly location: string;
  readonly node?: ManagedNode;
  /** Whether the node carries the PatchGroup of the fleet file. */
  readonly tagged: boolean;
  /** The newest activation of the VM, where there is one. */
  readonly activation?: Activation;
  /** Left out where Azure was not asked: an online, rightly tagged node needs no more. */
  readonly azure?: AzureView;
  /** Location of this stack that has a node of that id. */
  readonly locationOfNode: (nodeId: string) => string | undefined;
  /** Locations whose nodes are not known. */
  readonly unreadLocations: readonly string[];
}

/** A state with what was seen and what to do. */
export interface OnboardingStatus {
  readonly state: OnboardingState;
  /** What was seen, in words. */
  readonly detail: string;
  /** What to do about it; left out where nothing is. */
  readonly todo?: string;
  /** The newest activation of the VM, where there is one; its code is nowhere. */
  readonly activationId?: string;
}

const raise = "raise onboarding_attempt in its row, then run pulumi up";
const longestMessage = 300;

function firstLines(text: string): string {
  const words = text.replaceAll(/\s+/g, " ").trim();
  return words.length <= longestMessage ? words : `${words.slice(0, longestMessage)}…`;
}

/** The node id that a run's script reported, where it did. */
export function reportedNodeId(view: AzureView | undefined): string | undefined {
  return view?.kind === "vm" ? parseOnboardingResult(view.run?.output ?? "")?.instanceId : undefined;
}

function ofNode(evidence: OnboardingEvidence, node: ManagedNode): OnboardingStatus {
  if (isOnline(node)) {
    return evidence.tagged
      ? { state: "registered", detail: `${node.id} is online` }
      : {
          state: "tagsDiffer",
          detail: `${node.id} does not carry PatchGroup ${evidence.server.patchGroup}`,
          todo: "npx patchplane tags --apply",
        };
  }
  const { azure } = evidence;
  const silent = `the connection of ${node.id} is lost`;
  if (azure?.kind === "noVm") {
    return { state: "connectionLost", detail: `${silent}, and Azure has no such VM`, todo: "remove its row" };
  }
  if (azure?.kind === "vm" && azure.powerState !== "" && azure.powerState !== "running") {
    return { state: "connectionLost", detail: `${silent}: the VM is ${azure.powerState}`, todo: "start the VM" };
  }
  const seen = azure?.kind === "unreadable" ? `, and Azure is not readable: ${azure.reason}` : "";
  return {
    state: "connectionLost",
    detail: `${silent}${seen}`,
    todo: "look at the SSM Agent's service and log on the VM",
  };
}

/** A VM that is another machine than its row says, or the same by an id in another byte order. */
function ofOtherVm({ server, azure }: OnboardingEvidence): OnboardingStatus | undefined {
  if (azure?.kind !== "vm" || azure.vmId === undefined || server.azure === undefined) return undefined;
  const match = compareVmId(server.azure.vmId, azure.vmId);
  if (match === "same") return undefined;
  const why = match === "swapped" ? "the same in another byte order" : "the VM was made anew, or the row is wrong";
  return {
    state: "otherVm",
    detail: `its vm_id is ${server.azure.vmId}, and Azure's is ${azure.vmId}: ${why}`,
    todo: vmIdAdvice(match, azure.vmId),
  };
}

function ofFailure({ exitCode, message }: OnboardingResult, output: string): OnboardingStatus {
  const meant = meantExitCode(exitCode, output);
  const said = meant === exitCode ? firstLines(message) : "the account has no room for another hybrid node";
  const { message: detail, todo } = failedRun(meant, said);
  return { state: "failed", detail: `exit code ${String(meant)}: ${detail}`, todo };
}

function ofResult(evidence: OnboardingEvidence, result: OnboardingResult, output: string): OnboardingStatus {
  const { instanceId = "" } = result;
  if (result.result === "failed") return ofFailure(result, output);
  const place = evidence.locationOfNode(instanceId);
  if (place === evidence.location) {
    return {
      state: "registeredElsewhere",
      detail: `its agent says it is ${instanceId}, which is another server's node`,
      todo: "register it anew by hand: the machine is a clone (docs/onboarding.md)",
    };
  }
  if (place !== undefined) {
    return {
      state: "registeredElsewhere",
      detail: `registered as ${instanceId} in ${place}, not in ${evidence.location}`,
      todo: `deregister it in ${place}, ${raise}`,
    };
  }
  const unread = evidence.unreadLocations;
  const where =
    unread.length === 0 ? "no account of this stack" : `no account that was read (not ${unread.join(", ")})`;
  return result.result === "registered" && unread.length === 0
    ? {
        state: "deregistered",
        detail: `it was registered as ${instanceId}, which Systems Manager no longer has`,
        todo: "register it anew by hand (docs/onboarding.md)",
      }
    : {
        state: "registeredElsewhere",
        detail: `its agent is ${instanceId} in ${result.region}, which is in ${where}`,
        todo: "deregister it there, or register it anew by hand (docs/onboarding.md)",
      };
}

function isAlive(activation: Activation): boolean {
  return !activation.expired && activation.registrations === 0;
}

function ofStopped(powerState: string, activation: Activation | undefined): OnboardingStatus {
  if (activation !== undefined && isAlive(activation)) {
    const until = activation.expiresAt === undefined ? "" : ` until ${activation.expiresAt.toISOString()}`;
    return {
      state: "stopped",
      detail: `the VM is ${powerState}; its code is good${until}`,
      todo: "start the VM, then run pulumi up",
    };
  }
  const code = activation === undefined ? "it has no code" : "its code is no longer good";
  return { state: "stopped", detail: `the VM is ${powerState}; ${code}`, todo: `start the VM, ${raise}` };
}

/** What keeps Azure from running anything on a VM that runs, and what to do first. */
function hindrance(view: AzureView | undefined): { readonly what: string; readonly first: string } | undefined {
  if (view?.kind !== "vm") return undefined;
  const { guestAgent = "Ready", takesExtensions = true, powerState } = view;
  if (!takesExtensions) {
    return {
      what: "the VM takes no extensions (osProfile.allowExtensionOperations is false)",
      first: "az vm update --set osProfile.allowExtensionOperations=true",
    };
  }
  return guestAgent === "Ready" || powerState !== "running"
    ? undefined
    : {
        what: `Azure's guest agent is ${guestAgent}`,
        first: "get it running on the VM, with a way to 168.63.129.16",
      };
}

function ofActivation(
  { activation, azure }: OnboardingEvidence,
  run: OnboardingScriptRun | undefined,
): OnboardingStatus {
  const hindered = hindrance(azure);
  const what = hindered === undefined ? "" : `; ${hindered.what}`;
  const first = hindered === undefined ? "" : `${hindered.first}, `;
  if (run?.state === "running") {
    return hindered === undefined
      ? { state: "notDeployed", detail: "the onboarding script is running", todo: "look again in some minutes" }
      : {
          state: "notDeployed",
          detail: `the onboarding script is on its way${what}`,
          todo: `${first}and look again; Azure gives up after 90 minutes`,
        };
  }
  if (run !== undefined) {
    return { state: "failed", detail: "Azure reports success, and the script reported nothing", todo: raise };
  }
  if (activation === undefined) {
    return { state: "notDeployed", detail: "it has no activation and no extension", todo: "run pulumi up" };
  }
  if (activation.registrations > 0) {
    return {
      state: "deregistered",
      detail: "its activation was used, and Systems Manager has no node of it",
      todo: "register it anew by hand (docs/onboarding.md)",
    };
  }
  return activation.expired
    ? { state: "codeExpired", detail: `its code expired unused${what}`, todo: `${first}${raise}` }
    : {
        state: "notDeployed",
        detail: `its code is unused, and Azure shows no run${what}`,
        todo: `${first}run pulumi up: where Azure refuses the VM, its error says why (docs/onboarding.md)`,
      };
}

/**
 * How the onboarding of one Azure VM stands, by its node, its activation and what Azure shows. Only the script's own
 * result line proves a run; a handler can report success without one.
 */
export function onboardingStatus(evidence: OnboardingEvidence): OnboardingStatus {
  const { server, node, activation, azure } = evidence;
  const other = ofOtherVm(evidence);
  if (other !== undefined) return other;
  if (node !== undefined) return ofNode(evidence, node);
  if (azure?.kind === "unreadable") return { state: "unreadable", detail: `Azure is not readable: ${azure.reason}` };
  if (azure?.kind === "noVm") {
    return { state: "noVm", detail: "Azure has no such VM", todo: "remove its row, or correct its id" };
  }
  const attempt = server.azure?.onboardingAttempt ?? 1;
  const deployed = deployedAttempt(activation?.description ?? "") ?? attempt;
  if (deployed < attempt) {
    const detail = `onboarding_attempt is ${String(attempt)}, and attempt ${String(deployed)} is deployed`;
    return { state: "notDeployed", detail, todo: "run pulumi up" };
  }
  const run = azure?.run;
  const result = parseOnboardingResult(run?.output ?? "");
  if (result !== undefined) return ofResult(evidence, result, run?.output ?? "");
  if (run?.state === "failed") {
    return { state: "failed", detail: firstLines(run.output), todo: `mend that (docs/onboarding.md), ${raise}` };
  }
  const powerState = azure?.powerState ?? "";
  if (powerState !== "" && powerState !== "running") return ofStopped(powerState, activation);
  return ofActivation(evidence, run);
}

/**
 * What has to be done before a new attempt, empty where nothing has; undefined where none helps, because the script did
 * not fail and no code ran out, or only a registration by hand mends it.
 */
export function beforeNewAttempt({ state, todo = "" }: OnboardingStatus): string | undefined {
  if ((state !== "failed" && state !== "codeExpired") || !todo.endsWith(raise)) return undefined;
  return todo.slice(0, -raise.length).replace(/[;,]?(?: then)? *$/, "");
}
