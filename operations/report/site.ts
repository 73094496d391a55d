import type { ReportDocument } from "../../domain/report/report.ts";
import type { ReportSite, SitePage } from "../../domain/report/site.ts";
import { byText } from "../../domain/text.ts";
import type { OpenedReports } from "./report.ts";
import { get } from "./rows.ts";

/** Runs that have a page of their own. */
const newestRuns = 20;

type Asked = Parameters<OpenedReports["report"]>[0];

interface RunEnd {
  readonly run: string;
  readonly window: string;
  readonly ended: string;
}

/** Every run that installed, the one that ended last first. */
async function runsOf({ engine }: OpenedReports): Promise<readonly RunEnd[]> {
  const rows = await engine.rows("runs", { before: "0", after: "9", run: "*" });
  const installs = Map.groupBy(
    rows.filter((row) => get(row, "operation") === "Install"),
    (row) => get(row, "run_id"),
  );
  return [...installs]
    .map(([run, own]) => ({
      run,
      window: get(own[0] ?? {}, "window_name"),
      ended:
        own
          .map((row) => get(row, "ended"))
          .sort(byText)
          .at(-1) ?? "",
    }))
    .toSorted((a, b) => byText(b.ended, a.ended) || byText(a.run, b.run));
}

/**
 * Reports that stand on one page. A kind that the collections cannot answer, such as of a run without a collection after
 * it, is named with its reason among what the first one does not know.
 */
async function reportsOf(opened: OpenedReports, asked: readonly Asked[]): Promise<readonly ReportDocument[]> {
  const made: ReportDocument[] = [];
  const unanswered: string[] = [];
  for (const each of asked) {
    const answer = await opened.report(each);
    if ("report" in answer) made.push(answer.report);
    else unanswered.push(...answer.faults.map(({ message }) => `No report of ${each.kind}: ${message}.`));
  }
  return made.map((report, index) =>
    index > 0 || unanswered.length === 0 ? report : { ...report, unknowns: [...report.unknowns, ...unanswered] },
  );
}

/** Whether the collection of a report on how servers stand has any. */
function hasServers(documents: readonly ReportDocument[]): boolean {
  return documents.some(({ summary }) => summary.some(({ key, value }) => key === "servers" && value !== 0));
}

/**
 * What one page has to answer: of a run what it did and changed; else what the newest run did, what changed, who is
 * compliant and what is needed. Where the collections can answer none of it, `changes` says why.
 */
export async function pageOf(opened: OpenedReports, asked: Omit<Asked, "kind">): Promise<readonly ReportDocument[]> {
  if (asked.run !== undefined) {
    return reportsOf(opened, [
      { ...asked, kind: "outcome" },
      { ...asked, kind: "changes" },
    ]);
  }
  // A run says itself between which collections it was.
  const { since, until, pair, ...who } = asked;
  const [newest] = await runsOf(opened);
  return reportsOf(opened, [
    ...(newest === undefined ? [] : [{ ...who, kind: "outcome" as const, run: newest.run }]),
    { ...asked, kind: "changes" },
    { ...asked, kind: "compliance" },
    { ...asked, kind: "needed" },
  ]);
}

/** All that a site of reports shows: how everything stands, the newest runs, and each group. */
export async function siteOf(opened: OpenedReports, stack: string, groups: readonly string[]): Promise<ReportSite> {
  const runs: SitePage[] = [];
  for (const { run, window, ended } of (await runsOf(opened)).slice(0, newestRuns)) {
    const documents = await reportsOf(opened, [
      { kind: "outcome", run },
      { kind: "changes", run },
    ]);
    // By the names of the stack file; what AWS calls a window says the same in more words.
    const [outcome] = documents.filter(({ kind }) => kind === "outcome");
    const title = window === "" ? `Command ${run}` : (outcome?.title ?? `Run of ${window}`);
    if (documents.length > 0) runs.push({ name: run, title, ...(ended === "" ? {} : { at: ended }), documents });
  }
  const pages: SitePage[] = [];
  for (const group of groups) {
    const asked = { groups: [group] };
    const documents = await reportsOf(opened, [
      { kind: "compliance", ...asked },
      { kind: "needed", ...asked },
      { kind: "changes", ...asked },
    ]);
    if (hasServers(documents)) pages.push({ name: group, title: `Group ${group}`, documents });
  }
  return {
    title: `Patching of ${stack}`,
    overall: await reportsOf(opened, [{ kind: "compliance" }, { kind: "needed" }]),
    runs,
    groups: pages,
  };
}
