/** Lengths of time in milliseconds. */
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** ISO 8601 in UTC with whole seconds, `2026-11-15T03:00:00Z`: how inventory and collections write times. */
export function instantText(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, "Z");
}

/** ISO 8601 in UTC to the minute, `2026-11-15T03:00Z`: what sentences say. */
export function minuteText(at: Date): string {
  return `${at.toISOString().slice(0, 16)}Z`;
}

/** The day in UTC, `2026-11-15`. */
export function dateText(at: Date): string {
  return at.toISOString().slice(0, 10);
}
