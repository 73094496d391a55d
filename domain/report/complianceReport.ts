import { severities } from "../packages/severity.ts";
import { byText, manyOf } from "../text.ts";
import { cell, serverCells, serverColumns } from "./comparedServers.ts";
import { ages, percent, serverState, serverStates, stateTones } from "./complianceFacts.ts";
import type { CountedServer, ServerState, TrendRow } from "./complianceFacts.ts";
import { complianceFigures, complianceHeadline, earlierShare } from "./complianceFigures.ts";
import { isWaitedFor, type OpenQuestion } from "./neededReport.ts";
import type { OpenUpdate } from "./openUpdates.ts";
import type { Cell, Chart, ReportColumn, ReportDocument, ReportTable, SummaryFigure, Tone } from "./report.ts";
import { ageCells, ageColumns, ageTones, ageWords, byUrgency, updateCells, updateColumns } from "./updateColumns.ts";

/** Each by a tone of its own, so that a picture keeps their colours. */
const drawnTones: Readonly<Record<ServerState, Tone>> = { ...stateTones, "pending reboot": "neutral" };

type Named = Pick<CountedServer, "accountId" | "region" | "server">;

const dimensions: readonly (readonly [id: string, title: string, of: (named: Named) => string])[] = [
  ["group", "Group", ({ server }) => server.patchGroup],
  ["business-unit", "Business unit", ({ server }) => server.businessUnit],
  ["account", "Account", ({ accountId }) => accountId],
  ["region", "Region", ({ region }) => region],
  ["os", "OS", ({ server }) => `${server.os} ${server.release}`.trim()],
];

const ageLabels = { onTime: "On time", due: "Due", overdue: "Overdue" } as const;

const countColumns: readonly ReportColumn[] = [
  { key: "servers", title: "Servers", kind: "count" },
  ...serverStates.map((state): ReportColumn => {
    return {
      key: state.replaceAll(" ", "_"),
      title: `${state.charAt(0).toUpperCase()}${state.slice(1)}`,
      kind: "count",
    };
  }),
  { key: "compliant_percent", title: "Share compliant", kind: "percent" },
  ...severities.map((severity): ReportColumn => {
    return { key: `updates_${severity}`, title: `Missing, ${severity}`, kind: "count" };
  }),
  ...ages.map((age): ReportColumn => ({
    key: `updates_${age === "onTime" ? "on_time" : age}`,
    title: ageLabels[age],
    kind: "count",
  })),
];

function dimensionTable(
  [id, title, of]: (typeof dimensions)[number],
  servers: readonly CountedServer[],
  updates: readonly OpenUpdate[],
): ReportTable {
  const updatesBy = Map.groupBy(updates, of);
  const rows = [...Map.groupBy(servers, of)]
    .toSorted(([a], [b]) => byText(a, b))
    .map(([name, own]): readonly Cell[] => {
      const open = updatesBy.get(name) ?? [];
      const states = serverStates.map((state) => own.filter((server) => serverState(server) === state).length);
      return [
        name === "" ? "(none)" : name,
        own.length,
        ...states,
        percent(states.at(-1) ?? 0, own.length),
        ...severities.map((severity) => open.filter((update) => update.severity === severity).length),
        ...ages.map((age) => open.filter((update) => update.age?.state === age).length),
      ];
    });
  return {
    id: `by-${id}`,
    title: `By ${title.toLowerCase()}`.replace("os", "OS").replace("region", "Region"),
    empty: "no server is in the collection",
    columns: [{ key: id.replaceAll("-", "_"), title, kind: "text" }, ...countColumns],
    rows,
  };
}

function escalationTable(updates: readonly OpenUpdate[]): ReportTable {
  return {
    id: "escalation",
    title: "Overdue",
    note: "Past the time limit, the longest first, with who owns the server and which window will take it.",
    empty: "nothing is overdue",
    columns: [...serverColumns, ...updateColumns, ...ageColumns],
    rows: updates
      .filter(({ age }) => age?.state === "overdue")
      .toSorted(byUrgency)
      .map((update) => [...serverCells(update), ...updateCells(update), ...ageCells(update)]),
  };
}

function unknownTable(servers: readonly CountedServer[]): ReportTable {
  return {
    id: "unknown",
    title: "Unknown servers",
    note: "Nobody knows how these stand: they are not compliant.",
    empty: "every server is known",
    columns: [
      ...serverColumns,
      { key: "reason", title: "Why", kind: "text" },
      { key: "last_scan", title: "Last scan", kind: "instant" },
      { key: "last_ping", title: "Last seen", kind: "instant" },
    ],
    rows: servers
      .filter((server) => serverState(server) === "unknown")
      .map((each) => {
        const { server } = each;
        const reason = server.reason === "" ? "no scan or installation has reported" : server.reason;
        return [...serverCells(each), reason, cell(server.lastScan), cell(server.lastPing)];
      }),
  };
}

/** Upper ends of the bars of the ageing chart, in days. */
const ageSteps = [7, 14, 30, 60, 90, Infinity] as const;

