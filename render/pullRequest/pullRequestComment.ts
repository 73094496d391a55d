import type { PreviewResult } from "../../domain/pullRequest/pulumiPreview.ts";
import { counted } from "../../domain/text.ts";
import { sharedBudget } from "./budget.ts";
import { codeBlock } from "./codeBlock.ts";
import { code, folded, table } from "../markdown.ts";
import { commentLimit } from "../plan/planMarkdown.ts";
import { operationSummary, previewMarkdown } from "./previewMarkdown.ts";

/** First line of the comment: by it the one comment of a pull request is found again. */
export const commentMarker = "<!-- patchplane:review -->";

/** Characters of one environment below which its details are worth nothing. */
const leastDetails = 400;

/** What the plan of one environment says in numbers. */
export interface PlanCounts {
  readonly gained: number;
  readonly lost: number;
  readonly changed: number;
  readonly errors: number;
  readonly warnings: number;
}

/** The plan of one environment, or why there is none. */
export type PlanPart =
  | { readonly counts: PlanCounts; readonly blocking: boolean; readonly markdown: (limit: number) => string }
  | { readonly missing: string };

/** What is known of one environment that the change touches. */
export interface EnvironmentReview {
  readonly environment: string;
  /** Left out where nobody asked for one: a nightly look for drift. */
  readonly plan?: PlanPart;
  readonly preview: PreviewResult;
}

function serversCell(plan: PlanPart | undefined): string {
  if (plan === undefined) return "–";
  if ("missing" in plan) return "no plan";
  const { gained, lost, changed } = plan.counts;
  const parts = [
    ...(gained === 0 ? [] : [`${String(gained)} gained`]),
    ...(lost === 0 ? [] : [`**${String(lost)} lost**`]),
    ...(changed === 0 ? [] : [`${String(changed)} changed`]),
  ];
  return parts.length === 0 ? "none" : parts.join(", ");
}

function findingsCell(plan: PlanPart | undefined): string {
  if (plan === undefined) return "–";
  if ("missing" in plan) return "unknown";
  const { errors, warnings } = plan.counts;
  const parts = [
    ...(errors === 0 ? [] : [`**${counted(errors, "error")}**`]),
    ...(warnings === 0 ? [] : [counted(warnings, "warning")]),
  ];
  return parts.length === 0 ? "none" : parts.join(", ");
}

function resourcesCell(result: PreviewResult): string {
  if ("missing" in result) return "no preview";
  return result.preview.errors.length > 0 ? "**preview failed**" : operationSummary(result.preview);
}

/** No error: what is left to read. */
function calmWords(reviews: readonly EnvironmentReview[]): string {
  const warnings = reviews.reduce(
    (sum, { plan }) => sum + (plan !== undefined && "counts" in plan ? plan.counts.warnings : 0),
    0,
  );
  return warnings === 0
    ? "✅ No check stands against this change."
    : `🟡 No error stands against this change; ${counted(warnings, "warning")} to read.`;
}

/** What a reader has to know at once: does it block, and what was not looked at. */
function verdict(reviews: readonly EnvironmentReview[]): string {
  const names = (wanted: (review: EnvironmentReview) => boolean): string =>
    reviews
      .filter(wanted)
      .map(({ environment }) => code(environment))
      .join(", ");
  const unplanned = names(({ plan }) => plan !== undefined && "missing" in plan);
  const blocking = names(({ plan }) => plan !== undefined && "counts" in plan && plan.blocking);
  const unseen = names(({ preview }) => "missing" in preview);
  const failed = names(({ preview }) => "preview" in preview && preview.preview.errors.length > 0);
  const sentences = [
    ...(unplanned === "" ? [] : [`❌ There is no plan of ${unplanned}: what happens to its servers is not known.`]),
    ...(blocking === "" ? [] : [`❌ Errors of ${blocking} have to be mended before this is merged.`]),
    ...(failed === "" ? [] : [`❌ The preview of ${failed} failed: a deployment would fail too.`]),
  ];
  if (sentences.length === 0) sentences.push(calmWords(reviews));
  if (unseen !== "") sentences.push(`ℹ️ No preview of ${unseen}: cloud resources were not compared.`);
  return sentences.map((sentence) => `- ${sentence}`).join("\n");
}

function summary(reviews: readonly EnvironmentReview[]): string {
  const rows = reviews.map(({ environment, plan, preview }) => [
    code(environment),
    serversCell(plan),
    findingsCell(plan),
    resourcesCell(preview),
  ]);
  return table(["environment", "servers", "findings", "cloud resources"], rows);
}

function planText(plan: PlanPart, limit: number): string {
  if ("counts" in plan) {
    const frame = folded("Plan: servers, dates, checks", "").length;
    return folded("Plan: servers, dates, checks", plan.markdown(Math.max(0, limit - frame)));
  }
  const text = `**No plan**\n\n${codeBlock(plan.missing)}`;
  return text.length <= limit ? text : "**No plan**: see the run's log.";
}

/** The details of one environment in at most so many characters; the preview is bounded first, the plan gets the rest. */
function details({ environment, plan, preview }: EnvironmentReview, limit: number): string {
  const heading = `### ${code(environment)}\n\n`;
  if (limit < leastDetails) return `${heading}_Left out: see the run's artifacts._`;
  const room = limit - heading.length - 2;
  if (plan === undefined) return `${heading}${previewMarkdown(preview, room)}`;
  const [planRoom = 0] = sharedBudget([planText(plan, room).length, previewMarkdown(preview, room).length], room);
  const planned = planText(plan, planRoom);
  return `${heading}${planned}\n\n${previewMarkdown(preview, room - planned.length)}`;
}

/**
 * The one comment of a pull request, in Markdown: a marker, the summary of every environment, then their details,
 * folded. What does not fit is said with counts where it is left out; the room is shared over the environments.
 * @param limit - characters in all
 */
export function pullRequestComment(reviews: readonly EnvironmentReview[], limit = commentLimit): string {
  const head =
    reviews.length === 0
      ? `${commentMarker}\n## Patching: no change\n\nNo environment is touched: no server gains, loses or changes patching.\n`
      : `${commentMarker}\n## Patching: what this change does\n\n${verdict(reviews)}\n\n${summary(reviews)}\n`;
  const room = limit - head.length - 2 * reviews.length;
  // Never less than what a part that is left out says of itself.
  const wants = reviews.map((review) => Math.max(leastDetails, details(review, Math.max(0, room)).length));
  const shares = sharedBudget(wants, room);
  const sections = reviews.map((review, index) => details(review, shares[index] ?? 0));
  return [head, ...sections].join("\n").slice(0, limit);
}
