import type { CapacityVerdict } from "../../domain/checks/capacity.ts";
import type { PatchReach } from "../../domain/plan/patchReach.ts";
import type { PlanReport } from "../../domain/plan/report.ts";
import type { WindowPlan, WindowVersion } from "../../domain/plan/windowPlans.ts";
import { counted } from "../../domain/text.ts";
import {
  details,
  heading,
  item,
  lines,
  said,
  strong,
  table,
  words,
  type Block,
  type Item,
  type Words,
} from "../document.ts";
import { cutoffWords, silenceWords } from "../patienceWords.ts";
import { differenceWords, runText } from "./planWords.ts";

function runItems(label: string, version: WindowVersion | undefined): readonly Item[] {
  if (version === undefined) return [];
  const { schedule, runs } = version;
  const none = schedule === "on demand" ? [] : ["no run is left"];
  return [item(words`${said(label)} ${schedule}`, runs.length === 0 ? none : runs.map(runText))];
}

function hasSameDates({ before, after }: WindowPlan): boolean {
  return JSON.stringify([before?.schedule, before?.runs]) === JSON.stringify([after?.schedule, after?.runs]);
}

function reached({ before, after }: WindowPlan): string {
  const [was, is] = [before?.servers ?? 0, after?.servers ?? 0];
  return was === is ? counted(is, "server") : `${String(was)} → ${counted(is, "server")}`;
}

/** What becomes of servers that do not answer or are not done in time, where that is new. */
function outcomeItems({ before, after }: WindowPlan): readonly Item[] {
  if (after === undefined) return [];
  const words = (version: WindowVersion): readonly string[] => [
    silenceWords(version.patience),
    cutoffWords(version, version.patience),
  ];
  const [is, was] = [words(after), before === undefined ? [] : words(before)];
  return is.filter((line, index) => line !== was[index]).map((line) => item(said(line)));
}

/** Where the minutes of a server come from. */
export function minutesFromWords({ minutesFrom }: Pick<CapacityVerdict, "minutesFrom">): Words {
  if (minutesFrom.kind !== "measured") return said(minutesFrom.kind === "model" ? "the model's" : "the stack file's");
  const { os, runs } = minutesFrom;
  return said(`measured: ${os}, 95th percentile of ${counted(runs, "installation")}`);
}

/** The longest run to expect of a window, over its locations, against the time until its cutoff. */
function longestRunItems(window: WindowPlan, capacity: PlanReport["capacity"]): readonly Item[] {
  if (window.after?.operation !== "install") return [];
  const rows = capacity.filter(({ window: name, hosts }) => name === window.name && hosts > 0);
  const [longest] = rows.toSorted((a, b) => b.minutesNeeded - a.minutesNeeded);
  if (longest === undefined) return [];
  const { before, minutesNeeded, minutesAvailable, minutesPerHost, location, fits } = longest;
  const was = before === undefined || before.minutesNeeded === minutesNeeded ? [] : words`${before.minutesNeeded} → `;
  const verdict = fits ? [] : words`: ${strong("too short")}`;
  return [
    item(
      words`longest expected run: ${was}${minutesNeeded} of ${minutesAvailable} minutes until the cutoff, in ${location}, at ${minutesPerHost} a server (${minutesFromWords(longest)})${verdict}`,
    ),
  ];
}

function windowItem(window: WindowPlan, capacity: PlanReport["capacity"]): Item {
  const { name, state, before, after, differences } = window;
  const dates = hasSameDates(window)
    ? runItems("as before", after)
    : [...runItems("before", before), ...runItems("after", after)];
  return item(
    words`${name}${said(state === "same" ? "" : ` ${state}`)}: ${said(reached(window))}`,
    [],
    ...lines(differences.map(differenceWords), { noun: "differences" }),
    ...lines([...longestRunItems(window, capacity), ...outcomeItems(window)]),
    ...lines(dates),
  );
}

/** Next dates of every window, before and after: what changes in sight, the rest folded. */
export function windowsBlocks({ windows, capacity }: PlanReport): readonly Block[] {
  const changed = windows.filter((window) => window.state !== "same" || !hasSameDates(window));
  const kept = windows.filter((window) => !changed.includes(window));
  const list = (all: readonly WindowPlan[]): readonly Block[] =>
    lines(
      all.map((window) => windowItem(window, capacity)),
      { noun: "windows" },
    );
  return [
    ...list(changed),
    ...details(`next dates of ${counted(kept.length, "window")} whose dates stay`, list(kept), { aside: true }),
  ];
}

function reachText({ days, approval, intervalDays, delayDays }: PatchReach): string {
  if (approval === "automatic" && intervalDays !== null) {
    const both = `up to ${String(intervalDays)} between runs, up to ${String(delayDays)} until it is approved`;
    if (days === null) return `${both}: no run comes between that and the next Patch Tuesday`;
    return days > intervalDays + delayDays ? `${both}, which every Patch Tuesday starts anew` : both;
  }
  if (approval === "automatic") return "no run follows another";
  return intervalDays === null
    ? "when somebody approves it and opens the window"
    : `when somebody approves it; up to ${String(intervalDays)} between runs`;
}

function daysWords(days: number | null): Words {
  return days === null ? said("no bound") : words`${days}`;
}

/** How many days a patch may take, at worst: what changes in sight, the rest folded. */
export function reachBlocks({ reach }: Pick<PlanReport, "reach">): readonly Block[] {
  const isMoved = ({ before, days }: PatchReach): boolean => before !== undefined && before.days !== days;
  const rows = (all: readonly PatchReach[]): readonly Block[] =>
    table(
      ["group", "servers|", "days|", "of them"],
      all.map((each) => [
        each.group,
        each.servers,
        [
          ...(each.before === undefined || !isMoved(each) ? [] : words`${daysWords(each.before.days)} → `),
          ...daysWords(each.days),
        ],
        said(reachText(each)),
      ]),
      "groups",
    );
  const moved = reach.filter(isMoved);
  const same = reach.filter((each) => !isMoved(each));
  const summary = `days that a patch released today may take to every server of ${counted(same.length, "group")}, at worst`;
  return [
    ...heading("Days that a patch released today may take to every server, at worst", rows(moved)),
    ...details(summary, rows(same), { aside: true }),
  ];
}
