import type { WindowFacts, WindowPlace } from "../../domain/explain/window.ts";
import { counted } from "../../domain/text.ts";
import { heading, item, lines, paragraph, said, words, type Document, type Item } from "../document.ts";
import { originWords } from "./originWords.ts";
import { listed, scheduleWords } from "./scheduleWords.ts";
import { approvalLines, freezeWords, lengthWords, rebootWords, runLines, runWords } from "./windowWords.ts";

function placeItem({ location, groups, capacity }: WindowPlace): Item {
  const filled = groups.filter(({ machines }) => machines > 0);
  if (capacity.hosts === 0) return item(words`${location}: no server`);
  const verdict = capacity.fits ? "fits" : "DOES NOT FIT";
  const ways = [
    ...(capacity.fittingConcurrency === undefined ? [] : [`maxConcurrency ${capacity.fittingConcurrency}`]),
    ...(capacity.fittingDurationHours === undefined ? [] : [`durationHours ${String(capacity.fittingDurationHours)}`]),
  ];
  const mend = ways.length === 0 ? "" : `; ${ways.join(" or ")} would`;
  const shares = filled.map(({ group, machines }) => `${group} ${String(machines)}`).join(", ");
  const minutes = `${String(capacity.minutesNeeded)} of ${String(capacity.minutesAvailable)} minutes`;
  const rounds = `${counted(capacity.rounds, "round")} of ${counted(capacity.minutesPerHost, "minute")}`;
  return item(words`${location}: ${said(`${counted(capacity.hosts, "server")} (${shares})`)}`, [
    said(`${String(capacity.atOnce)} at once, ${rounds}: ${minutes}, ${verdict}${mend}`),
  ]);
}

function taskLines({ window, targets, approval }: WindowFacts): readonly string[] {
  if (approval?.state === "none") return ["none: nothing is approved"];
  const patch = window.operation === "scan" ? "AWS-RunPatchBaseline, scan" : "AWS-RunPatchBaseline, install";
  const { before, after, mustSucceed } = window.hooks;
  const steps = [
    ...before.map(({ name }) => `hook ${name}`),
    approval === undefined ? patch : `${patch} of what the approvals file names`,
    ...after.map(({ name }) => `hook ${name}`),
  ];
  const guarded = mustSucceed && before.length > 0 ? ["a failing hook before it stops the patching of its server"] : [];
  const override =
    window.baselineOverride.length === 0
      ? []
      : [`goes by ${listed(window.baselineOverride)} in place of the groups' own baselines, and writes no compliance`];
  const rules =
    window.operation === "scan" ? [] : targets.map(({ reboot, groups }) => `${listed(groups)}: ${rebootWords(reboot)}`);
  return [...steps.map((step, index) => `${String(index + 1)}. ${step}`), ...guarded, ...override, ...rules];
}

function inShort({ window, places, runs, openSince }: WindowFacts): string {
  const servers = places.reduce((sum, { capacity }) => sum + capacity.hosts, 0);
  const does = window.operation === "scan" ? "Scans, and changes nothing on," : "Installs patches on";
  const unfit = places.filter(({ capacity }) => !capacity.fits).map(({ location }) => location);
  const short = unfit.length === 0 ? "" : ` It is too short in ${listed(unfit)}.`;
  const next = runs[0] === undefined ? "" : ` Next ${runWords(runs[0])}.`;
  return `${does} ${counted(servers, "server")} of ${listed(window.groups)} in ${counted(places.length, "location")}.${openSince === undefined ? "" : " It is OPEN NOW."}${next}${short}`;
}

/** What a window does, when and to whom. */
export function windowDocument(facts: WindowFacts): Document {
  const { window, origin, approval, places, freezes } = facts;
  const when = [
    scheduleWords(window),
    lengthWords(window),
    `at most ${window.maxConcurrency} of a target's servers at once; after ${window.maxErrors} of failures no more start`,
    ...runLines(facts, window, approval),
  ];
  return {
    title: words`window ${window.name} (${said(originWords(origin))})`,
    blocks: [
      paragraph(said(inShort(facts))),
      ...heading("When", lines(when.map(said))),
      ...heading("Tasks, in order", lines(taskLines(facts).map(said))),
      ...heading("What may be installed", lines(approvalLines(approval).map(said))),
      ...heading("Servers and time", lines(places.map((at) => placeItem(at)))),
      ...heading("Freezes ahead", lines(freezes.map(freezeWords).map(said))),
    ],
  };
}
