import { formatFault, type Fault } from "../../domain/fault.ts";
import { counted } from "../../domain/text.ts";
import type { PlanFinding, PlanReport } from "../../domain/plan/report.ts";
import type { WindowPlan, WindowVersion } from "../../domain/plan/windowPlans.ts";
import { code, folded, plain, table } from "../markdown.ts";
import { cut, moreLine, type Budget } from "./planMarkdownServers.ts";
import { differenceText, knownText, runText } from "./planWords.ts";

function faultLine(fault: Fault): string {
  return plain(formatFault(fault));
}

function findingLine(finding: PlanFinding): string {
  const mark = finding.severity === "error" ? "🔴" : "🟡";
  return `- ${mark} ${code(finding.id)}${finding.isNew ? " **new**" : ""} ${faultLine(finding)}`;
}

function listOf(lines: readonly string[], budget: Budget, noun: string): string {
  const { shown, more } = cut(lines, budget);
  return [...shown, ...moreLine(more, noun).map((line) => `- ${line}`)].join("\n");
}

/** What stands against reading one of the versions. */
export function faultsSection({ base, head }: PlanReport, budget: Budget): readonly string[] {
  const part = (title: string, faults: readonly Fault[]): readonly string[] =>
    faults.length === 0
      ? []
      : [
          `### ${title}`,
          listOf(
            faults.map((fault) => `- 🔴 ${faultLine(fault)}`),
            budget,
            "faults",
          ),
        ];
  return [
    ...part("This change cannot be read", head.faults),
    ...part("The base cannot be read, so nothing is compared", base.faults),
  ];
}

/** Errors and what is new in sight, the rest folded. */
export function findingsSection({ findings, base }: PlanReport, budget: Budget): readonly string[] {
  const seen = findings.items.filter(({ severity, isNew }) => severity === "error" || isNew);
  const known = findings.items.filter((each) => !seen.includes(each));
  return [
    ...(seen.length === 0 ? [] : ["### Findings", listOf(seen.map(findingLine), budget, "findings")]),
    ...(known.length === 0
      ? []
      : [folded(knownText(known.length, base), listOf(known.map(findingLine), budget, "findings"))]),
    ...(findings.mended.length === 0
      ? []
      : [
          folded(
            `${counted(findings.mended.length, "finding")} that this change mends`,
            listOf(
              findings.mended.map((each) => `- 🟢 ${code(each.id)} ${faultLine(each)}`),
              budget,
              "findings",
            ),
          ),
        ]),
  ];
}

function runsCell(version: WindowVersion | undefined): string {
  if (version === undefined) return "–";
  const { schedule, runs } = version;
  return [code(schedule), ...runs.map((run) => plain(runText(run)))].join("<br>");
}

const stateWords = { added: "🆕", removed: "❌ removed", changed: "✏️", same: "" } as const;

function sameDates({ before, after }: WindowPlan): boolean {
  return JSON.stringify([before?.schedule, before?.runs]) === JSON.stringify([after?.schedule, after?.runs]);
}

function reached({ before, after }: WindowPlan): string {
  const [was, is] = [before?.servers, after?.servers].map((count) => (count === undefined ? "–" : String(count)));
  return was === is ? (is ?? "–") : `${was ?? "–"} → ${is ?? "–"}`;
}

function windowRow(window: WindowPlan): readonly string[] {
  const title = `${code(window.name)} ${stateWords[window.state]}`.trim();
  return [title, reached(window), runsCell(window.before), runsCell(window.after)];
}

function changedWindow({ name, differences }: WindowPlan, budget: Budget): string {
  const { shown, more } = cut(differences, budget);
  return [
    `- ${code(name)}`,
    ...shown.map((each) => `  - ${code(each.field)}: ${differenceText(each, code)}`),
    ...moreLine(more, "differences").map((line) => `  - ${line}`),
  ].join("\n");
}

function keptDates(windows: readonly WindowPlan[], budget: Budget): readonly string[] {
  if (windows.length === 0) return [];
  const { shown, more } = cut(windows, budget);
  const rows = shown.map((window) => [code(window.name), reached(window), runsCell(window.after)]);
  return [
    folded(
      `next dates of ${counted(windows.length, "window")} whose dates stay`,
      [table(["window", "servers", "next runs"], rows), ...moreLine(more, "windows")].join("\n\n"),
    ),
  ];
}

