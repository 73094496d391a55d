import type { Activation, PatchState } from "../fleet/managedNode.ts";
import type { JoinedServer } from "../fleet/nodeJoin.ts";
import { byText } from "../text.ts";

/** Tags by key. */
export type Tags = Readonly<Record<string, string>>;

/** A baseline of the account as it stands in AWS. */
export interface LiveBaseline {
  readonly id: string;
  readonly name: string;
  readonly operatingSystem: string;
  /** Read only where the name does not tell whose it is. */
  readonly tags?: Tags;
  /** Fields in the form of {@link baselineFields}; read only of baselines that the stack makes. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** A baseline that is registered for a patch group. */
export interface LiveRegistration {
  readonly group: string;
  readonly operatingSystem: string;
  readonly baselineId: string;
}

/** One condition of a target: every one has to hold, any of its values will do. */
export interface LiveTargetEntry {
  /** `tag:<key>`, `tag-key`, `InstanceIds`, `WindowTargetIds`, `resource-groups:…`. */
  readonly key: string;
  readonly values: readonly string[];
}

/** A registered target of a maintenance window. */
export interface LiveTarget {
  readonly id: string;
  readonly name: string;
  readonly resourceType: string;
  readonly targets: readonly LiveTargetEntry[];
}

/** A registered task of a maintenance window. */
export interface LiveTask {
  readonly id: string;
  readonly name: string;
  /** Name or ARN of the SSM document, runbook, function or state machine. */
  readonly document: string;
  readonly priority: number;
  readonly targets: readonly LiveTargetEntry[];
  readonly maxConcurrency: string;
  readonly maxErrors: string;
  readonly cutoffBehavior: string;
  readonly serviceRoleArn: string;
  /** Left out where they were not read: of somebody else's task that does not patch. */
  readonly parameters?: Readonly<Record<string, readonly string[]>>;
  readonly timeoutSeconds?: number;
  /** Left out where it is the document's default version. */
  readonly documentVersion?: string;
  /** What the document's content has to have; left out where nothing is asked of it. */
  readonly documentHash?: string;
  /** Bucket of the commands' logs. */
  readonly outputBucket?: string;
  /** ARN of the topic that is told of commands that fail. */
  readonly topicArn?: string;
  /** CloudWatch alarms at which AWS ends the task, or does not begin it. */
  readonly alarms?: readonly string[];
}

/** A maintenance window as it stands in AWS. */
export interface LiveWindow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly schedule: string;
  readonly timezone: string;
  readonly offsetDays?: number;
  readonly startDate?: string;
  readonly endDate?: string;
  /** When AWS will open it next, as AWS writes it; left out where it will not. */
  readonly nextExecution?: string;
  readonly durationHours: number;
  readonly cutoffHours: number;
  /** Read only where the name does not tell whose it is. */
  readonly tags?: Tags;
  readonly targets: readonly LiveTarget[];
  readonly tasks: readonly LiveTask[];
}

/** A State Manager association as it stands in AWS. */
export interface LiveAssociation {
  readonly id: string;
  readonly name: string;
  readonly document: string;
  readonly schedule: string;
  readonly targets: readonly LiveTargetEntry[];
  /** Nodes on which it failed the last time; left out where there is none. */
  readonly failed?: number;
  /** Read only where the name begins like the stack's and is none of its own. */
  readonly tags?: Tags;
  /** Read only of the stack's own, and of those that patch. */
  readonly parameters?: Readonly<Record<string, readonly string[]>>;
}

/** An answer, or why there is none. */
export type Known<T> = { readonly value: T } | { readonly unknown: string };

/** Concurrent executions of Lambda in an account and Region, of which functions may have some to themselves. */
export interface LambdaConcurrency {
  /** What the account has in the Region. */
  readonly granted: number;
  /** What no function has to itself. */
  readonly unreserved: number;
  /** What the run reporter has to itself already. */
  readonly own: number;
}

/** What one location's Systems Manager holds, as far as the stack's purpose goes. */
export interface LiveLocation {
  readonly baselines: readonly LiveBaseline[];
  readonly registrations: readonly LiveRegistration[];
  /** Id of the baseline that a group's nodes of an operating system use; by {@link pairKey}. */
  readonly used: ReadonlyMap<string, string>;
  /** Id of the default baseline of those operating systems whose default the stack registers. */
  readonly defaults: ReadonlyMap<string, string>;
  readonly windows: readonly LiveWindow[];
  readonly associations: readonly LiveAssociation[];
  /** Granted quotas of Systems Manager, by quota code. */
  readonly quotas: Known<ReadonlyMap<string, number>>;
  /** Names of the resource data syncs to buckets; read only where the stack that comes makes one. */
  readonly dataSyncs?: Known<readonly string[]>;
  /** The instance tier in force. */
  readonly tier: Known<string>;
  /** Read only where the stack that comes reserves some of it. */
  readonly lambda?: Known<LambdaConcurrency>;
  readonly servers: readonly JoinedServer[];
  /** The servers of the plane that is to be deployed next. */
  readonly comingServers: readonly JoinedServer[];
  /** Of the nodes of servers in scope. */
  readonly states: ReadonlyMap<string, PatchState>;
  readonly activations: ReadonlyMap<string, Activation>;
  readonly managedNodes: number;
  readonly hybridNodes: number;
  /** Ids of the nodes that a tag selects, by {@link lookupKey}. */
  readonly tagged: ReadonlyMap<string, readonly string[]>;
}

/** Key of a group and an operating system. */
export function pairKey(group: string, operatingSystem: string): string {
  return `${group} ${operatingSystem}`;
}

/** Key of one value of a target that goes by tags. */
export function lookupKey(key: string, value: string): string {
  return `${key}=${value}`;
}

function sorted<T extends { readonly id: string; readonly name: string }>(things: readonly T[]): readonly T[] {
  return things.toSorted((a, b) => byText(`${a.name} ${a.id}`, `${b.name} ${b.id}`));
}

/** The same location with its lists in an order of their own: AWS promises none. */
export function inOrder(live: LiveLocation): LiveLocation {
  const windows = live.windows.map((window) => ({
    ...window,
    targets: sorted(window.targets),
    tasks: sorted(window.tasks),
  }));
  const pairOf = ({ group, operatingSystem }: LiveRegistration): string => pairKey(group, operatingSystem);
  return {
    ...live,
    baselines: sorted(live.baselines),
    registrations: live.registrations.toSorted((a, b) => byText(pairOf(a), pairOf(b))),
    windows: sorted(windows),
    associations: sorted(live.associations),
  };
}
