import type { PreviewResult } from "../../domain/pullRequest/pulumiPreview.ts";
import { hasRehearsalFindings, type RehearsalReport } from "../../domain/rehearsal/report.ts";
import { counted } from "../../domain/text.ts";
import { rehearsalDocument } from "../rehearsal/rehearsalDocument.ts";
import { sharedBudget } from "./budget.ts";
import { operationSummary, previewBlocks } from "./previewBlocks.ts";
import { code, details, lines, names, paragraph, said, strong, table, value, words } from "../document.ts";
import type { Block, Document, Words } from "../document.ts";
import { commentLimit, writeMarkdown } from "../writers/markdown.ts";

/** First line of the comment: by it the one comment of a pull request is found again. */
export const commentMarker = "<!-- patchplane:review -->";

/** Characters of one environment below which its details are worth nothing. */
const leastDetails = 400;

/** What the plan of one environment says in numbers. */
export interface PlanCounts {
  readonly gained: number;
  readonly lost: number;
  /** Servers whose rows are removed, which no removal touches. */
  readonly removed: number;
  readonly changed: number;
  /** Servers for which the change approves patches. */
  readonly approved: number;
  readonly errors: number;
  /** Warnings that the base does not have. */
  readonly warnings: number;
  /** Warnings that the base has as well. */
  readonly known: number;
}

/** The plan of one environment, or why there is none. */
export type PlanPart =
  | {
      readonly counts: PlanCounts;
      readonly blocking: boolean;
      /** What the change approves: in sight, above all that is folded. */
      readonly approvals: readonly Block[];
      readonly document: Document;
    }
  | { readonly missing: string };

/** The rehearsal of one environment, or why there is none. */
export type RehearsalPart = { readonly report: RehearsalReport } | { readonly missing: string };

/** What is known of one environment that the change touches. */
export interface EnvironmentReview {
  readonly environment: string;
  /** Left out where nobody asked for one: a nightly look for drift. */
  readonly plan?: PlanPart;
  readonly preview: PreviewResult;
  /** Left out where nobody asked for one. */
  readonly rehearsal?: RehearsalPart;
}

/** Counts that are not none, those to worry about standing out. */
function countsCell(parts: readonly (readonly [count: number, text: string, isBad?: boolean])[]): Words {
  const shown = parts.filter(([count]) => count > 0);
  if (shown.length === 0) return said("none");
  return shown.flatMap(([, text, isBad = false], index) => [
    ...(index === 0 ? [] : [", "]),
    isBad ? strong(text) : text,
  ]);
}

function serversCell(plan: PlanPart | undefined): Words {
  if (plan === undefined) return said("–");
  if ("missing" in plan) return said("no plan");
  const { gained, lost, removed, changed, approved } = plan.counts;
  return countsCell([
    [approved, `patches approved for at most ${String(approved)}`, true],
    [gained, `${String(gained)} gained`],
    [lost, `${String(lost)} lost`, true],
    [removed, `${String(removed)} out of the fleet file`, true],
    [changed, `${String(changed)} changed`],
  ]);
}

function findingsCell(plan: PlanPart | undefined): Words {
  if (plan === undefined) return said("–");
  if ("missing" in plan) return said("unknown");
  const { errors, warnings, known } = plan.counts;
  return countsCell([
    [errors, counted(errors, "error"), true],
    [warnings, counted(warnings, "new warning")],
    [known, `${counted(known, "warning")} as before`],
  ]);
}

function resourcesCell(result: PreviewResult): Words {
  if ("missing" in result) return said("no preview");
  return result.preview.errors.length > 0 ? [strong("preview failed")] : said(operationSummary(result.preview));
}

function rehearsalCell(rehearsal: RehearsalPart | undefined): Words {
  if (rehearsal === undefined) return said("–");
  if ("missing" in rehearsal) return said("not rehearsed");
  const { base, worse, passed } = rehearsal.report;
  if (!hasRehearsalFindings(rehearsal.report))
    return said(base === undefined ? "nothing went wrong" : "nothing is worse");
  const parts = countsCell([
    [worse.length, `${counted(worse.length, "figure")} worse`, true],
    [passed.length, `${counted(passed.length, "limit")} passed`, true],
  ]);
  return worse.length + passed.length === 0 ? [strong("something went wrong")] : parts;
}

/** No error: what is left to read. */
function calmWords(reviews: readonly EnvironmentReview[]): Words {
  const sum = (of: "warnings" | "known"): number =>
    reviews.reduce((all, { plan }) => all + (plan !== undefined && "counts" in plan ? plan.counts[of] : 0), 0);
  const [warnings, known] = [sum("warnings"), sum("known")];
  const before = known === 0 ? "" : ` ${counted(known, "warning")} of before ${known === 1 ? "stays" : "stay"}.`;
  return said(
    warnings === 0
      ? `✅ No check stands against this change.${before}`
      : `🟡 No error stands against this change; ${counted(warnings, "new warning")} to read.${before}`,
  );
}

