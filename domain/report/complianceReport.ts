import type { ServerRecord } from "../collection/records.ts";
import { severities } from "../packages/severity.ts";
import { byText } from "../text.ts";
import { cell, serverCells, serverColumns } from "./comparedServers.ts";
import { isWaitedFor, type OpenQuestion } from "./neededReport.ts";
import type { OpenUpdate } from "./openUpdates.ts";
import type { Cell, Chart, ReportColumn, ReportDocument, ReportTable, SummaryFigure, Tone } from "./report.ts";
import { ageCells, ageColumns, ageTones, ageWords, byUrgency, updateCells, updateColumns } from "./updateColumns.ts";

/** What a collection says of a server as a whole, worst first; a server counts once. */
export const serverStates = ["unknown", "failed", "missing", "pending reboot", "compliant"] as const;

/** One of {@link serverStates}. */
export type ServerState = (typeof serverStates)[number];

/** A server of a collection, with the counts of its last patch operation. */
export interface CountedServer {
  readonly accountId: string;
  readonly region: string;
  readonly server: ServerRecord;
  /** Left out where no operation reported. */
  readonly counts?: {
    readonly missing: number;
    readonly failed: number;
    readonly rejected: number;
    readonly pendingReboot: number;
  };
}

/** Servers of a group in a collection, by what it says of them. */
export interface TrendRow extends Readonly<Record<ServerState, number>> {
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly group: string;
}

const stateTones: Readonly<Record<ServerState, Tone>> = {
  unknown: "unknown",
  failed: "bad",
  missing: "warning",
  "pending reboot": "warning",
  compliant: "good",
};

/** Of a server that nobody could read, or that never reported, nothing is known: it is not compliant. */
export function serverState({ server, counts }: CountedServer): ServerState {
  if (server.state !== "collected" || counts === undefined) return "unknown";
  if (counts.failed + counts.rejected > 0) return "failed";
  if (counts.missing > 0) return "missing";
  return counts.pendingReboot > 0 ? "pending reboot" : "compliant";
}

type Named = Pick<CountedServer, "accountId" | "region" | "server">;

const dimensions: readonly (readonly [id: string, title: string, of: (named: Named) => string])[] = [
  ["group", "Group", ({ server }) => server.patchGroup],
  ["business-unit", "Business unit", ({ server }) => server.businessUnit],
  ["account", "Account", ({ accountId }) => accountId],
  ["region", "Region", ({ region }) => region],
  ["os", "OS", ({ server }) => `${server.os} ${server.release}`.trim()],
];

const ages = ["onTime", "due", "overdue"] as const;
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
  { key: "compliant_percent", title: "Compliant", kind: "percent" },
  ...severities.map((severity): ReportColumn => {
    return { key: `updates_${severity}`, title: `Updates, ${severity}`, kind: "count" };
  }),
  ...ages.map((age): ReportColumn => ({
    key: `updates_${age === "onTime" ? "on_time" : age}`,
    title: ageLabels[age],
    kind: "count",
  })),
];

function percent(part: number, whole: number): Cell {
  return whole === 0 ? null : Math.round((1000 * part) / whole) / 10;
}

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
      tone: stateTones[state],
      values: groups.map((group) => (byGroup.get(group) ?? []).filter((each) => serverState(each) === state).length),
    })),
  };
}

const trendColumns: readonly ReportColumn[] = [
  { key: "collected", title: "Collected", kind: "instant" },
  { key: "group", title: "Group", kind: "text" },
  ...countColumns.slice(0, serverStates.length + 2),
];

function trendTable(trend: readonly TrendRow[]): ReportTable {
  return {
    id: "trend",
    title: "Trend",
    empty: "there is no collection",
    columns: trendColumns,
    rows: trend.map((row) => {
      const states = serverStates.map((state) => row[state]);
      const servers = states.reduce((sum, count) => sum + count, 0);
      return [row.at, row.group === "" ? "(none)" : row.group, servers, ...states, percent(row.compliant, servers)];
    }),
  };
}

function trendChart(trend: readonly TrendRow[]): readonly Chart[] {
  const byInstant = Map.groupBy(trend, ({ at }) => at);
  if (byInstant.size < 2) return [];
  const sum = (rows: readonly TrendRow[], state: ServerState): number => rows.reduce((all, row) => all + row[state], 0);
  return [
    {
      kind: "lines",
      id: "trend",
      title: "Servers over the collections",
      unit: "servers",
      instants: [...byInstant.keys()],
      series: serverStates.toReversed().map((state) => {
        return {
          name: state,
          tone: stateTones[state],
          values: [...byInstant.values()].map((rows) => sum(rows, state)),
        };
      }),
    },
  ];
}

function figures(servers: readonly CountedServer[], updates: readonly OpenUpdate[]): readonly SummaryFigure[] {
  const count = (state: ServerState): number => servers.filter((server) => serverState(server) === state).length;
  const compliant = percent(count("compliant"), servers.length);
  const figure = (key: string, label: string, value: number, bad: Tone): SummaryFigure => {
    return { key, label, kind: "count", value, tone: value === 0 ? "neutral" : bad };
  };
  return [
    figure("servers", "Servers", servers.length, "neutral"),
    {
      key: "compliant_percent",
      label: "Compliant",
      kind: "percent",
      value: compliant,
      tone: compliant === 100 ? "good" : "neutral",
    },
    ...serverStates.map((state) =>
      figure(state.replaceAll(" ", "_"), `Servers ${state}`, count(state), stateTones[state]),
    ),
    ...ages.map((age) => {
      const value = updates.filter((update) => update.age?.state === age).length;
      return figure(
        `updates_${age === "onTime" ? "on_time" : age}`,
        `Missing updates ${ageWords[age]}`,
        value,
        ageTones[ageWords[age]] ?? "neutral",
      );
    }),
  ];
}

function isPatchedHere({ server }: Pick<CountedServer, "server">): boolean {
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
  return {
    schema: "patchplane/report/1",
    kind: "compliance",
    title: "Compliance",
    ...asked,
    summary: [...figures(servers, waited), elsewhereFigure(all.length - servers.length)],
    charts: [groupChart(servers), ageingChart(waited), ...trendChart(trend)],
    tables: [
      ...dimensions.map((dimension) => dimensionTable(dimension, servers, waited)),
      escalationTable(waited),
      unknownTable(servers),
      trendTable(trend),
    ],
  };
}
