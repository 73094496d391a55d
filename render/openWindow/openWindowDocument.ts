import type { FollowedRun, FoundOpenings, Opened, OpenedLocation } from "../../domain/approvals/opened.ts";
import { openedAt } from "../../domain/approvals/opening.ts";
import type { RunRecord } from "../../domain/collection/records.ts";
import type { Approval, Plane, Window } from "../../domain/plane.ts";
import type { Run } from "../../domain/runs/runRecord.ts";
import { localIso } from "../../domain/schedule/timeZones.ts";
import { serversOf } from "../../domain/fleet/placement.ts";
import { counted } from "../../domain/text.ts";
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

function recordWords({ resourceId, status, statusDetails, reason }: RunRecord): Words {
  const details = statusDetails === "" || statusDetails === status ? "" : ` (${statusDetails})`;
  return words`${resourceId}: ${said(`${status}${details}${reason === "" ? "" : `: ${reason}`}`)}`;
}

function followedItems(followed: FollowedRun | undefined): readonly Words[] {
  if (followed === undefined) return [];
  if (followed.kind === "changed") return [said("somebody gave it another time, or disabled it: it is not followed")];
  if (followed.kind === "late") return [said("it should have begun by now, and has not")];
  const { run, status, records } = followed;
  return [words`run ${run}: ${said(status)}`, ...records.map(recordWords)];
}

const outcomes = {
  done: "",
  refused: "refused by AWS: ",
  unknown: "not known to be done: ",
  unread: "not tried: ",
} as const;

const timeless =
  "AWS names no time at which it opens: by AWS's clock the one it was given is past; look at this machine's clock, close it and open it anew";

function locationWords({ location, windowId, outcome, failure, opens }: OpenedLocation, task: Opened["task"]): Words {
  const done = task === "close" ? "closed" : opens === undefined ? timeless : `opens ${instantText(opens)}`;
  const end = outcome === "done" ? done : `${outcomes[outcome]}${failure ?? ""}`;
  return words`${location.name} (${windowId === "" ? location.accountId : windowId}): ${said(end)}`;
}

function advice(opened: Opened, place: Place): readonly Words[] {
  const { task, window, declined, locations } = opened;
  if (declined) return [said("nothing was done: the answer was no")];
  const isEnded = locations.some(({ followed }) => followed?.kind === "ended");
  if (task === "close") return [];
  if (isEnded) return [];
  return [
    withCommands(
      "do not deploy another approval before it has run: pulumi up would set its time back; of the same approval it changes nothing",
      place,
    ),
    words`to close it again before: ${pasted("npx patchplane open-window", `--window ${window} --close --reason "..."`, place)}`,
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
      ...lines(locations.map((each) => item(locationWords(each, task), followedItems(each.followed)))),
      ...advice(opened, place).map(paragraph),
      ...(record === undefined ? [] : [paragraph(words`on record in ${record}: commit it, so that others see it`)]),
      ...heading(
        "The record is not in the bucket of",
        lines(unkept.map(({ location, failure }) => words`${location}: ${said(failure)}`)),
      ),
    ],
  };
}
