import { exitCodeAdvice } from "../../domain/onboarding/exitCodes.ts";
import type { RuleWait } from "../../domain/checks/longestWait.ts";
import type { ReachingWindow, ServerFacts } from "../../domain/explain/server.ts";
import type { Group } from "../../domain/plane.ts";
import { byText, counted } from "../../domain/text.ts";
import { heading, item, joined, lines, listed, paragraph, said, words } from "../document.ts";
import type { Document, Item, Sentence, Words } from "../document.ts";
import { cutoffOf, cutoffWords } from "../patienceWords.ts";
import { baselineItem, baselineName, baselineWords } from "./baselineWords.ts";
import { originWords, place } from "./originWords.ts";
import { scheduleWords } from "./scheduleWords.ts";
import { approvalLines, freezeWords, lengthWords, rebootWords, runLines, runWords } from "./windowWords.ts";
import { isAutoScaling } from "../../domain/server.ts";

/** What a group is, in a few words. */
export function groupWords(group: Group): Words {
  const parts =
    group.kind === "elsewhere"
      ? ["patched elsewhere"]
      : [`${group.approval} approval`, group.reboot, `${group.criticality} criticality`];
  const { businessUnit, owner } = group;
  const belongs = [
    ...(businessUnit === undefined ? [] : [words`business unit ${businessUnit}`]),
    ...(owner === undefined ? [] : [words`owner ${owner}`]),
  ];
  return joined([...parts.map(said), ...belongs], ", ");
}

function inShort({ server, group, windows, approval }: ServerFacts): Words {
  if (group === undefined) {
    return words`Nothing of this stack reaches it: its patch group ${server.patchGroup} does not exist here.`;
  }
  if (group.kind === "elsewhere") return [`This stack does not patch it: ${group.patchedElsewhere}.`];
  // What a kernel window installs is no patch of anything else.
  const installs = windows.filter(({ window, override }) => window.operation === "install" && override === undefined);
  const [next] = installs
    .flatMap(({ window, runs }) => runs.slice(0, 1).map((run) => ({ window, run })))
    .sort((a, b) => byText(a.run.utc, b.run.utc));
  const timed = installs.filter(({ window }) => !window.onDemand).map(({ window }) => window.name);
  const reboot = said(rebootWords(group.reboot));
  const when =
    next === undefined
      ? installs.length === 0
        ? said("No window installs anything on it.")
        : approval === undefined && timed.length > 0
          ? words`NOT PATCHED ANY MORE: no date is left in ${listed(timed)}.`
          : words`Nothing is installed by the clock, only in ${listed(installs.map(({ window }) => window.name))}.`
      : words`The next install is ${next.window.name}, ${said(runWords(next.run))}.`;
  const now = windows.filter(({ openSince }) => openSince !== undefined).map(({ window }) => window.name);
  const open = now.length === 0 ? [] : words` OPEN NOW: ${listed(now)}.`;
  const itself = next === undefined ? "" : "Patched by itself.";
  if (approval === undefined)
    return words`${said(itself)}${open}${said(itself === "" ? "" : " ")}${when} It ${reboot}.`;
  const what =
    approval.state === "inForce"
      ? "only what its approvals file names is installed"
      : "nothing is installed, because nothing is approved at present";
  return words`Reviewed: it is scanned, and ${said(what)}.${open} ${when} It ${reboot}.`;
}

function whereLines(facts: ServerFacts): readonly Words[] {
  const { server, location, subscription, group } = facts;
  const machines = isAutoScaling(server) ? words`; an Auto Scaling group of usually ${server.size}` : [];
  const account = location === undefined ? [] : words`: account ${location.accountId}, ${location.region}`;
  return [
    words`row ${place(facts.row)}: ${`${server.os} ${server.release}`}, ${server.arch}, in ${server.region}${machines}`,
    ...(subscription === undefined
      ? []
      : [
          words`Azure subscription ${subscription.subscription.name} (${originWords(subscription.origin)}), resource group ${server.azure?.resourceGroup ?? ""}, VM ${server.azure?.vmName ?? ""}`,
        ]),
    words`location ${location?.name ?? ""} (${originWords(facts.locationOrigin)})${account}`,
    words`patch group ${server.patchGroup} (${originWords(facts.groupOrigin)})${group === undefined ? [] : words`: ${groupWords(group)}`}`,
    ...(server.owner === "" ? [] : [words`the row's owner ${server.owner}`]),
  ];
}

