import type { BaselineFacts } from "../../domain/explain/baseline.ts";
import type { Baseline } from "../../domain/baseline.ts";
import { counted } from "../../domain/text.ts";
import { item, joined, listed, said, words, type Item, type Sentence, type Words } from "../document.ts";
import { originWords } from "./originWords.ts";

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

/** The patches that a rule speaks of, before its other filters. */
function patchesOf(rule: Rule, filters: Filters, apt: boolean): Words {
  const securityOnly = "enableNonSecurity" in rule && !rule.enableNonSecurity;
  if (apt) return [securityOnly ? "security updates" : "all updates"];
  const classes = filters["CLASSIFICATION"];
  if (classes !== undefined && !classes.includes("*")) return words`${listed(classes)} patches`;
  const unfiltered = classes === undefined && filters["SEVERITY"] === undefined;
  return [securityOnly && unfiltered ? "security updates" : "all patches"];
}

/** What a rule approves, and when. */
function ruleWords(rule: Rule, apt: boolean): Words {
  const filters: Filters = rule.filters;
  const priorities = filters["PRIORITY"] ?? [];
  const parts = [
    patchesOf(rule, filters, apt),
    ...(priorities.length > 0 && priorities.length < allPriorities
      ? [words`of priority ${listed(priorities, "or")}`]
      : []),
    ...filterWords.flatMap(([key, before]) => {
      const values = filters[key] ?? ["*"];
      return values.includes("*") ? [] : [words`${said(before)} ${listed(values, "or")}`];
    }),
  ];
  const nonSecurity = !apt && "enableNonSecurity" in rule && rule.enableNonSecurity ? ", others than security too" : "";
  const within = `to be installed within ${counted(rule.slaDays, "day")}; ${rule.complianceLevel} while missing`;
  return words`${joined(parts, " ")}${said(`${nonSecurity}: approved ${approvedWhen(rule)}, ${within}`)}`;
}

function approvedWhen(rule: Rule): string {
  if ("approveUntilDate" in rule) return `if released by ${rule.approveUntilDate}`;
  const days = "approveAfterDays" in rule ? rule.approveAfterDays : 0;
  return days === 0 ? "at once" : `${counted(days, "day")} after release`;
}

/** Name of what approves patches, and where it is from. */
export function baselineName(facts: BaselineFacts): Words {
  switch (facts.kind) {
    case "own":
      return words`${facts.baseline.name} (${originWords(facts.origin)}): ${said(facts.baseline.description)}`;
    case "predefined":
      return words`${facts.name}, one of AWS's own`;
    case "fallback":
      return words`none: the group names no baseline for ${facts.os}, so AWS takes the OS's default baseline`;
  }
}

/** What a baseline approves, rule by rule, in words. */
export function baselineWords(facts: BaselineFacts): readonly Words[] {
  if (facts.kind !== "own") return [];
  const { operatingSystem, approvedPatches, rejectedPatches, rejectedPatchesAction, rules } = facts.baseline;
  const apt = operatingSystem === "UBUNTU" || operatingSystem === "DEBIAN";
  const besides =
    rejectedPatchesAction === "BLOCK" ? "not even if another needs them" : "unless another package needs them";
  return [
    ...rules.map((rule) => ruleWords(rule, apt)),
    ...(approvedPatches.length === 0 ? [] : [words`always: ${joined(approvedPatches, ", ")}`]),
    ...(rejectedPatches.length === 0 ? [] : [words`never, ${said(besides)}: ${joined(rejectedPatches, ", ")}`]),
    ...(facts.holdsKernels === false && rules.length > 0
      ? [said("kernels are NOT held back: they come with the others")]
      : []),
  ];
}

/** What approves patches, and under it what it approves and what else is to be known of it. */
export function baselineItem(facts: BaselineFacts, more: readonly Sentence[] = []): Item {
  return item(baselineName(facts), [...baselineWords(facts), ...more]);
}
