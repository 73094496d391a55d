import { join } from "node:path";
import { planMarkdown } from "../../render/plan/planMarkdown.ts";
import type { PlanCase } from "./cases.ts";
import { planOf } from "./project.ts";

/** Where a case's expected Markdown lies. */
export function goldenFile({ name }: PlanCase): string {
  return join(import.meta.dirname, "..", "golden", "plan", `${name}.md`);
}

/** The Markdown of a case. */
export function goldenText({ head, base, stack }: PlanCase): string {
  return planMarkdown(
    planOf(head(), { ...(base === undefined ? {} : { base: base() }), ...(stack === undefined ? {} : { stack }) }),
  );
}
