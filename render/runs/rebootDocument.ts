import { wavesOf } from "../../domain/runs/installPlan.ts";
import { groupOf, type LeftOut, type Reachable } from "../../domain/runs/serversRun.ts";
import { firstOf } from "../../domain/text.ts";
import type { Place } from "../commands.ts";
import { leftOutBlocks } from "./leftOut.ts";
import { paragraph, said, table, words, type Document } from "../document.ts";

/** Updates of a server that are named. */
const mostNamed = 3;

/** A server that will be rebooted, and since when and by what that is due; undefined where it is not. */
export interface RebootLine {
  readonly server: Reachable;
  readonly pending: { readonly since: string; readonly updates: readonly string[] } | undefined;
}

/** Which servers are going to be rebooted, before they are. */
export function rebootDocument(
  place: Place,
  rows: readonly RebootLine[],
  { canary, why, leftOut }: { readonly canary: number; readonly why: string; readonly leftOut: readonly LeftOut[] },
): Document {
  const batches = wavesOf(rows, canary).map((batch) => String(batch.length));
  return {
    title: words`stack ${place.stack}: will be rebooted now`,
    blocks: [
      ...table(
        ["server", "location", "group", "owner", "due since", "because of"],
        rows.map(({ server, pending }) => [
          server.server.name,
          server.location,
          groupOf(server),
          said(server.server.owner),
          said(pending?.since ?? "not due"),
          said(firstOf(pending?.updates ?? [], mostNamed)),
        ]),
        "servers",
      ),
      ...leftOutBlocks(leftOut),
      ...(why === "" ? [] : [paragraph(`Why: ${why}`)]),
      paragraph(`In batches of ${batches.join(", ")}, each when the one before has booted again.`),
    ],
  };
}
