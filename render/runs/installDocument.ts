import type { BreakGlass } from "../../domain/runs/breakGlass.ts";
import { wavesOf, type InstallList } from "../../domain/runs/installPlan.ts";
import { groupOf, type LeftOut, type Reachable } from "../../domain/runs/serversRun.ts";
import { counted, firstOf } from "../../domain/text.ts";
import type { Place } from "../commands.ts";
import { leftOutBlocks } from "./leftOut.ts";
import { code, heading, paragraph, table, words, type Block, type Document } from "../document.ts";

/** Servers whose approvals are passed over that are named here; below the table has all. */
const mostNamed = 25;

/** What an installation is about to do. */
export interface Installation {
  readonly servers: readonly Reachable[];
  /** What alone is installed, and on which nodes; left out for everything that the baselines approve. */
  readonly lists?: readonly InstallList[];
  readonly canary: number;
  readonly concurrency: number;
  readonly maxErrors: number;
  readonly reboot: "RebootIfNeeded" | "NoReboot";
  readonly leftOut: readonly LeftOut[];
  /** The approvals that are passed over, where they are. */
  readonly breakGlass?: BreakGlass;
}

/** What a break-glass installation passes over, on which servers, and who hears of it. */
function breakGlassBlocks({ servers, breakGlass }: Installation): readonly Block[] {
  if (breakGlass === undefined) return [];
  const passedOver = servers.filter(({ server }) => breakGlass.servers.includes(server.id));
  const locations = [...new Set(servers.map(({ location }) => location))];
  return heading("This passes over the review", [
    paragraph(
      `Nobody has approved what is installed on ${counted(passedOver.length, "server")} of reviewed groups: ${firstOf(
        passedOver.map(({ server }) => server.name),
        mostNamed,
      )}.`,
    ),
    paragraph(`Why: ${breakGlass.reason}`),
    paragraph(
      `The topic of ${locations.join(" and ")} is told of it before anything is installed, with who did it and why; where that fails nothing is.`,
    ),
  ]);
}

/** What each server gets: what its own scan shows, so that what differs from system to system is told apart. */
function listBlocks({ servers, lists }: Installation): readonly Block[] {
  if (lists === undefined) return [paragraph("Everything that each server's baseline approves.")];
  const nameOf = new Map(servers.map(({ node, server }) => [node.id, server.name]));
  return heading(
    "This alone, with what it depends on",
    lists.flatMap(({ list, nodes }) => {
      const names = nodes.flatMap((node) => nameOf.get(node) ?? []);
      return names.length === 0
        ? []
        : [paragraph(`On ${counted(names.length, "server")}: ${firstOf(names, mostNamed)}`), code(list.content)];
    }),
  );
}

/** What is going to be installed, where and how, before it is. */
export function installDocument(place: Place, installation: Installation): Document {
  const { servers, canary, concurrency, maxErrors, reboot } = installation;
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
      ...breakGlassBlocks(installation),
      ...heading(
        "On",
        table(
          ["server", "location", "group"],
          servers.map((each) => [each.server.name, each.location, groupOf(each)]),
          "servers",
        ),
      ),
      ...leftOutBlocks(installation.leftOut),
      ...listBlocks(installation),
      paragraph(reboots),
      paragraph(
        `In waves of ${waves.join(", ")}, each when the one before has reported; ${String(concurrency)} at a time in a location; it ends ${ends}. Hooks of windows do not run.`,
      ),
    ],
  };
}
