import { createHash } from "node:crypto";
import ical, { ICalCalendarMethod, ICalEventStatus } from "ical-generator";
import type { Calendar, CalendarEntry } from "../../domain/plan/calendar.ts";
import { counted } from "../../domain/text.ts";
import { hour } from "../../domain/time.ts";
import { clean } from "../writers/clean.ts";

/** The same run of the same window is the same event in every export, so a calendar that imports it again updates it. */
function uid(environment: string, { window, run }: CalendarEntry): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([environment, window, run.utc]))
    .digest("hex")
    .slice(0, 32);
  return `${digest}@patchplane`;
}

/**
 * A year of windows as an iCalendar file: one event a run, in UTC, so that every calendar shows its own zone's time.
 * https://www.rfc-editor.org/rfc/rfc5545
 * @param stamp - DTSTAMP of every event
 */
export function calendarIcs(calendar: Calendar, stamp: Date): string {
  const { environment, entries } = calendar;
  const file = ical({
    name: `patching of ${clean(environment)}`,
    prodId: { company: "patchplane", product: "patchplane", language: "EN" },
    method: ICalCalendarMethod.PUBLISH,
  });
  for (const entry of entries) {
    const { window, operation, durationHours, servers, groups, locations, businessUnits, timezone, run } = entry;
    const start = new Date(run.utc);
    file.createEvent({
      id: uid(environment, entry),
      stamp,
      start,
      end: new Date(start.getTime() + durationHours * hour),
      summary: `${clean(window)}: ${operation}, ${counted(servers, "server")} (${clean(environment)})`,
      description: [
        `groups: ${groups.map(clean).join(", ")}`,
        `locations: ${locations.map(clean).join(", ")}`,
        ...(businessUnits.length === 0 ? [] : [`business units: ${businessUnits.map(clean).join(", ")}`]),
        `starts ${run.local} in ${timezone}`,
        ...(run.freeze === undefined ? [] : [`IN A FREEZE: ${clean(run.freeze)}`]),
      ].join("\n"),
      status: ICalEventStatus.CONFIRMED,
      categories: [{ name: operation }],
    });
  }
  return file.toString();
}
