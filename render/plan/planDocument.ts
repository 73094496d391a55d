import { impactOf } from "../../domain/approvals/impact.ts";
import { packageOfPatch } from "../../domain/packages/installed.ts";
import { formatFault, type Fault, type Finding } from "../../domain/fault.ts";
import type { PlanReport } from "../../domain/plan/report.ts";
import { counted } from "../../domain/text.ts";
import {
  code,
  details,
  heading,
  item,
  joined,
  lines,
  listed,
  mark,
  paragraph,
  said,
  strong,
  table,
  words,
} from "../document.ts";
import type { Block, Document, Mark, Words } from "../document.ts";
import { machinesBlocks, serversBlocks } from "./planServers.ts";
import { minutesFromWords, reachBlocks, windowsBlocks } from "./planWindows.ts";
import {
  activationsText,
  differenceWords,
  findingsText,
  headline,
  knownText,
  removedRows,
  versionText,
} from "./planWords.ts";

/** What a plan's document can show beyond its report. */
export interface PlanDocumentOptions {
  /** Faults of a version as text, with what only its files can show. */
  readonly faultText?: (faults: readonly Fault[], version: "base" | "head") => string;
  /** Whether the approvals stand elsewhere already. */
  readonly withoutApprovals?: boolean;
}

function findingWords(sign: Mark, finding: Finding & { readonly isNew?: boolean }): Words {
  const isNew = finding.isNew === true ? words` ${strong("new")}` : [];
  return words`${mark(sign)} ${finding.id}${isNew} ${said(formatFault(finding))}`;
}

function faultsBlocks({ base, head }: PlanReport, { faultText }: PlanDocumentOptions): readonly Block[] {
  const part = (title: string, faults: readonly Fault[], version: "base" | "head"): readonly Block[] => {
    if (faults.length === 0) return [];
    const shown =
      faultText === undefined
        ? lines(
            faults.map((fault) => words`${mark("error")} ${said(formatFault(fault))}`),
            { noun: "faults" },
          )
        : [code(faultText(faults, version))];
    return heading(title, shown);
  };
  return [
    ...part("This change cannot be read", head.faults, "head"),
    ...part("The base cannot be read, so nothing is compared", base.faults, "base"),
  ];
}

/** Errors and what is new in sight, the rest folded. */
function findingsBlocks(report: PlanReport): readonly Block[] {
  const { findings, base } = report;
  const gone = counted(findings.mended.length, "finding");
  const seen = findings.items.filter(({ severity, isNew }) => severity === "error" || isNew);
  const known = findings.items.filter((each) => !seen.includes(each));
  const list = (all: readonly Finding[], sign?: Mark): readonly Block[] =>
    lines(
      all.map((each) => findingWords(sign ?? each.severity, each)),
      { noun: "findings" },
    );
  return heading("Findings", [
    ...list(seen),
    ...details(knownText(known.length, base), list(known), { aside: true }),
    ...(removedRows(report) === 0
      ? details(`${gone} that this change mends`, list(findings.mended, "mended"))
      : details(`${gone} less, mended or gone with the rows that are removed`, list(findings.mended, "warning"))),
  ]);
}

/** Kinds of software whose change a reviewer wants to see by name. */
const weighty: ReadonlySet<string> = new Set(["kernel", "libc", "database"]);

function isWeighty({ id, os }: PlanReport["approvals"][number]["added"][number]): boolean {
  const kind = os === "WINDOWS" ? undefined : impactOf(packageOfPatch(id).name, false)?.kind;
  return kind !== undefined && weighty.has(kind);
}

/** Who is told of an entry by OS and architecture: which of them have the package, only a scan knows. */
function atMost(servers: number): string {
  return servers === 0 ? "no server" : `at most ${counted(servers, "server")}`;
}

/** What may be installed on reviewed servers from now on. */
function approvalsBlocks({ approvals }: PlanReport): readonly Block[] {
  const entry =
    (sign: string) =>
    ({ os, id, title, servers }: PlanReport["approvals"][number]["added"][number]) =>
      words`${said(sign)} ${os} ${id}${title === null ? [] : words` ${title}`}: ${said(servers === 0 ? "matches NO server of the group" : atMost(servers))}`;
  return lines(
    approvals.map(({ group, state, file, expires, note, scan, added, removed, kept, servers, windows }) => {
      const until =
        file === null ? said("; nothing may be installed any more") : words`, ${file} until ${expires ?? ""}`;
      const counts = `; ${String(added.length)} patches more, ${String(removed.length)} less, ${String(kept)} as before${file === null ? "" : `; they match ${atMost(servers)}`}`;
      const heavy = added.filter(isWeighty);
      const unmatched = added.filter((each) => each.servers === 0);
      return item(
        words`group ${group}: approval ${said(state)}${until}${said(counts)}`,
        [
          ...(note === null ? [] : [`note: ${note}`]),
          ...(scan === null ? [] : [words`made from scan ${scan}`]),
          ...(heavy.length === 0
            ? []
            : [words`${strong("kernel, libc or database")}: ${listed(heavy.map(({ id }) => id))}`]),
          ...(unmatched.length === 0
            ? []
            : [
                words`${strong("match no server")}, by OS or architecture: ${joined(
                  unmatched.map(({ os, id }) => words`${id} (${said(os)})`),
                  ", ",
                )}`,
              ]),
          ...windows.map(({ name, onDemand }) =>
            onDemand
              ? words`${name} installs them, and nothing happens until an operator opens it; one that is opened already is to be opened again after the deployment`
              : words`${name} installs them by its schedule`,
          ),
        ],
        ...details(
          "which patches",
          lines([...added.map(entry("added")), ...removed.map(entry("removed"))], {
            noun: "patches",
            length: "names",
          }),
        ),
      );
    }),
  );
}

