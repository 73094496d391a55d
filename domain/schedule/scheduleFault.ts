import type { Fault } from "../fault.ts";

/** What a schedule is for: State Manager associations take less than maintenance windows. */
export type ScheduleUse = "maintenanceWindow" | "association";

/** A fault without the place it stands in, which the caller knows. */
export type ScheduleFault = Pick<Fault, "message" | "value" | "allowed" | "fix">;
