import type { ApprovalFacts } from "../../domain/approvals/inForce.ts";
import type { Upcoming } from "../../domain/explain/runs.ts";
import type { WindowFacts } from "../../domain/explain/window.ts";
import type { Freeze } from "../../domain/plane.ts";
import type { RebootOption, Window } from "../../domain/window.ts";
import { localIso } from "../../domain/schedule/timeZones.ts";
import type { WindowRun } from "../../domain/schedule/windowRuns.ts";
import { counted } from "../../domain/text.ts";
import { listed, said, words, type Sentence, type Words } from "../document.ts";
import { hour } from "../../domain/time.ts";

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

const notes: Readonly<Record<NonNullable<WindowRun["note"]>, string>> = {
  gap: "the clocks skip that hour: AWS may start earlier or later",
  overlap: "that hour comes twice: the first is shown",
  rate: "counted as if the window were made now",
};

function minutes(iso: string): string {
  const [, day = "", clock = "", offset = ""] = /^(\S{10})T(\d\d:\d\d):\d\d(.*)$/.exec(iso) ?? [];
  const weekday = weekdays[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? "";
  return `${weekday} ${day} ${clock} ${offset === "Z" ? "UTC" : offset}`;
}

/** `Fri 2026-12-04 23:00 -05:00 = Sat 2026-12-05 04:00 UTC`, with what is special about it. */
export function runWords({ utc, local, note, freeze }: WindowRun): string {
  const shown = local.endsWith("Z") ? minutes(utc) : `${minutes(local)} = ${minutes(utc)}`;
  return [
    shown,
    ...(note === undefined ? [] : [notes[note]]),
    ...(freeze === undefined ? [] : [`IN A FREEZE (${freeze}), and AWS runs it all the same`]),
  ].join("; ");
}

/** A window's next runs, one a line; why there are none. */
export function runLines({ runs, openSince }: Upcoming, window: Window, approval?: ApprovalFacts): readonly Sentence[] {
  const open =
    openSince === undefined
      ? []
      : [`OPEN NOW, since ${minutes(localIso(openSince, window.timezone))}${openUntil(openSince, window)}`];
  if (runs.length > 0)
    return [...open, ...runs.map((run, index) => `${index === 0 ? "next" : "then"} ${runWords(run)}`)];
  if (approval?.state === "none") return [...open, "no run: nothing is approved, so it has no task"];
  if (approval?.state === "expired") return [...open, "no run: the approval has expired"];
  return [
    ...open,
    window.onDemand ? "no run of its own: it waits for an operator" : "no run ahead: it never opens again",
  ];
}

function openUntil(since: Date, window: Window): string {
  const at = (hours: number): string =>
    minutes(localIso(new Date(since.getTime() + hours * hour), window.timezone)).slice(4);
  return `; starts nothing after ${at(window.durationHours - window.cutoffHours)}, ends ${at(window.durationHours)}`;
}

/** How long it is open, and until when a server starts. */
export function lengthWords(window: Window): string {
  const cutoff =
    window.cutoffHours === 0 ? "" : `; no server starts in the last ${counted(window.cutoffHours, "hour")}`;
  return `open ${counted(window.durationHours, "hour")}${window.atCutoff === "cancel" ? cutoff : ""}`;
}

/** What is special about the hooks around a server's patching; nothing without any. */
export function hookLines({
  window,
  patience: { hookPath },
}: Pick<WindowFacts, "window" | "patience">): readonly string[] {
  if (hookPath === "none") return [];
  const { before, after, mustSucceed } = window.hooks;
  const gate = mustSucceed
    ? "a failing hook before it stops the patching of its server, and of no other"
    : "a failing hook before it is reported, and its server is patched all the same";
  const again = "after a reboot the hooks before it run once more, so they have to bear that";
  const aws =
    "AWS-RunPatchBaselineWithHooks scans first, and runs the hooks before only where something is to be installed";
  return [
    ...(before.length === 0 ? [] : [gate]),
    ...(after.length === 0 ? [] : ["the hooks after it run in any case"]),
    ...(hookPath === "aws" ? [aws] : before.length === 0 ? [] : [again]),
  ];
}

/** The reboot rule of an install. */
export function rebootWords(reboot: RebootOption): string {
  return reboot === "NoReboot"
    ? "never reboots by itself: what needs a reboot waits for one (pending reboot)"
    : "reboots after every run that installed something";
}

/** What is approved for a reviewed group, and until when; nothing for another. */
export function approvalLines(facts: ApprovalFacts | undefined): readonly Sentence[] {
  if (facts === undefined) return [];
  if (facts.state === "none") return ["no approvals file: nothing is installed, whatever a scan shows"];
  const { approval } = facts;
  const counts = Object.entries(approval.patches).map(
    ([os, list]) => words`${said(counted(list.length, "patch", "patches"))} of ${os}`,
  );
  const state = facts.state === "expired" ? "EXPIRED on" : "in force until";
  return [
    words`${approval.file}: ${said(`${state} ${approval.expires}`)}`,
    words`approves ${counts.length === 0 ? said("nothing") : listed(counts)}; scan ${approval.scanId}; ${said(approval.note)}`,
  ];
}

/** A freeze, one line. */
export function freezeWords({ from, to, groups, windows, skip, reason }: Freeze): Words {
  const whom = groups === undefined ? [] : words` for ${listed(groups)}`;
  const which = windows === undefined ? [] : words` in ${listed(windows)}`;
  return words`${said(`${from} to ${to}`)}${whom}${which}${said(skip ? ", runs left out" : "")}: ${said(reason)}`;
}
