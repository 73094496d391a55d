import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readPreview, type PreviewResult } from "../../domain/pullRequest/pulumiPreview.ts";
import type { PlanReport } from "../../domain/plan/report.ts";
import { approvalsSection, planDocument } from "../../render/plan/planDocument.ts";
import { approvedServers, removedRows } from "../../render/plan/planWords.ts";
import type { PlanPart, RehearsalPart } from "../../render/pullRequest/pullRequestComment.ts";
import { faultsSchema } from "../cli/faultAnswer.ts";
import { plansIn } from "./planJson.ts";
import { rehearsalIn } from "./rehearsalJson.ts";
import { isMapping } from "../../domain/values.ts";

/** Versions of the JSON that are understood here. */
const planSchema = "patchplane/plan/1";
const rehearsalSchema = "patchplane/rehearse/1";
/** Lines of what a command said on standard error that are handed on. */
const saidLines = 40;

/** Longest file that is read; the JSON of a plan of 10,000 servers, or of a preview of as many resources, is shorter. */
const longestFile = 64 * 1024 * 1024;

/** What a job of the pull request left behind: no link is followed out of it, and nothing without an end is read. */
function textOf(file: string): string | undefined {
  try {
    const status = lstatSync(file);
    if (!status.isFile() || status.size > longestFile) return undefined;
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

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isMapping(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function partOf(report: PlanReport): PlanPart {
  const { gained, lost, changed } = report.servers.counts;
  const { errors, warnings, items } = report.findings;
  const removed = removedRows(report);
  const isCompared = report.base.state !== "unreadable";
  const known = isCompared ? items.filter(({ severity, isNew }) => severity === "warning" && !isNew).length : 0;
  return {
    counts: {
      gained,
      lost: lost - removed,
      removed,
      changed,
      approved: approvedServers(report),
      errors,
      warnings: warnings - known,
      known,
    },
    blocking: report.blocking,
    approvals: approvalsSection(report),
    document: planDocument(report, { withoutApprovals: true }),
  };
}

/** The plans of a file by stack, or why there are none. */
export type PlanFile = { readonly plans: ReadonlyMap<string, PlanPart> } | { readonly missing: string };

/** The JSON of a command of ours in a version that is understood here, or why there is none. */
function readOwn(
  file: string,
  noun: "plan" | "rehearsal",
  understood: string,
): { readonly value: Readonly<Record<string, unknown>> } | { readonly missing: string } {
  const text = textOf(file);
  const words = said(file);
  if (text === undefined || text.trim() === "") {
    return { missing: words === "" ? `there is no ${noun} in ${file}` : words };
  }
  const value = parsed(text);
  const schema = value?.["schema"];
  if (value === undefined || typeof schema !== "string")
    return { missing: words === "" ? `${file} is no ${noun}` : words };
  if (schema === understood) return { value };
  if (schema === faultsSchema && words !== "") return { missing: words };
  const short = schema.slice(0, 100);
  return { missing: `the ${noun} is written as ${short}, which is not ${understood}: merge the newer version first` };
}

/** Reads what `patchplane plan --json` wrote. */
export function readPlanFile(file: string): PlanFile {
  const read = readOwn(file, "plan", planSchema);
  if ("missing" in read) return read;
  const plans = plansIn(read.value["plans"]);
  if (plans === undefined)
    return { missing: `the plan is not what \`patchplane plan --json\` writes as ${planSchema}` };
  return { plans: new Map(plans.map((report) => [report.stack, partOf(report)])) };
}

/** Reads what `patchplane rehearse --json` wrote. */
export function readRehearsalFile(file: string): RehearsalPart {
  const read = readOwn(file, "rehearsal", rehearsalSchema);
  if ("missing" in read) return read;
  const report = rehearsalIn(read.value);
  return report === undefined
    ? { missing: `the rehearsal is not what \`patchplane rehearse --json\` writes as ${rehearsalSchema}` }
    : { report };
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

/** Files of an environment among the workflow's artifacts: each has a folder of its own, so that none replaces another's. */
export function reviewFiles(
  folder: string,
  environment: string,
): Readonly<Record<"plan" | "preview" | "rehearsal", string>> {
  const fileOf = (kind: string): string => join(folder, `${kind}-${environment}`, `${kind}-${environment}.json`);
  return { plan: fileOf("plan"), preview: fileOf("preview"), rehearsal: fileOf("rehearsal") };
}
