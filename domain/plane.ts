import type { OnboardingMethod, OperatingSystem, Server } from "./server.ts";

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

/** Patch Manager's compliance levels (CreatePatchBaseline). */
export type ComplianceLevel = "CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "INFORMATIONAL" | "UNSPECIFIED";

interface BaselineCommon {
  readonly name: string;
  readonly description: string;
  /** Whether it is registered as its OS's default where a location registers defaults. */
  readonly default: boolean;
  readonly approvedPatches: readonly string[];
  readonly approvedPatchesComplianceLevel: ComplianceLevel;
  readonly rejectedPatches: readonly string[];
  readonly rejectedPatchesAction: "ALLOW_AS_DEPENDENCY" | "BLOCK";
}

interface RuleCommon {
  readonly complianceLevel: ComplianceLevel;
  /** Days within which a patch of this rule must be installed. */
  readonly slaDays: number;
}

/** Rule for Ubuntu and Debian: Patch Manager knows no release dates there, so a delay cannot be written. */
export interface AptRule extends RuleCommon {
  readonly filters: Readonly<Partial<Record<"PRODUCT" | "PRIORITY" | "SECTION", readonly string[]>>>;
  readonly enableNonSecurity: boolean;
}

/** When a patch of the rule is approved: a number of days after release, or everything released up to a date. */
export type Approve = { readonly approveAfterDays: number } | { readonly approveUntilDate: string };

/** Rule for Amazon Linux. */
export type YumRule = RuleCommon &
  Approve & {
    readonly filters: Readonly<Partial<Record<"PRODUCT" | "CLASSIFICATION" | "SEVERITY", readonly string[]>>>;
    readonly enableNonSecurity: boolean;
  };

/** Rule for Windows Server. */
export type WindowsRule = RuleCommon &
  Approve & {
    readonly filters: Readonly<
      Partial<
        Record<"PRODUCT" | "PRODUCT_FAMILY" | "CLASSIFICATION" | "MSRC_SEVERITY" | "PATCH_SET", readonly string[]>
      >
    >;
  };

/** Ubuntu or Debian baseline. */
export interface AptBaseline extends BaselineCommon {
  readonly operatingSystem: "UBUNTU" | "DEBIAN";
  readonly rules: readonly AptRule[];
  readonly approvedPatchesEnableNonSecurity: boolean;
}

/** Amazon Linux baseline. */
export interface YumBaseline extends BaselineCommon {
  readonly operatingSystem: "AMAZON_LINUX_2" | "AMAZON_LINUX_2023";
  readonly rules: readonly YumRule[];
  readonly approvedPatchesEnableNonSecurity: boolean;
}

/** Windows Server baseline. */
export interface WindowsBaseline extends BaselineCommon {
  readonly operatingSystem: "WINDOWS";
  readonly rules: readonly WindowsRule[];
  /** How security updates that no rule approves yet count for compliance. */
  readonly availableSecurityUpdatesComplianceStatus: "COMPLIANT" | "NON_COMPLIANT";
}

/** A custom patch baseline: a discriminated union by operating system. */
export type Baseline = AptBaseline | YumBaseline | WindowsBaseline;

/** RebootOption of AWS-RunPatchBaseline. */
export type RebootOption = "RebootIfNeeded" | "NoReboot";

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

/** Lines that Run Command runs on a server. */
export interface Hook {
  /** Kebab-case, unique in its window. */
  readonly name: string;
  /** Shell lines for Linux nodes; none means the hook does nothing there. */
  readonly linux: readonly string[];
  /** PowerShell lines for Windows nodes. */
  readonly windows: readonly string[];
  readonly timeoutSeconds: number;
}

/** What runs around a window's patching. */
export interface Hooks {
  /** On each server, in the same command that patches it. */
  readonly before: readonly Hook[];
  /** On each server, after the patching, also when a before-hook or the patching has failed. */
  readonly after: readonly Hook[];
  /** When true, a failing before-hook stops the patching of its server, and of no other; else it is patched all the same. */
  readonly mustSucceed: boolean;
  /** Work that is done once in each run of the window, in tasks of its own. */
  readonly once?: OnceHooks;
}

/** Hooks that run before and after all servers of a window, on servers that are there for it. */
export interface OnceHooks {
  /** Name of a managed group: every server of it in a location runs them, so one server is usual. */
  readonly group: string;
  readonly before: readonly Hook[];
  readonly after: readonly Hook[];
}

/** One AWS maintenance window's timing: a window with a list of dates has several, any other exactly one. */
export interface WindowSchedule {
  /**
   * Suffix of the AWS window's name: `""`, the date `yyyy-mm-dd` of a calendar entry, or `from-yyyy-mm-dd` for what
   * comes after a freeze that is skipped.
   */
  readonly suffix: string;
  /** `cron(…)`, `rate(…)` or `at(…)`, as CreateMaintenanceWindow takes it. */
  readonly expression: string;
  /** ScheduleOffset, 1–6 days after the cron date. */
  readonly offsetDays?: number;
  /**
   * IANA name AWS is given as ScheduleTimezone. Always `UTC` for `at(…)`: AWS's documentation reads such times
   * as UTC, and does not say what a time zone would do to them, so this holds either way.
   */
  readonly timezone: string;
  /** No run begins before it, `yyyy-mm-ddThh:mm:ssZ`: the window's StartDate. */
  readonly startDate?: string;
  /** No run begins from it on: the window's EndDate. */
  readonly endDate?: string;
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

/** A maintenance window: one policy, made once per schedule in each of its locations. */
export interface Window {
  readonly name: string;
  readonly operation: "scan" | "install";
  /** Names of managed groups, sorted. */
  readonly groups: readonly string[];
  readonly schedules: readonly WindowSchedule[];
  /** IANA name: what the stack file says, and what runs are shown in. */
  readonly timezone: string;
  readonly durationHours: number;
  readonly cutoffHours: number;
  readonly atCutoff: "cancel" | "continue";
  /** A number, or a percentage such as `30%`. */
  readonly maxConcurrency: string;
  readonly maxErrors: string;
  readonly hooks: Hooks;
  /** Reboot rule of this window in place of its groups' own; installs only. */
  readonly reboot?: RebootOption;
  /** Opened by an operator, never by the clock. */
  readonly onDemand: boolean;
  /** Names of the locations it exists in, sorted. */
  readonly locations: readonly string[];
  /** Minutes a slow server takes, hooks included, where somebody has measured them; estimated when left out. */
  readonly minutesPerHost?: number;
  /** Names of baselines that replace the groups' own in this window (the kernel window); at most one per OS. */
  readonly baselineOverride: readonly string[];
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
