import type { Impact } from "../../domain/approvals/impact.ts";
import {
  reviewedName,
  type Review,
  type ReviewedInstall,
  type ReviewedServer,
  type ReviewedUpdate,
} from "../../domain/approvals/review.ts";
import { ageWords } from "../../domain/report/updateColumns.ts";
import { counted, withCounts } from "../../domain/text.ts";
import { dateText, instantText } from "../../domain/time.ts";
import { pasted, withCommands, type Place } from "../commands.ts";
import {
  details,
  heading,
  joined,
  lines,
  listed,
  paragraph,
  said,
  strong,
  table,
  words,
  type Block,
  type Document,
  type Words,
} from "../document.ts";

const none = said("–");

/** The one of an update's servers whose time limit ends first. */
function mostUrgent({ on }: ReviewedUpdate): ReviewedInstall | undefined {
  return on.toSorted((a, b) => (a.age?.dueAt.getTime() ?? Infinity) - (b.age?.dueAt.getTime() ?? Infinity))[0];
}

function dueWords(install: ReviewedInstall | undefined): Words {
  const { age, sla } = install ?? {};
  if (age === undefined || sla === undefined) return none;
  const late = age.state === "overdue" ? `, ${counted(age.overdueDays, "day")} late` : "";
  return said(`${dateText(age.dueAt)} (${ageWords[age.state]}${late})`);
}

function severityWords({ severity, severitySource, exploited }: ReviewedUpdate): Words {
  const source = severitySource === "" ? "" : ` (${severitySource})`;
  return [...(exploited ? [strong("exploited"), ", "] : []), `${severity}${source}`];
}

function newsWords({ isNew, approved }: ReviewedUpdate): Words {
  if (approved) return said("approved");
  return isNew === undefined ? none : said(isNew ? "new" : "known");
}

function impactWords(impact: Impact | undefined): Words {
  return impact === undefined ? none : said(`${impact.kind}: ${impact.effect}`);
}

/** What an update is called, and in which version. */
export function updateWords({ id, version, name, os }: ReviewedUpdate): Words {
  if (os === "WINDOWS") return words`${id} ${said(name)}`;
  return version === "" ? words`${id}, version not known` : words`${id} ${version}`;
}

/** Updates, one a row; what is new where there was a review before. */
export function updatesTable(updates: readonly ReviewedUpdate[]): readonly Block[] {
  const hasNews = updates.some(({ isNew, approved }) => approved || isNew !== undefined);
  return table(
    [
      "update",
      "severity",
      "CVEs",
      "due first",
      "likely impact",
      ...(hasNews ? ["since the review before"] : []),
      "servers|",
    ],
    updates.map((update) => [
      updateWords(update),
      severityWords(update),
      update.cves.length === 0 ? none : joined(update.cves.map(said), ", "),
      dueWords(mostUrgent(update)),
      impactWords(update.impact),
      ...(hasNews ? [newsWords(update)] : []),
      update.on.length,
    ]),
    "updates",
  );
}

/** Every server with what it has and what it would get. */
export function installsTable(updates: readonly ReviewedUpdate[]): readonly Block[] {
  const rows = updates.flatMap((update) => update.on.map((install) => ({ update, install })));
  return table(
    ["server", "update", "installed", "offered", "missing since", "days|", "due"],
    rows.map(({ update, install }) => [
      reviewedName(install.server),
      update.id,
      install.installed === "" ? none : install.installed,
      update.version === "" ? none : update.version,
      install.since === "" ? none : said(install.since.slice(0, 10)),
      install.age?.days ?? none,
      dueWords(install),
    ]),
    "rows",
  );
}

/** What installing updates most likely does, heaviest first as the table of impacts has it. */
export function impactBlocks(updates: readonly ReviewedUpdate[]): readonly Block[] {
  const felt = updates.flatMap(({ impact, id }) => (impact === undefined ? [] : [{ impact, id }]));
  const kinds = [...Map.groupBy(felt, ({ impact }) => impact.kind).values()];
  return heading(
    "Likely impact",
    lines(
      kinds.flatMap((same) => {
        const [first] = same;
        if (first === undefined) return [];
        const { kind, effect, reason } = first.impact;
        const ids = [...new Set(same.map(({ id }) => id))];
        return [words`${strong(kind)}, ${said(effect)}: ${listed(ids)}: ${said(reason)}`];
      }),
    ),
  );
}

function notReviewed(servers: readonly ReviewedServer[]): readonly Block[] {
  return heading(
    "Not reviewed: nothing that these servers lack is shown",
    lines(
      servers
        .filter(({ scan }) => scan !== "fresh")
        .map((server) => {
          const last = server.lastScan === "" ? "" : ` (${server.lastScan})`;
          return words`${reviewedName(server)} in ${server.location}: ${said(`${server.why}${last}`)}`;
        }),
      { noun: "servers" },
    ),
  );
}

function summaryWords({ updates, servers }: Review): string {
  const reviewed = servers.filter(({ scan }) => scan === "fresh");
  const lacking = new Set(updates.flatMap(({ on }) => on.map(({ server }) => server)));
  const overdue = updates.filter(({ on }) => on.some(({ age }) => age?.state === "overdue")).length;
  const exploited = updates.filter((update) => update.exploited).length;
  const counts = withCounts([
    [exploited, `${String(exploited)} known to be exploited`],
    [overdue, `${String(overdue)} overdue`],
  ]);
  const scanned = `${String(reviewed.length)} of ${counted(servers.length, "server")} reviewed`;
  if (reviewed.length === 0) return `${scanned}: nobody can tell what is missing`;
  if (updates.length === 0) return `${scanned}: nothing is missing on them`;
  return `${scanned}; ${counted(updates.length, "update")} missing on ${counted(lacking.size, "server")}${counts === "" ? "" : `, of them ${counts}`}`;
}

/** Only some of a review's updates, to look at; its scan stays that of all. */
export interface Shown {
  readonly updates: readonly ReviewedUpdate[];
  /** What they were chosen by, in words; left out where all are shown. */
  readonly by?: string;
}

/** A review as an approver reads it. */
export function reviewDocument(place: Place, review: Review, { updates, by }: Shown): Document {
  const { group, scanId, before, servers, unknowns } = review;
  const offered = updates.filter(({ unapprovable }) => unapprovable === "");
  const left = updates.filter(({ unapprovable }) => unapprovable !== "");
  const approve = pasted("npx patchplane approve", `--group ${group} --scan ${scanId} --note "..."`, place);
  return {
    title: words`stack ${place.stack}: review of ${group}`,
    blocks: [
      paragraph(summaryWords(review)),
      paragraph(words`scan ${scanId}, as of ${said(instantText(review.asOf))}`),
      paragraph(
        before === undefined
          ? "no approvals file is in force: nothing was reviewed before"
          : words`review before: ${before.file}, in force until ${said(before.expires)}`,
      ),
      ...(by === undefined ? [] : [paragraph(`shown: ${by}: ${counted(updates.length, "update")}`)]),
      ...heading("What may be approved", updatesTable(offered)),
      ...impactBlocks(offered),
      ...details("server by server", installsTable(offered)),
      ...heading(
        "Cannot be approved",
        lines(
          left.map(
            (update) =>
              words`${updateWords(update)} on ${counted(update.on.length, "server")}: ${said(update.unapprovable)}`,
          ),
        ),
      ),
      ...notReviewed(servers),
      ...heading("Not known", lines(unknowns.map((text) => withCommands(text.replaceAll("`", ""), place)))),
      ...(offered.length === 0 ? [] : [paragraph(words`to approve: ${approve}`)]),
    ],
  };
}
