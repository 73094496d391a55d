import type { Finding } from "../fault.ts";
import type { ManagedNode, PatchState } from "../fleet/managedNode.ts";
import type { OnboardingStatus } from "../onboarding/state.ts";
import type { Location } from "../plane.ts";
import type { Server } from "../server.ts";
import { missedServers, type Installation } from "./installations.ts";
import type { Outcome } from "./outcome.ts";
import type { PlacedServer } from "./placedServers.ts";
import type { HistoryStatus, ServerLimits } from "./timeLimits.ts";
import type { Judgement } from "./verdict.ts";
import { reachedNobody, type WindowStatus } from "./windowRuns.ts";

/** One server with what the cloud knows of it. */
export interface ServerStatus extends Omit<PlacedServer, "azure"> {
  readonly judgement: Judgement;
  /** What its last patch operation reported. */
  readonly scan?: PatchState;
  /** An operation that ended before this counts as stale. */
  readonly freshSince: Date;
  /** When the next scan window that reaches it opens; left out when none does. */
  readonly nextScan?: Date;
  /** Left out of a server that no collection knows. */
  readonly limits?: ServerLimits;
  /** Present on Azure rows of locations that were read. */
  readonly onboarding?: OnboardingStatus;
}

/** One location as it was read. */
export interface LocationStatus {
  readonly location: Location;
  /** Why it could not be read, in words; left out where it was. */
  readonly failure?: string;
  /** Nodes that no row of the fleet file stands for. */
  readonly foreign: readonly ForeignNode[];
  /** Names that several of the account's own baselines have. */
  readonly repeatedBaselines: readonly string[];
  /** The last run of each of the stack's windows, where it ran. */
  readonly windows: readonly WindowStatus[];
  /** Why the runs of its windows could not be read, in words; left out where they were. */
  readonly windowsFailure?: string;
}

/** A node that no row of the fleet file stands for. */
export interface ForeignNode extends ManagedNode {
  /** Its PatchGroup, where that is one of the stack: its windows patch it. */
  readonly patchGroupTag?: string;
}

/** An Auto Scaling row and how many managed nodes its group has. */
export interface AutoScalingStatus {
  readonly server: Server;
  readonly location: string;
  readonly nodes: number;
}

/** A group that something else patches. */
export interface ElsewhereStatus {
  readonly group: string;
  readonly servers: number;
  /** Who patches it, and how. */
  readonly by: string;
}

/** Everything `patchplane status` says. */
export interface FleetStatus {
  readonly asOf: Date;
  readonly servers: readonly ServerStatus[];
  /** What the last run of each installing window did, group by group. */
  readonly installations: readonly Installation[];
  /** Until when something is approved, by reviewed groups whose approval is in force. */
  readonly approvedUntil: ReadonlyMap<string, Date>;
  /** Windows whose calendar has ended, or ends soon. */
  readonly calendars: readonly Finding[];
  readonly locations: readonly LocationStatus[];
  /** Azure subscriptions that were needed and could not be read. */
  readonly unreadableSubscriptions: readonly { readonly name: string; readonly failure: string }[];
  readonly autoScaling: readonly AutoScalingStatus[];
  readonly elsewhere: readonly ElsewhereStatus[];
  /** The collections that time limits were judged by; left out where there are none. */
  readonly history?: HistoryStatus;
}

/** What of a status wants somebody to look. Missing patches and pending reboots do not: windows take care of them. */
export interface StatusFindings {
  /** Servers, each Auto Scaling instance for itself. */
  readonly failed: number;
  readonly unknown: number;
  /** Azure VMs whose onboarding wants something done, but for their tags. */
  readonly onboarding: number;
  /** Nodes with another PatchGroup than the fleet file's. */
  readonly tags: number;
  /** Windows whose last run ended well and reached nobody. */
  readonly windows: number;
  /** Servers that the last run of a window did not patch, and that are not compliant since. */
  readonly missed: number;
  /** Windows whose last date is past, with servers that nothing else serves. */
  readonly calendars: number;
  /** Servers with a patch past its time limit; left out where no collection says. */
  readonly overdue?: number;
}

/** A window of the stack whose last run ended well and reached none of the servers that it is for. */
export interface EmptyRun extends Pick<WindowStatus, "window" | "windowId" | "startedAt" | "servers"> {
  /** Name of the location. */
  readonly location: string;
}

/** Windows whose last run reached nobody: no event of AWS tells it. */
export function emptyRuns({ locations }: Pick<FleetStatus, "locations">): readonly EmptyRun[] {
  return locations.flatMap(({ location, windows }) =>
    windows.filter(reachedNobody).map(({ window, windowId, startedAt, servers }) => ({
      location: location.name,
      window,
      windowId,
      startedAt,
      servers,
    })),
  );
}

function count(servers: readonly ServerStatus[], counts: (server: ServerStatus) => boolean): number {
  return servers.filter(counts).reduce((sum, server) => sum + server.machines, 0);
}

/** Whether a node carries another PatchGroup than the fleet file says, or none. */
export function hasOtherTag({ node, patchGroupTag, server }: ServerStatus): boolean {
  return node !== undefined && patchGroupTag !== server.patchGroup;
}

/** Whether a VM's onboarding wants something done that its tags do not explain. */
export function wantsOnboarding({ onboarding }: ServerStatus): boolean {
  return onboarding !== undefined && !["registered", "tagsDiffer"].includes(onboarding.state);
}

/** Whether time limits could be judged: a collection says since when patches are missing. */
export function isJudged({ history }: Pick<FleetStatus, "history">): boolean {
  return history !== undefined && history.failure === undefined;
}

/** The findings of a status. */
export function statusFindings(status: FleetStatus): StatusFindings {
  const { servers } = status;
  return {
    failed: count(servers, ({ judgement }) => judgement.verdict === "failed"),
    unknown: count(servers, ({ judgement }) => judgement.verdict === "unknown"),
    onboarding: count(servers, wantsOnboarding),
    tags: count(servers, hasOtherTag),
    windows: emptyRuns(status).length,
    missed: missedServers(status.installations).length,
    calendars: status.calendars.filter(({ severity }) => severity === "error").length,
    ...(isJudged(status) ? { overdue: count(servers, ({ limits }) => (limits?.overdue ?? 0) > 0) } : {}),
  };
}

/** What a status comes to. */
export function statusOutcome(status: FleetStatus): Outcome {
  const unreadable = status.locations.some(
    ({ failure, windowsFailure }) => failure !== undefined || windowsFailure !== undefined,
  );
  const isUnread = unreadable || status.unreadableSubscriptions.length > 0 || status.history?.failure !== undefined;
  if (isUnread) return "unreadable";
  return Object.values(statusFindings(status)).some((number) => number > 0) ? "findings" : "fine";
}
