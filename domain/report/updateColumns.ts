import { severities, type Severity } from "../packages/severity.ts";
import { dateText, instantText } from "../time.ts";
import { cell } from "./comparedServers.ts";
import type { OpenUpdate } from "./openUpdates.ts";
import type { Cell, ReportColumn, Tone } from "./report.ts";

/** How severities are meant. */
export const severityTones: Readonly<Record<Severity, Tone>> = {
  critical: "bad",
  high: "bad",
  medium: "warning",
  low: "neutral",
  unknown: "unknown",
};

/** What an age against its time limit is called. */
export const ageWords = { onTime: "on time", due: "due", overdue: "overdue" } as const;

export const ageTones: Readonly<Record<string, Tone>> = { "on time": "good", due: "warning", overdue: "bad" };

/** Why a time limit is as short as it is. */
const becauseWords = {
  critical: "critical",
  exploited: "known to be exploited",
  unknownSeverity: "severity unknown: counts as critical",
  rule: "the baseline's rule",
  businessUnit: "the business unit's own duty",
  other: "not critical",
} as const;

/** The columns that say which update it is, how bad and how old; {@link updateCells} fills them. */
export const updateColumns: readonly ReportColumn[] = [
  { key: "update", title: "Update", kind: "code" },
  { key: "version", title: "Version", kind: "code" },
  { key: "state", title: "State", kind: "state", tones: { failed: "bad", missing: "warning" } },
  { key: "severity", title: "Severity", kind: "state", tones: severityTones },
  { key: "severity_source", title: "Severity by", kind: "text" },
  { key: "cves", title: "CVEs", kind: "list" },
  { key: "exploited", title: "Exploited", kind: "state", tones: { yes: "bad" } },
];

export function updateCells(update: OpenUpdate): readonly Cell[] {
  return [
    update.id,
    cell(update.version === "" && update.title !== update.id ? update.title : update.version),
    update.is,
    update.severity,
    cell(update.severitySource),
    cell(update.allCves.join(", ")),
    update.exploited ? "yes" : null,
  ];
}

/** The columns of an update's age; {@link ageCells} fills them. */
export const ageColumns: readonly ReportColumn[] = [
  { key: "since", title: "Missing since", kind: "instant" },
  { key: "age", title: "Age", kind: "days" },
  { key: "limit", title: "Limit", kind: "days" },
  { key: "because", title: "Limit because", kind: "text" },
  { key: "due", title: "Due", kind: "date" },
  { key: "against_sla", title: "Against the SLA", kind: "state", tones: ageTones },
  { key: "overdue", title: "Overdue by", kind: "days" },
  { key: "next_window", title: "Next window", kind: "text" },
  { key: "next_run", title: "Next run", kind: "instant" },
];

export function ageCells({ since, age, sla }: OpenUpdate): readonly Cell[] {
  if (age === undefined || sla === undefined) return [cell(since), ...ageColumns.slice(1).map(() => null)];
  const { takenBy } = age;
  return [
    since,
    age.days,
    sla.days,
    becauseWords[sla.because],
    dateText(age.dueAt),
    ageWords[age.state],
    age.state === "overdue" ? age.overdueDays : null,
    takenBy?.window ?? null,
    takenBy === undefined ? null : instantText(takenBy.at),
  ];
}

/** Worst first: what is known to be exploited, then overdue before due, then by severity, then the oldest. */
export function byUrgency(left: OpenUpdate, right: OpenUpdate): number {
  const rank = ({ age }: OpenUpdate): number => ["overdue", "due", "onTime"].indexOf(age?.state ?? "onTime");
  return (
    Number(right.exploited) - Number(left.exploited) ||
    rank(left) - rank(right) ||
    (right.age?.overdueDays ?? 0) - (left.age?.overdueDays ?? 0) ||
    severities.indexOf(left.severity) - severities.indexOf(right.severity) ||
    (right.age?.days ?? 0) - (left.age?.days ?? 0)
  );
}
