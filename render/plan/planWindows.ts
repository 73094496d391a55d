import type { PlanReport } from "../../domain/plan/report.ts";
import type { WindowPlan, WindowVersion } from "../../domain/plan/windowPlans.ts";
import { counted } from "../../domain/text.ts";
import { details, item, lines, said, words, type Block, type Item } from "../document.ts";
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

function windowItem(window: WindowPlan): Item {
  const { name, state, before, after, differences } = window;
  const dates = hasSameDates(window)
    ? runItems("as before", after)
    : [...runItems("before", before), ...runItems("after", after)];
  return item(
    words`${name}${said(state === "same" ? "" : ` ${state}`)}: ${said(reached(window))}`,
    [],
    ...lines(differences.map(differenceWords), { noun: "differences" }),
    ...lines(outcomeItems(window)),
    ...lines(dates),
  );
}

/** Next dates of every window, before and after: what changes in sight, the rest folded. */
export function windowsBlocks({ windows }: PlanReport): readonly Block[] {
  const changed = windows.filter((window) => window.state !== "same" || !hasSameDates(window));
  const kept = windows.filter((window) => !changed.includes(window));
  const list = (all: readonly WindowPlan[]): readonly Block[] => lines(all.map(windowItem), { noun: "windows" });
  return [
    ...list(changed),
    ...details(`next dates of ${counted(kept.length, "window")} whose dates stay`, list(kept), { aside: true }),
  ];
}
