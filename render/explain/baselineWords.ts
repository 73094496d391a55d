import type { BaselineFacts } from "../../domain/explain/baseline.ts";
import type { Baseline } from "../../domain/plane.ts";
import { counted } from "../../domain/text.ts";
import { item, said, type Item } from "../document.ts";
import { originWords } from "./originWords.ts";
import { listed } from "./scheduleWords.ts";

type Rule = Baseline["rules"][number];
type Filters = Readonly<Partial<Record<string, readonly string[]>>>;

/** Filters in the order in which they are said, with the words before their values. */
const filterWords: readonly (readonly [string, string])[] = [
  ["SECTION", "of section"],
  ["SEVERITY", "of severity"],
  ["MSRC_SEVERITY", "of severity"],
  ["PRODUCT", "for"],
  ["PRODUCT_FAMILY", "of product family"],
  ["PATCH_SET", "of patch set"],
];

const allPriorities = 5;

/** What a rule's first filter makes of "patches". */
function patchesOf(rule: Rule, filters: Filters): string {
  const classes = filters["CLASSIFICATION"];
  if (classes !== undefined && !classes.includes("*")) return `${listed(classes)} patches`;
  const apt = "enableNonSecurity" in rule && !("CLASSIFICATION" in filters) && !("SEVERITY" in filters);
  return apt && !rule.enableNonSecurity ? "security updates" : "all patches";
}

/** What a rule approves, and when. */
function ruleWords(rule: Rule, apt: boolean): string {
  const filters: Filters = rule.filters;
  const priorities = filters["PRIORITY"] ?? [];
  const parts = [
    apt ? (patchesOf(rule, {}).startsWith("security") ? "security updates" : "all updates") : patchesOf(rule, filters),
    ...(priorities.length > 0 && priorities.length < allPriorities ? [`of priority ${listed(priorities, "or")}`] : []),
    ...filterWords.flatMap(([key, words]) => {
      const values = filters[key] ?? ["*"];
      return values.includes("*") ? [] : [`${words} ${listed(values, "or")}`];
    }),
  ];
  const nonSecurity = !apt && "enableNonSecurity" in rule && rule.enableNonSecurity ? ", others than security too" : "";
  return `${parts.join(" ")}${nonSecurity}: approved ${approvedWhen(rule)}, to be installed within ${counted(rule.slaDays, "day")}; ${rule.complianceLevel} while missing`;
}

function approvedWhen(rule: Rule): string {
  if ("approveUntilDate" in rule) return `if released by ${rule.approveUntilDate}`;
  const days = "approveAfterDays" in rule ? rule.approveAfterDays : 0;
  return days === 0 ? "at once" : `${counted(days, "day")} after release`;
}

function ownWords(baseline: Baseline, holdsKernels: boolean | undefined): readonly string[] {
  const apt = baseline.operatingSystem === "UBUNTU" || baseline.operatingSystem === "DEBIAN";
  const rules: readonly Rule[] = baseline.rules;
  const rejected = baseline.rejectedPatches.join(", ");
  const besides =
    baseline.rejectedPatchesAction === "BLOCK" ? "not even if another needs them" : "unless another package needs them";
  return [
    ...rules.map((rule) => ruleWords(rule, apt)),
    ...(baseline.approvedPatches.length === 0 ? [] : [`always: ${baseline.approvedPatches.join(", ")}`]),
    ...(rejected === "" ? [] : [`never, ${besides}: ${rejected}`]),
    ...(holdsKernels === false && rules.length > 0 ? ["kernels are NOT held back: they come with the others"] : []),
  ];
}

/** Name of what approves patches, and where it is from. */
export function baselineName(facts: BaselineFacts): string {
  switch (facts.kind) {
    case "own":
      return `${facts.baseline.name} (${originWords(facts.origin)}): ${facts.baseline.description}`;
    case "predefined":
      return `${facts.name}, one of AWS's own`;
    case "fallback":
      return `none: the group names no baseline for ${facts.os}, so AWS takes the OS's default baseline`;
  }
}

/** What a baseline approves, rule by rule, in words. */
export function baselineWords(facts: BaselineFacts): readonly string[] {
  return facts.kind === "own" ? ownWords(facts.baseline, facts.holdsKernels) : [];
}

/** What approves patches, and under it what it approves and what else is to be known of it. */
export function baselineItem(facts: BaselineFacts, more: readonly string[] = []): Item {
  return item(said(baselineName(facts)), [...baselineWords(facts), ...more].map(said));
}
