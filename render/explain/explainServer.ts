import type { ReachingWindow, ServerFacts } from "../../domain/explain/server.ts";
import type { Group } from "../../domain/plane.ts";
import { byText, counted } from "../../domain/text.ts";
import { baselineName, baselineWords } from "./baselineWords.ts";
import { section } from "../listing.ts";
import { originWords, place } from "./originWords.ts";
import { listed, scheduleWords } from "./scheduleWords.ts";
import { approvalLines, freezeWords, lengthWords, rebootWords, runLines, runWords } from "./windowWords.ts";
import { isAutoScaling } from "../../domain/server.ts";

/** What a group is, in a few words. */
export function groupWords(group: Group): string {
  const parts =
    group.kind === "elsewhere"
      ? ["patched elsewhere"]
      : [`${group.approval} approval`, group.reboot, `${group.criticality} criticality`];
  const { businessUnit, owner } = group;
  return [
    ...parts,
    ...(businessUnit === undefined ? [] : [`business unit ${businessUnit}`]),
    ...(owner === undefined ? [] : [`owner ${owner}`]),
  ].join(", ");
}

function inShort({ server, group, windows, approval }: ServerFacts): string {
  if (group === undefined) {
    return `Nothing of this stack reaches it: its patch group ${server.patchGroup} does not exist here.`;
  }
  if (group.kind === "elsewhere") return `This stack does not patch it: ${group.patchedElsewhere}.`;
  const installs = windows.filter(({ window }) => window.operation === "install");
  const [next] = installs
    .flatMap(({ window, runs }) => runs.slice(0, 1).map((run) => ({ window, run })))
    .sort((a, b) => byText(a.run.utc, b.run.utc));
  const reboot = rebootWords(group.reboot);
  const when =
    next === undefined
      ? installs.length === 0
        ? "No window installs anything on it."
        : `Nothing is installed by the clock, only in ${listed(installs.map(({ window }) => window.name))}.`
      : `The next install is ${next.window.name}, ${runWords(next.run)}.`;
  const now = windows.filter(({ openSince }) => openSince !== undefined).map(({ window }) => window.name);
  const open = now.length === 0 ? "" : ` OPEN NOW: ${listed(now)}.`;
  if (approval === undefined) return `Patched by itself.${open} ${when} It ${reboot}.`;
  const what =
    approval.state === "inForce"
      ? "only what its approvals file names is installed"
      : "nothing is installed, because nothing is approved at present";
  return `Reviewed: it is scanned, and ${what}.${open} ${when} It ${reboot}.`;
}

function whereLines(facts: ServerFacts): readonly string[] {
  const { server, location, subscription, group } = facts;
  const machines = isAutoScaling(server) ? `; an Auto Scaling group of usually ${String(server.size)}` : "";
  const account = location === undefined ? "" : `: account ${location.accountId}, ${location.region}`;
  return [
    `row ${place(facts.row)}: ${server.os} ${server.release}, ${server.arch}, in ${server.region}${machines}`,
    ...(subscription === undefined
      ? []
      : [
          `Azure subscription ${subscription.subscription.name} (${originWords(subscription.origin)}), ` +
            `resource group ${server.azure?.resourceGroup ?? ""}, VM ${server.azure?.vmName ?? ""}`,
        ]),
    `location ${location?.name ?? ""} (${originWords(facts.locationOrigin)})${account}`,
    `patch group ${server.patchGroup} (${originWords(facts.groupOrigin)})${group === undefined ? "" : `: ${groupWords(group)}`}`,
    ...(server.owner === "" ? [] : [`the row's owner ${server.owner}`]),
  ];
}

