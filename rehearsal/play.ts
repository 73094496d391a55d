import type { SSMClient } from "@aws-sdk/client-ssm";
import { loadOnboardingScripts } from "../config/onboardingScripts.ts";
import { join } from "node:path";
import type { Plane } from "../domain/plane.ts";
import { day } from "../domain/time.ts";
import { startCloud, worldFromPlane } from "../simulator/index.ts";
import { clientAt, openReviewer } from "./reviewer.ts";
import { openStack, type DeployedOutputs } from "./stack.ts";
import type { Deployment, Played } from "./truth.ts";

/** How a stack is rehearsed. */
export interface Rehearsing {
  readonly begin: Date;
  readonly weeks: number;
  readonly seed: number;
  /** Share of servers with a fault, 0–1. */
  readonly faults: number;
  /** Days after which somebody approves for reviewed groups what a scan shows missing; nobody does when left out. */
  readonly reviewerDays?: number;
}

/** What somebody does beside the stack: once it is deployed, and at the end of each day. */
export interface Acts {
  readonly deployed?: (outputs: DeployedOutputs, clientOf: (location: string) => SSMClient) => Promise<void>;
  readonly eachDay?: (now: Date, plane: Plane, clientOf: (location: string) => SSMClient) => Promise<void>;
}

const root = join(import.meta.dirname, "..");

/**
 * Plays weeks of a stack: its own fleet on an embedded cloud, to which the program's registrations are applied.
 * @param show - hears of every week that has passed
 * @param acts - what else somebody does
 */
export async function play(
  plane: Plane,
  { begin, weeks, seed, faults, reviewerDays }: Rehearsing,
  show: (week: number) => void = () => undefined,
  acts: Acts = {},
): Promise<Played> {
  const world = worldFromPlane(plane, { seed, failureShare: faults });
  const cloud = await startCloud({ world, now: begin, seed, journalOnly: true });
  const deployments: Deployment[] = [];
  const stack = openStack(cloud.url, loadOnboardingScripts(root));
  const deploy = async (version: Plane): Promise<DeployedOutputs> => {
    deployments.push({ at: cloud.now(), plane: version });
    return stack.deploy(version);
  };
  try {
    const clientOf = (name: string): SSMClient => {
      const location = plane.locations[name];
      if (location === undefined) throw new Error(`the plane has no location ${name}`);
      return clientAt(cloud, location);
    };
    const outputs = await deploy(plane);
    await acts.deployed?.(outputs, clientOf);
    const reviewer = reviewerDays === undefined ? undefined : openReviewer(plane, world, cloud, reviewerDays);
    for (let days = 1; days <= weeks * 7; days += 1) {
      await cloud.advanceTo(new Date(begin.getTime() + days * day));
      await acts.eachDay?.(cloud.now(), plane, clientOf);
      const approved = await reviewer?.visit();
      if (approved !== undefined) await reviewer?.open(await deploy(approved));
      if (days % 7 === 0) show(days / 7);
    }
    const span = { start: begin, end: cloud.now() };
    return { scenario: { seed, span, world, deployments }, journal: cloud.journal.entries };
  } finally {
    await cloud.close();
  }
}
