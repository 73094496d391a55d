import type {
  MaintenanceWindowExecutionStatus,
  MaintenanceWindowResourceType,
  RegisterTaskWithMaintenanceWindowRequest,
  Target,
} from "@aws-sdk/client-ssm";
import type { Checked } from "./checked.ts";

/** A registered window target. */
export interface WindowTargetRecord {
  readonly id: string;
  readonly resourceType: MaintenanceWindowResourceType;
  readonly targets: Checked<Target[]>;
  readonly ownerInformation: string | undefined;
  readonly name: string | undefined;
  readonly description: string | undefined;
}

/** A registered task: the request that made it, less what only creation needs. */
export type WindowTaskRecord = Omit<
  Checked<RegisterTaskWithMaintenanceWindowRequest>,
  "WindowId" | "ClientToken" | "Priority"
> & { readonly id: string; readonly Priority: number };

/** A maintenance window. */
export interface WindowRecord {
  readonly id: string;
  name: string;
  description: string | undefined;
  /** ISO 8601 as given. */
  startDate: string | undefined;
  endDate: string | undefined;
  schedule: string;
  scheduleTimezone: string | undefined;
  scheduleOffset: number | undefined;
  duration: number;
  cutoff: number;
  allowUnassociatedTargets: boolean;
  enabled: boolean;
  readonly createdAt: Date;
  modifiedAt: Date;
  /** When its schedule last changed: cron dates before it do not count, offset or not. */
  scheduledAt: Date;
  readonly targets: Map<string, WindowTargetRecord>;
  readonly tasks: Map<string, WindowTaskRecord>;
}

/** What one task did to one set of targets. */
export interface TaskInvocationRecord {
  readonly id: string;
  /** Command id of a RUN_COMMAND task. */
  readonly commandId: string | undefined;
  readonly windowTargetId: string | undefined;
  readonly ownerInformation: string | undefined;
  readonly parameters: string;
  status: MaintenanceWindowExecutionStatus;
  statusDetails: string | undefined;
  readonly startTime: Date;
  /** Undefined while it runs. */
  endTime: Date | undefined;
}

/** What one task did in one run of its window. */
export interface TaskExecutionRecord {
  readonly id: string;
  readonly task: WindowTaskRecord;
  status: MaintenanceWindowExecutionStatus;
  statusDetails: string | undefined;
  /** Undefined until its turn has come. */
  startTime: Date | undefined;
  endTime: Date | undefined;
  readonly invocations: TaskInvocationRecord[];
}

/** One run of a window. */
export interface WindowExecutionRecord {
  readonly id: string;
  readonly windowId: string;
  status: MaintenanceWindowExecutionStatus;
  statusDetails: string | undefined;
  readonly startTime: Date;
  /** Undefined while it runs. */
  endTime: Date | undefined;
  readonly tasks: readonly TaskExecutionRecord[];
}
