import type { Baseline } from "./baseline.ts";
import type { OnboardingMethod, OperatingSystem, Server } from "./server.ts";
import type { RebootOption, Window } from "./window.ts";

/** Everything one environment's stack is made of: validated, resolved against the presets, frozen. */
export interface Plane {
  readonly environment: string;
  /** IANA name; the time zone of every window that names none. */
  readonly timezone: string;
  /** All records are keyed by the stack file's own keys. */
  readonly locations: Readonly<Record<string, Location>>;
  readonly subscriptions: Readonly<Record<string, Subscription>>;
  /** Tags of others on what is made in AWS, which the provider leaves alone; left out where there are none. */
  readonly ignoredTags?: IgnoredTags;
  /** Presets and the stack file's own, merged; by name. */
  readonly baselines: Readonly<Record<string, Baseline>>;
  readonly groups: Readonly<Record<string, Group>>;
  readonly windows: Readonly<Record<string, Window>>;
  readonly checks: Readonly<Record<string, CheckSetting>>;
  /** Left out where the stack file has none. */
  readonly rehearsal?: RehearsalLimits;
  readonly freezes: readonly Freeze[];
  readonly notifications: NotificationSettings;
  readonly reports: ReportSettings;
  readonly nodes: NodeSettings;
  /** Sorted by id. */
  readonly fleet: readonly Server[];
  /** Folder of the approvals files, relative to the project's root. */
  readonly approvalsFolder: string;
  /** The approvals file in force of each reviewed group that has one; by group. */
  readonly approvals: Readonly<Record<string, Approval>>;
  /** How long servers take, by operating system. */
  readonly paces: Readonly<Record<OperatingSystem, PatchPace>>;
  /** What installations of its windows took, where somebody had it measured; left out otherwise, and never deployed. */
  readonly learned?: readonly LearnedMinutes[];
}

/** What the installations of a window took in a location, on the servers of one operating system; whole minutes. */
export interface LearnedMinutes {
  readonly location: string;
  readonly window: string;
  readonly os: OperatingSystem;
  /** Installations that were measured. */
  readonly runs: number;
  readonly medianMinutes: number;
  readonly p95Minutes: number;
}

/**
 * How long AWS-RunPatchBaseline takes on a server: minutes, of a server that is neither fast nor slow. AWS publishes
 * none of these (INFERRED). By them a slow Linux server takes 23 minutes after a month and 33 when as much waits as ever
 * does, on both sides of the 30 minutes a host that AWS Managed Services plans
 * (https://docs.aws.amazon.com/managedservices/latest/accelerate-guide/acc-p-maint-window.html) and that an installation
 * is planned with here at least. What a fleet really takes goes into `minutesPerHost`.
 */
export interface PatchPace {
  /** Until it is known what is missing: snapshot, package lists, evaluation. */
  readonly scanMinutes: number;
  readonly minutesPerPackage: number;
  readonly rebootMinutes: number;
  /** Packages (on Windows: updates) that wait on one server of twenty: some at any time, and so many more each day. */
  readonly packagesAtOnce: number;
  readonly packagesPerDay: number;
  /** The most that ever wait: what a release has brought since a server was installed. */
  readonly mostPackages: number;
  /** How many times as long as usual the fastest server takes, and the slowest. */
  readonly fastest: number;
  readonly slowest: number;
}

