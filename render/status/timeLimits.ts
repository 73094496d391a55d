import { isJudged, type FleetStatus, type ServerStatus } from "../../domain/status/fleetStatus.ts";
import { slaDays } from "../../domain/packages/ages.ts";
import { byText, counted } from "../../domain/text.ts";
import { instantText } from "../../domain/time.ts";
import { withCommands, type Place } from "../commands.ts";
import { heading, lines, names, paragraph, said, table, words, type Block } from "../document.ts";
import { nameOf } from "./serverNames.ts";

/** Servers by how what they lack stands to its time limits; each counts once, as its worst. */
export interface LimitCounts {
  readonly due: number;
  readonly overdue: number;
  /** Servers that no collection knows. */
  readonly notCollected: number;
  /** Of the patch that is overdue longest. */
  readonly overdueDays: number;
}

/** Counts servers by their time limits. */
export function limitCounts(servers: readonly ServerStatus[]): LimitCounts {
  const machines = (counts: (server: ServerStatus) => boolean): number =>
    servers.filter(counts).reduce((sum, server) => sum + server.machines, 0);
  return {
    overdue: machines(({ limits }) => (limits?.overdue ?? 0) > 0),
    due: machines(({ limits }) => limits?.overdue === 0 && limits.due > 0),
    notCollected: machines(({ limits }) => limits === undefined),
    overdueDays: Math.max(0, ...servers.map(({ limits }) => limits?.overdueDays ?? 0)),
  };
}

function limitsTable(servers: readonly ServerStatus[]): readonly Block[] {
  const cells = (own: readonly ServerStatus[]) => {
    const { due, overdue, notCollected, overdueDays } = limitCounts(own);
    const machines = own.reduce((sum, server) => sum + server.machines, 0);
    return [machines, due, overdue, said(overdue === 0 ? "" : counted(overdueDays, "day")), notCollected];
  };
  const byGroup = [...Map.groupBy(servers, ({ server }) => server.patchGroup)];
  const worst = (own: readonly ServerStatus[]): number => limitCounts(own).overdueDays;
  const rows = byGroup
    .toSorted(([a, left], [b, right]) => worst(right) - worst(left) || byText(a, b))
    .map(([group, own]) => [group, ...cells(own)]);
  return table(
    ["group", "servers|", "due|", "overdue|", "longest overdue|", "not collected|"],
    [...rows, [said("total"), ...cells(servers)]],
  );
}

/** Who is overdue, by the owner who has to see to it, the longest first. */
function overdueLines(servers: readonly ServerStatus[]): readonly Block[] {
  const overdue = servers
    .filter(({ limits }) => (limits?.overdue ?? 0) > 0)
    .toSorted((a, b) => (b.limits?.overdueDays ?? 0) - (a.limits?.overdueDays ?? 0) || byText(nameOf(a), nameOf(b)));
  const byOwner = [...Map.groupBy(overdue, ({ server }) => server.owner)];
  return lines(
    byOwner.map(([owner, own]) => {
      const shown = own.map((server) => {
        const { overdue: patches = 0, overdueDays = 0 } = server.limits ?? {};
        return words`${nameOf(server)} (${said(counted(patches, "patch", "patches"))}, ${said(counted(overdueDays, "day"))})`;
      });
      return words`${owner === "" ? said("no owner") : owner}: ${names(shown, "servers")}`;
    }),
  );
}

function collectionWords({ history }: FleetStatus): string {
  const stamps = [...new Set(history?.collected.map(({ collected }) => collected))].sort();
  const [first = "", last] = [stamps[0], stamps.at(-1)];
  return first === last ? `the collection ${first}` : `the collections ${first} to ${last ?? ""}`;
}

const limits = `${String(slaDays.critical)} days for what is critical, exploited or of unknown severity, ${String(slaDays.other)} for the rest, less where the stack file says so`;

/** What is due and overdue, where collections say since when patches are missing; else how to get it. */
export function timeLimitBlocks(status: FleetStatus, place: Place): readonly Block[] {
  const { history, servers } = status;
  if (history === undefined) {
    return [
      paragraph(
        withCommands(
          `what is due and overdue is not known: nothing was collected before ${instantText(status.asOf)}; npx patchplane collect, every day, keeps since when patches are missing`,
          place,
        ),
      ),
    ];
  }
  if (!isJudged(status)) return [];
  const legend = `${limits}; by ${collectionWords(status)}. A server counts once, as overdue before due.`;
  return heading("Against the time limits", [
    ...limitsTable(servers),
    paragraph(legend),
    ...history.gaps.map((gap) => paragraph(withCommands(gap, place))),
    ...heading("Overdue", overdueLines(servers)),
  ]);
}
