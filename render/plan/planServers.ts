import type { WaveRun } from "../../domain/plan/onboardingPlan.ts";
import type { PlanReport } from "../../domain/plan/report.ts";
import type { FirstDates, FirstRun } from "../../domain/plan/firstDates.ts";
import type { PlanServer } from "../../domain/plan/serverChanges.ts";
import { counted } from "../../domain/text.ts";
import { details, item, lines, names, said, strong, table, words } from "../document.ts";
import type { Block, Item, Words } from "../document.ts";
import { differenceWords, runText, setTitle } from "./planWords.ts";

function places(servers: readonly PlanServer[]): readonly Words[] {
  const same = Map.groupBy(servers, ({ group, location, cloud }) => JSON.stringify([group, location, cloud]));
  return [...same.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const list = members.map(({ name, size }) => (size === 1 ? name : words`${name} ×${size}`));
    const cloud = first.cloud === "aws" ? "EC2" : "Azure";
    return [words`${first.group} in ${first.location} (${said(cloud)}, ${members.length}): ${names(list, "servers")}`];
  });
}

const contactWords: Readonly<Record<NonNullable<FirstDates["onContact"]>, string>> = {
  scan: "scanned, and nothing else",
  install: "patched at once, outside any window, without a reboot",
  installAndReboot: "patched AND REBOOTED at once, outside any window",
};

const runWords: Readonly<Record<FirstRun["does"], string>> = {
  scan: "first scan",
  install: "first installation",
  installApproved: "first installation, of what is approved by then",
  installKernels: "first installation of kernels",
};

function whenText({ onDemand, next }: FirstRun): string {
  if (onDemand) return "when an operator opens it";
  return next === null ? "never: no run is left" : runText(next);
}

/** When servers for which patching is new are scanned and patched first. */
function firstWords({ onContact, runs }: FirstDates): readonly Words[] {
  const contact = onContact === null ? [] : [said(`as soon as one is a managed node it is ${contactWords[onContact]}`)];
  const dates = runs.map((each) => words`${said(runWords[each.does])}, by ${each.window}: ${said(whenText(each))}`);
  return [...contact, ...dates];
}

/** Which servers gain, lose and change patching. */
export function serversBlocks({ servers }: PlanReport): readonly Block[] {
  if (servers.sets.length === 0) return [];
  const counts = servers.countsBy.map((row) => [
    said(row.dimension),
    row.value === "" ? said("–") : row.value,
    ...[row.gained, row.lost, row.changed, row.same, row.unpatched],
  ]);
  const titles = ["by", "value", "gain|", "lose|", "change|", "as before|", "not patched|"];
  return [
    ...lines(
      servers.sets.map((set) =>
        item(
          [strong(setTitle(set))],
          [],
          ...lines(set.differences.map(differenceWords), { noun: "differences" }),
          ...lines(set.first === undefined ? [] : firstWords(set.first)),
          ...details("which servers", lines(places(set.servers))),
        ),
      ),
      { noun: "kinds of change" },
    ),
    ...details("counts by group, business unit, cloud and account", table(titles, counts, "rows"), {
      aside: true,
    }),
  ];
}

function machines(title: Words, summary: string, rows: readonly Words[]): readonly Item[] {
  if (rows.length === 0) return [];
  return [item(title, [], ...details(summary, lines(rows, { noun: "rows", length: "names" })))];
}

function onboardedItems(onboarded: readonly WaveRun[]): readonly Item[] {
  return [...Map.groupBy(onboarded, ({ subscription }) => subscription)].flatMap(([subscription, rows]) =>
    machines(
      words`${strong(counted(rows.length, "Azure VM is", "Azure VMs are"), " onboarded")} from subscription ${subscription}: an activation and a run of the onboarding script each`,
      "which VMs",
      rows.map(({ name, method, script }) => words`${name} (${said(`${method}, ${script}`)})`),
    ),
  );
}

/** What happens on machines: registration, and what a removed or changed row leaves to do. */
export function machinesBlocks({ onboarding }: PlanReport): readonly Block[] {
  const { onboarded, runAgain, leftBehind, retagged } = onboarding;
  return lines([
    ...onboardedItems(onboarded),
    ...machines(
      [strong(`The onboarding script runs again on ${counted(runAgain.length, "Azure VM")}`)],
      "which VMs, and why",
      runAgain.map(({ name, reason }) => words`${name}: ${said(reason)}`),
    ),
    ...machines(
      words`${strong(counted(leftBehind.length, "machine stays a managed node", "machines stay managed nodes"))} although the row is removed: no removal touches a machine`,
      "which machines",
      leftBehind.map(({ name, group, location }) => words`${name}, ${group} in ${location}`),
    ),
    ...retagged.map(
      ({ from, to, servers }) =>
        words`${strong(counted(servers, "server needs", "servers need"), " the tag")} ${"PatchGroup"} changed from ${from} to ${to} after the deployment: ${"npx patchplane tags --apply"}`,
    ),
  ]);
}
