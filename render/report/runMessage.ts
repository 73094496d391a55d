import type { RunOutcome } from "../../domain/packages/outcome.ts";
import { outcomeWords } from "../../domain/report/outcomeReport.ts";
import { needsSomebody, type ReportedServer, type RunReport } from "../../domain/report/runReport.ts";
import { counted } from "../../domain/text.ts";
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

function serverWords({ server: { name, resourceId }, result: { reason } }: ReportedServer): Words {
  const why = reason === "" ? [] : [": ", ...said(shortened(reason))];
  return name === resourceId ? [value(name), ...why] : [value(name), " (", value(resourceId), ")", ...why];
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

function updates(servers: readonly ReportedServer[]): readonly Block[] {
  const on = new Map<string, number>();
  for (const { installed } of servers)
    for (const { Id, Title } of installed) on.set(Title || Id, (on.get(Title || Id) ?? 0) + 1);
  const rows = [...on].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const shown = rows.map(([title, count]) => words`${title} on ${counted(count, "server")}`);
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
  if (troubled > 0) return `${String(troubled)} of ${counted(servers.length, "server")} to look after`;
  return `${counted(servers.length, "server")}, all fine`;
}

function subjectOf(report: RunReport): string {
  const text = `${report.document.question.stack}: ${report.run.window} ran, ${verdict(report)}`;
  return text.replaceAll(/[^ -~]/g, "?").slice(0, subjectLength);
}

function messageDocument({ run, servers: all, isEmpty }: RunReport, place: string): Document {
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
      ...updates(all),
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
