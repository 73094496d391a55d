import { finding } from "../checks/checkTable.ts";
import type { Finding } from "../fault.ts";
import { machineCount } from "../fleet/placement.ts";
import { managed, type Plane } from "../plane.ts";
import { counted } from "../text.ts";

/** Why a group's association that installs is made or changed; undefined where it stays as it is. */
function changedBy(before: Plane, after: Plane, name: string): string | undefined {
  const [was, is] = [managed(before, name), managed(after, name)];
  if (was === undefined || is === undefined) return undefined;
  if (!before.nodes.installOnFirstContact.includes(name)) return "nodes.installOnFirstContact";
  return was.reboot === is.reboot ? undefined : `groups.${name}.reboot`;
}

/**
 * Findings about groups whose servers are there already and install as soon as a change is deployed, whatever the hour:
 * State Manager runs an association on all its nodes when it is made or edited.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/state-manager-about.html
 */
export function contactFindings(before: Plane, after: Plane): readonly Finding[] {
  return after.nodes.installOnFirstContact.flatMap((name) => {
    const path = changedBy(before, after, name);
    const old = new Set(before.fleet.filter(({ patchGroup }) => patchGroup === name).map(({ id }) => id));
    const servers = after.fleet.filter(({ id, patchGroup }) => patchGroup === name && old.has(id));
    if (path === undefined || servers.length === 0) return [];
    const reboots = managed(after, name)?.reboot === "RebootIfNeeded" ? "install and reboot" : "install";
    const message = `${counted(machineCount(servers), "server")} of group ${name} ${reboots} as soon as this is deployed, outside any window`;
    const fix =
      "deploy it in a window of theirs, or leave it out; where it is meant, switch the check off for this change and say why";
    return [finding("installs-at-once", { path, message, value: name, fix, about: { group: name } })];
  });
}
