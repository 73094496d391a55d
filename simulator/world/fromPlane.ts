import type { Plane } from "../../domain/plane.ts";
import type { Server } from "../../domain/server.ts";
import { operatingSystemOf } from "./operatingSystems.ts";
import { unitInterval } from "./chance.ts";
import { drawFaults } from "./drawFaults.ts";
import type { MachineSpec } from "./machineSpec.ts";
import type { World } from "./world.ts";

/** How a world is drawn. */
export interface WorldOptions {
  readonly seed: number;
  /** Share of machines with something wrong from the beginning or in their first 30 days, 0–1; 0 is none. @defaultValue 0.02 */
  readonly failureShare?: number;
}

const usualFailureShare = 0.02;
const idDigits = 17;
function instanceTags(server: Server): Record<string, string> {
  const tags = {
    PatchGroup: server.patchGroup,
    Name: server.name,
    Environment: server.environment,
    Owner: server.owner,
    BusinessUnit: server.businessUnit,
    // AWS gives it to every instance of a group.
    "aws:autoscaling:groupName": server.id.startsWith("asg:") ? server.id.slice("asg:".length) : "",
  };
  return Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== ""));
}

function instanceId(name: string, index: number, seed: number): string {
  let hex = "";
  for (let part = 0; hex.length < idDigits; part += 1) {
    const draw = unitInterval(seed, `instance ${String(part)}`, `${name}/${String(index)}`);
    hex += Math.floor(draw * 0x100000000)
      .toString(16)
      .padStart(8, "0");
  }
  return `i-${hex.slice(0, idDigits)}`;
}

function specOf(plane: Plane, server: Server, id: string, options: WorldOptions): MachineSpec {
  const site = server.cloud === "aws" ? server.site : (plane.subscriptions[server.site]?.location ?? "");
  const location = plane.locations[site];
  const faults = drawFaults(id, server.cloud, options.seed, options.failureShare ?? usualFailureShare);
  const pace = plane.paces[operatingSystemOf(server)];
  const slowness = pace.fastest + unitInterval(options.seed, "slowness", id) * (pace.slowest - pace.fastest);
  const onAws = server.cloud === "aws";
  return {
    id,
    name: server.name,
    cloud: server.cloud,
    accountId: onAws ? (location?.accountId ?? "") : "",
    region: onAws ? (location?.region ?? server.region) : server.region,
    os: server.os,
    release: server.release,
    arch: server.arch,
    tags: onAws ? instanceTags(server) : {},
    ...(server.azure === undefined
      ? {}
      : {
          azure: {
            subscriptionId: server.azure.subscriptionId,
            resourceGroup: server.azure.resourceGroup,
            vmName: server.azure.vmName,
            vmId: server.azure.vmId,
          },
        }),
    ...(faults.length === 0 ? {} : { faults }),
    running: true,
    scanMinutes: pace.scanMinutes * slowness,
    minutesPerPatch: pace.minutesPerPackage * slowness,
    rebootMinutes: pace.rebootMinutes * slowness,
  };
}

function machinesOf(plane: Plane, server: Server, options: WorldOptions): MachineSpec[] {
  if (!server.id.startsWith("asg:")) return [specOf(plane, server, server.id, options)];
  return Array.from({ length: server.size }, (_, index) =>
    specOf(plane, server, instanceId(server.id, index, options.seed), options),
  );
}

/**
 * The world that a plane's fleet describes: every EC2 row (an Auto Scaling group's as many as its size) is a running
 * instance with its tags, already managed through its instance profile; every Azure row is a VM that ARM knows and SSM
 * does not. The same plane and seed give the same world.
 */
export function worldFromPlane(plane: Plane, options: WorldOptions): World {
  const locations = Object.values(plane.locations);
  const home = locations.find((location) => location.roleArn === undefined) ?? locations[0];
  if (home === undefined) throw new Error("the plane has no location; name at least one");
  return {
    homeAccountId: home.accountId,
    homeRegion: home.region,
    accountIds: [...new Set(locations.map((location) => location.accountId))],
    predefinedBaselines: Object.fromEntries(
      locations.map((location) => [`${location.accountId}/${location.region}`, location.predefinedBaselines]),
    ),
    subscriptionIds: Object.values(plane.subscriptions).map((subscription) => subscription.subscriptionId),
    machines: plane.fleet.flatMap((server) => machinesOf(plane, server, options)),
  };
}
