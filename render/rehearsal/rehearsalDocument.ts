import { lateReasons } from "../../domain/rehearsal/outcome.ts";
import type { PassedLimit } from "../../domain/rehearsal/limits.ts";
import { breachCounts, byGroup, lateOf, totalsOf } from "../../domain/rehearsal/report.ts";
import type {
  GroupFigures,
  RehearsalFigures,
  RehearsalReport,
  RehearsalTerms,
  Worsened,
} from "../../domain/rehearsal/report.ts";
import { counted, withCounts } from "../../domain/text.ts";
import { details, heading, item, lines, mark, names, paragraph, said, table, words } from "../document.ts";
import type { Block, Document, Words } from "../document.ts";
import { breachWords, lateWords, percent, termsText, whyText } from "./rehearsalWords.ts";

function nothing(count: number): Words | number {
  return count === 0 ? said("–") : count;
}

function groupsBlocks({ groups }: RehearsalFigures): readonly Block[] {
  const rows = groups.toSorted(byGroup).map((group) => {
    const { onTime, open, medianDays, p95Days } = group;
    const late = lateOf(group);
    return [
      group.group,
      said(group.os),
      group.servers,
      said(percent(onTime, onTime + late)),
      nothing(late),
      nothing(open),
      said(medianDays === undefined ? "–" : String(medianDays)),
      said(p95Days === undefined ? "–" : String(p95Days)),
      nothing(group.overdueNow),
      nothing(group.overdueEver),
      nothing(group.neverClean),
      nothing(group.longNonCompliant),
      nothing(group.longAwaitingReboot),
    ];
  });
  const titles = [
    "group",
    "os",
    "servers|",
    "on time|",
    "late|",
    "open|",
    "median days|",
    "p95 days|",
    "overdue now|",
    "ever|",
    "never clean|",
    "lacking > 30 d|",
    "to reboot > 30 d|",
  ];
  return table(titles, rows, "rows");
}

/** The servers that were overdue, those of one reason together. */
function overdueLines({ overdue }: GroupFigures): readonly Words[] {
  const alike = Map.groupBy(overdue, ({ reason, now }) => `${lateWords[reason]}, ${now ? "still overdue" : "overdue"}`);
  return [...alike].map(([what, servers]) => {
    const days = Math.ceil(Math.max(...servers.map(({ daysOverdue }) => daysOverdue)));
    const shown = names(
      servers.map(({ name }) => name),
      "servers",
    );
    return words`${said(`${what}, by ${String(days)} days at most`)}: ${shown}`;
  });
}

function lateBlocks({ groups }: RehearsalFigures): readonly Block[] {
  return lines(
    groups.toSorted(byGroup).flatMap((group: GroupFigures) => {
      if (lateOf(group) === 0) return [];
      const why = lateReasons.flatMap((reason) => {
        const count = group.late[reason];
        return count === 0 ? [] : [`${counted(count, "release")}: ${lateWords[reason]}`];
      });
      return [item(words`${group.group} ${said(group.os)}`, [...why, ...overdueLines(group)])];
    }),
    { noun: "groups" },
  );
}

/** Servers of automatic groups that stayed non-compliant, each with what the journal says was wrong with it. */
function nonCompliantBlocks({ groups }: RehearsalFigures): readonly Block[] {
  return lines(
    groups
      .toSorted(byGroup)
      .filter(({ approval, nonCompliant }) => approval === "automatic" && nonCompliant.length > 0)
      .map(({ group, os, nonCompliant }) => {
        const alike = Map.groupBy(nonCompliant, whyText);
        const each = [...alike].map(
          ([what, servers]) =>
            words`${said(what)}: ${names(
              servers.map(({ name }) => name),
              "servers",
            )}`,
        );
        return item(words`${group} ${said(os)}`, each);
      }),
    { noun: "groups" },
  );
}

function windowsBlocks({ windows }: RehearsalFigures): readonly Block[] {
  const rows = windows.map((row) => [
    row.window,
    row.location,
    row.runs,
    nothing(row.notRun),
    nothing(row.overruns),
    row.servers,
    nothing(row.untouched.cutOff),
    nothing(row.untouched.unreachable),
    nothing(row.untouched.errorLimit + row.untouched.earlierStep),
    nothing(row.failed),
    words`${row.longestMinutes} of ${row.minutesToCutoff}`,
    said(percent(row.minutesOpen - row.minutesUsed, row.minutesOpen)),
  ]);
  const titles = [
    "window",
    "location",
    "runs|",
    "not begun|",
    "over the cutoff|",
    "servers|",
    "cut off|",
    "unreachable|",
    "stopped|",
    "failed|",
    "longest run, minutes|",
    "never used|",
  ];
  return table(titles, rows, "rows");
}