/** One AWS account in one Region. */
export interface Location {
  readonly name: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly region: string;
  /** Derived from the Region, e.g. `aws` or `aws-cn`. */
  readonly partition: string;
  /** Role the deploying engine assumes there. */
  readonly roleArn?: string;
  /** Whether this stack registers the default baseline of each OS there. */
  readonly registersDefaults: boolean;
  /** Whether this stack owns the account-and-Region service settings there (tier, Default Host Management). */
  readonly ownsServiceSettings: boolean;
  readonly instanceTier: "standard" | "advanced";
  /** Whether the windows' and the notification role trust Systems Manager on this account's behalf only. */
  readonly pinsServiceTrust?: boolean;
  /** ARNs of the AWS-predefined baselines that groups select there, by AWS's name. */
  readonly predefinedBaselines: Readonly<Record<string, string>>;
  /** Tags on everything that is made there, beside the stack's own. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Names of tags that the AWS provider neither reads nor takes away; case counts. */
export interface IgnoredTags {
  readonly keys: readonly string[];
  readonly keyPrefixes: readonly string[];
}

/** One Azure subscription, and the location its VMs register in. */
export interface Subscription {
  readonly name: string;
  readonly subscriptionId: string;
  readonly tenantId?: string;
  /** Key of a location. */
  readonly location: string;
  readonly onboarding: OnboardingMethod;
  /** Tags that an extension or run command gets when it is made. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** A patch group: the value of the `PatchGroup` tag, and what patching means for it. */
export type Group = ManagedGroup | GroupPatchedElsewhere;

/** The group of that name, if this stack patches it. */
export function managed({ groups }: Pick<Plane, "groups">, name: string): ManagedGroup | undefined {
  const group = groups[name];
  return group?.kind === "managed" ? group : undefined;
}

/** Whether a group's servers get only what an approvals file names. */
export function isReviewed(plane: Pick<Plane, "groups">, name: string): boolean {
  return managed(plane, name)?.approval === "reviewed";
}

/** A group this stack patches. */
export interface ManagedGroup {
  readonly kind: "managed";
  readonly name: string;
  /** Name of a baseline of the plane, or AWS's name of a predefined baseline (`AWS-…`), per OS. */
  readonly baselines: Readonly<Partial<Record<OperatingSystem, string>>>;
  readonly approval: "automatic" | "reviewed";
  readonly reboot: RebootOption;
  readonly criticality: "low" | "medium" | "high";
  readonly businessUnit?: string;
  readonly owner?: string;
}

/** A group shown for completeness; the stack makes nothing for it. */
export interface GroupPatchedElsewhere {
  readonly kind: "elsewhere";
  readonly name: string;
  /** Who patches it, and how. */
  readonly patchedElsewhere: string;
  readonly businessUnit?: string;
  readonly owner?: string;
}

/** How one check is treated in this environment. */
export interface CheckSetting {
  readonly severity: "error" | "warning" | "off";
  readonly reason: string;
}

/** What a rehearsal of this environment may come to at the worst; what is left out has no limit. */
export interface RehearsalLimits {
  /** Least percent of security releases on time, of those on servers that were reachable. */
  readonly onTimePercent?: number;
  /** At most so many servers with something overdue at any time. */
  readonly overdueServers?: number;
  /** At most so many servers of automatic groups that are non-compliant for more than 30 days at a stretch. */
  readonly nonCompliantServers?: number;
  /** At most so many security releases late for reasons that do not lie in a server. */
  readonly lateByStack?: number;
  readonly overruns?: number;
  readonly cutOffServers?: number;
}

/** A time in which nothing may be installed. */
export interface Freeze {
  /** Dates, `yyyy-mm-dd`, both included. */
  readonly from: string;
  readonly to: string;
  /** Names of groups; all when left out. */
  readonly groups?: readonly string[];
  /** Names of the windows that it holds for, scans too; all that install when left out. */
  readonly windows?: readonly string[];
  /** Whether its windows leave out their runs in it; else such a run is a finding. */
  readonly skip: boolean;
  readonly reason: string;
}

/** Who hears of failures. */
export interface NotificationSettings {
  /** Mail addresses subscribed to each location's topic. */
  readonly emails: readonly string[];
}

/** Where logs, node data and reports are kept, and for how long. */
export interface ReportSettings {
  readonly logRetentionDays: number;
  readonly syncInventory: boolean;
  /** How long collections of node data are kept; the newest stays. */
  readonly collectionRetentionDays: number;
  /** Whether each location reports every run of its windows by itself. */
  readonly afterWindows: boolean;
  /** Whether one of Lambda's concurrent executions is reserved for that, which AWS refuses where the quota is low. */
  readonly reservedConcurrency: boolean;
  /** Left out where no location has Athena. */
  readonly athena?: AthenaSettings;
}

/** Where reports can be asked of Athena. */
export interface AthenaSettings {
  /** Key of a location: its account and Region, and its bucket. */
  readonly location: string;
  /** What a query may read at most, in gigabytes (10^9 bytes). */
  readonly scanLimitGigabytes: number;
}

/** What the stack arranges on the nodes themselves. */
export interface NodeSettings {
  /** Whether Default Host Management is switched on where a location owns its service settings. */
  readonly defaultHostManagement: boolean;
  /** Scan when a node is first seen. */
  readonly scanOnFirstContact: boolean;
  /** Groups whose nodes also install when first seen; automatic groups only. */
  readonly installOnFirstContact: readonly string[];
  /** State Manager schedule of the inventory association. */
  readonly inventorySchedule: string;
  /** State Manager schedule of the agent update association. */
  readonly agentUpdateSchedule: string;
}

/** One patch that may be installed: both fields must match a package (InstallOverrideList). */
export interface ApprovedPatch {
  /** `name.<machine's architecture>` on Linux, `KB…` on Windows. */
  readonly id: string;
  /** The exact version on Linux; left out on Windows. */
  readonly title?: string;
}

/** An approvals file: what a reviewer let through for one group. */
export interface Approval {
  readonly group: string;
  /** Path relative to the project's root. */
  readonly file: string;
  /** Git's id of the file's content; history has the commit that brought it in, and so who approved it. */
  readonly blob: string;
  /** Id of the scans that the reviewer saw: `scanId` of a review, or a command id where the file was written by hand. */
  readonly scanId: string;
  readonly note: string;
  /** End of validity, `yyyy-mm-ddThh:mm:ssZ`: the install window's EndDate. */
  readonly expires: string;
  readonly patches: Readonly<Partial<Record<OperatingSystem, readonly ApprovedPatch[]>>>;
}
