import { join } from "node:path";
import type { PlanReport } from "../../domain/plan/report.ts";
import { planDocument } from "../../render/plan/planDocument.ts";
import type { Block } from "../../render/document.ts";
import { writeMarkdown } from "../../render/writers/markdown.ts";
import { wordsText } from "../../render/writers/text.ts";
import type { PlanCase } from "./cases.ts";
import { planOf } from "./project.ts";

/** Where a case's expected Markdown lies. */
export function goldenFile({ name }: PlanCase): string {
  return join(import.meta.dirname, "..", "golden", "plan", `${name}.md`);
}

function headingOf(block: Block): string {
  if (block.kind === "heading") return wordsText(block.words);
  return block.kind === "details" ? wordsText(block.summary) : "";
}

/** What a section has in sight; background is the same in most cases. */
function inSight(block: Block): Block {
  if (block.kind !== "heading") return block;
  return { ...block, blocks: block.blocks.filter((each) => each.kind !== "details" || !each.aside) };
}

/** The plan of a case. */
export function reportOf({ head, base, stack }: PlanCase): PlanReport {
  return planOf(head(), {
    ...(base === undefined ? {} : { base: base() }),
    ...(stack === undefined ? {} : { stack }),
  });
}

/** The Markdown of a case: the whole plan, or its verdict and the sections that the case is about. */
export function goldenText(planCase: PlanCase): string {
  const { name, about } = planCase;
  const document = planDocument(reportOf(planCase));
  if (about.length === 0) return writeMarkdown(document);
  const sections = about.map((heading) => {
    const found = document.blocks.find((block) => headingOf(block) === heading);
    const section = found === undefined ? undefined : inSight(found);
    if (section === undefined || ("blocks" in section && section.blocks.length === 0)) {
      throw new Error(`the plan of ${name} has nothing in sight under ${heading}`);
    }
    return section;
  });
  return writeMarkdown({ ...document, blocks: [...document.blocks.slice(0, 1), ...sections] });
}
