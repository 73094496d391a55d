import { toBeSeenTo, type MissingUpdate, type ServerRow, type ServersRun } from "../../domain/runs/serversRun.ts";
import { byText, counted, withCounts } from "../../domain/text.ts";
import { pasted, typedOptions, type Place } from "../commands.ts";
import { leftOutBlocks } from "./leftOut.ts";
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

/** Servers that a line names which is typed; more are chosen by their group. */
const mostTyped = 10;
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

function summary({ verb, rows, declined, repeats, leftOut }: ServersRun): string {
  if (declined) return "nothing was done: the answer was no";
  const open = toBeSeenTo(leftOut).length;
  if (rows.length === 0 && leftOut.length > 0) {
    const told = `${counted(leftOut.length, "server was", "servers were")} left out`;
    return open === 0 ? `nothing was to be done: ${told}` : `nothing was done: ${told}, ${String(open)} to be seen to`;
  }
  if (rows.length === 0) return repeats === undefined ? "no server was chosen" : `${repeats} has nobody left to reach`;
  const of = (wanted: ServerRow["outcome"]): number => rows.filter(({ outcome }) => outcome === wanted).length;
  const names = Object.entries(outcomeWords) as [ServerRow["outcome"], string][];
  const counts = names.map(([each, text]) => [of(each), `${String(of(each))} ${text}`] as const);
  const told = `${verb} of ${counted(rows.length, "server")}: ${withCounts(counts)}`;
  return open === 0 ? told : `${told}; ${counted(open, "other was", "others were")} left out, to be seen to`;
}

/** What is on record, and behind it what to type now. */
function advice(run: ServersRun, record: string | undefined, place: Place): readonly Words[] {
  const missed = run.rows.some(({ outcome }) => outcome !== "done");
  const pending = run.rows.filter(({ report }) => (report?.pendingReboot ?? 0) > 0);
  const names = typedOptions({ "--servers": [pending.map(({ node, name }) => node ?? name).join()] });
  const reboot = pasted("npx patchplane reboot", `${names} --now "..."`, place);
  return [
    ...(record === undefined ? [] : [words`on record in ${record}`]),
    ...(run.verb === "install" && pending.length > 0 && pending.length <= mostTyped
      ? [words`to reboot what awaits it outside of a window: ${reboot}`]
      : []),
    ...(missed && run.run !== undefined
      ? [
          words`to look after what is under way, and repeat what was missed: ${pasted("npx patchplane rerun", run.run, place)}`,
        ]
      : []),
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
  const told = summary(run);
  const body = [
    ...failureBlocks(run),
    ...missedBlocks(run.rows),
    ...leftOutBlocks(run.leftOut),
    ...updateBlocks(run.rows),
    ...reportBlocks(run.rows),
  ];
  return {
    title: words`stack ${place.stack}: ${said(told)}`,
    // Said once more where it may have scrolled away.
    blocks: [...body, ...(body.length === 0 ? [] : [paragraph(told)]), ...advice(run, record, place).map(paragraph)],
  };
}
