import type { RunOutcome } from "../../domain/packages/outcome.ts";
import { outcomeWords } from "../../domain/report/outcomeReport.ts";
import {
  needsSomebody,
  type ReportedServer,
  type ReportedUpdate,
  type RunReport,
} from "../../domain/report/runReport.ts";
import { severities, worseSeverity } from "../../domain/packages/severity.ts";
import { byText, counted, firstOf } from "../../domain/text.ts";
import {
  heading,
  item,
  lines,
  paragraph,
  said,
  value,
  words,
  type Block,
  type Document,
  type Words,
} from "../document.ts";
import { writeText } from "../writers/text.ts";

/** What is published of a run. */
export interface RunMessage {
  /** At most 100 printable ASCII characters, which is what SNS takes. */
  readonly subject: string;
  /** Plain text of a few kilobytes, whatever the run's size; SNS takes 256 KiB. */
  readonly text: string;
}

const subjectLength = 100;
/** Servers that are named under each heading; the others are counted, and in the report. */
const namedServers = 25;
const namedUpdates = 10;
const namedCves = 2;
const reasonLength = 160;

/** The outcomes that are told server by server, in this order. */
const told: readonly (readonly [RunOutcome, string])[] = [
  ["failed", "Failed"],
  ["cutOff", "Cut off: patched in the next window, unless somebody opens one"],
  ["unreachable", "Unreachable: not patched"],
  ["notReached", "Not reached, though the window is for them"],
  ["pendingReboot", "Waiting for a reboot"],
  ["unknown", "Unknown: they reported nothing"],
];

function shortened(text: string): string {
  return text.length <= reasonLength ? text : `${text.slice(0, reasonLength - 1)}…`;
}

/** Which server it is, and whom to ask: `web-1 (i-…), team-web`. */
function nameWords({ server: { name, resourceId, owner } }: ReportedServer): Words {
  const node = resourceId === "" || name === resourceId ? [] : [" (", value(resourceId), ")"];
  return [value(name), ...node, ...(owner === "" ? [] : [", ", value(owner)])];
}

function serverWords(server: ReportedServer): Words {
  const { reason } = server.result;
  return [...nameWords(server), ...(reason === "" ? [] : [": ", ...said(shortened(reason))])];
}

/** The servers that lack something past its time limit, the longest first. */
function overdue(all: readonly ReportedServer[]): readonly Block[] {
  const days = ({ overdue: updates }: ReportedServer): number => updates[0]?.age?.overdueDays ?? 0;
  const own = all.filter((each) => each.overdue.length > 0).toSorted((a, b) => days(b) - days(a));
  const shown = own.map((each): Words => {
    const updates = counted(each.overdue.length, "update");
    return [...nameWords(each), ": ", ...said(`${updates}, the longest by ${counted(days(each), "day")}`)];
  });
  return heading(`Overdue (${counted(own.length, "server")})`, some(shown, namedServers, "server"));
}

function some(all: readonly Words[], most: number, noun: string): readonly Block[] {
  const more = all.length - most;
  const rest = counted(more, `more ${noun}`);
  return lines([...all.slice(0, most), ...(more > 0 ? [[`and ${rest}`]] : [])]);
}

function servers(all: readonly ReportedServer[]): readonly Block[] {
  return told.flatMap(([outcome, title]) => {
    const own = all.filter(({ result }) => result.outcome === outcome);
    return heading(`${title} (${counted(own.length, "server")})`, some(own.map(serverWords), namedServers, "server"));
  });
}

