import type { GroupFacts, GroupWindow } from "../../domain/explain/group.ts";
import { counted } from "../../domain/text.ts";
import { baselineName, baselineWords } from "./baselineWords.ts";
import { groupWords } from "./explainServer.ts";
import { section } from "../listing.ts";
import { originWords } from "./originWords.ts";
import { plainTable } from "../plainTable.ts";
import { scheduleWords } from "./scheduleWords.ts";
import { approvalLines, freezeWords, runLines } from "./windowWords.ts";

function inShort({ group, servers }: GroupFacts): string {
  const count = counted(
    servers.reduce((sum, { machines }) => sum + machines, 0),
    "server",
  );
  if (group.kind === "elsewhere") return `${count}, which this stack does not patch: ${group.patchedElsewhere}.`;
  return group.approval === "reviewed"
    ? `${count}: scanned, and patched only by what an approvals file names.`
    : `${count}, patched by themselves.`;
}

function windowLines(
  { window, origin, ...upcoming }: GroupWindow,
  approval: GroupFacts["approval"],
): readonly string[] {
  const kernels = window.baselineOverride.length === 0 ? "" : ` by ${window.baselineOverride.join(", ")}`;
  return [
    `${window.name} (${originWords(origin)}): ${window.operation}${kernels}, ${scheduleWords(window)}`,
    ...runLines(upcoming, window, window.operation === "install" ? approval : undefined).map((line) => `  ${line}`),
  ];
}

function serverLines({ servers }: GroupFacts): readonly string[] {
  if (servers.length === 0) return [];
  return plainTable(
    [
      { title: "location", align: "left", cell: ({ location }) => location },
      { title: "os", align: "left", cell: ({ os }) => os },
      { title: "servers", align: "right", cell: ({ machines }) => machines },
    ],
    servers,
  ).split("\n");
}

/** What a patch group means, by sections. */
export function explainGroupText(facts: GroupFacts): readonly string[] {
  const { group, origin, baselines, windows, approval, onFirstContact, freezes } = facts;
  return [
    `patch group ${group.name} (${originWords(origin)})\n${inShort(facts)}\n${groupWords(group)}`,
    ...section("Servers:", serverLines(facts)),
    ...section(
      "What its baselines approve:",
      baselines.flatMap((baseline) => [baselineName(baseline), ...baselineWords(baseline).map((line) => `  ${line}`)]),
    ),
    ...(approval === undefined ? [] : section("What may be installed:", approvalLines(approval))),
    ...section(
      "Windows:",
      windows.flatMap((window) => windowLines(window, approval)),
    ),
    ...section("When a node is first seen:", [
      ...(onFirstContact.scan ? ["it is scanned"] : []),
      ...(onFirstContact.install ? ["it installs what its baseline approves"] : []),
    ]),
    ...section("Freezes ahead:", freezes.map(freezeWords)),
  ];
}
