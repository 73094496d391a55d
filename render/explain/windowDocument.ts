import type { WindowFacts, WindowPlace } from "../../domain/explain/window.ts";
import { counted } from "../../domain/text.ts";
import { heading, item, joined, lines, listed, paragraph, said, strong, words } from "../document.ts";
import type { Document, Item, Sentence, Words } from "../document.ts";
import { cutoffOf, cutoffWords, silenceWords } from "../patienceWords.ts";
import { originWords } from "./originWords.ts";
import { scheduleWords } from "./scheduleWords.ts";
import { approvalLines, freezeWords, hookLines, lengthWords, rebootWords, runLines, runWords } from "./windowWords.ts";

function placeItem({ location, groups, capacity }: WindowPlace): Item {
  const filled = groups.filter(({ machines }) => machines > 0);
  if (capacity.hosts === 0) return item(words`${location}: no server`);
  const verdict = capacity.fits ? "fits" : "DOES NOT FIT";
  const ways = [
    ...(capacity.fittingConcurrency === undefined ? [] : [`maxConcurrency ${capacity.fittingConcurrency}`]),
    ...(capacity.fittingDurationHours === undefined ? [] : [`durationHours ${String(capacity.fittingDurationHours)}`]),
  ];
  const mend = ways.length === 0 ? "" : `; ${ways.join(" or ")} would`;
  const shares = filled.map(({ group, machines }) => words`${group} ${machines}`);
  const minutes = `${String(capacity.minutesNeeded)} of ${String(capacity.minutesAvailable)} minutes`;
  const rounds = `${counted(capacity.rounds, "round")} of ${counted(capacity.minutesPerHost, "minute")}`;
  return item(words`${location}: ${said(counted(capacity.hosts, "server"))} (${joined(shares, ", ")})`, [
    `${String(capacity.atOnce)} at once, ${rounds}: ${minutes}, ${verdict}${mend}`,
  ]);
}

/** What one server's command does, in order. */
function serverWords({ window, approval }: WindowFacts): Words {
  const patch = window.operation === "scan" ? "AWS-RunPatchBaseline, scan" : "AWS-RunPatchBaseline, install";
  const { before, after } = window.hooks;
  const steps = [
    ...before.map(({ name }) => words`hook ${name}`),
    said(approval === undefined ? patch : `${patch} of what the approvals file names`),
    ...after.map(({ name }) => words`hook ${name}`),
  ];
  return joined(steps, ", then ");
}

function onceWords(hooks: readonly { readonly name: string }[], group: string): readonly Words[] {
  return hooks.map(({ name }) => words`hook ${name}, once in the window, on every server of ${group}`);
}

function taskLines(facts: WindowFacts): readonly Sentence[] {
  const { window, targets, approval, patience } = facts;
  if (approval?.state === "none") return ["none: nothing is approved"];
  const { before, after, once } = window.hooks;
  const hooked = before.length + after.length > 0;
  const steps = [
    ...(once === undefined ? [] : onceWords(once.before, once.group)),
    words`on each server${said(hooked ? ", in one command" : "")}: ${serverWords(facts)}`,
    ...(once === undefined ? [] : onceWords(once.after, once.group)),
  ];
  const override =
    window.baselineOverride.length === 0
      ? []
      : [
          words`goes by ${listed(window.baselineOverride)} in place of the groups' own baselines, and writes no compliance`,
        ];
  const rules =
    window.operation === "scan"
      ? []
      : targets.map(({ reboot, groups }) => words`${listed(groups)}: ${said(rebootWords(reboot))}`);
  return [
    ...steps.map((step, index) => words`${index + 1}. ${step}`),
    ...hookLines(facts),
    silenceWords(patience),
    ...override,
    ...rules,
  ];
}

function inShort({ window, places, runs, openSince, approval }: WindowFacts): Words {
  const servers = places.reduce((sum, { capacity }) => sum + capacity.hosts, 0);
  const isOver = runs.length === 0 && openSince === undefined && !window.onDemand && approval?.state !== "none";
  const over = isOver ? [strong("NEVER OPENS AGAIN: no date is left."), " "] : [];
  const does = window.operation === "scan" ? "Scans, and changes nothing on," : "Installs patches on";
  const unfit = places.filter(({ capacity }) => !capacity.fits).map(({ location }) => location);
  const short = unfit.length === 0 ? [] : words` It is too short in ${listed(unfit)}.`;
  const next = runs[0] === undefined ? "" : ` Next ${runWords(runs[0])}.`;
  const open = openSince === undefined ? "" : " It is OPEN NOW.";
  const where = ` in ${counted(places.length, "location")}.${open}${next}`;
  return words`${over}${said(`${does} ${counted(servers, "server")}`)} of ${listed(window.groups)}${said(where)}${short}`;
}

/** What a window does, when and to whom. */
export function windowDocument(facts: WindowFacts): Document {
  const { window, origin, approval, places, freezes } = facts;
  const when = [
    scheduleWords(window),
    lengthWords(window),
    cutoffWords(cutoffOf(window), facts.patience),
    `at most ${window.maxConcurrency} of a target's servers at once; after ${window.maxErrors} of failures no more start`,
    ...runLines(facts, window, approval),
  ];
  return {
    title: words`window ${window.name} (${originWords(origin)})`,
    blocks: [
      paragraph(inShort(facts)),
      ...heading("When", lines(when)),
      ...heading("Tasks, in order", lines(taskLines(facts))),
      ...heading("What may be installed", lines(approvalLines(approval))),
      ...heading("Servers and time", lines(places.map((at) => placeItem(at)))),
      ...heading("Freezes ahead", lines(freezes.map(freezeWords))),
    ],
  };
}
