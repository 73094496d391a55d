import { outcomeWords, type RunReport } from "../../domain/report/runReport.ts";
import type { ServerOutcome, ServerResult } from "../../domain/report/runOutcome.ts";
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
const told: readonly (readonly [ServerOutcome, string])[] = [
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

function serverWords({ node, reason }: ServerResult): Words {
  const why = reason === "" ? [] : [": ", ...said(shortened(reason))];
  return node.name === node.id ? [value(node.id), ...why] : [value(node.name), " (", value(node.id), ")", ...why];
}

function some(all: readonly Words[], most: number, noun: string): readonly Block[] {
  const more = all.length - most;
  const rest = counted(more, `more ${noun}`);
  return lines([...all.slice(0, most), ...(more > 0 ? [[`and ${rest}`]] : [])]);
}

function servers(results: readonly ServerResult[]): readonly Block[] {
  return told.flatMap(([outcome, title]) => {
    const own = results.filter((each) => each.outcome === outcome);
    return heading(`${title} (${counted(own.length, "server")})`, some(own.map(serverWords), namedServers, "server"));
  });
}

function updates(results: readonly ServerResult[]): readonly Block[] {
  const on = new Map<string, number>();
  for (const { installed } of results)
    for (const { Id, Title } of installed) on.set(Title || Id, (on.get(Title || Id) ?? 0) + 1);
  const rows = [...on].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const shown = rows.map(([title, count]) => words`${title} on ${counted(count, "server")}`);
  return heading(`Installed (${counted(rows.length, "update")})`, some(shown, namedUpdates, "update"));
}

function counts(results: readonly ServerResult[]): string {
  const by = Map.groupBy(results, ({ outcome }) => outcome);
  const parts = Object.entries(outcomeWords).flatMap(([outcome, word]) => {
    const count = by.get(outcome as ServerOutcome)?.length ?? 0;
    return count === 0 ? [] : [`${String(count)} ${word}`];
  });
  return `${counted(results.length, "server")}: ${parts.join(", ") || "none"}.`;
}

function when(instant: string): string {
  return instant.slice(0, 16).replace("T", " ");
}

/** What the subject says in few words: the worst that happened, or that nothing did. */
function verdict({ results, isEmpty }: RunReport): string {
  if (isEmpty) return "it met no server";
  const troubled = results.filter(({ outcome }) => told.some(([each]) => each === outcome)).length;
  if (troubled > 0) return `${String(troubled)} of ${counted(results.length, "server")} to look after`;
  return `${counted(results.length, "server")}, all fine`;
}

function subjectOf(report: RunReport): string {
  const text = `${report.document.question.stack}: ${report.run.window} ran, ${verdict(report)}`;
  return text.replaceAll(/[^ -~]/g, "?").slice(0, subjectLength);
}

function messageDocument({ run, results, document, isEmpty }: RunReport, place: string): Document {
  const details = run.statusDetails === "" ? [] : [": ", ...said(run.statusDetails)];
  return {
    title: words`Run of ${run.window}, ${said(when(run.started))} to ${said(when(run.ended))} UTC`,
    blocks: [
      paragraph(words`AWS calls it ${run.status}${details}.`),
      paragraph(counts(results)),
      ...(isEmpty
        ? [paragraph("The run met no server at all: look at the window's targets and at the servers' PatchGroup tags.")]
        : []),
      ...servers(results),
      ...updates(results),
      ...heading("What this report cannot know", lines(document.unknowns)),
      ...lines([item(words`The whole report is at ${place}`)]),
    ],
  };
}

/**
 * What is told of a run, for mail: what has to be done first, then what was installed, and where the rest is.
 * @param place where the report is kept
 */
export function runMessage(report: RunReport, place: string): RunMessage {
  return { subject: subjectOf(report), text: writeText(messageDocument(report, place)) };
}
