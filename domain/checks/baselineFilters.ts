import { patchFilterKeys, patchFilterValues } from "../stack/baselineFilters.ts";
import { finding } from "./checkTable.ts";
import type { Finding } from "../fault.ts";
import type { Baseline } from "../plane.ts";

/** Limits of PatchFilter: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PatchFilter.html */
const limits = { values: { min: 1, max: 20 }, valueLength: { min: 1, max: 64 } } as const;

/** Findings about one filter of a rule: its key, and its values by number, length and meaning. */
export function checkFilter(
  baseline: Baseline,
  key: string,
  values: readonly string[],
  path: string,
): readonly Finding[] {
  const os = baseline.operatingSystem;
  const keys = patchFilterKeys(os);
  if (!keys.includes(key)) {
    const allowed = keys.join(", ");
    return [finding("baseline-filters", { path, message: `${os} has no such filter key`, value: key, allowed })];
  }
  const { min, max } = limits.values;
  const count =
    values.length >= min && values.length <= max
      ? []
      : [
          finding("baseline-limits", {
            path,
            message: "the filter has the wrong number of values",
            value: values.length,
            allowed: `${String(min)}-${String(max)}`,
            fix: values.length === 0 ? "leave the filter out, or write *" : "split the rule",
          }),
        ];
  return [...count, ...values.flatMap((value) => checkFilterValue(os, key, value, path))];
}

const betterValues: Readonly<Record<string, string>> = { All: "*", all: "*", Moderate: "Medium" };

function checkFilterValue(
  os: Baseline["operatingSystem"],
  key: string,
  value: string,
  path: string,
): readonly Finding[] {
  const { min, max } = limits.valueLength;
  if (value.length < min || value.length > max) {
    const allowed = `${String(min)}-${String(max)} characters`;
    return [finding("baseline-limits", { path, message: "a filter value has the wrong length", value, allowed })];
  }
  if (value === "*") {
    return [];
  }
  const known = patchFilterValues(os, key);
  const isLabel = value.toLowerCase() === "all";
  if (value.includes("*") || isLabel || (known !== undefined && !known.includes(value))) {
    const better = betterValues[value];
    const fits = better === "*" || (better !== undefined && known?.includes(better) === true);
    return [
      finding("baseline-filters", {
        path,
        message: isLabel ? "All is the console's label, not a value" : `${os} has no such value`,
        value,
        allowed: [...(known ?? ["exact values"]), "*"].join(", "),
        ...(fits ? { fix: `write ${better}` } : {}),
      }),
    ];
  }
  return [];
}