function windowLines(reaching: ReachingWindow): readonly string[] {
  const { window, origin, override, hooksBefore, hooksAfter, approval } = reaching;
  const hooks = [
    ...(hooksBefore.length === 0 ? [] : [`before ${listed(hooksBefore)}`]),
    ...(hooksAfter.length === 0 ? [] : [`after ${listed(hooksAfter)}`]),
  ];
  const gate = window.hooks.mustSucceed && hooksBefore.length > 0 ? "; a failure before stops the patching" : "";
  const replaced =
    override === undefined
      ? []
      : override === "missing"
        ? ["replaces the baseline, and has none for this OS: the run FAILS on this server"]
        : [`goes by ${baselineName(override)}`, ...baselineWords(override).map((line) => `  ${line}`)];
  const details = [
    ...(window.operation === "install" ? [...replaced, rebootWords(reaching.reboot)] : []),
    lengthWords(window),
    ...(hooks.length === 0 ? [] : [`hooks: ${hooks.join(", ")}${gate}`]),
    ...runLines(reaching, window, approval),
  ];
  return [
    `${window.name} (${originWords(origin)}): ${window.operation}, ${scheduleWords(window)}`,
    ...details.map((line) => `  ${line}`),
  ];
}

function kernelLines({ baseline, windows, approval }: ServerFacts): readonly string[] {
  if (baseline?.kind !== "own" || baseline.holdsKernels !== true) return [];
  if (approval !== undefined) return ["  kernels are held back: only an approvals file lets one through"];
  const names = windows.flatMap(({ window, override }) =>
    override !== undefined && override !== "missing" ? [window.name] : [],
  );
  return [
    names.length === 0
      ? "  kernels are held back, and no window that reaches it installs them"
      : `  kernels are held back: they come with ${listed(names)}`,
  ];
}

function waitLines({ interval, waits, approval, waitsUnchecked }: ServerFacts): readonly string[] {
  if (approval !== undefined || interval === undefined) return [];
  if ("oneDate" in interval) return ["its install windows have one date, and nothing follows it"];
  return [
    `at most ${counted(interval.days, "day")} between two install runs`,
    ...waits.map(({ rule, delayDays, worstDays, slaDays }) => {
      const kept = worstDays <= slaDays ? "within" : "MORE THAN";
      return `rules[${String(rule)}]: ${String(delayDays)} + ${String(interval.days)} = ${counted(worstDays, "day")}, ${kept} the ${String(slaDays)} allowed`;
    }),
    ...(waitsUnchecked !== undefined && waits.some(({ worstDays, slaDays }) => worstDays > slaDays)
      ? [`the check is switched off: ${waitsUnchecked}`]
      : []),
  ];
}

function onboardingLines({ server: { azure }, group }: ServerFacts): readonly string[] {
  if (azure === undefined) return [];
  if (group?.kind === "elsewhere") return ["none: this stack does not patch it"];
  const how =
    azure.onboardingMethod === "runCommand" ? "the managed Run Command" : "the CustomScript extension on the VM";
  return [
    `by ${how}, script ${azure.onboardingScript}, attempt ${String(azure.onboardingAttempt)}`,
    "the agent registers with a single-use activation; a failed try runs again when onboarding_attempt is raised",
  ];
}

function contactLines({ onFirstContact: { scan, install } }: ServerFacts): readonly string[] {
  return [...(scan ? ["it is scanned"] : []), ...(install ? ["it installs what its baseline approves"] : [])];
}

/** What happens to a server, when and why, by sections. */
export function explainServerText(facts: ServerFacts): readonly string[] {
  const { server, baseline, windows, approval, freezes } = facts;
  return [
    `${server.name} (${server.id})\n${inShort(facts)}`,
    ...section("Where it stands:", whereLines(facts)),
    ...(baseline === undefined
      ? []
      : section("What its baseline approves:", [
          baselineName(baseline),
          ...baselineWords(baseline).map((line) => `  ${line}`),
          ...kernelLines(facts),
        ])),
    ...(approval === undefined ? [] : section("What may be installed:", approvalLines(approval))),
    ...section(
      "Windows that reach it:",
      windows.length === 0 ? (baseline === undefined ? [] : ["none"]) : windows.flatMap(windowLines),
    ),
    ...section("When a node is first seen:", contactLines(facts)),
    ...section("How long a patch may wait:", waitLines(facts)),
    ...section("Freezes ahead:", freezes.map(freezeWords)),
    ...section("Onboarding:", onboardingLines(facts)),
  ];
}
