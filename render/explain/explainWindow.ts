import type { WindowFacts, WindowPlace } from "../../domain/explain/window.ts";
import type { Window } from "../../domain/plane.ts";
import { counted } from "../../domain/text.ts";
import { section } from "../listing.ts";
import { originWords } from "./originWords.ts";
import { listed, scheduleWords } from "./scheduleWords.ts";
import { approvalLines, freezeWords, lengthWords, rebootWords, runLines, runWords } from "./windowWords.ts";

function placeLines({ location, groups, capacity }: WindowPlace, window: Window): readonly string[] {
  const filled = groups.filter(({ machines }) => machines > 0);
  if (capacity.hosts === 0) return [`${location}: no server`];
  const verdict = capacity.fits ? "fits" : "DOES NOT FIT";
  const ways = [
    ...(capacity.fittingConcurrency === undefined ? [] : [`maxConcurrency ${capacity.fittingConcurrency}`]),
    ...(capacity.fittingDurationHours === undefined ? [] : [`durationHours ${String(capacity.fittingDurationHours)}`]),
  ];
  const mend = ways.length === 0 ? "" : `; ${ways.join(" or ")} would`;
  return [
    `${location}: ${counted(capacity.hosts, "server")} (${filled.map(({ group, machines }) => `${group} ${String(machines)}`).join(", ")})`,
    `  ${String(capacity.atOnce)} at once, ${counted(capacity.rounds, "round")} of ${counted(window.minutesPerHost, "minute")}: ` +
      `${String(capacity.minutesNeeded)} of ${String(capacity.minutesAvailable)} minutes, ${verdict}${mend}`,
  ];
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

/** What a window does, when and to whom, by sections. */
export function explainWindowText(facts: WindowFacts): readonly string[] {
  const { window, origin, approval, freezes } = facts;
  return [
    `window ${window.name} (${originWords(origin)})\n${inShort(facts)}`,
    ...section("When:", [
      scheduleWords(window),
      lengthWords(window),
      `at most ${window.maxConcurrency} of a target's servers at once; after ${window.maxErrors} of failures no more start`,
      ...runLines(facts, window, approval),
    ]),
    ...section("Tasks, in order:", taskLines(facts)),
    ...(approval === undefined ? [] : section("What may be installed:", approvalLines(approval))),
    ...section(
      "Servers and time:",
      facts.places.flatMap((at) => placeLines(at, window)),
    ),
    ...section("Freezes ahead:", freezes.map(freezeWords)),
  ];
}
