import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readPreview, type PreviewResult } from "../../domain/pullRequest/pulumiPreview.ts";
import type { PlanReport } from "../../domain/plan/report.ts";
import { planDocument } from "../../render/plan/planDocument.ts";
import type { PlanPart } from "../../render/pullRequest/pullRequestComment.ts";
import { isMapping } from "../../domain/values.ts";

/** Version of the plan's JSON that is understood here. */
const planSchema = "patchplane/plan/1";
/** Lines of what a command said on standard error that are handed on. */
const saidLines = 40;

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** What the command that should have written the file said on standard error: it stands beside it, in `<file>.err`. */
function said(file: string): string {
  const lines = (textOf(`${file}.err`) ?? "").trim().split("\n");
  return lines.slice(-saidLines).join("\n");
}

interface PlanJson {
  readonly schema: string;
  readonly plans: readonly PlanReport[];
}

function parsedPlan(text: string): Partial<PlanJson> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isMapping(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function partOf(report: PlanReport): PlanPart {
  const { gained, lost, changed } = report.servers.counts;
  const { errors, warnings } = report.findings;
  return {
    counts: { gained, lost, changed, errors, warnings },
    blocking: report.blocking,
    document: planDocument(report),
  };
}

/** The plans of a file by stack, or why there are none. */
export type PlanFile = { readonly plans: ReadonlyMap<string, PlanPart> } | { readonly missing: string };

/** Reads what `patchplane plan --json` wrote. */
export function readPlanFile(file: string): PlanFile {
  const text = textOf(file);
  const words = said(file);
  if (text === undefined || text.trim() === "") {
    return { missing: words === "" ? `there is no plan in ${file}` : words };
  }
  const { schema, plans } = parsedPlan(text) ?? {};
  if (schema === undefined) return { missing: words === "" ? `${file} is no plan` : words };
  if (schema !== planSchema || plans === undefined) {
    return { missing: `the plan is written as ${schema}, which is not ${planSchema}: merge the newer version first` };
  }
  return { plans: new Map(plans.map((report) => [report.stack, partOf(report)])) };
}

/** Reads a preview's JSON, or says why there is none; a CLI that ended early said it on standard error. */
export function readPreviewFile(file: string, otherwise?: string): PreviewResult {
  const text = textOf(file);
  const words = said(file);
  const errors = words === "" ? undefined : { preview: { operations: [], unchanged: 0, errors: [words] } };
  if (text === undefined || text.trim() === "") {
    return errors ?? { missing: otherwise ?? "the job that makes it did not run, or left nothing behind" };
  }
  const result = readPreview(text);
  return "missing" in result ? (errors ?? result) : result;
}

/** Files of an environment in a folder of the workflow's artifacts. */
export function reviewFiles(folder: string, environment: string): { readonly plan: string; readonly preview: string } {
  return { plan: join(folder, `plan-${environment}.json`), preview: join(folder, `preview-${environment}.json`) };
}
