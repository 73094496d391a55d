import { joined, whichServers } from "../fleet/cohorts.ts";
import type { Finding } from "../fault.ts";
import { rebootIn, serversOf } from "../fleet/placement.ts";
import { managed, type Plane } from "../plane.ts";
import { isAutoScaling } from "../server.ts";
import { finding } from "./checkTable.ts";

/**
 * Findings about Auto Scaling groups whose servers a window restarts. Where the group goes by a load balancer's health
 * checks, a server that restarts is terminated and made anew from the group's image, without what was installed.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html
 * @see https://docs.aws.amazon.com/systems-manager-automation-runbooks/latest/userguide/automation-aws-patchasginstance.html
 */
export function checkScalingReboot(plane: Plane): readonly Finding[] {
  const installs = Object.values(plane.windows).filter(({ operation }) => operation === "install");
  return Object.keys(plane.groups).flatMap((name) => {
    const group = managed(plane, name);
    if (group === undefined) return [];
    const rebooting = installs.filter(
      (window) => window.groups.includes(name) && rebootIn(window, group) !== "NoReboot",
    );
    const reached = rebooting.flatMap((window) =>
      window.locations.flatMap((location) =>
        serversOf(plane, window, location).filter((server) => server.patchGroup === name && isAutoScaling(server)),
      ),
    );
    const servers = joined([[...new Set(reached)]]);
    if (servers.length === 0) return [];
    return [
      finding("scaling-reboot", {
        path: `groups.${name}.reboot`,
        message: `${whichServers(servers)} of Auto Scaling groups restart after an installation`,
        value: rebooting.map((window) => window.name),
        fix:
          "renew the group's image instead, or suspend its ReplaceUnhealthy around the window; " +
          "where its health checks outlast a restart, switch the check off with that reason",
        about: { group: name },
      }),
    ];
  });
}
