import { wavesOf } from "../../domain/runs/installPlan.ts";
import { groupOf, type Reachable } from "../../domain/runs/serversRun.ts";
import { counted } from "../../domain/text.ts";
import type { Place } from "../commands.ts";
import { code, heading, paragraph, table, words, type Document } from "../document.ts";

/** What an installation is about to do. */
export interface Installation {
  readonly servers: readonly Reachable[];
  /** What alone is installed, as the nodes are told it; undefined for everything that the baselines approve. */
  readonly list?: string;
  readonly canary: number;
  readonly concurrency: number;
  readonly maxErrors: number;
  readonly reboot: "RebootIfNeeded" | "NoReboot";
}

/** What is going to be installed, where and how, before it is. */
export function installDocument(place: Place, installation: Installation): Document {
  const { servers, list, canary, concurrency, maxErrors, reboot } = installation;
  const waves = wavesOf(servers, canary).map((wave) => String(wave.length));
  const ends =
    maxErrors === 0 ? "with the first server that fails" : `when more than ${counted(maxErrors, "server")} have failed`;
  const reboots =
    reboot === "RebootIfNeeded"
      ? "Each server reboots after anything was installed on it."
      : "No server reboots: what needs one is in use after a reboot only.";
  return {
    title: words`stack ${place.stack}: will be installed now, outside of any window`,
    blocks: [
      ...heading(
        "On",
        table(
          ["server", "location", "group"],
          servers.map((each) => [each.server.name, each.location, groupOf(each)]),
          "servers",
        ),
      ),
      ...(list === undefined
        ? [paragraph("Everything that each server's baseline approves.")]
        : heading("This alone, with what it depends on", [code(list)])),
      paragraph(reboots),
      paragraph(
        `In waves of ${waves.join(", ")}, each when the one before has reported; ${String(concurrency)} at a time in a location; it ends ${ends}. Hooks of windows do not run.`,
      ),
    ],
  };
}
