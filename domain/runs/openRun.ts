import { counted } from "../text.ts";
import { day, hour, minute } from "../time.ts";
import type { Run } from "./runRecord.ts";

/** Hours without a word after which a run holds up nobody: the longest that anything is waited for. */
const silentHours = 24;

/** How far back runs are looked for that may still go on, or that nobody has looked after. */
const openRunDays = 7;

/** Since when runs have to have begun that are looked for because they may still go on. */
export function openRunsSince(asOf: Date): Date {
  return new Date(asOf.getTime() - openRunDays * day);
}

/** How far back runs are listed, unless somebody asks for more. */
export const listedRunDays = 90;

/** Since when runs have to have begun that are listed. */
export function listedRunsSince(asOf: Date): Date {
  return new Date(asOf.getTime() - listedRunDays * day);
}

/**
 * How a run stands. `open`: somebody may be at it. `silent`: it has no end, and nothing was heard of it for a day.
 * `brokenOff`: nobody is at it; what it sent may go on.
 */
export type RunState = "ended" | "brokenOff" | "open" | "silent";

/**
 * How a run stands by its record.
 * @param isGone - whether its process was one of this machine, and is no more
 */
export function runState(run: Run, asOf: Date, isGone: (run: Run) => boolean): RunState {
  if (run.ended !== undefined) return "ended";
  if (run.interrupted !== undefined || isGone(run)) return "brokenOff";
  return asOf.getTime() - Date.parse(run.heard) < silentHours * hour ? "open" : "silent";
}

/** How long something is ago, in the largest unit that it fills. */
export function agoOf(at: string, asOf: Date): string {
  const passed = Math.max(0, asOf.getTime() - Date.parse(at));
  const [length, noun] = (
    [
      [day, "day"],
      [hour, "hour"],
      [minute, "minute"],
    ] as const
  ).find(([unit]) => passed >= unit) ?? [1000, "second"];
  return `${counted(Math.floor(passed / length), noun)} ago`;
}
