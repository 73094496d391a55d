import { setTimeout as passed } from "node:timers/promises";
import { readSchedule } from "../schedule/schedule.ts";
import { nextWindowStart } from "../services/ssm/windowSchedule.ts";
import type { SimulatedCloud } from "../state/cloud.ts";

/** Milliseconds between two moves of a clock that runs by itself. */
const tick = 250;
/** Milliseconds that a move makes up for at the most: of a machine that slept, or a process that was held. */
const longestTick = 2 * tick;

/** Whether somebody has set a window to open once, at an instant that is to come. */
function opensOnce(cloud: SimulatedCloud): boolean {
  const now = cloud.clock.now();
  return cloud.regions().some(({ windows }) =>
    [...windows.values()].some((window) => {
      const read = readSchedule(window.schedule);
      return typeof read !== "string" && read.kind === "at" && nextWindowStart(window, now) !== undefined;
    }),
  );
}

/**
 * Lets the clock run while something is waited for: a command, a window's run or an association that is under way, or a
 * window that is to open once. Otherwise it stands, so that nothing happens behind the back of who looks at it.
 * @param pace - virtual seconds in a second
 * @param signal - ends it
 */
export async function letRun(cloud: SimulatedCloud, pace: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const before = performance.now();
    await passed(tick, undefined, { ref: false });
    if (signal.aborted) return;
    // What a move itself takes is not counted: behind a busy machine the clock falls back, and does not leap.
    const passedMs = Math.min(longestTick, performance.now() - before);
    const waited = cloud.agenda.next() !== undefined || opensOnce(cloud);
    if (waited) await cloud.advanceBy(passedMs * pace);
  }
}