function windowItem(reaching: ReachingWindow): Item {
  const { window, origin, override, hooksBefore, hooksAfter, approval } = reaching;
  const hooks = [
    ...(hooksBefore.length === 0 ? [] : [words`before ${listed(hooksBefore)}`]),
    ...(hooksAfter.length === 0 ? [] : [words`after ${listed(hooksAfter)}`]),
  ];
  const gate = window.hooks.mustSucceed && hooksBefore.length > 0 ? "; a failure before stops the patching" : "";
  const replaced =
    override === undefined
      ? []
      : override === "missing"
        ? ["replaces the baseline, and has none for this OS: the run FAILS on this server"]
        : [item(words`goes by ${baselineName(override)}`, baselineWords(override))];
  return item(words`${window.name} (${originWords(origin)}): ${said(window.operation)}, ${scheduleWords(window)}`, [
    ...(window.operation === "install" ? [...replaced, rebootWords(reaching.reboot)] : []),
    lengthWords(window),
    cutoffWords(cutoffOf(window), reaching.patience),
    ...(hooks.length === 0 ? [] : [words`hooks: ${joined(hooks, ", ")}${said(gate)}`]),
    ...runLines(reaching, window, approval),
  ]);
}

function kernelLines({ baseline, windows, approval }: ServerFacts): readonly Sentence[] {
  if (baseline?.kind !== "own" || baseline.holdsKernels !== true) return [];
  if (approval !== undefined) return ["kernels are held back: only an approvals file lets one through"];
  const names = windows.flatMap(({ window, override }) =>
    override !== undefined && override !== "missing" ? [window.name] : [],
  );
  return [
    names.length === 0
      ? "kernels are held back, and no window that reaches it installs them"
      : words`kernels are held back: they come with ${listed(names)}`,
  ];
}

function waitWords({ rule, intervalDays, delayDays, worstDays, slaDays }: RuleWait, betweenRuns: number): string {
  const about = `rules[${String(rule)}]`;
  if (intervalDays === null || worstDays === null)
    return `${about}: for ever: no run comes after its delay of ${counted(delayDays, "day")} and before the next Patch Tuesday, whose updates replace what waits`;
  const kept = worstDays <= slaDays ? "within" : "MORE THAN";
  const sum = `${about}: ${String(delayDays)} + ${String(intervalDays)} = ${counted(worstDays, "day")}, ${kept} the ${String(slaDays)} allowed`;
  return intervalDays === betweenRuns
    ? sum
    : `${sum}; ${String(intervalDays)} and not ${String(betweenRuns)}, because every Patch Tuesday starts the delay anew, and runs before its end install no monthly update`;
}

function waitLines({ interval, waits, windows, approval, waitsUnchecked }: ServerFacts): readonly string[] {
  if (approval !== undefined || interval === undefined) return [];
  const timed = windows.filter(({ window, override }) => window.operation === "install" && override === undefined);
  if (timed.every(({ runs }) => runs.length === 0)) return ["for ever: no install window has a date left"];
  if ("oneDate" in interval) return ["its install windows have one date, and nothing follows it"];
  return [
    `at most ${counted(interval.days, "day")} between two install runs`,
    ...waits.map((wait) => waitWords(wait, interval.days)),
    ...(waitsUnchecked !== undefined && waits.some(({ worstDays, slaDays }) => (worstDays ?? Infinity) > slaDays)
      ? [`the check is switched off: ${waitsUnchecked}`]
      : []),
  ];
}

function onboardingLines({ server: { azure }, group }: ServerFacts): readonly Sentence[] {
  if (azure === undefined) return [];
  if (group?.kind === "elsewhere") return ["none: this stack does not patch it"];
  const how =
    azure.onboardingMethod === "runCommand" ? "the managed Run Command" : "the CustomScript extension on the VM";
  return [
    words`by ${said(how)}, script ${azure.onboardingScript}, attempt ${azure.onboardingAttempt}`,
    "the agent registers with a single-use activation; a failed try runs again when onboarding_attempt is raised",
    `exit code 55 is the account's limit of hybrid nodes; ${exitCodeAdvice(55)}`,
  ];
}

/** What is done to a node that has just registered. */
export function contactLines({
  onFirstContact: { scan, install },
}: Pick<ServerFacts, "onFirstContact">): readonly string[] {
  return [...(scan ? ["it is scanned"] : []), ...(install ? ["it installs what its baseline approves"] : [])];
}

/** What happens to a server, when and why. */
export function serverDocument(facts: ServerFacts): Document {
  const { server, baseline, windows, approval, freezes } = facts;
  const none = baseline === undefined ? [] : ["none"];
  return {
    title: words`${server.name} (${server.id})`,
    blocks: [
      paragraph(inShort(facts)),
      ...heading("Where it stands", lines(whereLines(facts))),
      ...heading(
        "What its baseline approves",
        lines(baseline === undefined ? [] : [baselineItem(baseline, kernelLines(facts))]),
      ),
      ...heading("What may be installed", lines(approvalLines(approval))),
      ...heading("Windows that reach it", lines(windows.length === 0 ? none : windows.map(windowItem))),
      ...heading("When a node is first seen", lines(contactLines(facts))),
      ...heading("How long a patch may wait", lines(waitLines(facts))),
      ...heading("Freezes ahead", lines(freezes.map(freezeWords))),
      ...heading("Onboarding", lines(onboardingLines(facts))),
    ],
  };
}
