import type { FoundOpenings, Opened, OpenedLocation } from "../../domain/approvals/opened.ts";
import { openedAt } from "../../domain/approvals/opening.ts";
import type { Approval, Plane } from "../../domain/plane.ts";
import type { Window } from "../../domain/window.ts";
import { nodeResult } from "../../domain/runs/nodeResult.ts";
import type { Run } from "../../domain/runs/runRecord.ts";
import { localIso } from "../../domain/schedule/timeZones.ts";
import { serversOf } from "../../domain/fleet/placement.ts";
import { counted, withCounts } from "../../domain/text.ts";
import { instantText } from "../../domain/time.ts";
import { pasted, withCommands, type Place } from "../commands.ts";
import {
  heading,
  item,
  lines,
  names,
  paragraph,
  said,
  words,
  type Block,
  type Document,
  type Words,
} from "../document.ts";

/** What is going to be done. */
export interface Intent {
  readonly plane: Plane;
  readonly window: Window;
  readonly at: Date;
  readonly closes: Date;
  /** Undefined where the window is closed. */
  readonly approval: Approval | undefined;
  readonly found: readonly FoundOpenings[];
  /** Openings of it that are on record and have not ended. */
  readonly open: readonly Run[];
}

function whenWords(at: Date, { timezone }: Window): Words {
  return said(`${instantText(at)} (${localIso(at, timezone)} in ${timezone})`);
}

function stateWords(found: FoundOpenings): Words {
  if ("failure" in found) return said(`not readable: ${found.failure}`);
  if (found.found === undefined) return said("not deployed");
  const opened = openedAt(found.found.schedule, found.found.enabled);
  const runs = found.found.runs.length === 0 ? "" : ", running now";
  return said(opened === undefined ? `closed${runs}` : `opened for ${instantText(opened)}${runs}`);
}

function openBlocks(open: readonly Run[]): readonly Block[] {
  return heading(
    "On record as opened, and not ended",
    lines(open.map(({ id, who, why }) => words`${id}, by ${who.arn ?? "somebody unknown"}: ${said(why)}`)),
  );
}

/** What an opening will do to which servers and when, before it is done. */
export function openingDocument(place: Place, intent: Intent): Document {
  const { plane, window, at, closes, approval, found, open } = intent;
  const patches = Object.values(approval?.patches ?? {}).flat();
  return {
    title: words`stack ${place.stack}: ${window.name} will open`,
    blocks: [
      paragraph(words`from ${whenWords(at, window)} to ${whenWords(closes, window)}`),
      paragraph(
        words`installs what ${approval?.file ?? ""} names and what that depends on: ${counted(patches.length, "patch", "patches")}, approved until ${approval?.expires ?? ""}`,
      ),
      ...lines(
        found.map((each) => {
          const servers = serversOf(plane, window, each.location.name).map(({ name }) => name);
          return item(
            words`${each.location.name} (${each.location.accountId}, ${each.location.region}): ${stateWords(each)}`,
            [words`${said(counted(servers.length, "server"))}: ${names(servers, "servers")}`],
          );
        }),
      ),
      ...openBlocks(open),
    ],
  };
}

/** What closing will do, before it is done. */
export function closingDocument(place: Place, { window, found, open }: Intent): Document {
  return {
    title: words`stack ${place.stack}: ${window.name} will be closed`,
    blocks: [
      ...lines(found.map((each) => words`${each.location.name}: ${stateWords(each)}`)),
      paragraph("a run that goes on is not ended by that: the command stop does it"),
      ...openBlocks(open),
    ],
  };
}

/** How its run ended, by the servers: AWS calls a run a success in which few enough of them failed. */
function followedItems({ location, followed }: OpenedLocation, { names }: Opened): readonly Block[] {
  if (followed === undefined) return [];
  if (followed.kind === "changed") return lines(["somebody gave it another time, or disabled it: it is not followed"]);
  if (followed.kind === "late") return lines(["it should have begun by now, and has not"]);
  const results = followed.records.map((record) => nodeResult(location.name, record, { value: record.reason }));
  const missed = results.filter(({ outcome }) => outcome !== "done");
  const counts = withCounts([
    [results.length - missed.length, `${String(results.length - missed.length)} done`],
    [missed.length, `${String(missed.length)} not`],
  ]);
  return [
    ...lines([
      words`${said(counted(results.length, "server"))}${said(counts === "" ? "" : `: ${counts}`)} (run ${followed.run}, which AWS calls ${said(followed.status)})`,
    ]),
    ...lines(
      missed.map(({ node, outcome, reason }) => {
        const name = names.get(node) ?? "";
        return words`${name === "" ? node : name}${said(name === "" ? "" : ` (${node})`)}: ${said(reason === "" ? outcome : reason)}`;
      }),
      { noun: "servers" },
    ),
  ];
}

const outcomes = {
  done: "",
  refused: "refused by AWS: ",
  unknown: "not known to be done: ",
  unread: "not tried: ",
} as const;

const timeless =
  "AWS names no time at which it opens: by AWS's clock the one it was given is past; look at this machine's clock, close it and open it anew";

function locationWords(
  { location, windowId, outcome, failure, opens, followed }: OpenedLocation,
  task: Opened["task"],
): Words {
  const opening = followed?.kind === "ended" ? "opened" : "opens";
  const done = task === "close" ? "closed" : opens === undefined ? timeless : `${opening} ${instantText(opens)}`;
  const end = outcome === "done" ? done : `${outcomes[outcome]}${failure ?? ""}`;
  return words`${location.name} (${windowId === "" ? location.accountId : windowId}): ${said(end)}`;
}

function advice(opened: Opened, place: Place): readonly Words[] {
  const { task, window, group, declined, locations } = opened;
  if (declined) return [said("nothing was done: the answer was no")];
  const isEnded = locations.some(({ followed }) => followed?.kind === "ended");
  if (task === "close") return [];
  const verify = pasted("npx patchplane verify", `--group ${group}`, place);
  if (isEnded) return [words`whether the servers have what was approved, and nothing else: ${verify}`];
  return [
    withCommands(
      "do not deploy another approval before it has run: pulumi up would set its time back; of the same approval it changes nothing",
      place,
    ),
    words`to close it again before: ${pasted("npx patchplane open-window", `--window ${window} --close --reason "..."`, place)}`,
    words`once it has run: ${verify}`,
  ];
}

/**
 * What came of an opening or a closing.
 * @param record - path of its record, where there is one
 */
export function openedDocument(place: Place, opened: Opened, record: string | undefined): Document {
  const { locations, task, window, unkept } = opened;
  return {
    title: words`stack ${place.stack}: ${window}`,
    blocks: [
      ...lines(locations.map((each) => item(locationWords(each, task), [], ...followedItems(each, opened)))),
      ...advice(opened, place).map(paragraph),
      ...(record === undefined ? [] : [paragraph(words`on record in ${record}: commit it, so that others see it`)]),
      ...heading(
        "The record is not in the bucket of",
        lines(unkept.map(({ location, failure }) => words`${location}: ${said(failure)}`)),
      ),
    ],
  };
}
