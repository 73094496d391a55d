import type { MissingUpdate, ServerRow, ServersRun } from "../../domain/runs/serversRun.ts";
import { byText, counted, withCounts } from "../../domain/text.ts";
import { pasted, type Place } from "../commands.ts";
import { heading, lines, paragraph, said, table, words, type Block, type Document, type Words } from "../document.ts";

/** How each outcome is said, and counted. */
const outcomeWords = {
  done: "done",
  failed: "failed",
  cutOff: "cut off",
  unreachable: "not reachable",
  notReached: "not begun",
  unknown: "not known",
} as const;

/** Servers of a list on a terminal before the rest is counted. */
const rowNoun = "servers";

function missedBlocks(rows: readonly ServerRow[]): readonly Block[] {
  const missed = rows.filter(({ outcome }) => outcome !== "done");
  return heading(
    "Not done",
    table(
      ["server", "location", "outcome", "why"],
      missed.map(({ name, location, outcome, reason }) => [name, location, said(outcomeWords[outcome]), said(reason)]),
      rowNoun,
    ),
  );
}

function reportBlocks(rows: readonly ServerRow[]): readonly Block[] {
  const reported = rows.flatMap(({ report, ...row }) => (report === undefined ? [] : [{ ...row, report }]));
  const open = reported.filter(({ report }) => report.missing + report.failed + report.pendingReboot > 0);
  return heading(
    "What they report now",
    table(
      ["server", "location", "group", "missing|", "failed|", "awaiting a reboot|"],
      open.map(({ name, location, group, report }) => [
        name,
        location,
        group,
        report.missing,
        report.failed,
        report.pendingReboot,
      ]),
      rowNoun,
    ),
  );
}

/** An update, and on how many servers it is missing. */
function updateBlocks(rows: readonly ServerRow[]): readonly Block[] {
  const all = rows.flatMap(({ report }) => report?.updates ?? []);
  const kinds = Map.groupBy(all, ({ id, title, severity }: MissingUpdate) => JSON.stringify([id, title, severity]));
  const sorted = [...kinds.values()]
    .flatMap((same) => (same[0] === undefined ? [] : [{ ...same[0], servers: same.length }]))
    .toSorted((a, b) => b.servers - a.servers || byText(a.id, b.id));
  return heading(
    "What is missing",
    table(
      ["update", "version or title", "severity, as AWS has it", "servers|"],
      sorted.map(({ id, title, severity, servers }) => [id, said(title), said(severity), servers]),
      "updates",
    ),
  );
}

function summary({ rows, declined, repeats }: ServersRun): string {
  if (declined) return "nothing was done: the answer was no";
  if (rows.length === 0) return repeats === undefined ? "no server was chosen" : `${repeats} has nobody left to reach`;
  const of = (wanted: ServerRow["outcome"]): number => rows.filter(({ outcome }) => outcome === wanted).length;
  const names = Object.entries(outcomeWords) as [ServerRow["outcome"], string][];
  return `${counted(rows.length, "server")}: ${withCounts(names.map(([each, text]) => [of(each), `${String(of(each))} ${text}`]))}`;
}

function advice(run: ServersRun, record: string | undefined, place: Place): readonly Words[] {
  const missed = run.rows.some(({ outcome }) => outcome !== "done");
  return [
    ...(missed && run.run !== undefined
      ? [
          words`to look after what is under way, and repeat what was missed: ${pasted("npx patchplane rerun", run.run, place)}`,
        ]
      : []),
    ...(record === undefined ? [] : [words`on record in ${record}`]),
  ];
}

/** Locations that failed, and buckets that did not take the record. */
function failureBlocks({ failures, unkept }: ServersRun): readonly Block[] {
  const failed = failures.map(
    ({ location: { name, accountId, region }, failure }) => words`${name} (${accountId}, ${region}): ${said(failure)}`,
  );
  const kept = unkept.map(({ location, failure }) => words`${location}: ${said(failure)}`);
  return [
    ...heading("Not readable, or not to the end", lines(failed)),
    ...heading("The record is not in the bucket of", lines(kept)),
  ];
}

/**
 * What came of a run on servers.
 * @param record - path of its record, where there is one
 */
export function serversDocument(place: Place, run: ServersRun, record: string | undefined): Document {
  return {
    title: words`stack ${place.stack}`,
    blocks: [
      ...failureBlocks(run),
      ...missedBlocks(run.rows),
      ...updateBlocks(run.rows),
      ...reportBlocks(run.rows),
      paragraph(summary(run)),
      ...advice(run, record, place).map(paragraph),
    ],
  };
}
