import { patchFilterValues } from "../stack/baselineFilters.ts";
import { finding } from "./checkTable.ts";
import type { Finding } from "../fault.ts";
import type { Baseline } from "../plane.ts";

const betterValues: ReadonlyMap<string, string> = new Map([
  ["All", "*"],
  ["all", "*"],
  ["Moderate", "Medium"],
]);

/** What a value of one filter of a rule means to the OS; its key, and how many and how long values are, the schema says. */
export function checkFilterValue(
  os: Baseline["operatingSystem"],
  key: string,
  value: string,
  path: string,
): readonly Finding[] {
  if (value === "*") {
    return [];
  }
  const known = patchFilterValues(os, key);
  const isLabel = value.toLowerCase() === "all";
  if (value.includes("*") || isLabel || (known !== undefined && !known.includes(value))) {
    const better = betterValues.get(value);
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