/** What only the clouds know; nothing without `--live`. */
function liveBlocks({ live }: PlanReport): readonly Block[] {
  const locations = live?.locations ?? [];
  const rows = locations.flatMap(({ name: location, limits }) =>
    limits.map(({ name, used, adds, granted, left, note }) => [
      location,
      said(name),
      used,
      adds,
      granted ?? said(note ?? "unknown"),
      left ?? said("–"),
    ]),
  );
  return [
    ...lines(
      locations.map((location) => {
        const { name, accountId, region, failure, findings } = location;
        const state =
          failure === undefined
            ? findings.length === 0
              ? "as the base has it"
              : counted(findings.length, "finding")
            : `could not be read: ${failure}`;
        const waiting = activationsText(location);
        const sign = failure === undefined ? [] : words`${mark("error")} `;
        return item(
          words`${name} (${accountId}, ${region}): ${sign}${said(state)}${said(waiting === "" ? "" : `; ${waiting}`)}`,
          [],
          ...lines(
            findings.map((each) => findingWords(each.severity, each)),
            { noun: "findings" },
          ),
        );
      }),
    ),
    ...lines(
      locations.flatMap(({ name, learned }) =>
        learned !== undefined && "failure" in learned
          ? [
              words`${name}: ${said(`how long installations took is not known, the model's minutes stand: ${learned.failure}`)}`,
            ]
          : [],
      ),
    ),
    ...details(
      "limits of every location",
      table(["location", "limit", "used|", "added|", "granted|", "left|"], rows, "rows"),
    ),
  ];
}

/** Changes of baselines, groups, locations and settings. */
function policyBlocks({ policy }: PlanReport): readonly Block[] {
  return lines(
    policy.map(({ section, name, state, differences }) =>
      item(
        words`${said(section)}${name === "" ? [] : words` ${name}`} ${said(state)}`,
        [],
        ...lines(differences.map(differenceWords), { noun: "differences" }),
      ),
    ),
    { noun: "changes" },
  );
}

/** Whether each window's time is enough: background, because what is too short is a finding. */
function capacityBlocks({ capacity }: PlanReport): readonly Block[] {
  const rows = capacity.map((row) => {
    const { hosts, before, minutesNeeded, minutesAvailable } = row;
    return [
      row.window,
      row.location,
      before === undefined || before.hosts === hosts ? hosts : words`${before.hosts} → ${hosts}`,
      row.atOnce,
      words`${minutesNeeded} of ${minutesAvailable}`,
      words`${row.minutesPerHost} (${minutesFromWords(row)})`,
      row.fits ? said("fits") : [strong("too short")],
    ];
  });
  const titles = ["window", "location", "servers|", "at once|", "minutes|", "of a server", "verdict"];
  return details("capacity of every window", table(titles, rows, "rows"), { aside: true });
}

/** The approvals as a section: what a reviewer of one has to see, though it moves no server. */
export function approvalsSection(report: PlanReport): readonly Block[] {
  return report.head.state === "unreadable" ? [] : heading("Approvals", approvalsBlocks(report));
}

function comparison(report: PlanReport, { withoutApprovals = false }: PlanDocumentOptions): readonly Block[] {
  const switched = report.switchedChecks.map(
    ({ id, severity, reason }) => words`${id} is ${severity}: ${said(reason)}`,
  );
  return [
    ...(withoutApprovals ? [] : approvalsSection(report)),
    ...findingsBlocks(report),
    ...heading("Servers", serversBlocks(report)),
    ...heading("Windows and dates", windowsBlocks(report)),
    ...reachBlocks(report),
    ...heading("Machines", machinesBlocks(report)),
    ...heading("In the clouds now", liveBlocks(report)),
    ...heading("Policy", policyBlocks(report)),
    ...capacityBlocks(report),
    ...details(`${counted(switched.length, "check")} switched by the stack file`, lines(switched)),
  ];
}

function verdict(report: PlanReport): Words {
  if (report.head.state === "unreadable") return words`: ${strong("CANNOT BE DEPLOYED")}`;
  return report.blocking ? words`: ${strong("NOT TO BE MERGED")}` : [];
}

/** A plan: what happens in a line, what stands against it, then the details in the order of importance. */
export function planDocument(report: PlanReport, options: PlanDocumentOptions = {}): Document {
  const { stack, base, head, asOf, notes } = report;
  return {
    title: said(`stack ${stack}: ${headline(report)}`),
    blocks: [
      paragraph(words`${said(findingsText(report))}${verdict(report)}`),
      paragraph(`${versionText(base)} -> ${versionText(head)}, dates as of ${asOf}`),
      ...faultsBlocks(report, options),
      // Of a change that cannot be read there is nothing else to tell.
      ...(head.state === "unreadable" ? [] : comparison(report, options)),
      ...notes.map((note) => paragraph(note)),
    ],
  };
}
