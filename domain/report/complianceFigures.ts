import { byText, manyOf } from "../text.ts";
import { day } from "../time.ts";
import { ages, percent, serverState, serverStates, stateTones } from "./complianceFacts.ts";
import type { CountedServer, ServerState, TrendRow } from "./complianceFacts.ts";
import type { OpenQuestion } from "./neededReport.ts";
import type { OpenUpdate } from "./openUpdates.ts";
import type { SummaryFigure, Tone } from "./report.ts";
import { ageTones, ageWords } from "./updateColumns.ts";

/** How long ago the share of compliant servers is compared with. */
const aMonth = 28 * day;

/** What the share of compliant servers was about a month before, or as long ago as it is known. */
export function earlierShare(trend: readonly TrendRow[], { asOf, question }: OpenQuestion): string | undefined {
  // Owners and servers are not told apart in the trend.
  if (question.owners !== undefined || question.servers !== undefined) return undefined;
  const lacking = new Set(trend.flatMap(({ at, unread }) => (unread === undefined ? [] : at)));
  const newest = trend
    .map(({ at }) => at)
    .toSorted(byText)
    .at(-1);
  // Against a collection that lacks a location anything is an improvement.
  const instants = [...new Set(trend.map(({ at }) => at))].filter((at) => !lacking.has(at)).sort(byText);
  const monthAgo = Date.parse(asOf) - aMonth;
  const at = instants.findLast((each) => Date.parse(each) <= monthAgo) ?? instants[0];
  if (at === undefined || at === newest) return undefined;
  const rows = trend.filter((row) => row.at === at);
  const all = rows.reduce((sum, row) => sum + serverStates.reduce((own, state) => own + row[state], 0), 0);
  const share = percent(
    rows.reduce((sum, row) => sum + row.compliant, 0),
    all,
  );
  return share === null ? undefined : `${String(share)} % on ${at.slice(0, 10)}`;
}

/** Of how many servers some update is past its limit. */
function overdueServers(updates: readonly OpenUpdate[]): number {
  const overdue = updates.filter(({ age }) => age?.state === "overdue");
  return new Set(overdue.map(({ accountId, region, server }) => `${accountId} ${region} ${server.serverId}`)).size;
}

/**
 * How the fleet stands, in a sentence.
 *
 * @param elsewhere - servers of groups that this stack does not patch, which are no part of it
 */
export function complianceHeadline(
  servers: readonly CountedServer[],
  updates: readonly OpenUpdate[],
  earlier: string | undefined,
  elsewhere: number,
): string {
  if (servers.length === 0) {
    const others = elsewhere === 0 ? "" : `; ${manyOf(elsewhere, "server is", "servers are")} patched elsewhere`;
    return `The collection has no server of what was asked that this stack patches${others}.`;
  }
  const count = (state: ServerState): number => servers.filter((server) => serverState(server) === state).length;
  const was = earlier === undefined ? "" : ` (it was ${earlier})`;
  const share = `${String(percent(count("compliant"), servers.length) ?? 0)} % of ${manyOf(servers.length, "server")} compliant${was}`;
  const overdue = overdueServers(updates);
  const late = overdue === 0 ? "nothing overdue that is known" : `${manyOf(overdue, "server")} overdue`;
  const unknown = count("unknown");
  return `${share}; ${late}; ${unknown === 0 ? "every server is known" : `of ${manyOf(unknown, "server")} nothing is known`}.`;
}

const stateLabels: Readonly<Record<ServerState, string>> = {
  unknown: "Servers unknown",
  failed: "Servers with failed updates",
  missing: "Servers with missing updates",
  "pending reboot": "Servers pending reboot",
  compliant: "Servers compliant",
};

const ageNotes = {
  onTime: "another run follows the next one before the limit",
  due: "the next run is the last in time, or none comes in time",
  overdue: "past the limit: 30 days for what is critical or unknown, 90 for the rest, or less",
} as const;

/** The figures of how the fleet stands. */
export function complianceFigures(
  servers: readonly CountedServer[],
  updates: readonly OpenUpdate[],
  earlier: string | undefined,
): readonly SummaryFigure[] {
  const count = (state: ServerState): number => servers.filter((server) => serverState(server) === state).length;
  const compliant = percent(count("compliant"), servers.length);
  const figure = (key: string, label: string, value: number, bad: Tone, note?: string): SummaryFigure => {
    const tone = value === 0 ? "neutral" : bad;
    return { key, label, kind: "count", value, tone, ...(note === undefined ? {} : { note }) };
  };
  const overdue = overdueServers(updates);
  return [
    figure("servers", "Servers", servers.length, "neutral"),
    {
      key: "compliant_percent",
      label: "Share compliant",
      kind: "percent",
      value: compliant,
      tone: compliant === 100 ? "good" : "neutral",
      ...(earlier === undefined ? {} : { note: `it was ${earlier}` }),
    },
    figure(
      "servers_overdue",
      "Servers with something overdue",
      overdue,
      "bad",
      "who owns them is in the table Overdue",
    ),
    ...serverStates.map((state) =>
      figure(state.replaceAll(" ", "_"), stateLabels[state], count(state), stateTones[state]),
    ),
    ...ages.map((age) => {
      const value = updates.filter((update) => update.age?.state === age).length;
      return figure(
        `updates_${age === "onTime" ? "on_time" : age}`,
        `Missing updates ${ageWords[age]}`,
        value,
        ageTones[ageWords[age]] ?? "neutral",
        `of ${manyOf(updates.length, "missing update")}: ${ageNotes[age]}`,
      );
    }),
  ];
}