/** What a reader has to know at once: does it block, and what was not looked at. */
function verdict(reviews: readonly EnvironmentReview[]): readonly Block[] {
  const sentence = (
    isMeant: (review: EnvironmentReview) => boolean,
    before: string,
    after: string,
  ): readonly Words[] => {
    const meant = reviews.filter(isMeant).map(({ environment }) => environment);
    return meant.length === 0 ? [] : [words`${said(before)} ${names(meant, "environments")}${said(after)}`];
  };
  const bad = [
    ...sentence(
      ({ plan }) => plan !== undefined && "missing" in plan,
      "❌ There is no plan of",
      ": what happens to its servers is not known.",
    ),
    ...sentence(
      ({ plan }) => plan !== undefined && "counts" in plan && plan.blocking,
      "❌ Errors of",
      " have to be mended before this is merged.",
    ),
    ...sentence(
      ({ preview }) => "preview" in preview && preview.preview.errors.length > 0,
      "❌ The preview of",
      " failed: a deployment would fail too.",
    ),
    ...sentence(
      ({ rehearsal }) => rehearsal !== undefined && "missing" in rehearsal,
      "❌ There is no rehearsal of",
      ": who would be patched in time is not known.",
    ),
    ...sentence(
      ({ rehearsal }) => rehearsal !== undefined && "report" in rehearsal && hasRehearsalFindings(rehearsal.report),
      "❌ The rehearsal of",
      " found what has to be mended before this is merged.",
    ),
  ];
  const unseen = sentence(
    ({ preview }) => "missing" in preview,
    "ℹ️ No preview of",
    ": cloud resources were not compared.",
  );
  return lines([...(bad.length === 0 ? [calmWords(reviews)] : bad), ...unseen]);
}

function summaryDocument(reviews: readonly EnvironmentReview[]): Document {
  if (reviews.length === 0) {
    const none = "No environment is touched: no server gains, loses or changes patching.";
    return { title: said("Patching: no change"), blocks: [paragraph(none)] };
  }
  const rehearsed = reviews.some(({ rehearsal }) => rehearsal !== undefined);
  const rows = reviews.map(({ environment, plan, preview, rehearsal }) => [
    environment,
    serversCell(plan),
    findingsCell(plan),
    ...(rehearsed ? [rehearsalCell(rehearsal)] : []),
    resourcesCell(preview),
  ]);
  const titles = ["environment", "servers", "findings", ...(rehearsed ? ["rehearsal"] : []), "cloud resources"];
  return {
    title: said("Patching: what this change does"),
    blocks: [...verdict(reviews), ...table(titles, rows)],
  };
}

function planBlocks(plan: PlanPart | undefined): readonly Block[] {
  if (plan === undefined) return [];
  if ("missing" in plan) return [paragraph([strong("No plan")]), code(plan.missing)];
  const { title = [], blocks } = plan.document;
  return [...plan.approvals, ...details("Plan: servers, dates, checks", [paragraph([strong(...title)]), ...blocks])];
}

function rehearsalBlocks(rehearsal: RehearsalPart | undefined): readonly Block[] {
  if (rehearsal === undefined) return [];
  if ("missing" in rehearsal) return [paragraph([strong("No rehearsal")]), code(rehearsal.missing)];
  const { title = [], blocks } = rehearsalDocument(rehearsal.report);
  return details("Rehearsal: who would be patched in time", [paragraph([strong(...title)]), ...blocks]);
}

/** The details of one environment in at most so many characters, in Markdown. */
function environmentText({ environment, plan, preview, rehearsal }: EnvironmentReview, limit: number): string {
  const content = [...planBlocks(plan), ...rehearsalBlocks(rehearsal), ...previewBlocks(preview)];
  return writeMarkdown({ blocks: [{ kind: "heading", words: [value(environment)], blocks: content }] }, limit);
}

/**
 * The one comment of a pull request, in Markdown: a marker, the summary of every environment, then their details,
 * folded. What does not fit is said with counts where it is left out; the room is shared over the environments.
 * @param limit - characters in all
 */
export function pullRequestComment(reviews: readonly EnvironmentReview[], limit = commentLimit): string {
  const head = `${commentMarker}\n${writeMarkdown(summaryDocument(reviews), limit)}`;
  const room = limit - head.length - 2 * reviews.length;
  // Never less than what a part that is left out says of itself.
  const wants = reviews.map((review) => Math.max(leastDetails, environmentText(review, Math.max(0, room)).length));
  const shares = sharedBudget(wants, room);
  const sections = reviews.map((review, index) => environmentText(review, shares[index] ?? 0));
  return [head, ...sections].join("\n").slice(0, limit);
}
