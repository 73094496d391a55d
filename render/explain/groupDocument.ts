import type { GroupFacts, GroupWindow } from "../../domain/explain/group.ts";
import { counted } from "../../domain/text.ts";
import { heading, item, joined, lines, paragraph, said, table, words, type Document, type Item } from "../document.ts";
import { baselineItem } from "./baselineWords.ts";
import { contactLines, groupWords } from "./serverDocument.ts";
import { originWords } from "./originWords.ts";
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

function windowItem({ window, origin, ...upcoming }: GroupWindow, approval: GroupFacts["approval"]): Item {
  const kernels = window.baselineOverride.length === 0 ? [] : words` by ${joined(window.baselineOverride, ", ")}`;
  const approved = window.operation === "install" ? approval : undefined;
  return item(
    words`${window.name} (${originWords(origin)}): ${said(window.operation)}${kernels}, ${scheduleWords(window)}`,
    runLines(upcoming, window, approved),
  );
}

/** What a patch group means. */
export function groupDocument(facts: GroupFacts): Document {
  const { group, origin, servers, baselines, windows, approval, freezes } = facts;
  const rows = servers.map(({ location, os, machines }) => [location, os, machines]);
  return {
    title: words`patch group ${group.name} (${originWords(origin)})`,
    blocks: [
      paragraph(inShort(facts)),
      paragraph(groupWords(group)),
      ...heading("Servers", table(["location", "os", "servers|"], rows)),
      ...heading("What its baselines approve", lines(baselines.map((baseline) => baselineItem(baseline)))),
      ...heading("What may be installed", lines(approvalLines(approval))),
      ...heading("Windows", lines(windows.map((window) => windowItem(window, approval)))),
      ...heading("When a node is first seen", lines(contactLines(facts))),
      ...heading("Freezes ahead", lines(freezes.map(freezeWords))),
    ],
  };
}
