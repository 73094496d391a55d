import type { DrillChoice } from "../../domain/doctor/drill.ts";
import { groupOf } from "../../domain/runs/serversRun.ts";
import type { Place } from "../commands.ts";
import { lines, said, table, words, type Document } from "../document.ts";

/** What of a drill is sent to servers. */
export interface DrillPlan {
  readonly looks: boolean;
  readonly scans: boolean;
  readonly installs: boolean;
}

/** What a drill is going to do on which servers, before it does. */
export function drillDocument(place: Place, { servers }: DrillChoice, plan: DrillPlan): Document {
  const does = [
    ...(plan.looks ? [words`looks at network, repositories, lock, disk and clock, and changes nothing`] : []),
    ...(plan.scans ? [words`scans for patches`] : []),
    ...(plan.installs
      ? [
          words`goes all the way of an installation by a list that names nothing there is, and does not reboot; not on reviewed groups`,
        ]
      : []),
  ];
  return {
    title: words`stack ${place.stack}: a drill now`,
    blocks: [
      ...table(
        ["server", "location", "system", "group", "installation of nothing"],
        servers.map(({ server, reviewed }) => [
          server.server.name,
          server.location,
          said(`${server.server.os} ${server.server.release}`),
          groupOf(server),
          said(plan.installs ? (reviewed ? "no: reviewed" : "yes") : "no"),
        ]),
        "servers",
      ),
      ...lines(does),
    ],
  };
}
