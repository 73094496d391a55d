import { joined, whichServers } from "../fleet/cohorts.ts";
import type { Finding } from "../fault.ts";
import { serversOf } from "../fleet/placement.ts";
import { managed, type Plane } from "../plane.ts";
import type { Window } from "../window.ts";
import { referenceRuns } from "../schedule/referenceRuns.ts";
import { hour, minuteText } from "../time.ts";
import { finding } from "./checkTable.ts";

/** The first instant, of the time that checks look at, at which two windows are open at once. */
function meeting(one: Window, other: Window): Date | undefined {
  const openings = [one, other].flatMap((window) =>
    window.schedules.flatMap((schedule) =>
      referenceRuns(schedule).map((at) => ({
        window,
        from: at.getTime(),
        to: at.getTime() + window.durationHours * hour,
      })),
    ),
  );
  const last = new Map<Window, number>();
  for (const { window, from, to } of openings.toSorted((a, b) => a.from - b.from)) {
    const until = last.get(window === one ? other : one) ?? 0;
    if (until > from) return new Date(from);
    last.set(window, Math.max(to, last.get(window) ?? 0));
  }
  return undefined;
}

/**
 * Findings about windows that are open at the same time for the same servers: Run Command sends both, and two
 * AWS-RunPatchBaseline at once on one server break each other off, or wait for the package lock.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-troubleshooting.html
 */
export function checkCollisions(plane: Plane): readonly Finding[] {
  const windows = Object.values(plane.windows).filter(({ onDemand }) => !onDemand);
  const pairs = windows.flatMap((one, index) => windows.slice(index + 1).map((other) => [one, other] as const));
  return pairs.flatMap(([one, other]) => {
    const groups = one.groups.filter((name) => other.groups.includes(name) && managed(plane, name) !== undefined);
    const servers = one.locations
      .filter((name) => other.locations.includes(name))
      .map((name) => serversOf(plane, { ...one, groups }, name));
    const at = servers.every(({ length }) => length === 0) ? undefined : meeting(one, other);
    if (at === undefined) return [];
    return [
      finding("windows-collide", {
        path: `windows.${other.name}.schedule`,
        message: `is open together with ${one.name} for ${whichServers(joined(servers))}, for example on ${minuteText(at)}`,
        value: other.schedules.map(({ expression }) => expression),
        fix: "let one begin after the other has closed",
        about: { window: other.name },
      }),
    ];
  });
}