/** ` (from 3.0.2-0ubuntu1.15; high, CVE-2026-1, and 2 more; exploited)`, as far as anybody knows. */
function mendedWords(updates: readonly ReportedUpdate[]): string {
  const known = updates.flatMap((update) => update.known ?? []);
  const before = [...new Set(known.flatMap((each) => each.before ?? []))].sort();
  const severity = known.map((each) => each.severity).reduce(worseSeverity, "unknown");
  const cves = [...new Set(known.flatMap((each) => each.cves))].sort();
  const parts = [
    ...(before.length === 0 ? [] : [`from ${firstOf(before, 1)}`]),
    ...(severity === "unknown" ? [] : [severity]),
    ...(cves.length === 0 ? [] : [firstOf(cves, namedCves)]),
    ...(known.some(({ exploited }) => exploited) ? ["known to be exploited"] : []),
  ];
  return parts.length === 0 ? "" : ` (${parts.join("; ")})`;
}

function updates(servers: readonly ReportedServer[]): readonly Block[] {
  const on = Map.groupBy(
    servers.flatMap(({ installed }) => installed),
    ({ patch: { Id, Title } }) => Title || Id,
  );
  const worst = (own: readonly ReportedUpdate[]): number =>
    severities.indexOf(own.map(({ known }) => known?.severity ?? "unknown").reduce(worseSeverity));
  const rows = [...on].sort(
    ([a, left], [b, right]) => worst(left) - worst(right) || right.length - left.length || byText(a, b),
  );
  const shown = rows.map(
    ([title, own]) => words`${title}${said(mendedWords(own))} on ${counted(own.length, "server")}`,
  );
  return heading(`Installed (${counted(rows.length, "update")})`, some(shown, namedUpdates, "update"));
}

function counts(servers: readonly ReportedServer[]): string {
  const by = Map.groupBy(servers, ({ result }) => result.outcome);
  const parts = Object.entries(outcomeWords).flatMap(([outcome, word]) => {
    const count = by.get(outcome as RunOutcome)?.length ?? 0;
    return count === 0 ? [] : [`${String(count)} ${word}`];
  });
  return `${counted(servers.length, "server")}: ${parts.join(", ") || "none"}.`;
}

function when(instant: string): string {
  return instant.slice(0, 16).replace("T", " ");
}

/** What the subject says in few words: the worst that happened, or that nothing did. */
function verdict({ servers, isEmpty }: RunReport): string {
  if (isEmpty) return "it met no server";
  const troubled = servers.filter(needsSomebody).length;
  const late = servers.filter(({ overdue: updates }) => updates.length > 0).length;
  const lateWords = late === 0 ? "" : `, ${String(late)} overdue`;
  if (troubled > 0) return `${String(troubled)} of ${counted(servers.length, "server")} to look after${lateWords}`;
  return `${counted(servers.length, "server")}, ${late === 0 ? "all fine" : `${String(late)} overdue`}`;
}

function subjectOf(report: RunReport): string {
  const text = `${report.document.question.stack}: ${report.run.window} ran, ${verdict(report)}`;
  return text.replaceAll(/[^ -~]/g, "?").slice(0, subjectLength);
}

function messageDocument({ document, run, servers: all, isEmpty }: RunReport, place: string): Document {
  const details = run.statusDetails === "" ? [] : [": ", ...said(run.statusDetails)];
  return {
    title: words`Run of ${run.window}, ${said(when(run.started))} to ${said(when(run.ended))} UTC`,
    blocks: [
      paragraph(words`AWS calls it ${run.status}${details}.`),
      paragraph(counts(all)),
      ...(isEmpty
        ? [paragraph("The run met no server at all: look at the window's targets and at the servers' PatchGroup tags.")]
        : []),
      ...servers(all),
      ...overdue(all),
      ...updates(all),
      ...document.unknowns.map((unknown) => paragraph(said(unknown))),
      ...lines([item(words`The whole report (report.html, servers.csv, report.json) is in ${place}`)]),
    ],
  };
}

/**
 * What is told of a run, for mail: what has to be done first, then what was installed, and where the rest is.
 * @param place folder of the report
 */
export function runMessage(report: RunReport, place: string): RunMessage {
  return { subject: subjectOf(report), text: writeText(messageDocument(report, place)) };
}
