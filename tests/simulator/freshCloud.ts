import type { SSM } from "@aws-sdk/client-ssm";
import type { Cloud } from "../../simulator/index.ts";
import type { MachineSpec } from "../../simulator/world/machineSpec.ts";
import { closeClouds, cloudWith, ssmOf } from "./cloudFixture.ts";

/** What the running spec has: live bindings, made anew before each one. */
export let cloud: Cloud;
/** A client of the home account, in its Region. */
export let ssm: SSM;

/** A fresh cloud for every spec of a suite; one that needs another world or time starts its own. */
export function inFreshCloud(machines: readonly MachineSpec[] = [], now?: string): void {
  beforeEach(async () => {
    cloud = await cloudWith(machines, now);
    ssm = ssmOf(cloud);
  });

  afterEach(closeClouds);
}
