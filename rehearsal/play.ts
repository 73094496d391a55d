import { loadOnboardingScripts } from "../config/onboardingScripts.ts";
import { join } from "node:path";
import type { Plane } from "../domain/plane.ts";
import { day } from "../domain/time.ts";
import { startCloud, worldFromPlane } from "../simulator/index.ts";
import { openStack } from "./stack.ts";
import type { Played } from "./truth.ts";

/** How a stack is rehearsed. */
export interface Rehearsing {
  readonly begin: Date;
  readonly weeks: number;
  readonly seed: number;
  /** Share of servers with a fault, 0–1. */
  readonly faults: number;
}

const root = join(import.meta.dirname, "..");

/**
 * Plays weeks of a stack: its own fleet on an embedded cloud, to which the program's registrations are applied.
 * @param show - hears of every week that has passed
 */
export async function play(
  plane: Plane,
  { begin, weeks, seed, faults }: Rehearsing,
  show: (week: number) => void = () => undefined,
): Promise<Played> {
  const world = worldFromPlane(plane, { seed, failureShare: faults });
  const cloud = await startCloud({ world, now: begin, seed });
  try {
    await openStack(cloud.url, loadOnboardingScripts(root)).deploy(plane);
    for (let week = 1; week <= weeks; week += 1) {
      await cloud.advanceTo(new Date(begin.getTime() + week * 7 * day));
      show(week);
    }
    const span = { start: begin, end: cloud.now() };
    return { scenario: { seed, span, world, deployments: [{ at: begin, plane }] }, journal: cloud.journal.entries };
  } finally {
    await cloud.close();
  }
}