/** Next dates of every window, before and after: what changes in sight, the rest folded. */
export function datesSection({ windows }: PlanReport, budget: Budget): readonly string[] {
  const moved = windows.filter((window) => !sameDates(window));
  const kept = windows.filter(sameDates);
  const changed = windows.filter(({ differences }) => differences.length > 0);
  const { shown, more } = cut(moved, budget);
  return [
    ...(moved.length + changed.length === 0 ? [] : ["### Windows and dates"]),
    ...(moved.length === 0 ? [] : [table(["window", "servers", "before", "after"], shown.map(windowRow))]),
    ...moreLine(more, "windows"),
    ...(changed.length === 0
      ? []
      : [
          cut(changed, budget)
            .shown.map((window) => changedWindow(window, budget))
            .join("\n"),
        ]),
    ...keptDates(kept, budget),
  ];
}

/** What may be installed on reviewed servers from now on. */
export function approvalsSection({ approvals }: PlanReport, budget: Budget): readonly string[] {
  if (approvals.length === 0) return [];
  const entry = (mark: string) => (each: { os: string; id: string; title: string | null }) =>
    `- ${mark} ${code(each.os)} ${code(each.id)}${each.title === null ? "" : ` ${code(each.title)}`}`;
  return [
    "### Approvals",
    ...approvals.map(({ group, state, file, expires, note, added, removed, kept }) =>
      [
        `- group ${code(group)}: approval ${state}` +
          (file === null ? "; nothing may be installed any more" : `, ${code(file)} until ${code(expires ?? "")}`) +
          `; ${String(added.length)} patches more, ${String(removed.length)} less, ${String(kept)} as before`,
        ...(note === null ? [] : [`  - note: ${plain(note)}`]),
        "",
        folded("which patches", listOf([...added.map(entry("➕")), ...removed.map(entry("➖"))], budget, "patches")),
      ].join("\n"),
    ),
  ];
}

/** Changes of baselines, groups, locations and settings. */
export function policySection({ policy }: PlanReport, budget: Budget): readonly string[] {
  if (policy.length === 0) return [];
  const { shown, more } = cut(policy, budget);
  return [
    "### Policy",
    ...shown.map(({ section, name, state, differences }) =>
      [
        `- ${section} ${name === "" ? "" : `${code(name)} `}${state}`,
        ...cut(differences, budget).shown.map((each) => `  - ${code(each.field)}: ${differenceText(each, code)}`),
        ...moreLine(cut(differences, budget).more, "differences").map((line) => `  - ${line}`),
      ].join("\n"),
    ),
    ...moreLine(more, "changes"),
  ];
}

/** Whether each window's time is enough, folded: what is too short is a finding. */
export function capacitySection({ capacity }: PlanReport, budget: Budget): readonly string[] {
  if (capacity.length === 0) return [];
  const { shown, more } = cut(capacity, budget);
  const rows = shown.map((row) => [
    code(row.window),
    code(row.location),
    row.before === undefined || row.before.hosts === row.hosts
      ? String(row.hosts)
      : `${String(row.before.hosts)} → ${String(row.hosts)}`,
    String(row.atOnce),
    `${String(row.minutesNeeded)} of ${String(row.minutesAvailable)}`,
    row.fits ? "fits" : "**too short**",
  ]);
  return [
    folded(
      "capacity of every window",
      [
        table(["window", "location", "servers", "at once", "minutes", ""], rows, ["l", "l", "r", "r", "r", "l"]),
        ...moreLine(more, "rows"),
      ].join("\n\n"),
    ),
  ];
}

/** Checks that the stack file lowers or switches off, with the written reason. */
export function switchedSection({ switchedChecks }: PlanReport): readonly string[] {
  if (switchedChecks.length === 0) return [];
  const rows = switchedChecks.map(({ id, severity, reason }) => `- ${code(id)} is ${code(severity)}: ${plain(reason)}`);
  return [folded(`${counted(switchedChecks.length, "check")} switched by the stack file`, rows.join("\n"))];
}
