import { formatFault, type Fault } from "../../domain/fault.ts";
import type { Difference } from "../../domain/plan/differences.ts";
import type { PlanFinding, PlanReport } from "../../domain/plan/report.ts";
import type { ServerChangeSet } from "../../domain/plan/serverChanges.ts";
import type { WindowPlan, WindowVersion } from "../../domain/plan/windowPlans.ts";
import { counted } from "../../domain/text.ts";
import { firstLines, firstNames, section } from "../listing.ts";
import {
  activationsText,
  differenceText,
  findingsText,
  headline,
  knownText,
  limitRows,
  runText,
  setTitle,
  versionText,
} from "./planWords.ts";

function quoted(text: string): string {
  return text;
}

function changeLine(each: Difference): string {
  return `${each.field}: ${differenceText(each, quoted)}`;
}

function setLines(set: ServerChangeSet): readonly string[] {
  const places = Map.groupBy(set.servers, ({ group, location }) => `${group} in ${location}`);
  return [
    setTitle(set),
    ...set.differences.map((each) => `  ${changeLine(each)}`),
    ...[...places].map(
      ([place, members]) => `  ${place} (${String(members.length)}): ${firstNames(members.map(({ name }) => name))}`,
    ),
  ];
}

function runLines(label: string, version: WindowVersion | undefined): readonly string[] {
  if (version === undefined) return [];
  const runs =
    version.runs.length === 0
      ? [version.schedule === "on demand" ? "on demand" : "no run is left"]
      : version.runs.map(runText);
  return [`  ${label} ${version.schedule}`, ...runs.map((run) => `    ${run}`)];
}

function windowLines({ name, state, before, after, differences }: WindowPlan): readonly string[] {
  const servers =
    before?.servers === after?.servers
      ? String(after?.servers ?? 0)
      : `${String(before?.servers ?? 0)} → ${String(after?.servers ?? 0)}`;
  const same = JSON.stringify([before?.schedule, before?.runs]) === JSON.stringify([after?.schedule, after?.runs]);
  return [
    `${name}${state === "same" ? "" : ` ${state}`}: ${servers} servers`,
    ...differences.map((each) => `  ${changeLine(each)}`),
    ...(same ? [] : runLines("before", before)),
    ...runLines(same ? "as before" : "after", after),
  ];
}

function findingLine(finding: PlanFinding): string {
  return `${finding.severity}${finding.isNew ? ", new" : ""}: ${finding.id}: ${formatFault(finding)}`;
}

function machineLines({ onboarding: { onboarded, runAgain, leftBehind, retagged } }: PlanReport): readonly string[] {
  const bySubscription = Map.groupBy(onboarded, ({ subscription }) => subscription);
  return [
    ...[...bySubscription].map(
      ([name, rows]) =>
        `${counted(rows.length, "Azure VM")} onboarded from ${name}: ${firstNames(rows.map((row) => row.name))}`,
    ),
    ...firstLines(runAgain.map(({ name, reason }) => `the onboarding script runs again on ${name}: ${reason}`)),
    ...firstLines(
      leftBehind.map(
        ({ name, group, location }) =>
          `${name} stays a managed node (${group} in ${location}) although its row is removed`,
      ),
    ),
    ...retagged.map(
      ({ from, to, servers }) =>
        `${counted(servers, "server")} to retag after the deployment (patchplane tags --apply): PatchGroup ${from} → ${to}`,
    ),
  ];
}

function approvalLines({ approvals }: PlanReport): readonly string[] {
  return approvals.flatMap(({ group, state, file, expires, added, removed, kept }) => [
    `group ${group}: approval ${state}${file === null ? "" : `, ${file} until ${expires ?? ""}`}`,
    ...firstLines(
      [...added.map((each) => ({ mark: "+", each })), ...removed.map((each) => ({ mark: "-", each }))].map(
        ({ mark, each: { os, id, title } }) => `  ${mark} ${os} ${id} ${title ?? ""}`.trimEnd(),
      ),
    ),
    `  ${String(kept)} patches as before`,
  ]);
}

function liveLines({ live }: PlanReport): readonly string[] {
  return (live?.locations ?? []).flatMap((location) => {
    const { name, accountId, region, failure, findings } = location;
    const waiting = activationsText(location);
    const state = failure ?? (findings.length === 0 ? "as the base has it" : counted(findings.length, "finding"));
    return [
      `${name} (${accountId}, ${region}): ${state}${waiting === "" ? "" : `; ${waiting}`}`,
      ...findings.map((each) => `  ${each.severity}: ${each.id}: ${formatFault(each)}`),
      ...limitRows(location).map(
        ([limit, used, adds, granted, left]) =>
          `  ${limit}: ${used} used, ${adds} added, ${granted} granted, ${left} left`,
      ),
    ];
  });
}

function policyLines({ policy }: PlanReport): readonly string[] {
  return policy.flatMap(({ section: part, name, state, differences }) => [
    `${part}${name === "" ? "" : ` ${name}`} ${state}`,
    ...differences.map((each) => `  ${changeLine(each)}`),
  ]);
}

function short(report: PlanReport): readonly string[] {
  const seen = report.findings.items.filter(({ severity, isNew }) => severity === "error" || isNew);
  const known = report.findings.items.length - seen.length;
  return [
    ...seen.map(findingLine),
    ...(known === 0 ? [] : [`${knownText(known, report.base, "warning")} (--all shows them)`]),
  ];
}

/** How {@link planText} shows a plan. */
export interface PlanTextOptions {
  /** Also findings that the base has, and windows that stay as they are. */
  readonly all: boolean;
  /** Faults of a version as lines, with what only its files can show. */
  readonly faultLines: (faults: readonly Fault[], version: "base" | "head") => readonly string[];
}

function comparison(report: PlanReport, all: boolean): readonly string[] {
  const { findings, windows, servers, switchedChecks } = report;
  const shownWindows = windows.filter(({ state }) => all || state !== "same");
  return [
    ...section("Findings:", all ? findings.items.map(findingLine) : short(report)),
    ...section(
      "Findings that this change mends:",
      findings.mended.map((each) => `${each.id}: ${formatFault(each)}`),
    ),
    ...section("Servers:", servers.sets.flatMap(setLines)),
    ...section("Windows and dates:", shownWindows.flatMap(windowLines)),
    ...section("Machines:", machineLines(report)),
    ...section("Approvals:", approvalLines(report)),
    ...section("Policy:", policyLines(report)),
    ...section("In the clouds now:", liveLines(report)),
    ...section(
      "Checks switched by the stack file:",
      switchedChecks.map(({ id, severity, reason }) => `${id} ${severity}: ${reason}`),
    ),
  ];
}

/** One plan for a terminal. */
export function planText(report: PlanReport, { all, faultLines }: PlanTextOptions): string {
  const { stack, base, head, asOf } = report;
  const verdict = report.blocking ? ": NOT TO BE MERGED" : "";
  const parts = [
    `stack ${stack}: ${headline(report)}\n${findingsText(report)}${verdict}\n${versionText(base)} -> ${versionText(head)}, dates as of ${asOf}`,
    ...section("This change cannot be read:", faultLines(head.faults, "head")),
    ...section("The base cannot be read, so nothing is compared:", faultLines(base.faults, "base")),
    // Of a change that cannot be read there is nothing else to tell.
    ...(head.state === "unreadable" ? [] : comparison(report, all)),
    ...report.notes,
  ];
  return `${parts.join("\n\n")}\n`;
}