function breachesBlocks({ breaches }: RehearsalFigures): readonly Block[] {
  return lines(
    breaches.map(
      ({ kind, server, group, at, what }) =>
        words`${mark("error")} ${said(breachWords[kind])}: ${server} (${group}), ${said(`${at}: ${what}`)}`,
    ),
    { noun: "breaches" },
  );
}

function worsenedWords({ what, before, after, group, os, window, location }: Worsened): Words {
  const subject = [group, os, window, location].flatMap((each) => each ?? []).join(" ");
  return words`${mark("error")} ${said(what)}${subject === "" ? [] : words` (${subject})`}: ${before} → ${after}`;
}

function passedWords({ limit, what, allowed, found }: PassedLimit): Words {
  // Never rounded up: 99.96 is not 100.
  const shown = Math.floor(found * 100) / 100;
  return words`${mark("error")} ${said(what)}: ${shown}, where checks.rehearsal.${limit} allows ${allowed}`;
}

function headline({ stack, head }: RehearsalReport): string {
  const { onTime, late, overdueNow, overdueEver, runs, overruns, cutOff } = totalsOf(head);
  const parts = [
    `${percent(onTime, onTime + late)} of security releases on time`,
    `${counted(overdueEver, "server")} ever overdue, ${String(overdueNow)} at the end`,
    `${String(overruns)} of ${counted(runs, "run")} over the cutoff`,
    `${counted(cutOff, "server")} cut off`,
  ];
  return `stack ${stack}: ${parts.join("; ")}`;
}

function minutesText({ paces }: RehearsalTerms): string {
  const model =
    "Minutes come from the stack's own model (docs/configuration.md), the same that window-capacity counts with";
  if (paces === undefined) return `${model}; minutesPerHost of a window replaces them in that check alone.`;
  if (paces.length === 0) return `${model}: the collections hold too few installations to learn from.`;
  const each = paces.map(
    ({ os, times, runs }) => `${String(times)} times on ${os} (95th percentile of ${counted(runs, "installation")})`,
  );
  return `${model}, made longer or shorter by what was measured: ${each.join(", ")}.`;
}

const invented = (terms: RehearsalTerms): readonly string[] => [
  "Invented: when releases come out (drawn, at a cadence like that of each distribution's notices), what is installed on a server at the start (as of 12 to 75 days before), how long servers take, and which of them have faults.",
  minutesText(terms),
  "The clock of what was missing at the start begins with the rehearsal. Kernels of kernel windows are not counted as due, and baselines of AWS's own have no SLA to go by.",
];

/** A rehearsal: the outcome in a line, what the change makes worse, then groups, windows and what must never happen. */
export function rehearsalDocument(report: RehearsalReport): Document {
  const { head, base, terms, worse, limits, passed } = report;
  const totals = totalsOf(head);
  const breachText = withCounts(
    breachCounts(head).map(([what, count]) => [count, `${String(count)} ${what}`] as const),
  );
  return {
    title: said(headline(report)),
    blocks: [
      paragraph(`${counted(head.servers, "server")}, ${termsText(terms)}`),
      paragraph(
        `late ${String(totals.late)}, of them ${String(totals.lateByStack)} for reasons that do not lie in the server; ` +
          `not decided yet ${String(totals.open)}; ${breachText === "" ? "nothing that must never happen" : breachText}`,
      ),
      ...(terms.seeds.length === 1
        ? []
        : [
            paragraph(
              "releases are counted over all seeds; servers and windows are the worst seed's, figure by figure",
            ),
          ]),
      ...(base === undefined
        ? []
        : heading(
            `Against ${base.label}`,
            worse.length === 0 ? [paragraph("nothing is worse")] : lines(worse.map(worsenedWords), { noun: "figures" }),
          )),
      ...(limits === undefined
        ? []
        : heading(
            "Limits of the stack file",
            passed.length === 0 ? [paragraph("all are kept")] : lines(passed.map(passedWords), { noun: "limits" }),
          )),
      ...heading("Must never happen", breachesBlocks(head)),
      ...heading("Groups", groupsBlocks(head)),
      ...heading("Late, and why", lateBlocks(head)),
      ...heading("Automatic servers non-compliant for more than 30 days, and why", nonCompliantBlocks(head)),
      ...heading("Windows", windowsBlocks(head)),
      ...details("what is invented", lines(invented(terms))),
    ],
  };
}
