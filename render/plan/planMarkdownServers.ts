import type { Difference } from "../../domain/plan/differences.ts";
import type { PlanReport } from "../../domain/plan/report.ts";
import type { PlanServer, ServerChangeSet } from "../../domain/plan/serverChanges.ts";
import { code, folded, table } from "../markdown.ts";
import { differenceText, setTitle } from "./planWords.ts";

/** How many rows a list may show; the rest is counted. */
export interface Budget {
  readonly rows: number;
}

/** The first rows of a list, and how many more there are. */
export function cut<T>(items: readonly T[], { rows }: Budget): { readonly shown: readonly T[]; readonly more: number } {
  return { shown: items.slice(0, rows), more: Math.max(0, items.length - rows) };
}

/** The line that says what was left out; nothing when all is there. */
export function moreLine(more: number, noun: string): readonly string[] {
  return more === 0 ? [] : [`… and ${String(more)} more ${noun} (\`plan --json\` lists all)`];
}

function differenceLines(all: readonly Difference[], budget: Budget): readonly string[] {
  const { shown, more } = cut(all, budget);
  return [
    ...shown.map((each) => `  - ${code(each.field)}: ${differenceText(each, code)}`),
    ...moreLine(more, "differences").map((line) => `  - ${line}`),
  ];
}

function names(servers: readonly PlanServer[], budget: Budget): readonly string[] {
  const places = Map.groupBy(servers, ({ group, location, cloud }) => JSON.stringify([group, location, cloud]));
  return [...places.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const { shown, more } = cut(members, budget);
    const list = shown.map(({ name, size }) => (size === 1 ? code(name) : `${code(name)} ×${String(size)}`)).join(", ");
    const rest = moreLine(more, "servers").map((line) => ` ${line}`);
    const cloud = first.cloud === "aws" ? "EC2" : "Azure";
    return [
      `- ${code(first.group)} in ${code(first.location)} (${cloud}, ${String(members.length)}): ${list}${rest.join("")}`,
    ];
  });
}

function changeSet(set: ServerChangeSet, budget: Budget): string {
  return [
    `- **${setTitle(set)}**`,
    ...differenceLines(set.differences, budget),
    "",
    folded("which servers", names(set.servers, budget).join("\n")),
    "",
  ].join("\n");
}

/** Which servers gain, lose and change patching. */
export function serversSection({ servers }: PlanReport, budget: Budget): readonly string[] {
  if (servers.sets.length === 0) return [];
  const { shown, more } = cut(servers.sets, budget);
  const counts = servers.countsBy.map((row) => [
    row.dimension,
    row.value === "" ? "–" : code(row.value),
    ...[row.gained, row.lost, row.changed, row.same, row.unpatched].map(String),
  ]);
  const head = ["by", "", "gain", "lose", "change", "as before", "not patched"];
  const { shown: rows, more: moreRows } = cut(counts, budget);
  return [
    "### Servers",
    ...shown.map((set) => changeSet(set, budget)),
    ...moreLine(more, "kinds of change"),
    folded(
      "counts by group, business unit, cloud and account",
      [table(head, rows, ["l", "l", "r", "r", "r", "r", "r"]), ...moreLine(moreRows, "rows")].join("\n\n"),
    ),
  ];
}

/** What happens on machines: registration, and what a removed or changed row leaves to do. */
export function machinesSection({ onboarding }: PlanReport, budget: Budget): readonly string[] {
  const { onboarded, runAgain, leftBehind, retagged } = onboarding;
  const bySubscription = [...Map.groupBy(onboarded, ({ subscription }) => subscription)];
  const lines = [
    ...bySubscription.map(
      ([subscription, rows]) =>
        `- **${String(rows.length)} Azure ${rows.length === 1 ? "VM is" : "VMs are"} onboarded** from subscription ${code(subscription)}: an activation and a run of the onboarding script each\n\n` +
        folded(
          "which VMs",
          runLines(
            rows.map(({ name, method, script }) => `${code(name)} (${method}, ${script})`),
            budget,
          ),
        ),
    ),
    ...(runAgain.length === 0
      ? []
      : [
          `- **The onboarding script runs again on ${String(runAgain.length)} Azure ${runAgain.length === 1 ? "VM" : "VMs"}**\n\n` +
            folded(
              "which VMs, and why",
              runLines(
                runAgain.map(({ name, reason }) => `${code(name)}: ${reason}`),
                budget,
              ),
            ),
        ]),
    ...(leftBehind.length === 0
      ? []
      : [
          `- **${String(leftBehind.length)} ${leftBehind.length === 1 ? "machine stays a managed node" : "machines stay managed nodes"}** although the row is removed: no removal touches a machine\n\n` +
            folded(
              "which machines",
              runLines(
                leftBehind.map(({ name, group, location }) => `${code(name)}, ${code(group)} in ${code(location)}`),
                budget,
              ),
            ),
        ]),
    ...retagged.map(
      ({ from, to, servers: count }) =>
        `- **${String(count)} ${count === 1 ? "server needs" : "servers need"} the tag** \`PatchGroup\` changed from ${code(from)} to ${code(to)} after the deployment: ${code("npx patchplane tags --apply")}`,
    ),
  ];
  return lines.length === 0 ? [] : ["### Machines", ...lines];
}

function runLines(lines: readonly string[], budget: Budget): string {
  const { shown, more } = cut(lines, budget);
  return [...shown, ...moreLine(more, "rows")].map((line) => `- ${line}`).join("\n");
}
