import {
  dueGroups,
  missedServers,
  runEnds,
  type Installation,
  type MissedServer,
  type MissReason,
  type RunEnd,
} from "../../domain/status/installations.ts";
import type { FleetStatus } from "../../domain/status/fleetStatus.ts";
import { counted } from "../../domain/text.ts";
import { item, lines, names, nestedTable, paragraph, said, words, type Block, type Item } from "../document.ts";
import { withCommands, type Place } from "../commands.ts";
import { nameOf, scanOf } from "./serverNames.ts";

const endTitles: Readonly<Record<RunEnd, string>> = {
  done: "done|",
  nothingToDo: "nothing to do|",
  failed: "failed|",
  cutOff: "cut off|",
  notReached: "not reached|",
};

/** Why, and what to do. */
const reasonWords: Readonly<Record<MissReason, readonly [why: string, todo: string]>> = {
  failed: ["the command failed there", "its output is in Run Command's history and in the bucket of the logs"],
  executionTimedOut: ["the command did not end within its limit", "look whether its package manager or a hook hangs"],
  invalidPlatform: [
    "the document does not run on its platform",
    "see what the window targets: npx patchplane plan --live",
  ],
  accessDenied: ["the command was refused", "look at the role of the windows"],
  cancelled: [
    "stopped at the cutoff, or by somebody",
    "if it was the cutoff, give the window more time: npx patchplane plan",
  ],
  tooManyErrors: ["stopped because more servers had failed than maxErrors allows", "see to those that failed first"],
  deliveryTimedOut: ["did not answer in time", "start it, or see to its agent"],
  undeliverable: ["the command could not be handed over", "see to its agent and to its way to Systems Manager"],
  noNode: ["was no managed node", "start or register it; what Systems Manager does not know is below"],
  registeredLater: ["was registered only after the run", "the next run reaches it"],
  otherTag: ["carries another PatchGroup", "npx patchplane tags"],
  runEndedBefore: ["the run ended before its turn", "give the window more time: npx patchplane plan"],
  skipped: ["the run was skipped, because the one before was still open", "space the window's runs"],
  notAddressed: ["no task of the run was sent to it", "see what the window targets: npx patchplane plan --live"],
};

/** What lies in the server itself, as its next command says. */
const onServer: ReadonlySet<MissReason> = new Set(["failed", "executionTimedOut"]);

/** `2026-12-12 23:00`, in UTC. */
function minutes(date: Date): string {
  return date.toISOString().slice(0, 16).replace("T", " ");
}

function nextText({ openSince, next }: Installation): string {
  return openSince === undefined ? (next === undefined ? "none" : minutes(next)) : "open now";
}

/** What the last run of every installing window did: a row for each of a group's windows. */
function installationsTable(installations: readonly Installation[], isRead: boolean): readonly Block[] {
  const shown = installations.filter((each) => each.startedAt !== undefined || each.next !== undefined);
  if (shown.length === 0) return [];
  const blank = said("");
  const rows = [...Map.groupBy(shown, ({ group }) => group)].flatMap(([group, members]) => [
    [group, blank, blank, ...runEnds.map(() => blank), blank],
    ...members.map((each) => [
      group,
      each.window,
      said(each.startedAt === undefined ? (isRead ? "none" : "not known") : minutes(each.startedAt)),
      ...runEnds.map((end) => each.ends?.[end] ?? said(each.startedAt === undefined ? "" : "?")),
      said(nextText(each)),
    ]),
  ]);
  return nestedTable(
    ["group", "window", "last run (UTC)", ...runEnds.map((end) => endTitles[end]), "next (UTC)"],
    rows,
  );
}

function missedItem(window: string, members: readonly MissedServer[], place: Place): readonly Item[] {
  return [...Map.groupBy(members, ({ reason }) => reason)].map(([reason, same]) => {
    const [why, todo] = reasonWords[reason];
    const servers = counted(same.length, "server");
    return item(words`${window}, ${said(servers)}: ${said(why)}`, [
      [
        names(
          same.map(({ server }) => nameOf(server)),
          "servers",
        ),
      ],
      withCommands(todo, place),
      ...(onServer.has(reason)
        ? [
            words`a scan now says what is in the way: ${scanOf(
              same.map(({ server }) => server),
              place,
            )}`,
          ]
        : []),
    ]);
  });
}

/** The servers that a last run did not patch, window by window and reason by reason; those that are compliant since are not among them. */
export function missedBlocks({ installations }: Pick<FleetStatus, "installations">, place: Place): readonly Block[] {
  const open = new Set(missedServers(installations));
  const byWindow = Map.groupBy(
    installations.flatMap(({ window, missed }) =>
      missed.filter((each) => open.has(each)).map((each) => ({ window, each })),
    ),
    ({ window }) => window,
  );
  return lines(
    [...byWindow].flatMap(([window, members]) =>
      missedItem(
        window,
        members.map(({ each }) => each),
        place,
      ),
    ),
  );
}

/** Which groups lack patches, and when their next installation brings them. */
export function dueBlocks({
  servers,
  installations,
  approvedUntil,
}: Pick<FleetStatus, "servers" | "installations" | "approvedUntil">): readonly Block[] {
  return lines(
    dueGroups(servers, installations).map(({ group, servers: count, reviewed, next }) => {
      const lacking = counted(count, "server");
      if (next === undefined) {
        const until = approvedUntil.get(group);
        const waits =
          until === undefined ? "nothing is approved" : `approved until ${minutes(until)} UTC, and not opened`;
        return words`${group}: ${said(lacking)}, and no installation is planned: ${said(reviewed ? waits : "no window has a date left")}`;
      }
      return words`${group}: ${said(lacking)}, at ${said(minutes(next.at))} UTC by ${next.window}`;
    }),
  );
}

const legend =
  "done: the installation ended well, also where nothing was missing. cut off: at the cutoff, or stopped. " +
  "not reached: it got no command, or did not answer. none: not within 30 days.";

/** The table with the meaning of its words; nothing without installing windows. */
export function installationsBlocks({
  installations,
  locations,
}: Pick<FleetStatus, "installations" | "locations">): readonly Block[] {
  // Of a location that could not be read nobody knows whether its windows ran.
  const isRead = locations.every(
    ({ failure, windowsFailure }) => failure === undefined && windowsFailure === undefined,
  );
  const blocks = installationsTable(installations, isRead);
  return blocks.length === 0 ? [] : [...blocks, paragraph(legend)];
}
