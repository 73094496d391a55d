/** RebootOption of AWS-RunPatchBaseline. */
export type RebootOption = "RebootIfNeeded" | "NoReboot";

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
