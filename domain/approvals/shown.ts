import type { Fault } from "../fault.ts";
import type { Approval, ApprovedPatch, Plane } from "../plane.ts";
import { entriesOf } from "../stack/overrideList.ts";
import { freshnessOf } from "../status/freshness.ts";
import { counted, firstOf } from "../text.ts";
import type { ScannedLocation, ScannedServer } from "./review.ts";

/** How many names a message has. */
const mostNamed = 5;

/** Whether a server's scan has a patch, in the very version that is approved, missing or installed. */
export function shows({ patches }: Pick<ScannedServer, "patches">, { id, title }: ApprovedPatch): boolean {
  return patches.some((patch) => patch.Id === id && (title === undefined || patch.Title === `${id}:${title}`));
}

/**
 * What stands against installing an approval by what the servers' last scans have: entries that none of them shows, as
 * when somebody has written them into the file, or a newer version has replaced them; and servers without a fresh scan,
 * of which nobody knows. `--anyway` answers both.
 * @param locations - with what is installed
 */
export function unshownFaults(
  plane: Plane,
  approval: Approval,
  locations: readonly ScannedLocation[],
  asOf: Date,
): readonly Fault[] {
  const freshness = freshnessOf(plane, asOf);
  const servers = locations
    .flatMap((each) => each.servers)
    .filter(({ server }) => server.patchGroup === approval.group && server.state !== "notRegistered");
  const isFresh = ({ server }: ScannedServer): boolean =>
    server.state === "collected" &&
    Date.parse(server.lastScan) >= freshness(server.patchGroup, server.location).since.getTime();
  const fresh = servers.filter(isFresh);
  const stale = servers.filter((each) => !isFresh(each)).map(({ server }) => server.name);
  const unshown = entriesOf(approval).flatMap(([, patches]) =>
    patches.filter((patch) => !fresh.some((server) => shows(server, patch))),
  );
  const names = unshown.map(({ id, title }) => (title === undefined ? id : `${id} ${title}`));
  return [
    ...(stale.length === 0
      ? []
      : [
          {
            path: "--anyway",
            message: `${counted(stale.length, "server has", "servers have")} no fresh scan, so nobody knows what would be installed there`,
            value: firstOf(stale, mostNamed),
            fix: "scan them first, or give --anyway",
          },
        ]),
    ...(unshown.length === 0
      ? []
      : [
          {
            path: "--anyway",
            file: approval.file,
            message: `${counted(unshown.length, "entry is", "entries are")} of no server's last scan: replaced by newer versions since, or written in by hand`,
            value: firstOf(names, mostNamed),
            fix: "review and approve again, or give --anyway",
          },
        ]),
  ];
}