function ageingChart(updates: readonly OpenUpdate[]): Chart {
  const stepOf = (days: number): number => ageSteps.findIndex((step) => days <= step);
  return {
    kind: "bars",
    id: "ageing",
    title: "Missing updates by age, against the SLA",
    unit: "updates",
    categories: ageSteps.map((step, index) => {
      const from = index === 0 ? 0 : (ageSteps[index - 1] ?? 0) + 1;
      return step === Infinity ? `over ${String(from - 1)} days` : `${String(from)}–${String(step)} days`;
    }),
    series: ages.map((age) => ({
      name: ageWords[age],
      tone: ageTones[ageWords[age]] ?? "neutral",
      values: ageSteps.map((_, index) => {
        return updates.filter((update) => update.age?.state === age && stepOf(update.age.days) === index).length;
      }),
    })),
  };
}

function groupChart(servers: readonly CountedServer[]): Chart {
  const byGroup = Map.groupBy(servers, ({ server }) => server.patchGroup);
  const groups = [...byGroup.keys()].sort(byText);
  return {
    kind: "bars",
    id: "by-group",
    title: "Servers by group",
    unit: "servers",
    categories: groups.map((group) => (group === "" ? "(none)" : group)),
    series: serverStates.toReversed().map((state) => ({
      name: state,
      tone: drawnTones[state],
      values: groups.map((group) => (byGroup.get(group) ?? []).filter((each) => serverState(each) === state).length),
    })),
  };
}

const trendColumns: readonly ReportColumn[] = [
  { key: "collected", title: "Collected", kind: "instant" },
  { key: "group", title: "Group", kind: "text" },
  ...countColumns.slice(0, serverStates.length + 2),
  { key: "not_read", title: "Not read", kind: "count" },
];

/** What a trend says of collections that lack a location. */
function unreadNote(trend: readonly TrendRow[]): readonly string[] {
  const lacking = new Set(trend.flatMap(({ at, unread }) => (unread === undefined ? [] : at)));
  return lacking.size === 0
    ? []
    : [
        `${manyOf(lacking.size, "collection lacks", "collections lack")} a location: its servers count as unknown, ` +
          "as many as the collection before has of it.",
      ];
}

function trendTable(trend: readonly TrendRow[], { owners, servers }: OpenQuestion["question"]): ReportTable {
  const isNarrowed = owners !== undefined || servers !== undefined;
  const notes = [...(isNarrowed ? ["Of all servers of each group, whoever owns them."] : []), ...unreadNote(trend)];
  return {
    id: "trend",
    title: "Trend",
    ...(notes.length === 0 ? {} : { note: notes.join(" ") }),
    empty: "there is no collection",
    columns: trendColumns,
    rows: trend.map((row) => {
      const states = serverStates.map((state) => row[state]);
      const servers = states.reduce((sum, count) => sum + count, 0);
      const group = row.group === "" ? "(none)" : row.group;
      return [row.at, group, servers, ...states, percent(row.compliant, servers), row.unread ?? null];
    }),
  };
}

function trendChart(trend: readonly TrendRow[]): readonly Chart[] {
  const byInstant = Map.groupBy(trend, ({ at }) => at);
  if (byInstant.size < 2) return [];
  const sum = (rows: readonly TrendRow[], state: ServerState): number => rows.reduce((all, row) => all + row[state], 0);
  const [note] = unreadNote(trend);
  return [
    {
      kind: "lines",
      id: "trend",
      title: "Servers over the collections",
      ...(note === undefined ? {} : { note }),
      unit: "servers",
      instants: [...byInstant.keys()],
      series: serverStates.toReversed().map((state) => {
        return {
          name: state,
          tone: drawnTones[state],
          values: [...byInstant.values()].map((rows) => sum(rows, state)),
        };
      }),
    },
  ];
}

/** Whether a server is of a group that this stack patches: no other says anything of it. */
export function isPatchedHere({ server }: Pick<CountedServer, "server">): boolean {
  return server.approval !== "elsewhere";
}

/** Servers of groups that are patched elsewhere: what this stack never looks at is neither compliant nor unknown. */
function elsewhereFigure(servers: number): SummaryFigure {
  return {
    key: "elsewhere",
    label: "Servers patched elsewhere",
    kind: "count",
    value: servers,
    tone: "neutral",
    note: "not by this stack, and in none of the other figures",
  };
}

/** How the fleet stands, and how what it lacks stands against the SLA. */
export function complianceReport(
  all: readonly CountedServer[],
  updates: readonly OpenUpdate[],
  trend: readonly TrendRow[],
  asked: OpenQuestion,
): ReportDocument {
  const servers = all.filter(isPatchedHere);
  const waited = updates.filter((update) => isWaitedFor(update) && isPatchedHere(update));
  const earlier = earlierShare(trend, asked);
  return {
    schema: "patchplane/report/1",
    kind: "compliance",
    title: "Compliance",
    ...asked,
    headline: complianceHeadline(servers, waited, earlier, all.length - servers.length),
    summary: [...complianceFigures(servers, waited, earlier), elsewhereFigure(all.length - servers.length)],
    charts: [groupChart(servers), ageingChart(waited), ...trendChart(trend)],
    tables: [
      ...dimensions.map((dimension) => dimensionTable(dimension, servers, waited)),
      escalationTable(waited),
      unknownTable(servers),
      trendTable(trend, asked.question),
    ],
  };
}
