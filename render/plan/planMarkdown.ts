import type { PlanReport } from "../../domain/plan/report.ts";
import { plain } from "../markdown.ts";
import {
  approvalsSection,
  capacitySection,
  datesSection,
  faultsSection,
  findingsSection,
  policySection,
  switchedSection,
} from "./planMarkdownParts.ts";
import { liveSection } from "./planMarkdownLive.ts";
import { machinesSection, serversSection, type Budget } from "./planMarkdownServers.ts";
import { findingsText, headline, versionText } from "./planWords.ts";

/** Longest comment that GitHub takes, in characters. */
export const commentLimit = 65_536;

/** Rows that are tried, from all to none: a few steps, so that a report is laid out a few times at most. */
const rowSteps = [Infinity, 400, 200, 100, 50, 25, 10, 5, 2, 1, 0];

function verdict(report: PlanReport): string {
  if (report.head.state === "unreadable") return "**⛔ This change cannot be deployed.**";
  return report.blocking ? "**⛔ Errors stand against merging.**" : "";
}

function comparison(report: PlanReport, budget: Budget): readonly string[] {
  return [
    ...findingsSection(report, budget),
    ...serversSection(report, budget),
    ...datesSection(report, budget),
    ...machinesSection(report, budget),
    ...approvalsSection(report, budget),
    ...liveSection(report, budget),
    ...policySection(report, budget),
    ...capacitySection(report, budget),
    ...switchedSection(report),
  ];
}

function written(report: PlanReport, budget: Budget): string {
  const { stack, base, head, asOf, notes } = report;
  const parts = [
    `## patchplane plan: ${plain(stack)}`,
    verdict(report),
    `**${plain(headline(report))}.** ${findingsText(report)}.`,
    `<sub>${plain(versionText(base))} → ${plain(versionText(head))}; dates as of ${asOf}</sub>`,
    ...faultsSection(report, budget),
    // Of a change that cannot be read there is nothing else to tell.
    ...(head.state === "unreadable" ? [] : comparison(report, budget)),
    ...notes.map((note) => `> ${plain(note)}`),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/**
 * A plan as Markdown for a pull-request comment: the summary first, details folded, always in the same order. Lists are
 * cut, each by the same number of rows and with the count of what is left out, until all fits.
 * @param limit - characters; GitHub's for a comment by default
 */
export function planMarkdown(report: PlanReport, { limit = commentLimit }: { readonly limit?: number } = {}): string {
  for (const rows of rowSteps) {
    const text = written(report, { rows });
    if (text.length <= limit) return text;
  }
  const { stack } = report;
  const short = `## patchplane plan: ${plain(stack)}\n\n**${plain(headline(report))}.** ${findingsText(report)}.\n\nThe rest does not fit here: run \`npx patchplane plan\`.\n`;
  return short.slice(0, limit);
}
