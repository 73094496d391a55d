/** What a schedule is for: State Manager associations take less than maintenance windows. */
export type ScheduleUse = "maintenanceWindow" | "association";
