import { zoneLinks } from "./zoneLinks.ts";

const hour = 3_600_000;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone) ?? new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" });
  formatters.set(zone, known);
  return known;
}

const listed: ReadonlySet<string> = new Set(Intl.supportedValuesOf("timeZone"));

/** Whether `ScheduleTimezone` takes the name: one of the IANA database's, in its own letters. */
export function isZone(name: string): boolean {
  return listed.has(name) || zoneLinks.has(name);
}

/** A zone's distance from UTC at an instant, in milliseconds, as its name of the offset says: `GMT-05:00`. */
function offsetAt(zone: string, at: number): number {
  if (zone === "UTC") return 0;
  const name = formatterOf(zone)
    .formatToParts(at)
    .find(({ type }) => type === "timeZoneName")?.value;
  const [, sign = "+", hours = "0", minutes = "0", seconds = "0"] =
    /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(name ?? "") ?? [];
  const size = Number(hours) * hour + Number(minutes) * 60_000 + Number(seconds) * 1000;
  return sign === "-" ? -size : size;
}

/** The wall clock of a zone at an instant, in milliseconds as if it were UTC's. */
export function wallAt(zone: string, at: number): number {
  return at + offsetAt(zone, at);
}

/**
 * The instant of a wall clock's time (in milliseconds as if it were UTC's). A time that the clocks skip is as much later
 * as they were put forward, and of a time that comes twice the first counts (INFERRED: AWS's pages speak of neither).
 */
export function instantAt(zone: string, wall: number): number {
  // No zone is further from UTC than this, so one of the two offsets is the one before any change of that day.
  const before = offsetAt(zone, wall - 26 * hour);
  const after = offsetAt(zone, wall + 26 * hour);
  const candidates = [...new Set([wall - before, wall - after])].sort((a, b) => a - b);
  return candidates.find((at) => wallAt(zone, at) === wall) ?? wall - before;
}

/** An instant as the API writes it in a zone, e.g. `2026-12-13T23:30-05:00`: seconds only where there are any. */
export function zonedText(zone: string, at: Date): string {
  const offset = offsetAt(zone, at.getTime()) / 60_000;
  const local = new Date(at.getTime() + offset * 60_000).toISOString().slice(0, 19);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const size = Math.abs(offset);
  return `${local.replace(/:00$/, "")}${offset === 0 ? "Z" : `${offset < 0 ? "-" : "+"}${two(size / 60)}:${two(size % 60)}`}`;
}
